"""The three routes of the exchange: what is pushed up, what changed since, and what time it is."""

import math
from collections.abc import Callable
from time import monotonic
from typing import Generic, Protocol, TypeVar

from flask import Blueprint, Response, g, request
from msgspec import Struct, structs

from sync import wire
from sync.envelope import Batch, Count, Epoch, Term, Text
from sync.errors import BadWire, CursorTooOld, OriginForked, OutboxFull, SequenceGap, SupersededHub
from sync.feed import PAGE_ROWS_MAX, Cursor, Feed, Page
from sync.http_server.admission import Gate, Spread
from sync.http_server.auth import Authenticator, caller, content
from sync.http_server.problems import problem
from sync.ledger import Judge, Ledger
from sync.pull import WAIT_S_MAX
from sync.signing import Caller
from sync.waiting import Bell, Seats

TxT = TypeVar("TxT")

#: Requests that may wait at once: with 64 threads the others stay free for pushes and people.
WAITING_MAX = 24

#: Pushes at once, and how many more may stand in line for their turn. They share one write lock anyway: four keep it
#: busy while others are read and answered, more would only hold threads.
PUSHING_MAX = 4
IN_LINE_MAX = 12

#: What those without a seat are told at least; at most twice as long, so that they do not come back together.
COME_BACK_MS = 5_000

#: A node whose outbox is full needs its line back, or a person; asking it every second helps neither.
NO_ROOM_S = 60

#: Without a ring the heads are looked at so often, for commits by another process.
LOOK_EVERY_S = 1.0


class Heard(Protocol):
    """Told of every good request of a node, so that a person can see when it was last heard and what it owes."""

    def __call__(self, who: Caller, owed: tuple[int, int, int] | None, /) -> None:
        """`owed` per lane, when the request said so."""
        ...


class PutAside(Struct, frozen=True, kw_only=True):
    """A caller whose place another has: `why` is one word for a program, `since_ms` when it was decided."""

    why: str
    since_ms: int


class PlaceOf(Protocol):
    """Judges, with each request of a hub, whether it still has its place: `term` and `epoch` are what it said of itself."""

    def __call__(self, who: Caller, term: int, epoch: str, /) -> PutAside | None:
        """None while it has."""
        ...


def _everybody(_who: Caller, _term: int, _epoch: str, /) -> PutAside | None:
    return None


#: What a page of these feeds holds belongs to the reader from the moment it leaves, so only one hub may read them.
OWNING = "store:"


class SyncPorts(Struct, Generic[TxT], frozen=True, kw_only=True):
    """What a process plugs in. `feed` None: this node has nothing to hand down. `may_read(caller, feed name)`.

    `confirmed`: whether the time it gives may be believed.
    """

    ledger: Ledger[TxT]
    judge: Judge[TxT]
    feed: Feed[TxT] | None = None
    may_read: Callable[[Caller, str], bool]
    heard: Heard
    bell: Bell
    place_of: PlaceOf = _everybody
    confirmed: Callable[[], bool] = lambda: True


class TimeNow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The signed time, in ms since 1970 UTC; `superseded` only for a hub whose place another has.

    `confirmed` False: the server labels by it, but has itself not seen signed time since its start.
    """

    now_ms: int
    confirmed: bool = True
    superseded: PutAside | None = None


class Who(Struct, frozen=True, kw_only=True):
    """What a hub says of itself in the query of a read."""

    term: Term = 0
    epoch: Epoch = ""


def sync_blueprint(
    ports: SyncPorts[TxT], auth: Authenticator, now_ms: Callable[[], int], *, roles: tuple[str, ...] = ("hub",)
) -> Blueprint:
    """POST /v1/push, GET /v1/changes and GET /v1/time for signed callers of these roles.

    `flask.g.nothing_new` is set where a beat or an empty page was answered: a log may pass over it.
    """
    blueprint = Blueprint("sync", __name__)
    waiting, pauses, pushing = Seats(WAITING_MAX), Spread(), Gate(PUSHING_MAX, IN_LINE_MAX)

    @blueprint.post("/v1/push")
    @auth.require(*roles, even_superseded=True)
    def push() -> Response:
        with pushing.enter() as come_back_s:
            return _push(ports, caller(), now_ms()) if come_back_s is None else _busy(come_back_s)

    @blueprint.get("/v1/changes")
    @auth.require(*roles, even_superseded=True)
    def changes() -> Response:
        return (
            _changes(ports, ports.feed, waiting, pauses, now_ms)
            if ports.feed
            else problem(404, "no_feeds", "nothing comes down here")
        )

    @blueprint.get("/v1/time")
    @auth.require(*roles, even_superseded=True)
    def time() -> Response:
        ports.heard(caller(), _owed_of(request.args.get("owed", "")))
        g.nothing_new = True
        return _json(TimeNow(now_ms=now_ms(), confirmed=ports.confirmed(), superseded=asked_place(ports)))

    blueprint.register_error_handler(BadWire, _unreadable)
    return blueprint


def _push(ports: SyncPorts[TxT], who: Caller, now_ms: int) -> Response:
    body = wire.read(content(request), wire.PushBody)
    batch = wire.read_batch(body)
    if not _may_push(who, batch):
        return problem(403, "not_your_origin", "these rows were born elsewhere")
    if ports.place_of(who, body.term, body.epoch) is not None:
        batch = structs.replace(batch, is_superseded=True)
    try:
        reply = ports.ledger.take(batch, ports.judge, received_at_ms=now_ms)
    except OriginForked as e:
        return problem(409, e.reason, "another history is held under this origin", detail=str(e))
    except SequenceGap as e:
        title = "rows before these never arrived"
        return problem(409, e.reason, title, expected=e.expected, mark_event_id=e.mark_event_id)
    except OutboxFull as e:
        return _later(problem(503, e.reason, "no room for telemetry that is passed on"), NO_ROOM_S)
    ports.heard(who, body.owed)
    ports.bell.ring()
    return _json(reply)


def _may_push(who: Caller, batch: Batch) -> bool:
    """A hub speaks for its store and passes on what its devices made; everybody else speaks for itself alone."""
    return batch.origin.store == who.store and (who.role == "hub" or batch.origin.node == who.node)


def _changes(
    ports: SyncPorts[TxT], feed: Feed[TxT], waiting: Seats, pauses: Spread, now_ms: Callable[[], int]
) -> Response:
    cursor = wire.read(request.args.get("cursor", "").encode(), dict[Text, Count])
    limit = _number("limit", 1, PAGE_ROWS_MAX, PAGE_ROWS_MAX)
    wait_s = _number("wait_s", 0, WAIT_S_MAX, 0)
    if denied := next((name for name in cursor if not ports.may_read(caller(), name)), None):
        return problem(403, "not_your_feed", "this feed is not for you", feed=denied)
    ports.heard(caller(), None)
    put_aside = asked_place(ports)
    if put_aside is not None and any(name.startswith(OWNING) for name in cursor):
        return superseded(put_aside)
    try:
        with waiting.sit() as seated:
            page = _page_in_time(feed, ports.bell, cursor, int(limit), wait_s if seated else 0.0, now_ms)
    except CursorTooOld as e:
        return problem(410, e.reason, "changes after this cursor are no longer held", feed=e.feed)
    if not seated and wait_s and not page.rows:
        page = structs.replace(page, come_back_ms=COME_BACK_MS + int(pauses.draw() * COME_BACK_MS))
    g.nothing_new = not page.rows
    return _json(page)


def superseded(put_aside: PutAside) -> Response:
    """What a hub hears that asks for what belongs to another by now."""
    title = "another hub has this one's place: hand over nothing and call a person"
    return problem(409, SupersededHub.reason, title, why=put_aside.why, since_ms=put_aside.since_ms)


def asked_place(ports: SyncPorts[TxT]) -> PutAside | None:
    """How the caller of the request in hand stands, by the term and epoch in its query. Raises BadWire."""
    said = {name: request.args[name] for name in ("term", "epoch") if name in request.args}
    who = wire.convert(said, Who)
    return ports.place_of(caller(), who.term, who.epoch)


def _page_in_time(
    feed: Feed[TxT], bell: Bell, cursor: Cursor, limit: int, wait_s: float, now_ms: Callable[[], int]
) -> Page:
    until_s = monotonic() + wait_s
    while True:
        heard = bell.heard()
        if feed.heads(tuple(cursor)) != cursor:
            return feed.serve(cursor, limit)
        left_s = until_s - monotonic()
        if left_s <= 0:
            return Page(rows=(), cursor=cursor, more=False, now_ms=now_ms())
        bell.wait(heard, min(left_s, LOOK_EVERY_S))


def _number(name: str, least: float, most: float, default: float) -> float:
    text = request.args.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError as e:
        raise BadWire(f"{name} is a number") from e
    if not least <= value <= most:
        raise BadWire(f"{name} lies between {least:g} and {most:g}")
    return value


def _owed_of(text: str) -> tuple[int, int, int] | None:
    return wire.read(f"[{text}]".encode(), tuple[Count, Count, Count]) if text else None


def _json(value: object) -> Response:
    return Response(wire.write(value), 200, content_type="application/json", headers={"Cache-Control": "no-store"})


def _busy(come_back_s: float) -> Response:
    return _later(problem(503, "busy", "too many at once; come back"), come_back_s)


def _later(answer: Response, come_back_s: float) -> Response:
    answer.headers["Retry-After"] = str(math.ceil(come_back_s))
    return answer


def _unreadable(error: BadWire) -> Response:
    return problem(400, "bad_wire", "this is not the protocol", detail=str(error)[:200])
