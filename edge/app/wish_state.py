"""What became of a wish: asked until central's answer came down."""

from enum import StrEnum

import msgspec

from edge.app.cart_view import WishState, reason_of, state_of
from edge.app.hub import Hub
from edge.domain.errors import Refusal
from edge.store import pickups, wishes


class WishReason(StrEnum):
    """Why nothing can be said."""

    unknown_wish = "unknown_wish"


class WishView(msgspec.Struct, frozen=True, kw_only=True):
    """A wish as a screen shows it; `line` is the first line a no is about."""

    wish_id: str
    state: WishState
    reason: str | None = None
    line: str | None = None
    order_id: str | None = None
    display_code: str | None = None


def view_of_new(wish_id: str) -> WishView:
    """A wish that was just asked."""
    return WishView(wish_id=wish_id, state=WishState.asked)


def wish_state(hub: Hub, wish_id: str) -> WishView | Refusal:
    """The wish as it stands; the four-character code as soon as its order has arrived here."""
    with hub.state.reading() as conn:
        kept = wishes.get(conn, wish_id)
        if kept is None:
            return Refusal(WishReason.unknown_wish)
        order_id = kept.answer.order_id if kept.answer else None
        order = pickups.get(conn, order_id) if order_id else None
    return WishView(
        wish_id=wish_id,
        state=state_of(kept),
        reason=reason_of(kept),
        line=kept.answer.line if kept.answer else None,
        order_id=order_id,
        display_code=order.display_code if order else None,
    )
