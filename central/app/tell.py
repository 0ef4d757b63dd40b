"""Puts words into a shopper's message box; the phone makes sentences of them in her language."""

from central.store.acts import Message, add_message
from central.store.database import Tx
from central.store.orders import HeldOrder
from edge.domain.cart import Answer
from edge.domain.message import MessageKind


def tell_of_order(tx: Tx, order: HeldOrder, kind: MessageKind, at_ms: int) -> None:
    """Tell whose order it is what became of it; a guest reads it on the order's own page and has no box."""
    if not order.owner.profile:
        return
    pickup = order.pickup
    details: dict[str, str | int] = {"display_code": pickup.display_code, "store": pickup.store}
    if pickup.closed_reason:
        details["reason"] = pickup.closed_reason
    add_message(tx, order.owner.profile, Message(kind=kind, order=pickup.order_id, details=details, at_ms=at_ms))


def tell_of_wish(tx: Tx, profile: str, answer: Answer, gtin: str, at_ms: int) -> None:
    """Tell her that a wish she made in a store was not granted, and about which product."""
    details: dict[str, str | int] = {"reason": str(answer.reason or ""), "gtin": gtin, "line": answer.line or ""}
    add_message(tx, profile, Message(kind=MessageKind.wish_refused, wish=answer.wish_id, details=details, at_ms=at_ms))
