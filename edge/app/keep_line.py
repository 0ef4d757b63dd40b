"""What the loops report: whether the line is up, what time it is, what a push or a page led to."""

from edge.app import recovering
from edge.app.act import Tx, in_one_transaction
from edge.app.board import read_line
from edge.app.hub import Hub
from edge.domain.facts import ClockCorrected
from edge.store import config, devices, incidents, labels, line_turns
from edge.store.line_turns import LineTurn
from sync.db import Connection, Database
from sync.link import LinkState
from sync.push import Incident, Trouble

FLOOR_KEY = "clock_floor"
"""The latest time this hub wrote down; a machine whose clock starts in 1970 is lifted to it."""


CONFIRMED_KEY = "clock_confirmed"
"""When time was confirmed since the last start, by the clock it was confirmed to."""


_NEWEST = (
    "SELECT coalesce(max(r.recorded_at_ms), 0) FROM outbox_origins o"
    " JOIN outbox_rows r ON r.origin = o.origin AND r.sequence = o.last_sequence"
)
"""One row for each origin, whatever is owed."""


def confirm_time(hub: Hub, signed_now_ms: int) -> None:
    """Take signed time; the first since the start leaves a fact that corrects what was labelled before it.

    Later ones only keep a clock that drifts from telling another time than everybody else's.
    """
    is_first = not hub.clock.confirmed()
    offset_ms = hub.clock.confirm(signed_now_ms)
    if not is_first:
        return

    def act(tx: Tx) -> None:
        config.put(tx.conn, CONFIRMED_KEY, str(tx.now_ms).encode(), tx.now_ms)
        labels.correct(tx.conn, since_ms=hub.started_at_ms, offset_ms=offset_ms)
        fact = ClockCorrected(actor=hub.actor, at=tx.at, offset_ms=offset_ms, boot_id=hub.clock.boot_id)
        tx.owe(fact, hub.new_id())

    in_one_transaction(hub, act)


def note_start(hub: Hub) -> None:
    """While the hub stood still nobody heard central: the history says cut from the last time that was written down."""
    floor_ms = clock_floor_ms(hub.state)
    _write_down_turn(hub, LineTurn(at_ms=floor_ms or hub.clock.now_ms(), state=LinkState.CUT.value))


def note_beat(hub: Hub, *, passed: bool) -> LinkState | None:
    """Note one beat of our own; gives the new state when the line went or came back just now, and tells every screen."""
    changed = hub.link.seen(passed, hub.clock.now_ms())
    if changed is not None:
        _write_down_turn(hub, LineTurn(at_ms=hub.link.since_ms, state=changed.value))
        tell_line(hub)
    return changed


def tell_line(hub: Hub) -> None:
    """Tell the screens how the line is and what is owed."""
    line = read_line(hub)
    hub.live.publish("line", {"state": line.state, "since_ms": line.since_ms, "owed": line.owed})


def write_down_time(hub: Hub) -> None:
    """Keep the floor of the clock and when each device was heard last: one small transaction per beat."""
    heard = {node: hub.heard.pop(node) for node in list(hub.heard)}

    def act(tx: Tx) -> None:
        config.put(tx.conn, FLOOR_KEY, str(tx.now_ms).encode(), tx.now_ms)
        devices.seen(tx.conn, heard)

    in_one_transaction(hub, act)


def clock_floor_ms(state: Database) -> int:
    """The latest time written down in this file, or the newest act; 0 in a new one. Read it before the clock is made."""
    with state.reading() as conn:
        body = config.get(conn, FLOOR_KEY)
        (newest,) = conn.execute(_NEWEST).fetchone()
    return max(int(body) if body else 0, int(newest))


def confirmed_since_ms(hub: Hub, conn: Connection) -> int | None:
    """When signed time was first seen since this start; None while time is unconfirmed."""
    body = config.get(conn, CONFIRMED_KEY) if hub.clock.confirmed() else None
    return int(body) if body else None


def note_push_trouble(hub: Hub, tx: Connection, trouble: Incident) -> None:
    """Write what pushing ran into where a person will see it."""
    incidents.raise_one(
        tx,
        kind=trouble.trouble.value,
        subject=trouble.origin,
        detail=trouble.detail,
        now_ms=hub.clock.now_ms(),
    )
    if trouble.trouble is Trouble.ORIGIN_FORKED:  # in one transaction with the new epoch: never one without the other
        recovering.begin(tx, hub.clock.now_ms(), recovering.Reason.forked)


def _write_down_turn(hub: Hub, turn: LineTurn) -> None:
    in_one_transaction(hub, lambda tx: line_turns.put(tx.conn, turn))


def note_refused(hub: Hub, why: str) -> None:
    """Central itself does not take us: everything is kept, and a person has to look."""
    node = f"{hub.store}/{hub.node}"

    def act(tx: Tx) -> None:
        incidents.raise_one(tx.conn, kind="refused_by_central", subject=node, detail=why, now_ms=tx.now_ms)

    in_one_transaction(hub, act)
