"""For what may be done with a pickup: one pure function per act, the same at the hub, at a desk and at central.

Every decider gives None (do it) or the Refusal to show. None of them changes anything.
"""

from collections.abc import Collection, Iterable, Mapping

from edge.domain.errors import Refusal
from edge.domain.pickup_book import (
    LineState,
    OrderState,
    Parcel,
    ParcelSeen,
    ParcelState,
    ParcelUnits,
    PassSeen,
    Pickup,
    PickupLine,
    loose_units,
    units_in,
)
from edge.domain.pickup_reason import PickupReason, refuse

MAX_PARCELS = 255  # a label and a pass carry the number in one byte


_PICKING = (OrderState.accepted, OrderState.picking, OrderState.staged, OrderState.ready)


def decide_accept(pickup: Pickup, available: Mapping[str, int] | None) -> Refusal | None:
    """Whether the shop may take this order.

    `available` are the units per GTIN that nothing else has reserved; None when a clerk decides at the shelf.
    """
    if pickup.state is not OrderState.placed:
        return _cannot_step(pickup)
    if available is None:
        return None
    for gtin, qty in units_to_reserve(pickup).items():
        if qty > available.get(gtin, 0):
            return refuse(PickupReason.no_stock, gtin=gtin, qty=qty, available=available.get(gtin, 0))
    return None


def units_to_reserve(pickup: Pickup) -> dict[str, int]:
    """Units per GTIN an accepted order holds back: what is neither picked nor found short."""
    wanted: dict[str, int] = {}
    for line in pickup.lines:
        wanted[line.gtin] = wanted.get(line.gtin, 0) + line.to_pick_qty
    return {gtin: qty for gtin, qty in wanted.items() if qty > 0}


def decide_decline(pickup: Pickup) -> Refusal | None:
    """Whether the shop may still say no: not once something of it is packed."""
    if pickup.closed or pickup.parcels_here or pickup.parcels_left:
        return _cannot_step(pickup)
    return None


def decide_pick(pickup: Pickup, line: int, qty: int, gtin: str | None = None) -> Refusal | None:
    """Whether `qty` units may be confirmed for this line. `gtin` is the product scanned, None when nothing was."""
    wanted = pickup.line(line)
    if wanted is None:
        return refuse(PickupReason.unknown_line, line=line)
    if gtin is not None and gtin != wanted.gtin:
        return refuse(PickupReason.wrong_product, line=line, wanted=wanted.gtin, scanned=gtin)
    return why_not_take(pickup, wanted, qty)


def decide_short(pickup: Pickup, line: int, qty: int) -> Refusal | None:
    """Whether `qty` units of this line may be written down as not to be found."""
    wanted = pickup.line(line)
    if wanted is None:
        return refuse(PickupReason.unknown_line, line=line)
    return why_not_take(pickup, wanted, qty)


def decide_stage(pickup: Pickup, number: int, units: Iterable[ParcelUnits], shelf: str) -> Refusal | None:
    """Whether these picked units may become parcel `number` (on `shelf`; "" while it is only packed)."""
    if pickup.state not in _PICKING:
        return _cannot_step(pickup)
    if pickup.parcel(number) is not None or not 1 <= number <= MAX_PARCELS:
        return refuse(PickupReason.parcel_exists, parcel=number, shelf=shelf)
    loose = {each.line: each.qty for each in loose_units(pickup)}
    asked: dict[int, int] = {}
    for each in units:
        asked[each.line] = asked.get(each.line, 0) + each.qty
        if each.qty < 1 or asked[each.line] > loose.get(each.line, 0):
            return refuse(PickupReason.too_many, line=each.line, qty=asked[each.line], left=loose.get(each.line, 0))
    return None if asked else refuse(PickupReason.nothing_to_stage, parcel=number)


def decide_ready(pickup: Pickup) -> Refusal | None:
    """Whether the shopper may be told that it is ready."""
    return None if pickup.state is OrderState.staged else _cannot_step(pickup)


def decide_check_in(pickup: Pickup) -> Refusal | None:
    """Whether somebody may be marked as arrived for this order."""
    if pickup.state is OrderState.handed_over:
        return _already_collected(pickup)
    return _closed(pickup) if pickup.closed else None


def decide_pass(
    pickup: Pickup | None,
    pass_seen: PassSeen,
    *,
    store_number: int,
    now_ms: int,
    confirmed: bool,
    name_checked: bool = False,
    revoked_pass_ids: Collection[str] = (),
) -> Refusal | None:
    """Whether this verified pass opens this order here, before any parcel is in the hand.

    An expired pass whose parcel still lies on the shelf is opened by a look at name and last four digits
    (`name_checked`). Unconfirmed time never refuses a pass.
    """
    if pass_seen.store_number != store_number:
        return refuse(PickupReason.other_store, store_number=pass_seen.store_number)
    if pickup is None:
        return refuse(PickupReason.unknown_order, order=pass_seen.order_id)
    if pass_seen.order_id != pickup.order_id:
        return refuse(PickupReason.other_order, order=pass_seen.order_id)
    standing = why_not_collect(pickup)
    if standing is not None:
        return standing
    if pass_seen.pass_id in revoked_pass_ids:
        return refuse(PickupReason.pass_revoked, pass_id=pass_seen.pass_id)
    if confirmed and now_ms > pass_seen.expires_at_ms and not name_checked:
        return refuse(PickupReason.pass_expired, expired_ms=pass_seen.expires_at_ms)
    return None


def decide_handover(
    pickup: Pickup | None,
    pass_seen: PassSeen | None,
    parcel_labels: tuple[ParcelSeen, ...],
    now_ms: int,
    confirmed: bool,
    *,
    store_number: int | None = None,
    receipt_no: str | None = None,
    name_checked: bool = False,
    revoked_pass_ids: Collection[str] = (),
) -> Refusal | None:
    """Whether these parcels may leave. Pass and labels come in one request; without a pass, `how` in the fact says why.

    `store_number` is this store's own, needed to tell another store's pass from an order not heard of yet.
    """
    if pass_seen is not None:
        own_number = store_number or (pickup.store_number if pickup else pass_seen.store_number)
        refusal = decide_pass(
            pickup,
            pass_seen,
            store_number=own_number,
            now_ms=now_ms,
            confirmed=confirmed,
            name_checked=name_checked,
            revoked_pass_ids=revoked_pass_ids,
        )
        if refusal is not None:
            return refusal
    if pickup is None:
        return refuse(PickupReason.unknown_order)
    return why_not_collect(pickup) or _why_not_these(pickup, parcel_labels) or _why_not_unpaid(pickup, receipt_no)


def decide_cancel(pickup: Pickup) -> Refusal | None:
    """Whether an asked cancel may be granted: only while no parcel has left."""
    if pickup.closed:
        return _already_collected(pickup) if pickup.state is OrderState.handed_over else _closed(pickup)
    return parcel_left(pickup.parcels_left[0]) if pickup.parcels_left else None


def decide_return(
    pickup: Pickup | None, lines: Iterable[tuple[int, str, int]], already_returned: Mapping[int, int]
) -> Refusal | None:
    """Whether these (line, gtin, qty) of one order may come back. `already_returned` are units per line taken back before."""
    if pickup is None:
        return refuse(PickupReason.unknown_order)
    back = dict(already_returned)
    for number, gtin, qty in lines:
        line = pickup.line(number)
        if line is None:
            return refuse(PickupReason.unknown_line, order=pickup.order_id, line=number)
        if line.gtin != gtin:
            return refuse(PickupReason.wrong_product, line=number, wanted=line.gtin, scanned=gtin)
        left = units_in(pickup.parcels_left, number) - back.get(number, 0)
        if not 0 < qty <= left:
            return refuse(PickupReason.returned_too_much, order=pickup.order_id, line=number, qty=qty, left=left)
        back[number] = back.get(number, 0) + qty
    return None


def why_not_take(pickup: Pickup, line: PickupLine, qty: int) -> Refusal | None:
    """Why these units of a line cannot be picked, found short, asked about or replaced; those asked about wait."""
    if pickup.state not in _PICKING:
        return _cannot_step(pickup)
    if not 0 < qty <= line.to_pick_qty or line.state is not LineState.to_pick:
        return refuse(PickupReason.too_many, line=line.line, qty=qty, left=line.to_pick_qty)
    asked = sum(each.qty for each in pickup.open_questions if each.line == line.line)
    if qty > line.to_pick_qty - asked:
        return refuse(PickupReason.question_open, line=line.line, qty=qty, asked=asked)
    return None


def why_not_open(pickup: Pickup) -> Refusal | None:
    """Why nothing more is done with this order: it is closed."""
    return _closed(pickup) if pickup.closed else None


def why_not_collect(pickup: Pickup) -> Refusal | None:
    """Why nothing of this order is handed over now, whatever is shown for it."""
    if pickup.state is OrderState.handed_over:
        return _already_collected(pickup)
    if pickup.closed:
        return _closed(pickup)
    if pickup.marks.cancel_asked_at_ms is not None:
        return refuse(PickupReason.cancel_asked, asked_ms=pickup.marks.cancel_asked_at_ms)
    return None


def _why_not_these(pickup: Pickup, labels: tuple[ParcelSeen, ...]) -> Refusal | None:
    if not labels:
        return refuse(PickupReason.no_parcel_scanned, staged=len(pickup.parcels_here))
    for label in labels:
        if label.order_id != pickup.order_id:
            return refuse(PickupReason.wrong_parcel, order=label.order_id, parcel=label.number)
        parcel = pickup.parcel(label.number)
        if parcel is not None and parcel.state is ParcelState.handed_over:
            return parcel_left(parcel)
        if parcel is None or parcel.state is ParcelState.unpacked:
            return refuse(PickupReason.not_staged, parcel=label.number, state=pickup.state.value)
    return None


def _why_not_unpaid(pickup: Pickup, receipt_no: str | None) -> Refusal | None:
    if pickup.amount_due_minor > 0 and not receipt_no:
        return refuse(PickupReason.amount_due, amount_minor=pickup.amount_due_minor, currency=pickup.currency)
    return None


def _already_collected(pickup: Pickup) -> Refusal:
    last = max(pickup.parcels_left, key=lambda parcel: parcel.left_at_ms or 0, default=None)
    when_ms = last.left_at_ms if last else pickup.closed_at_ms
    return refuse(PickupReason.already_collected, when_ms=when_ms or 0, by=(last.left_by if last else None) or "")


def parcel_left(parcel: Parcel) -> Refusal:
    """The no to a parcel that left already: when, and by whom."""
    return refuse(
        PickupReason.parcel_left, parcel=parcel.number, when_ms=parcel.left_at_ms or 0, by=parcel.left_by or ""
    )


def _closed(pickup: Pickup) -> Refusal:
    return refuse(PickupReason.order_closed, state=pickup.state.value, when_ms=pickup.closed_at_ms or 0)


def _cannot_step(pickup: Pickup) -> Refusal:
    return refuse(PickupReason.cannot_step, state=pickup.state.value)
