"""Makes lines of a cart an order, as the shopper's phone asks: all of it, or none of it and the reason."""

from typing import Annotated

import msgspec
from msgspec import Meta

from central.app.central import Central
from central.app.change_cart import LINES_MAX, EventId, Minor
from central.app.decide_wish import decide_order_wish, price_now
from central.app.grant_order import grant_order
from central.app.idempotency import answered, keep, stored
from central.app.offer_promise import is_today
from central.app.order_cart import order_cart
from central.app.order_view import OrderView, view_of
from central.app.read_profile import Shopper, buyer_of, shopper_of
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.store.carts import HeldCart, cart_of
from central.store.database import Tx
from central.store.orders import HeldOrder
from central.store.stores import Store, get_store
from edge.domain.cart import Answer, Cart, OrderWish, OrderWishLine, price_of
from edge.domain.errors import Refusal
from edge.domain.pickup import Charge, IfShort

StoreCode = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]


class AskedOrderCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A charge that comes with the order itself."""

    code: Annotated[str, Meta(min_length=1, max_length=32)]
    text: Annotated[str, Meta(max_length=200)] = ""
    qty: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)] = 1
    price_minor: Minor

    def charge(self) -> Charge:
        """The charge as it stands on the order."""
        return Charge(code=self.code, text=self.text, qty=self.qty, price_minor=self.price_minor)


class AskedOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Order these lines of the cart at `store`; `lines` null orders all of them.

    `same_day`: only if the store promises today; refused otherwise, with nothing ordered.
    `if_short` is what she wants for units that cannot be picked, should nobody get an answer from her in time.
    """

    event_id: EventId
    store: StoreCode
    lines: Annotated[tuple[EventId, ...], Meta(max_length=LINES_MAX)] | None = None
    charges: Annotated[tuple[AskedOrderCharge, ...], Meta(max_length=100)] = ()
    if_short: IfShort = IfShort.refund
    same_day: bool = False


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """The order as it was placed."""

    order: OrderView


def place_order(central: Central, identity: str, asked: AskedOrder) -> Placed | Refusal:
    """Place the order, its prices frozen; the same event_id again gives the same order. Raises OutOfCodes."""
    with central.books.writing() as tx:
        shopper, store = shopper_of(tx, identity), get_store(tx, asked.store)
        if shopper is None or store is None:
            return Refusal(CentralReason.unknown_identity if shopper is None else CentralReason.unknown_store)
        owner = shopper.profile.profile
        before = answered(tx, owner, asked.event_id, act="order", asked=asked, kind=Placed)
        held = cart_of(tx, owner, identity)
        if before is not None or held is None:
            return before or Refusal(CentralReason.unknown_cart)
        if asked.charges and not store.settings.agreed_prices_from_app:
            return Refusal(CentralReason.price_not_yours)
        if asked.same_day and not is_today(tx, store, central.now_ms()):
            return Refusal(CentralReason.not_today, {"store": store.store})
        down = Down()
        order = _place(central, tx, down, shopper=shopper, held=held, store=store, asked=asked)
        if isinstance(order, Refusal):
            return order
        answer = Placed(order=view_of(order))
        keep(tx, owner, asked.event_id, stored("order", asked, answer), central.now_ms())
        down.flush(tx, central.now_ms())
        return answer


def _place(
    central: Central, tx: Tx, down: Down, *, shopper: Shopper, held: HeldCart, store: Store, asked: AskedOrder
) -> HeldOrder | Refusal:
    extra = tuple(charge.charge() for charge in asked.charges)
    names = tuple(line.line for line in held.cart.lines) if asked.lines is None else asked.lines
    if not names and not extra:
        return Refusal(CentralReason.nothing_to_order)
    if not names:
        return grant_order(
            central,
            tx,
            down,
            store=store,
            buyer=buyer_of(tx, shopper),
            lines=(),
            charges=extra,
            asked_by=asked.event_id,
        )
    wish = _wish(tx, held.cart, asked, names)
    ordered = decide_order_wish(tx, held.cart, wish)
    if isinstance(ordered, Answer):
        return as_refusal(ordered)
    order, _ = order_cart(
        central,
        tx,
        down,
        shopper=shopper,
        held=held,
        store=store,
        wish=wish,
        ordered=ordered,
        extra_charges=extra,
        if_short=asked.if_short,
    )
    return order


def as_refusal(answer: Answer) -> Refusal:
    """A wish's no as the answer to a call."""
    found: dict[str, str | int] = {"version": answer.version}
    return Refusal(str(answer.reason), found | {"line": answer.line} if answer.line else found)


def _wish(tx: Tx, cart: Cart, asked: AskedOrder, names: tuple[str, ...]) -> OrderWish:
    """Her phone orders what its copy of the cart shows, at today's prices: the line as it is now is the line she saw."""
    lines = {line.line: line for line in cart.lines}
    prices = price_now(tx, {line.gtin for line in cart.lines})
    return OrderWish(
        wish_id=asked.event_id,
        cart=cart.cart_id,
        base_version=cart.version,
        store=asked.store,
        lines=tuple(
            OrderWishLine(
                line=name,
                line_version=lines[name].version if name in lines else 0,
                qty=lines[name].qty if name in lines else 0,
                seen_price_minor=price_of(lines.get(name), prices.get(lines[name].gtin if name in lines else "")) or 0,
            )
            for name in names
        ),
    )
