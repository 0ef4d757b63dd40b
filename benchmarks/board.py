"""From a clerk's press to every screen: 39 streams of live events and one real page hear of parcels that leave and come back.

The demo's shop runs as real processes with its line to head office. One parcel is handed over and the handover undone,
again and again, over the API; 39 bare streams note when the last byte of each event came, and a real board in Chromium when
its card was gone or back and when the next frame was drawn. Times run from the moment the press is sent, so the act itself
with its commit is in all of them and stands beside them. `raw`: the same bytes sent to 39 sockets by one thread.
"""

import argparse
import json
import math
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Page, sync_playwright

from benchmarks._figure import Case, print_cases
from central.shopper_app import Phones, PhoneSettings
from central.shopper_app.answers import OrdersAnswer, PassAnswer
from central.shopper_app.order_pages import has_pass
from edge.domain.clock import SystemClock
from edge.domain.ids import event_id
from edge.passes import write_label
from edge.tools.asking import Browser
from edge.wiring.demo import begin
from edge.wiring.demo.seed import STAFF
from edge.wiring.demo.shop import STORE
from edge.wiring.randomness import system_rng
from edge.wiring.world import World, free_ports

STREAMS = 39
PRESSES = 200
SHOPPER = "seo-yeon"
PAUSE_S = 0.06
RAW_BYTES = 150

# Notes when the card came or went, and when the frame after that was drawn; one clock with ours: milliseconds since 1970.
WATCH = """order => {
  const card = `[data-order="${order}"]`, now = () => performance.timeOrigin + performance.now();
  let there = !!document.querySelector(card);
  window.notes = [];
  new MutationObserver(() => {
    const is = !!document.querySelector(card);
    if (is === there) return;
    there = is;
    const note = [now(), 0];
    window.notes.push(note);
    requestAnimationFrame(() => requestAnimationFrame(() => (note[1] = now())));
  }).observe(document.querySelector("#board"), { childList: true, subtree: true });
}"""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; exit 1 when a stream or the page missed an event."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=PRESSES, help="presses: half of them hand over, half take back")
    presses = asked.parse_args(arguments).events // 2 * 2
    with tempfile.TemporaryDirectory(prefix="storefloor-board-") as name:
        world = World(Path(name), store=STORE, ports=free_ports())
        try:
            begin(world, lambda _step: None)
            cases = measure(world, presses)
        finally:
            world.stop()
    print_cases("board", cases)
    return int(any(case.more["missed"] for case in cases))


def measure(world: World, presses: int) -> list[Case]:
    """One run with every screen open at once."""
    desk, held = Desk(world.hub_url), collected(world)
    with listening(world.ports.hub, desk.cookie) as streams, a_board(world.hub_url, desk.cookie) as page:
        page.evaluate(WATCH, held.order_id)
        sent = [desk.press(held, number) for number in range(presses)]
        time.sleep(1)
        notes: list[list[float]] = page.evaluate("window.notes")
        heard = streams()
    raw_ms = fan_out(presses)
    acts_ms = [(press.answered_ns - press.sent_ns) / 1e6 for press in sent]
    at_streams = [(press, at_ns / 1e6) for stream in heard for press, (_, at_ns) in zip(sent, stream, strict=False)]
    drawn = [(press, note[1]) for press, note in zip(sent, notes, strict=False)]
    changed = [note[0] - press.sent_ns / 1e6 for press, note in zip(sent, notes, strict=False)]
    missed = sum(presses - len(stream) for stream in heard)
    return [
        _case("streams", at_streams, raw_ms, acts_ms, missed, {"streams": STREAMS}),
        _case("page", drawn, raw_ms, acts_ms, presses - len(notes), {"changed_p99_ms": round(p99(changed), 3)}),
    ]


def _case(
    name: str,
    seen: Sequence[tuple["Press", float]],
    raw: Sequence[float],
    acts: Sequence[float],
    missed: int,
    more: dict[str, Any],
) -> Case:
    """`figure` is p99 from the press; `after_answer_p99_ms` counts from the press's own answer, which comes after COMMIT."""
    waits = [at_ms - press.sent_ns / 1e6 for press, at_ms in seen]
    later = [max(0.0, at_ms - press.answered_ns / 1e6) for press, at_ms in seen]
    return Case(
        case=name,
        figure=p99(waits),
        unit="ms",
        raw=p99(raw),
        ratio=p99(raw) / p99(waits),
        more={
            "p50_ms": round(statistics.median(waits), 3),
            "act_p50_ms": round(statistics.median(acts), 3),
            "act_p99_ms": round(p99(acts), 3),
            "after_answer_p50_ms": round(statistics.median(later), 3) if later else -1.0,
            "after_answer_p99_ms": round(p99(later), 3),
            "missed": missed,
            "count": len(acts),
            **more,
        },
    )


def p99(values: Sequence[float]) -> float:
    """The value that 99 in 100 stay below; nothing heard is endless."""
    ordered = sorted(values)
    return ordered[math.ceil(0.99 * len(ordered)) - 1] if ordered else math.inf


class Held(msgspec.Struct, frozen=True):
    """What lies on the counter: the shopper's pass and her parcel."""

    order_id: str
    pass_text: str
    label: str


class Press(msgspec.Struct, frozen=True):
    """When it was sent and when its answer was there, by the machine's clock."""

    sent_ns: int
    answered_ns: int


class Desk:
    """A clerk at the API."""

    def __init__(self, hub_url: str) -> None:
        self._browser = Browser(hub_url)
        staff_id, _, _, pin = STAFF[0]
        entered = self._browser.must("POST", "/v1/staff/sign-in", {"staff_id": staff_id, "pin": pin, "desk": "1"})
        self._browser.header("X-CSRF-Token", entered["csrf"])
        self.cookie = self._browser.cookie("sf_staff")
        self._handover = ""

    def press(self, held: Held, number: int) -> Press:
        """Hand over with an even number, take it back with an odd one; then a moment for every screen."""
        name = event_id(time.time_ns() // 1_000_000, system_rng)
        if number % 2 == 0:
            self._handover = name
            path, body = "/v1/handovers", {"event_id": name, "pass": held.pass_text, "labels": [held.label]}
        else:
            path, body = f"/v1/handovers/{self._handover}/undo", {"event_id": name, "reason": "undo"}
        sent_ns = time.time_ns()
        self._browser.must("POST", path, body)
        press = Press(sent_ns, time.time_ns())
        time.sleep(PAUSE_S)
        return press


def collected(world: World) -> Held:
    """The order of a demo shopper that is ready, as her phone shows it."""
    phones = Phones(
        world.folder / "phones", PhoneSettings(store=STORE, central_url=world.central_url), _now_ms, system_rng
    )
    phone = phones.of(SHOPPER)
    assert phone is not None, "the demo gives everybody a phone"
    listed = phone.ask("GET", "/v1/me/orders", OrdersAnswer)
    assert isinstance(listed, OrdersAnswer), listed
    order_id = next(order.order_id for order in listed.orders if has_pass(order))
    shown = phone.ask("GET", f"/v1/me/orders/{order_id}/pass", PassAnswer)
    assert isinstance(shown, PassAnswer), shown
    return Held(order_id, shown.text, write_label(order_id, 1, 1))


_now_ms = SystemClock(confirmed=True).now_ms

Heard = list[list[tuple[int, int]]]


@contextmanager
def listening(port: int, cookie: str) -> Iterator[Callable[[], Heard]]:
    """Every bare stream open, in a process of its own; call what comes to end it and get what was heard."""
    asked = json.dumps({"host": "127.0.0.1", "port": port, "cookie": f"sf_staff={cookie}", "streams": STREAMS})
    command = [sys.executable, "-m", "benchmarks._listeners", asked]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as listeners:
        assert listeners.stdin is not None
        assert listeners.stdout is not None
        assert listeners.stdout.readline() == "open\n", "not every stream was opened"

        def end() -> Heard:
            return list(json.loads(listeners.communicate(timeout=30)[0]))

        yield end


@contextmanager
def a_board(hub_url: str, cookie: str) -> Iterator[Page]:
    """A real board before its stream, signed in."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        context.add_cookies([{"name": "sf_staff", "value": cookie, "url": hub_url}])
        page = context.new_page()
        page.goto(f"{hub_url}/staff/board")
        page.wait_for_selector("[data-live=fresh]")
        yield page
        browser.close()


def fan_out(rounds: int) -> list[float]:
    """The limit: so many bytes to every one of the sockets of another thread, from the first send to each arrival, in ms."""
    pairs = [socket.socketpair() for _ in range(STREAMS)]
    payload = b"x" * RAW_BYTES
    waits: list[float] = []
    for _ in range(rounds):
        began_ns = time.perf_counter_ns()
        arrived = threading.Thread(
            target=lambda began=began_ns: waits.extend(
                (len(theirs.recv(RAW_BYTES)) and time.perf_counter_ns() - began) / 1e6 for _, theirs in pairs
            )
        )
        arrived.start()
        for ours, _ in pairs:
            ours.sendall(payload)
        arrived.join()
    for pair in pairs:
        for one in pair:
            one.close()
    return waits


if __name__ == "__main__":
    sys.exit(main())
