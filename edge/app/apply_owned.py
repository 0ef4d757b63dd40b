"""Rows of truth that become this store's own: orders, central's asks and words, answers to wishes, configuration."""

from collections.abc import Callable

import msgspec

from edge.app.act import Tx
from edge.app.answer_cancel import answer_if_clear
from edge.app.answer_question import answer_by_phone
from edge.app.fold_fact import fold_left
from edge.app.keep_audit import take_seen
from edge.app.move_pickup import tell_order
from edge.app.put_aside import followed_by
from edge.app.standing import take_statement
from edge.app.store_config import STORE_KEY
from edge.domain.cart import Answer
from edge.domain.errors import BadFact
from edge.domain.pickup import Pickup, PickupLine, mark_cancel_asked, mark_told
from edge.domain.truth import (
    CancelAsked,
    DeviceDown,
    JournalSeen,
    OrderDown,
    PassKeyDown,
    PassRenewed,
    QuestionAnswered,
    StaffDown,
    StoreDown,
    Told,
)
from edge.store import (
    cancel_asks,
    closed_orders,
    config,
    devices,
    heard_rows,
    incidents,
    pickups,
    staff,
    typed_codes,
    wishes,
)
from edge.store.devices import Device
from edge.store.staff import StaffRow
from sync.feed import FeedRow
from sync.hub_statement import HubStatement
from sync.signing import parse_public


def apply(tx: Tx, row: FeedRow) -> None:
    """Take one row over. Raises BadFact for a kind nobody knows yet and msgspec's errors for a shape nobody knows."""
    if row.tombstone:
        _gone(tx, row)
        return
    applier = _APPLIERS.get(row.kind)
    if applier is None:
        raise BadFact(f"no row is called {row.kind!r}")
    applier(tx, row)
    if tx.hub.second_disk is not None and row.feed == f"store:{tx.hub.store}":
        heard_rows.put(tx.conn, msgspec.json.encode(row))


def _order(tx: Tx, row: FeedRow) -> None:
    """An order to expect. One that is here already is this hub's: central's copy of it changes nothing."""
    down = msgspec.json.decode(row.body, type=OrderDown)
    if pickups.get(tx.conn, down.order_id) is not None:
        return
    if closed_orders.is_forgotten(tx.conn, down.order_id):
        return
    pickup = Pickup(
        order_id=down.order_id,
        store=down.store,
        store_number=down.store_number,
        display_code=down.display_code,
        revision=down.revision,
        lines=tuple(
            PickupLine(line=each.line, gtin=each.gtin, qty=each.qty, price_minor=each.price_minor)
            for each in down.lines
        ),
        charges=down.charges,
        currency=down.currency,
        total_minor=down.total_minor,
        amount_due_minor=down.amount_due_minor,
        placed_at_ms=down.placed_at_ms,
        promised_at_ms=down.promised_at_ms,
        guest=down.guest,
        if_short=down.if_short,
    )
    pickups.insert(tx.conn, pickup)
    if down.typed_check:
        typed_codes.expect(tx.conn, pickup.order_id, down.typed_check)
    fold_left(tx.conn, pickup.order_id)
    tell_order(tx, pickup)


def _cancel_asked(tx: Tx, row: FeedRow) -> None:
    """Central asks; the hub answers each ask with exactly one fact, by itself where nobody has to look first."""
    ask = msgspec.json.decode(row.body, type=CancelAsked)
    pickup = pickups.get(tx.conn, ask.order)
    if pickup is None:
        _raise(tx, "cancel_of_unknown_order", ask.order, f"asked as {ask.ask_id}")
        return
    if cancel_asks.was_heard(tx.conn, ask.order, ask.ask_id):
        return
    marked = mark_cancel_asked(pickup, row.at_ms)
    pickups.put(tx.conn, pickup, marked, tx.now_ms)
    cancel_asks.remember(tx.conn, ask.order, ask.ask_id)
    tell_order(tx, answer_if_clear(tx, marked, ask.ask_id))


def _told(tx: Tx, row: FeedRow) -> None:
    told = msgspec.json.decode(row.body, type=Told)
    pickup = pickups.get(tx.conn, told.order)
    if pickup is not None:
        after = mark_told(pickup, told.at_ms)
        pickups.put(tx.conn, pickup, after, tx.now_ms)
        tell_order(tx, after)


def _pass_renewed(tx: Tx, row: FeedRow) -> None:
    """From now on the passes before it are refused; what they opened before stays opened."""
    renewed = msgspec.json.decode(row.body, type=PassRenewed)
    if closed_orders.is_forgotten(tx.conn, renewed.order):
        return
    typed_codes.revoke(tx.conn, renewed.order, renewed.revoked)
    typed_codes.put(tx.conn, renewed.order, renewed.typed_check)


def _journal_seen(tx: Tx, row: FeedRow) -> None:
    take_seen(tx, msgspec.json.decode(row.body, type=JournalSeen))


def _question_answered(tx: Tx, row: FeedRow) -> None:
    """She chose on her phone; whether that is the answer is decided here."""
    answer_by_phone(tx, msgspec.json.decode(row.body, type=QuestionAnswered))


def _wish_answered(tx: Tx, row: FeedRow) -> None:
    wishes.answer(tx.conn, msgspec.json.decode(row.body, type=Answer), tx.now_ms)


def _store(tx: Tx, row: FeedRow) -> None:
    msgspec.json.decode(row.body, type=StoreDown)
    config.put(tx.conn, STORE_KEY, bytes(row.body), tx.now_ms)
    tx.tell("board")


def _staff(tx: Tx, row: FeedRow) -> None:
    down = msgspec.json.decode(row.body, type=StaffDown)
    staff.replace_all(
        tx.conn,
        [
            StaffRow(staff_id=each.staff_id, name=each.name, role=each.role, pin_hash=each.pin_hash)
            for each in down.list
        ],
    )


def _pass_key(tx: Tx, row: FeedRow) -> None:
    key = msgspec.json.decode(row.body, type=PassKeyDown)
    try:
        parse_public(key.public)
    except ValueError as error:
        raise BadFact(str(error)) from error
    config.put_pass_key(tx.conn, key.key_id, key.public, key.from_ms)


def _hub(tx: Tx, row: FeedRow) -> None:
    """Central's word about the hub of this store: kept when it is about this machine, obeyed when it is about another."""
    said = msgspec.json.decode(row.body, type=HubStatement)
    ours = tx.hub.public_key
    if ours and said.node == tx.hub.node and not take_statement(tx.conn, said, ours):
        followed_by(tx, said, ours)


def _device(tx: Tx, row: FeedRow) -> None:
    down = msgspec.json.decode(row.body, type=DeviceDown)
    try:
        parse_public(down.public_key)
    except ValueError as error:
        raise BadFact(str(error)) from error
    known = Device(
        node=down.node,
        role=down.role,
        public=down.public_key,
        state=down.state,
        enrolled_at_ms=row.at_ms,
        last_seen_ms=None,
    )
    devices.take_back(tx.conn, known, tx.now_ms)


def _gone(tx: Tx, row: FeedRow) -> None:
    """A tombstone. An order that is open here stays this hub's, whatever central forgot; somebody should know of it."""
    if row.kind != "order":
        return
    pickup = pickups.get(tx.conn, row.key)
    if pickup is not None and not pickup.closed:
        _raise(tx, "open_order_withdrawn", row.key, f"central withdrew {pickup.display_code}, which this store owns")


def _raise(tx: Tx, kind: str, subject: str, detail: str) -> None:
    incidents.raise_one(tx.conn, kind=kind, subject=subject, detail=detail, now_ms=tx.now_ms)


_APPLIERS: dict[str, Callable[[Tx, FeedRow], None]] = {
    "order": _order,
    "cancel_asked": _cancel_asked,
    "told": _told,
    "pass_renewed": _pass_renewed,
    "question_answered": _question_answered,
    "wish.answered": _wish_answered,
    "journal_seen": _journal_seen,
    "store": _store,
    "staff": _staff,
    "pass_key": _pass_key,
    "hub": _hub,
    "device": _device,
}
