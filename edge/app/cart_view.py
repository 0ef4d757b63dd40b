"""The online cart as a walking list: truth with wishes folded over it, and what this store knows about every line."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from edge.app.asked_view import AskedView, asked_views
from edge.app.availability import available_now
from edge.app.hub import Hub
from edge.app.visits import Visit
from edge.domain.cart import Cart, CartChange, FoldedLine, Outcome, fold, is_folded
from edge.domain.product import Product
from edge.domain.stock import StockHere
from edge.domain.truth import Identified
from edge.store import catalogue, people, pickups, questions, summaries, wishes
from edge.store.wishes import KeptWish
from sync.link import LinkState

STALE_PRICE_MS = 24 * 3_600_000
"""A shelf price older than a day may have been changed on the shelf; the screen says "직원에게 확인해 주세요"."""
REFRESH_MS = 5 * 60_000
"""A cart held only in memory is asked for again at least this often (trust.md, personal data at the edge)."""


class WishState(StrEnum):
    """What became of a wish, as a screen says it."""

    asked = "asked"
    granted = "granted"
    refused = "refused"
    superseded = "superseded"


class LineWish(msgspec.Struct, frozen=True, kw_only=True):
    """The last wish on a line during this visit."""

    wish_id: str
    state: WishState
    reason: str | None = None


class CartLineView(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `qty` has the wishes in it, `truth_qty` is central's; prices in minor units."""

    line: str
    line_version: int
    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    qty: int
    truth_qty: int
    pending: bool
    wish: LineWish | None
    price_minor: int
    shelf_price_minor: int | None
    shelf_price_stale: bool
    currency: str
    stock_here: int | None  # None: this store does not carry it
    stock_as_of_ms: int | None
    aisle: int | None
    bay: str | None
    category: dict[str, str] | None


class OpenOrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An open pickup of hers at this store, and what is asked of her about it."""

    order_id: str
    display_code: str
    state: str
    questions: tuple[AskedView, ...] = ()


class CartView(msgspec.Struct, frozen=True, kw_only=True):
    """The cart as the hub knows it; in stock first, then by aisle and bay."""

    cart_id: str
    version: int
    stored_at_ms: int
    line_state: LinkState
    line_since_ms: int
    lines: tuple[CartLineView, ...]
    total_here_minor: int
    orders: tuple[OpenOrderView, ...]


class KnownCart(msgspec.Struct, frozen=True, kw_only=True):
    """The newest copy of a cart, when it was read, and the wishes of this visit on it."""

    cart: Cart | None
    stored_at_ms: int
    wishes: tuple[KeptWish, ...] = ()

    @property
    def open_wishes(self) -> tuple[KeptWish, ...]:
        """Those that must still be folded over this copy."""
        return tuple(kept for kept in self.wishes if self.cart is not None and is_folded(self.cart, kept.answer))

    @property
    def wishes_ahead(self) -> tuple[KeptWish, ...]:
        """Wishes not refused that this copy does not show yet: what she does next, she does after the last of them."""
        return tuple(kept for kept in self.open_wishes if kept.answer is None or kept.answer.outcome is Outcome.granted)


def known_cart(hub: Hub, visit: Visit) -> KnownCart:
    """The cart of a visit: the sealed copy if this hub keeps one, else the one held in memory, fetched again when behind."""
    with hub.replica.reading() as conn:
        stored = people.cart_of(conn, hub.keys, visit.identity)
    cart = stored.cart if stored else visit.cart
    if cart is None:
        return KnownCart(cart=None, stored_at_ms=visit.cart_read_at_ms)
    with hub.state.reading() as conn:
        kept = tuple(wishes.of_cart(conn, cart.cart_id, copy_version=cart.version, since_ms=visit.opened_at_ms))
    if stored is not None:
        return KnownCart(cart=cart, stored_at_ms=_fresh_as_of_ms(hub, stored.stored_at_ms), wishes=kept)
    return _from_memory(hub, visit, cart, kept)


def cart_view(hub: Hub, visit: Visit) -> CartView:
    """What the kiosk shows now."""
    known = known_cart(hub, visit)
    lines = _lines(hub, known)
    here = [line for line in lines if line.stock_here is not None and 0 < line.qty <= line.stock_here]
    return CartView(
        cart_id=known.cart.cart_id if known.cart else "",
        version=known.cart.version if known.cart else 0,
        stored_at_ms=known.stored_at_ms,
        line_state=hub.link.state,
        line_since_ms=hub.link.since_ms,
        lines=tuple(lines),
        total_here_minor=sum(line.price_minor * line.qty for line in here),
        orders=_orders(hub, visit.identity),
    )


def _fresh_as_of_ms(hub: Hub, stored_at_ms: int) -> int:
    """An unchanged copy is as fresh as the last page that was read, even if that page said nothing about it."""
    return max(stored_at_ms, hub.pulled.at_ms)


def _from_memory(hub: Hub, visit: Visit, cart: Cart, kept: tuple[KeptWish, ...]) -> KnownCart:
    behind = any(wish.answer is not None and is_folded(cart, wish.answer) for wish in kept)
    old = hub.clock.now_ms() - visit.cart_read_at_ms > REFRESH_MS
    if (behind or old) and hub.link.state is LinkState.UP:
        fresh = hub.central.shopper(visit.identity)
        if isinstance(fresh, Identified) and fresh.cart is not None:
            hub.visits.put_cart(visit.visit_id, fresh.cart)
            return KnownCart(cart=fresh.cart, stored_at_ms=hub.clock.now_ms(), wishes=kept)
    return KnownCart(cart=cart, stored_at_ms=visit.cart_read_at_ms, wishes=kept)


def _lines(hub: Hub, known: KnownCart) -> list[CartLineView]:
    if known.cart is None:
        return []
    folded = fold(known.cart, [kept.wish for kept in known.open_wishes])
    gtins = {line.gtin for line in folded}
    with hub.replica.reading() as conn:
        products = catalogue.products(conn, gtins)
        stock = catalogue.stock(conn, gtins)
    with hub.state.reading() as conn:
        left = available_now(conn, stock)
    now_ms = hub.clock.now_ms()
    views = [
        _line(
            line,
            _last_wish(line.line, known.wishes),
            products.get(line.gtin),
            stock.get(line.gtin),
            left=left.get(line.gtin),
            currency=known.cart.currency,
            now_ms=now_ms,
        )
        for line in folded
        if line.qty or line.pending
    ]
    return sorted(views, key=_walking_order)


def _walking_order(line: CartLineView) -> tuple[bool, int, str, str]:
    return (not line.stock_here, line.aisle if line.aisle is not None else 1 << 30, line.bay or "", line.line)


def _line(
    line: FoldedLine,
    wish: LineWish | None,
    product: Product | None,
    here: StockHere | None,
    *,
    left: int | None,
    currency: str,
    now_ms: int,
) -> CartLineView:
    place = here.place if here else None
    catalogue_price = product.price_minor if product else None
    price = line.agreed_price_minor if line.agreed_price_minor is not None else catalogue_price
    return CartLineView(
        line=line.line,
        line_version=line.version,
        gtin=line.gtin,
        name=product.name if product else {},
        option=product.option if product else None,
        mark=product.mark if product else "",
        qty=line.qty,
        truth_qty=line.truth_qty,
        pending=line.pending,
        wish=wish,
        price_minor=price or 0,
        shelf_price_minor=here.price_minor if here else None,
        shelf_price_stale=here is not None and now_ms - here.price_as_of_ms > STALE_PRICE_MS,
        currency=product.currency if product else currency,
        stock_here=None if left is None else max(0, left),
        stock_as_of_ms=here.as_of_ms if here else None,
        aisle=place.aisle if place else None,
        bay=place.bay if place else None,
        category=place.category if place else None,
    )


def _last_wish(line: str, kept: Sequence[KeptWish]) -> LineWish | None:
    found = [each for each in kept if _is_about(each, line)]
    return (
        None
        if not found
        else LineWish(wish_id=found[-1].wish.wish_id, state=state_of(found[-1]), reason=reason_of(found[-1]))
    )


def _is_about(kept: KeptWish, line: str) -> bool:
    if isinstance(kept.wish, CartChange):
        return kept.wish.target_line == line
    return any(asked.line == line for asked in kept.wish.lines)


def state_of(kept: KeptWish) -> WishState:
    """How the wish stands."""
    return WishState.asked if kept.answer is None else WishState(Outcome(kept.answer.outcome).value)


def reason_of(kept: KeptWish) -> str | None:
    """Central's reason for a no."""
    return None if kept.answer is None or kept.answer.reason is None else kept.answer.reason.value


def _orders(hub: Hub, identity: str) -> tuple[OpenOrderView, ...]:
    with hub.replica.reading() as conn:
        hers = people.orders_of(conn, identity)
    with hub.state.reading() as conn:
        found = [each for each in summaries.of_orders(conn, hers) if each.closed_at_ms is None]
        asked = pickups.get_many(conn, questions.orders_waiting(conn, [each.order_id for each in found]))
    shown = asked_views(hub, asked)
    return tuple(
        OpenOrderView(
            order_id=each.order_id,
            display_code=each.display_code,
            state=each.state,
            questions=shown.get(each.order_id, ()),
        )
        for each in found
    )
