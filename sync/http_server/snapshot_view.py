"""The route that hands out a snapshot: everything that stands on some feeds now, streamed while it is made."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Annotated, TypeVar

from flask import Blueprint, Response, request
from msgspec import Meta, Struct

from sync import snapshot, wire
from sync.envelope import Epoch, Term, Text
from sync.errors import BadWire
from sync.feed import Cursor
from sync.http_server.auth import Authenticator, caller
from sync.http_server.problems import problem
from sync.http_server.spool import Abandoned, Spool
from sync.http_server.views import SyncPorts, asked_place, superseded
from sync.signing import Caller
from sync.snapshot import Proof, Rows
from sync.waiting import Seats

TxT = TypeVar("TxT")

#: Snapshots made at once: each is a second of one core, and a chain that asks for them together has to stand in line.
SNAPSHOTS_MAX = 4

#: What those without a seat are told, spread by the caller's own jitter on top.
COME_BACK_S = 5

#: What stands on some feeds at one moment: the cursor of that moment, and the rows, in blocks. Leaving it ends the reading.
Present = Callable[[Sequence[str]], AbstractContextManager[tuple[Cursor, Iterator[Rows]]]]


class SnapshotQuery(Struct, frozen=True, kw_only=True):
    """`feeds` is a JSON list of names; `term` and `epoch` are the caller's."""

    feeds: Annotated[str, Meta(max_length=2000)]
    term: Term = 0
    epoch: Epoch = ""


class Copies(Struct, frozen=True, kw_only=True):
    """What a process plugs in: the truth as it is now, and which feeds hold copies that may be handed out whole."""

    present: Present
    may_copy: Callable[[Caller, str], bool]


def snapshot_blueprint(
    ports: SyncPorts[TxT], copies: Copies, auth: Authenticator, *, roles: tuple[str, ...] = ("hub",)
) -> Blueprint:
    """GET /v1/snapshot for signed callers of these roles."""
    blueprint = Blueprint("snapshot", __name__)
    seats = Seats(SNAPSHOTS_MAX)

    @blueprint.get("/v1/snapshot")
    @auth.require(*roles)
    def take_snapshot() -> Response:
        feeds = wire.read(request.args.get("feeds", "").encode(), list[Text])
        if not feeds or len(set(feeds)) != len(feeds):
            raise BadWire("name the feeds, each once")
        who = caller()
        if denied := next((feed for feed in feeds if not copies.may_copy(who, feed)), None):
            return problem(403, "not_your_feed", "no snapshot of this feed is for you", feed=denied)
        if (put_aside := asked_place(ports)) is not None:
            return superseded(put_aside)
        return _stream(seats, copies.present, feeds, lambda digest: auth.prove(digest, who.nonce))

    blueprint.register_error_handler(BadWire, _unreadable)
    return blueprint


def _stream(seats: Seats, present: Present, feeds: Sequence[str], sign: Callable[[str], Proof]) -> Response:
    with ExitStack() as held:
        if not held.enter_context(seats.sit()):
            answer = problem(503, "busy", "too many at once; come back")
            answer.headers["Retry-After"] = str(COME_BACK_S)
            return answer
        spool = Spool()
        held.callback(spool.close)
        threading.Thread(target=_make, args=(spool, present, feeds, sign), name="snapshot", daemon=True).start()
        until_sent = held.pop_all()
    answer = Response(spool.pieces(), 200, content_type=snapshot.MEDIA_TYPE, headers={"Cache-Control": "no-store"})
    answer.call_on_close(until_sent.close)
    return answer


def _make(spool: Spool, present: Present, feeds: Sequence[str], sign: Callable[[str], Proof]) -> None:
    try:
        with present(feeds) as (cursor, rows):
            for frame in snapshot.write(cursor, rows, sign):
                spool.write(frame)
        spool.end()
    except Abandoned:
        spool.end()
    except BaseException as error:  # noqa: BLE001 - raised again where the answer is sent, which cuts it short
        spool.end(error)


def _unreadable(error: BadWire) -> Response:
    return problem(400, "bad_wire", "this is not the protocol", detail=str(error)[:200])
