"""Cancels an order: alone while no store was ever served it, afterwards only by asking the store that owns it."""

import msgspec

from central.app.central import Central
from central.app.change_cart import EventId
from central.app.find_order import Asker, find_order
from central.app.hold_interest import review_interest
from central.app.order_view import OrderView, seen_by_phone
from central.app.send_down import Down, people_feed, store_feed
from central.app.tell import tell_of_order
from central.store.database import Tx
from central.store.feeds import served_up_to
from central.store.orders import HeldOrder, ask_cancel, save_pickup
from central.store.people import profile_of
from edge.domain.errors import Refusal
from edge.domain.message import MessageKind
from edge.domain.pickup import OrderState, decide_cancel, mark_cancel_asked
from edge.domain.truth import CancelAsked


class AskedCancel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The wish to cancel an order; the event_id is the ask that the store answers."""

    event_id: EventId


class CancelAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The order as it is now: `cancelled` when central could decide alone, else still open with `cancel_asked_at_ms`."""

    order: OrderView


def cancel_order(central: Central, order: str, asker: Asker, asked: AskedCancel) -> CancelAnswer | Refusal:
    """Cancel, or ask the store. Asking twice asks once; a closed order, or one of which a parcel left, is refused."""
    with central.books.writing() as tx:
        found = find_order(tx, order, asker)
        if isinstance(found, Refusal):
            return found
        if found.owner.cancel_ask == asked.event_id or found.pickup.marks.cancel_asked_at_ms is not None:
            return CancelAnswer(order=seen_by_phone(tx, found))
        refusal = decide_cancel(found.pickup)
        if refusal is not None:
            return refusal
        down = Down()
        alone = _is_centrals_alone(tx, found)
        after = _cancel(central, tx, down, found, asked) if alone else _ask(central, tx, down, found, asked)
        down.flush(tx, central.now_ms())
        return CancelAnswer(order=seen_by_phone(tx, after))


def close_interest(central: Central, tx: Tx, down: Down, order: HeldOrder) -> None:
    """An order is closed: whoever had an interest only because of it has none any more."""
    identity = order.owner.identity
    profile = profile_of(tx, identity) if identity else None
    if profile is not None and identity is not None:
        review_interest(central, tx, down, profile, identity)


def _is_centrals_alone(tx: Tx, order: HeldOrder) -> bool:
    first_seq = order.owner.first_seq
    return first_seq is None or first_seq > served_up_to(tx, store_feed(order.pickup.store))


def _cancel(central: Central, tx: Tx, down: Down, order: HeldOrder, asked: AskedCancel) -> HeldOrder:
    pickup, now_ms = order.pickup, central.now_ms()
    closed = msgspec.structs.replace(pickup, state=OrderState.cancelled, closed_at_ms=now_ms)
    save_pickup(tx, pickup, closed)
    ask_cancel(tx, pickup.store, pickup.order_id, asked.event_id)
    after = HeldOrder(pickup=closed, owner=order.owner)
    if order.owner.is_pickup:
        down.no_order(pickup)
        down.bury(people_feed(pickup.store), "name_card", pickup.order_id)
        close_interest(central, tx, down, after)
    tell_of_order(tx, after, MessageKind.order_cancelled, now_ms)
    return after


def _ask(central: Central, tx: Tx, down: Down, order: HeldOrder, asked: AskedCancel) -> HeldOrder:
    marked = mark_cancel_asked(order.pickup, central.now_ms())
    save_pickup(tx, order.pickup, marked)
    ask_cancel(tx, marked.store, marked.order_id, asked.event_id)
    down.cancel_asked(marked.store, CancelAsked(ask_id=asked.event_id, order=marked.order_id))
    return HeldOrder(pickup=marked, owner=order.owner)
