"""Find out from central what this hub did before its file was lost: its facts first, then its open orders; then go on.

Facts come page by page, each folded with its marks in one transaction, so that a plug pulled in between costs nothing.
They are not recorded again: nothing that comes back is owed.
"""

from enum import StrEnum

import msgspec

from edge.app import apply_owned, recovering
from edge.app.accept_order import accept_waiting
from edge.app.act import Tx, in_one_transaction
from edge.app.answer_cancel import answer_waiting
from edge.app.apply_open_orders import apply_open_orders
from edge.app.fold_fact import fold_fact
from edge.app.forget import kept_ms
from edge.app.hub import Hub
from edge.app.keep_audit import say_what_is_lacking
from edge.domain.errors import DomainError
from edge.domain.facts import decode, is_known
from edge.store import facts_back, incidents, summaries
from sync import cursor, mending
from sync.db import IntegrityError
from sync.envelope import Envelope, Origin
from sync.errors import BadWire
from sync.facts_back import FactRow, FactsPage, OriginMark, ask_facts
from sync.http_client import Peer
from sync.open_orders import ask_open_orders
from sync.pull import Standing
from sync.push import Trouble

_envelope = msgspec.json.Decoder(Envelope)

SHELVES_SHOWN = 4_000
"""Characters of the list of shelves: two hundred parcels; a person who needs more looks at the board."""


class Step(StrEnum):
    """What one call did."""

    NOTHING = "nothing"  # this hub is not recovering
    FACTS = "facts"  # a page of facts was folded, more are waiting
    DONE = "done"  # the book is whole again


def notice_old_file(hub: Hub, peer: Peer, standing: Standing | None = None) -> bool:
    """Look, once per start and before anything is pulled, whether central holds more of our present history than this file.

    Then the file was copied back by hand. It gets a new epoch and finds out what it did, before it does anything else;
    without this look a hub that owes nothing would go on with yesterday's book until its next fact. An empty file of a
    store with a history finds out the same way. Gives whether the hub is recovering now; raises as `recover`.
    """
    with hub.state.reading() as conn:
        marks = facts_back.marks(conn)
    page = ask_facts(peer, hub.store, marks, since_ms=hub.clock.now_ms(), limit=1, standing=standing)
    return in_one_transaction(hub, lambda tx: _take_note(tx, page))


def _take_note(tx: Tx, page: FactsPage) -> bool:
    own = facts_back.own_marks(tx.conn)
    ahead = [mark for mark in page.marks if mark.sequence > own.get(mark.origin, mark.sequence)]
    if ahead:
        epoch = mending.start_epoch(tx.conn, tx.hub.rng)
        detail = f"central holds it up to {ahead[0].sequence}; owed rows go on under epoch {epoch}"
        _raise(tx, Trouble.ORIGIN_FORKED.value, _history(ahead[0].origin), detail)
        recovering.begin(tx.conn, tx.now_ms, recovering.Reason.forked)
    elif page.marks and _is_new(tx):
        recovering.begin(tx.conn, tx.now_ms, recovering.Reason.replaced)
    return recovering.is_recovering(tx.conn)


def _is_new(tx: Tx) -> bool:
    """A file that never did anything: where central knows this store's history, another file was lost before it."""
    feed = f"store:{tx.hub.store}"
    return not any(facts_back.marks(tx.conn).values()) and not cursor.load(tx.conn, (feed,))[feed]


def recover(hub: Hub, peer: Peer, standing: Standing | None = None) -> Step:
    """Do the next step. Raises what the peer's routes raise; then the same step is done again later."""
    with hub.state.reading() as conn:
        if not recovering.is_recovering(conn):
            return Step.NOTHING
        marks = facts_back.marks(conn)
    page = ask_facts(peer, hub.store, marks, since_ms=max(0, hub.clock.now_ms() - kept_ms(hub)), standing=standing)
    if page.more and not page.rows:
        raise BadWire("more facts are promised and none is given")
    in_one_transaction(hub, lambda tx: _take_page(tx, page, marks))
    if page.more:
        return Step.FACTS
    apply_open_orders(hub, ask_open_orders(peer, f"store:{hub.store}", standing=standing))
    in_one_transaction(hub, lambda tx: _finish(tx, page))
    accept_waiting(hub)
    return Step.DONE


def _take_page(tx: Tx, page: FactsPage, marks: dict[Origin, int]) -> None:
    for order in page.orders:
        apply_owned.apply(tx, order)
    new = [row for row in page.rows if _number(row) > marks.get(row.origin, 0)]
    for row in new:
        _take_row(tx, row)
    recovering.note_read_back(
        tx.conn, {_history(row.origin) for row in new if row.origin.node == tx.hub.node}, tx.now_ms
    )


def _take_row(tx: Tx, row: FactRow) -> None:
    """Fold one fact unless its effect is in the book; what cannot be folded is named and does not hold back the rest."""
    envelope = _envelope.decode(row.envelope)
    facts_back.set_mark(tx.conn, row.origin, envelope.last_number)
    if is_known(envelope.type) and not facts_back.is_own_fact(tx.conn, envelope.id):
        _fold(tx, envelope)


def _fold(tx: Tx, envelope: Envelope) -> None:
    tx.conn.execute("SAVEPOINT fact_back")
    try:
        fact = decode(envelope.type, envelope.data)
        fold_fact(tx.conn, fact, event_id=envelope.id, at_ms=envelope.occurred_at_ms)
    except (DomainError, IntegrityError) as error:
        tx.conn.execute("ROLLBACK TO fact_back")
        why = f"{envelope.type} of {envelope.subject}: {error}"[:200]
        _raise(tx, "fact_not_folded", envelope.id, why)
    tx.conn.execute("RELEASE fact_back")


def _finish(tx: Tx, page: FactsPage) -> None:
    """Both are here: name what may be lost, ask for the shelf count, answer what waited, and go on as usual."""
    now = recovering.state(tx.conn)
    if now is None:
        return
    for mark in page.marks:
        facts_back.set_mark(tx.conn, mark.origin, mark.sequence)
        if _history(mark.origin) in now.read_back:
            _name_what_may_be_lost(tx, mark)
    recovering.end(tx.conn)
    say_what_is_lacking(tx)
    incidents.done_by_itself(tx.conn, kind="recovering", by=tx.hub.actor, now_ms=tx.now_ms)
    _raise(tx, "shelf_count_due", f"{now.reason}/{now.since_ms}", _shelves(tx))
    answer_waiting(tx)
    tx.tell("board")


def _name_what_may_be_lost(tx: Tx, mark: OriginMark) -> None:
    """Central knew more of a history of ours than this file: what came after central's mark is on no disk we have."""
    detail = f"what was recorded there after {mark.sequence} and never got its receipt"
    _raise(tx, "facts_may_be_lost", _history(mark.origin), detail)


def _history(origin: Origin) -> str:
    return f"{origin.store}/{origin.node}/{origin.epoch}/{origin.lane}"


def _number(row: FactRow) -> int:
    return _envelope.decode(row.envelope).number


def _shelves(tx: Tx) -> str:
    """What the book says lies on which shelf, for whoever counts: shelf, then code and parcels."""
    by_shelf: dict[str, list[str]] = {}
    for order in summaries.open_orders(tx.conn):
        for shelf in order.shelves:
            by_shelf.setdefault(shelf, []).append(f"{order.display_code}×{order.parcels_here}")
    listed = " · ".join(f"{shelf}: {', '.join(orders)}" for shelf, orders in sorted(by_shelf.items()))
    return listed[:SHELVES_SHOWN] or "–"


def _raise(tx: Tx, kind: str, subject: str, detail: str) -> None:
    incidents.raise_one(tx.conn, kind=kind, subject=subject, detail=detail, now_ms=tx.now_ms)
