"""Follows what a store says about an order's time: promised, promised anew, reminded, kept longer, given up, taken up again."""

from central.app.central import Central
from central.app.tell import tell_of_time
from central.store.database import Tx
from central.store.orders import HeldOrder
from central.store.refund_asks import RefundAsk, ask_refund, open_refund_asks, withdraw_refund
from edge.domain.facts import (
    PickupAccepted,
    PickupExpired,
    PickupExtended,
    PickupFact,
    PickupPromised,
    PickupReminded,
    PickupReopened,
)
from edge.domain.message import MessageKind
from edge.domain.pickup import Pickup


def hear_of_time(central: Central, tx: Tx, before: HeldOrder, after: Pickup, fact: PickupFact) -> None:
    """Tell her what changed about the time of her order, and ask for the refund of what went back to the sales floor.

    Only what folding the fact changed is told, so that one heard again, or said twice, is told once.
    """
    now_ms, was = central.now_ms(), before.pickup

    def tell(kind: MessageKind, **details: int | str) -> None:
        tell_of_time(tx, before, kind, details, now_ms)

    match fact:
        case PickupAccepted() | PickupPromised() if _is_news(was, after):
            said = {} if was.promised_at_ms is None else {"was_ms": was.promised_at_ms}
            tell(MessageKind.order_promised, promised_at_ms=after.promised_at_ms or 0, **said)
        case PickupReminded() if after.marks.reminded_at_ms != was.marks.reminded_at_ms:
            tell(MessageKind.order_reminder)
        case PickupExtended() if after.extended_until_ms != was.extended_until_ms:
            tell(MessageKind.order_kept, until_ms=after.extended_until_ms or 0)
        case PickupExpired() if after.closed and not was.closed:
            refund_minor = _refund(after, fact)
            _ask(tx, after, fact, refund_minor, now_ms)
            tell(MessageKind.order_expired, refund_minor=refund_minor, currency=after.currency)
        case PickupReopened() if was.closed and not after.closed:
            withdraw_refund(tx, after.store, after.order_id, fact.run_id, now_ms)
            tell(MessageKind.order_reopened)
        case _:
            pass


def show_refund_asks(central: Central, store: str, after: str, limit: int) -> tuple[RefundAsk, ...]:
    """Refunds of a store that stand, by order, behind the order `after`."""
    with central.books.reading() as tx:
        return tuple(open_refund_asks(tx, store, after, limit))


def _is_news(before: Pickup, after: Pickup) -> bool:
    return after.promised_at_ms is not None and after.promised_at_ms != before.promised_at_ms


def _refund(pickup: Pickup, fact: PickupExpired) -> int:
    """What she paid for the units that went back; an order that was to be paid at the counter was not paid."""
    if pickup.amount_due_minor > 0:
        return 0
    prices = {line.line: line.price_minor for line in pickup.lines}
    units = [each for parcel in pickup.parcels if parcel.number in fact.parcels for each in parcel.units]
    return sum(prices.get(each.line, 0) * each.qty for each in units)


def _ask(tx: Tx, pickup: Pickup, fact: PickupExpired, amount_minor: int, now_ms: int) -> None:
    if amount_minor > 0:
        ask = RefundAsk(
            store=pickup.store,
            order_id=pickup.order_id,
            run_id=fact.run_id,
            amount_minor=amount_minor,
            currency=pickup.currency,
            asked_at_ms=now_ms,
        )
        ask_refund(tx, ask)
