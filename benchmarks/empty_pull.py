"""A signed GET /v1/changes with nothing new, against central's real application: the work beside the signature, in ms.

The application is called as gunicorn calls it, in this process, so that no line and no second process blur a fraction of
a millisecond. The signature's own cost is measured in the same run: checking the same kind of request and signing the
same kind of answer, with keys and nonces in memory. Looking the key up, remembering the nonce, the hub's place, the
heads of the feeds, the access log, all that is the application's. Times are those of the processor, because nothing here
waits for a disk and the machine is shared; `wall_ms` is the clock's. `bare` is one bare sqlite3 SELECT of the five heads.
"""

import argparse
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from werkzeug.datastructures import Headers

from benchmarks._figure import Case, print_cases
from benchmarks._office import NAME, NODE, STORE, found, hub_signer, open_shop, serving
from central.api import create_app
from central.app.build import build
from central.app.central import Central
from central.settings import CentralSettings
from edge.domain.clock import SystemClock
from edge.wiring.logs import log_json
from edge.wiring.randomness import system_rng
from sync.db import driver
from sync.pull import Standing
from sync.signing import Caller, KnownKey, Signer, public_bytes, verify_request

COUNT, ROUNDS = 500, 9
FEEDS = (f"store:{STORE}", f"people:{STORE}", f"stock:{STORE}", f"config:{STORE}", "catalogue:main")

_clock = SystemClock(confirmed=True)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; exit 1 if an answer was not an empty page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=COUNT, help="requests of a round")
    count = asked.parse_args(arguments).events
    with tempfile.TemporaryDirectory(prefix="storefloor-pull-") as name:
        folder = Path(name) / "central"
        found(folder)
        with serving(folder) as office:
            open_shop(office)
        with _logging_into(Path(name) / "central.log"):
            central = build(CentralSettings(directory=str(folder), public_url=NAME), _clock, system_rng)
            print_cases("empty pull", [measure(central, folder, count)])
            central.close()
    return 0


@contextmanager
def _logging_into(path: Path) -> Iterator[None]:
    """The access log is written as in production, into a file."""
    shown = os.dup(2)
    with path.open("wb") as log:
        os.dup2(log.fileno(), 2)
    try:
        log_json("central")
        yield
    finally:
        os.dup2(shown, 2)
        os.close(shown)


def measure(central: Central, folder: Path, count: int) -> Case:
    """Rounds of the signature alone, bare sqlite3, the application, and bare and the signature again."""
    app, signer = create_app(central), hub_signer(folder)
    cursor = _heads(app, signer)
    whole, own, bares, walls = [], [], [], []
    for _ in range(ROUNDS):
        before = _signature_ms(signer, count)
        bare = _bare_ms(folder / "central.db", count)
        environments = [_environment(signer, cursor) for _ in range(count)]
        worked_s, began_s = time.thread_time(), time.perf_counter()
        answers = [_call(app, environment) for environment in environments]
        whole.append((time.thread_time() - worked_s) / count * 1e3)
        walls.append((time.perf_counter() - began_s) / count * 1e3)
        _check(answers, cursor)
        bares.append((bare + _bare_ms(folder / "central.db", count)) / 2)
        own.append((before + _signature_ms(signer, count)) / 2)
    return Case(
        case="sqlite",
        figure=statistics.median(all_of_it - signature for all_of_it, signature in zip(whole, own, strict=True)),
        unit="ms",
        bare=statistics.median(bares),
        cpu_us_per_event=statistics.median(whole) * 1e3,
        more={
            "signature_ms": round(statistics.median(own), 3),
            "whole_ms": round(statistics.median(whole), 3),
            "wall_ms": round(statistics.median(walls), 3),
            "count": count,
            "rounds": ROUNDS,
        },
    )


def _check(answers: Sequence[tuple[str, bytes]], cursor: dict[str, int]) -> None:
    for status, body in answers:
        page = msgspec.json.decode(body)
        if not status.startswith("200") or page["rows"] or page["cursor"] != cursor:
            raise SystemExit(f"not an empty page: {status} {body[:200]!r}")


def _heads(app: Any, signer: Signer) -> dict[str, int]:
    """Where the feeds end, found as a hub finds it: page by page from 0."""
    cursor = dict.fromkeys(FEEDS, 0)
    while True:
        _, body = _call(app, _environment(signer, cursor) | {"HTTP_ACCEPT_ENCODING": ""})
        page = msgspec.json.decode(body)
        cursor = dict(page["cursor"])
        if not page["more"]:
            return cursor


def _environment(signer: Signer, cursor: dict[str, int]) -> dict[str, Any]:
    """A request as gunicorn hands it over."""
    standing = Standing(term=1, epoch="benchmark0")
    text = quote(msgspec.json.encode(cursor).decode(), safe="")
    query = f"cursor={text}&wait_s=0&limit=500{standing.query}"
    target = f"/v1/changes?{query}"
    signed = signer.request_headers("GET", NAME + target, b"", _clock.now_ms() // 1000)
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/v1/changes",
        "QUERY_STRING": query,
        "RAW_URI": target,
        "SERVER_NAME": "central.bench",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "central.bench",
        "HTTP_ACCEPT_ENCODING": "zstd",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in signed.items()},
    }


def _call(app: Any, environment: dict[str, Any]) -> tuple[str, bytes]:
    said: list[str] = []

    def start(status: str, _headers: object, _exc_info: object = None) -> Callable[[bytes], None]:
        said.append(status)
        return lambda _data: None

    answer = app(environment, start)
    body = b"".join(answer)
    answer.close()
    return said[0], body


class _InMemory:
    """Nonces without a file."""

    started_s = 0

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def is_new(self, _keyid: str, nonce: str, _created_s: int, _now_s: int) -> bool:
        """See `sync.signing.Nonces`."""
        is_new = nonce not in self._seen
        self._seen.add(nonce)
        return is_new


def _signature_ms(signer: Signer, count: int) -> float:
    """Checking a request and signing an answer, nothing else."""
    nonces, now_s = _InMemory(), _clock.now_ms() // 1000
    known = KnownKey(public=public_bytes(signer.key), role="hub", store=STORE, node=NODE)
    answering = Signer(Ed25519PrivateKey.generate(), "central:main", system_rng)
    target, body = f"{NAME}/v1/changes?cursor={'x' * 200}", b'{"rows":[]}'
    asked = [Headers(signer.request_headers("GET", target, b"", now_s)) for _ in range(count)]
    began_s = time.thread_time()
    for headers in asked:
        who = verify_request(headers, "GET", target, b"", keys=lambda _: known, now_s=now_s, nonces=nonces)
        assert isinstance(who, Caller), "signed a moment ago"
        answering.answer_headers(200, body, who.nonce, now_s)
    return (time.thread_time() - began_s) / count * 1e3


def _bare_ms(path: Path, count: int) -> float:
    conn = driver.connect(path)
    statement = f"SELECT feed, head FROM feeds WHERE feed IN ({', '.join('?' * len(FEEDS))})"
    began_s = time.thread_time()
    for _ in range(count):
        conn.execute(statement, FEEDS).fetchall()
    took_ms = (time.thread_time() - began_s) / count * 1e3
    conn.close()
    return took_ms


if __name__ == "__main__":
    sys.exit(main())
