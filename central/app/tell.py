"""Puts words into a shopper's message box; the phone makes sentences of them in her language."""

from collections.abc import Mapping

from central.store.acts import Message, add_message
from central.store.database import Tx
from central.store.orders import HeldOrder
from edge.domain.cart import Answer
from edge.domain.message import MessageKind
from edge.domain.pickup import OrderState


def tell_of_order(tx: Tx, order: HeldOrder, kind: MessageKind, at_ms: int) -> None:
    """Tell whose order it is what became of it; a guest reads it on the order's own page and has no box."""
    if not order.owner.profile:
        return
    pickup = order.pickup
    details: dict[str, str | int] = {"display_code": pickup.display_code, "store": pickup.store}
    if pickup.closed_reason and pickup.state is OrderState.declined:
        details["reason"] = pickup.closed_reason
    add_message(tx, order.owner.profile, Message(kind=kind, order=pickup.order_id, details=details, at_ms=at_ms))


def tell_of_line(
    tx: Tx, order: HeldOrder, kind: MessageKind, *, line: int, qty: int, instead: str = "", at_ms: int
) -> None:
    """Tell whose order it is about units of one line, and what came `instead`; a guest reads it on the order's own page."""
    pickup = order.pickup
    about = pickup.line(line)
    if not order.owner.profile or about is None:
        return
    details: dict[str, str | int] = {"display_code": pickup.display_code, "store": pickup.store, "qty": qty}
    details |= {"gtin": instead, "for": about.gtin} if instead else {"gtin": about.gtin}
    add_message(tx, order.owner.profile, Message(kind=kind, order=pickup.order_id, details=details, at_ms=at_ms))


def tell_of_time(tx: Tx, order: HeldOrder, kind: MessageKind, more: Mapping[str, str | int], at_ms: int) -> None:
    """Tell whose order it is about its time, with `more` to say; a guest reads it on the order's own page."""
    pickup = order.pickup
    if order.owner.profile:
        details = {"display_code": pickup.display_code, "store": pickup.store, **more}
        add_message(tx, order.owner.profile, Message(kind=kind, order=pickup.order_id, details=details, at_ms=at_ms))


def tell_of_wish(tx: Tx, profile: str, answer: Answer, gtin: str, at_ms: int) -> None:
    """Tell her that a wish she made in a store was not granted, and about which product."""
    details: dict[str, str | int] = {"reason": str(answer.reason or ""), "gtin": gtin, "line": answer.line or ""}
    add_message(tx, profile, Message(kind=MessageKind.wish_refused, wish=answer.wish_id, details=details, at_ms=at_ms))
