"""Takes an order without a profile and gives a token that opens it."""

from typing import Annotated

import msgspec
from msgspec import Meta

from central.app.central import Central, token_hash
from central.app.change_cart import LINES_MAX, EventId, Gtin, Price
from central.app.decide_wish import decide_order_wish, price_now
from central.app.grant_order import Buyer, grant_order
from central.app.idempotency import answered, keep, stored
from central.app.offer_promise import is_today
from central.app.order_view import OrderView, view_of
from central.app.place_order import AskedOrderCharge, Placed, StoreCode, as_refusal
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.store.database import Tx
from central.store.guests import Guest, add_guest
from central.store.orders import HeldOrder
from central.store.stores import Store, get_store
from edge.domain.cart import Answer, Cart, CartLine, OrderWish, OrderWishLine
from edge.domain.errors import Refusal
from edge.domain.identity import last4, mask_name, phone_e164
from edge.domain.pickup import IfShort, PickupLine

GUESTS = ""
"""The profile under which a guest's answers are kept: nobody's."""


class AskedGuestLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many units of a product; a price of the caller's own needs a store that allows it."""

    gtin: Gtin
    qty: Annotated[int, Meta(ge=1, le=1_000_000)]
    agreed_price_minor: Price | None = None


class AskedGuestOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order without a profile."""

    event_id: EventId
    store: StoreCode
    name: Annotated[str, Meta(max_length=80)] = ""
    phone: Annotated[str, Meta(max_length=32)] = ""
    locale: Annotated[str, Meta(max_length=16)] = "ko"
    lines: Annotated[tuple[AskedGuestLine, ...], Meta(max_length=LINES_MAX)] = ()
    charges: Annotated[tuple[AskedOrderCharge, ...], Meta(max_length=100)] = ()
    if_short: IfShort = IfShort.refund
    same_day: bool = False


class GuestPlaced(msgspec.Struct, frozen=True, kw_only=True):
    """The order, and the token that opens it and its pass. Whoever holds the token holds the order."""

    order: OrderView
    order_token: str


def place_guest_order(central: Central, asked: AskedGuestOrder) -> GuestPlaced | Refusal:
    """Place the order; the same event_id again gives the same. Raises BadIdentity for a phone that is none, and OutOfCodes."""
    phone = phone_e164(asked.phone) if asked.phone else ""
    with central.books.writing() as tx:
        before = answered(tx, GUESTS, asked.event_id, act="guest_order", asked=asked, kind=Placed)
        if before is not None:
            return before if isinstance(before, Refusal) else _with_token(central, before)
        store = get_store(tx, asked.store)
        if store is None:
            return Refusal(CentralReason.unknown_store, {"store": asked.store})
        down = Down()
        order = _place(central, tx, down, store, asked)
        if isinstance(order, Refusal):
            return order
        placed = Placed(order=view_of(order))
        token = central.order_token(order.pickup.order_id)
        guest = Guest(name=asked.name, phone=phone, locale=asked.locale, token_hash=token_hash(token))
        add_guest(tx, store.store, order.pickup.order_id, guest)
        keep(tx, GUESTS, asked.event_id, stored("guest_order", asked, placed), central.now_ms())
        down.flush(tx, central.now_ms())
        return _with_token(central, placed)


def _with_token(central: Central, placed: Placed) -> GuestPlaced:
    return GuestPlaced(order=placed.order, order_token=central.order_token(placed.order.order_id))


def _place(central: Central, tx: Tx, down: Down, store: Store, asked: AskedGuestOrder) -> HeldOrder | Refusal:
    if asked.same_day and not is_today(tx, store, central.now_ms()):
        return Refusal(CentralReason.not_today, {"store": store.store})
    if not asked.lines and not asked.charges:
        return Refusal(CentralReason.nothing_to_order)
    own_terms = asked.charges or any(line.agreed_price_minor is not None for line in asked.lines)
    if own_terms and not store.settings.agreed_prices_from_app:
        return Refusal(CentralReason.price_not_yours)
    lines = _decided_lines(central, tx, store, asked) if asked.lines else ()
    if isinstance(lines, Refusal):
        return lines
    buyer = Buyer(
        profile="",
        identity=None,
        masked_name=mask_name(asked.name),
        last4=last4(asked.phone),
        locale=asked.locale,
    )
    charges = tuple(charge.charge() for charge in asked.charges)
    return grant_order(
        central,
        tx,
        down,
        store=store,
        buyer=buyer,
        lines=lines,
        charges=charges,
        asked_by=asked.event_id,
        if_short=asked.if_short,
    )


def _decided_lines(central: Central, tx: Tx, store: Store, asked: AskedGuestOrder) -> tuple[PickupLine, ...] | Refusal:
    """A guest's lines are a cart that lives for one decision, judged by the same rules."""
    prices = price_now(tx, {line.gtin for line in asked.lines})
    lines = tuple(
        CartLine(line=str(number), gtin=x.gtin, qty=x.qty, version=0, agreed_price_minor=x.agreed_price_minor)
        for number, x in enumerate(asked.lines, start=1)
    )
    cart = Cart(
        cart_id=asked.event_id,
        identity="",
        store=store.store,
        version=0,
        currency=store.currency,
        lines=lines,
        changed_at_ms=central.now_ms(),
    )
    wish = OrderWish(
        wish_id=asked.event_id,
        cart=cart.cart_id,
        base_version=0,
        store=store.store,
        lines=tuple(
            OrderWishLine(line=x.line, line_version=0, qty=x.qty, seen_price_minor=_seen(x, prices)) for x in lines
        ),
    )
    ordered = decide_order_wish(tx, cart, wish)
    return as_refusal(ordered) if isinstance(ordered, Answer) else ordered.lines


def _seen(line: CartLine, prices: dict[str, int]) -> int:
    return prices.get(line.gtin, 0) if line.agreed_price_minor is None else line.agreed_price_minor
