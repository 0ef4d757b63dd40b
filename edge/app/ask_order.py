"""Ask central to make lines of the cart a pickup here: granted whole or refused whole, now or when the line is back."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app.act import Tx, once
from edge.app.asked import EventId, Price, Qty, Version
from edge.app.cart_view import known_cart
from edge.app.hub import Hub
from edge.app.look_up_cart import VisitReason
from edge.app.wish_state import WishView, view_of_new, wish_state
from edge.domain.cart import OrderWish, OrderWishLine
from edge.domain.errors import Refusal
from edge.domain.facts import OrderAsked
from edge.store import wishes

LINES_MAX = 2000
"""Above the longest cart in any file seen (1,114 lines of one invoice)."""


class OrderLineAsked(msgspec.Struct, frozen=True, kw_only=True):
    """One cart line as the shopper saw it."""

    line: Annotated[str, Meta(max_length=64)]
    line_version: Version
    qty: Qty
    seen_price_minor: Price


class OrderWishAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Lines to be collected at this store."""

    event_id: EventId
    visit_id: str = ""
    lines: Annotated[tuple[OrderLineAsked, ...], Meta(min_length=1, max_length=LINES_MAX)]


def ask_order(hub: Hub, asked: OrderWishAsked, *, kiosk: str) -> WishView | Refusal:
    """Keep and owe the wish; nothing is picked until central's order arrives."""
    visit = hub.visits.get(asked.visit_id, kiosk)
    if visit is None:
        return Refusal(VisitReason.unknown_visit)
    known = known_cart(hub, visit)
    if known.cart is None:
        return Refusal(VisitReason.no_cart)
    ahead = [kept.wish.wish_id for kept in known.wishes_ahead]
    wish = OrderWish(
        wish_id=asked.event_id,
        cart=known.cart.cart_id,
        base_version=known.cart.version,
        after=ahead[-1] if ahead else None,
        store=hub.store,
        lines=tuple(
            OrderWishLine(
                line=line.line,
                line_version=line.line_version,
                qty=line.qty,
                seen_price_minor=line.seen_price_minor,
            )
            for line in asked.lines
        ),
    )

    def act(tx: Tx) -> WishView:
        wishes.insert(tx.conn, wish, tx.now_ms)
        tx.owe(OrderAsked.of(wish, actor="shopper", at=tx.at), wish.wish_id)
        return view_of_new(wish.wish_id)

    kept = once(hub, asked.event_id, asked, WishView, act)
    return kept if isinstance(kept, Refusal) else wish_state(hub, asked.event_id)
