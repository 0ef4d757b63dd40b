"""Mark somebody as here for an order: by the pass she shows at a kiosk, or from her visit there."""

import msgspec

from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId, Scan
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, OrderNow, move, order_now
from edge.app.show_pass import genuine_pass, order_of, shown_for_unknown_order
from edge.domain.errors import Refusal
from edge.domain.facts import ArrivedHow, PickupArrived
from edge.domain.pickup import OrderState, Pickup, decide_check_in, found_of
from edge.store import people, pickups


class CheckInAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A scanned pass, or an order of the shopper whose visit is open at this kiosk."""

    event_id: EventId
    scan: Scan | None = None
    visit_id: EventId | None = None
    order_id: OrderId | None = None


class StaffCheckInAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody stands at the desk for this order."""

    event_id: EventId
    order_id: OrderId = ""


class CheckedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What a kiosk may show: the code that will be called out, and how far the order is."""

    display_code: str
    state: OrderState


def check_in(hub: Hub, asked: CheckInAsked, *, kiosk: str) -> CheckedIn | Refusal:
    """Set the mark `arrived`; asked again while she waits it changes nothing and says the same."""
    if asked.scan is not None:
        return _by_pass(hub, asked, asked.scan, kiosk)
    return _by_visit(hub, asked, kiosk)


def check_in_by_staff(hub: Hub, asked: StaffCheckInAsked, actor: str) -> OrderNow | Refusal:
    """The clerk sees that somebody is here for it, whatever the kiosk heard."""

    def act(tx: Tx) -> OrderNow | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        refusal = arrive(tx, pickup, how=ArrivedHow.staff, actor=actor, event_id=asked.event_id)
        return refusal or order_now(pickup, tx.now_ms)

    return once(hub, asked.event_id, asked, OrderNow, act)


def arrive(tx: Tx, pickup: Pickup, *, how: ArrivedHow, actor: str, event_id: str) -> Refusal | None:
    """Set the mark once, as a fact; somebody who is marked already is not marked again."""
    refusal = decide_check_in(pickup)
    if refusal is None and pickup.marks.arrived_at_ms is None:
        fact = PickupArrived(actor=actor, at=tx.at, order=pickup.order_id, how=how, found=found_of(pickup))
        move(tx, pickup, fact, event_id)
    return refusal


def _by_pass(hub: Hub, asked: CheckInAsked, scan: str, kiosk: str) -> CheckedIn | Refusal:
    seen = genuine_pass(hub, scan)

    def act(tx: Tx) -> CheckedIn | Refusal:
        if isinstance(seen, Refusal):
            return seen
        pickup = order_of(tx, seen)
        if pickup is None:
            return shown_for_unknown_order(tx, seen, f"kiosk:{kiosk}")
        return _checked_in(tx, pickup, kiosk, asked.event_id)

    return once(hub, asked.event_id, asked, CheckedIn, act)


def _by_visit(hub: Hub, asked: CheckInAsked, kiosk: str) -> CheckedIn | Refusal:
    visit = hub.visits.get(asked.visit_id or "", kiosk)
    with hub.replica.reading() as conn:
        hers = people.orders_of(conn, visit.identity) if visit else []

    def act(tx: Tx) -> CheckedIn | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id or "") if asked.order_id in hers else None
        return UNKNOWN if pickup is None else _checked_in(tx, pickup, kiosk, asked.event_id)

    return once(hub, asked.event_id, asked, CheckedIn, act)


def _checked_in(tx: Tx, pickup: Pickup, kiosk: str, event_id: str) -> CheckedIn | Refusal:
    refusal = arrive(tx, pickup, how=ArrivedHow.kiosk, actor=f"kiosk:{kiosk}", event_id=event_id)
    return refusal or CheckedIn(display_code=pickup.display_code, state=pickup.state)
