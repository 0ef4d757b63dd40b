"""Ask central to change the online cart: a wish, kept and owed here in one transaction, folded over truth until it is answered."""

import msgspec

from edge.app.act import Tx, once
from edge.app.asked import EventId, Gtin, Price, Target, Version
from edge.app.cart_view import CartView, KnownCart, cart_view, known_cart
from edge.app.hub import Hub
from edge.app.look_up_cart import VisitReason
from edge.app.wish_state import WishView, view_of_new
from edge.domain.cart import CartChange, OrderWish
from edge.domain.errors import Refusal
from edge.domain.facts import CartChangeAsked
from edge.store import wishes
from edge.store.wishes import KeptWish


class ChangeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A line's target quantity with what the shopper saw; `line` None asks for a new line."""

    event_id: EventId
    visit_id: str = ""
    line: str | None
    gtin: Gtin
    target_qty: Target
    line_version: Version
    seen_price_minor: Price


class CartAfter(msgspec.Struct, frozen=True, kw_only=True):
    """The cart with the wish folded in."""

    cart: CartView


def ask_cart_change(hub: Hub, asked: ChangeAsked, *, kiosk: str) -> CartAfter | Refusal:
    """Keep and owe the wish; the answer shows the cart as it would be if central grants it."""
    visit = hub.visits.get(asked.visit_id, kiosk)
    if visit is None:
        return Refusal(VisitReason.unknown_visit)
    known = known_cart(hub, visit)
    if known.cart is None:
        return Refusal(VisitReason.no_cart)
    wish = CartChange(
        wish_id=asked.event_id,
        cart=known.cart.cart_id,
        base_version=known.cart.version,
        after=_after(known, asked.line),
        line=asked.line,
        line_version=asked.line_version,
        gtin=asked.gtin,
        target_qty=asked.target_qty,
        seen_price_minor=asked.seen_price_minor,
    )

    def act(tx: Tx) -> WishView:
        wishes.insert(tx.conn, wish, tx.now_ms)
        tx.owe(CartChangeAsked.of(wish, actor="shopper", at=tx.at), wish.wish_id)
        return view_of_new(wish.wish_id)

    kept = once(hub, asked.event_id, asked, WishView, act)
    return kept if isinstance(kept, Refusal) else CartAfter(cart=cart_view(hub, visit))


def _after(known: KnownCart, line: str | None) -> str | None:
    """Her last wish on that line that this copy does not show yet; central then counts the version it made as seen."""
    about = [kept.wish.wish_id for kept in known.wishes_ahead if _touches(kept, line)]
    return about[-1] if about else None


def _touches(kept: KeptWish, line: str | None) -> bool:
    if isinstance(kept.wish, OrderWish):
        return any(asked.line == line for asked in kept.wish.lines)
    return line is not None and kept.wish.target_line == line
