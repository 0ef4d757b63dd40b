"""Makes lines of a cart an order, for a phone or for a kiosk's wish: the lines and their charges leave the cart with it."""

from collections.abc import Sequence

from central.app.central import Central
from central.app.decide_wish import Ordered
from central.app.grant_order import as_charges, grant_order
from central.app.hold_interest import review_interest
from central.app.read_profile import Shopper, buyer_of
from central.app.send_down import Down
from central.store.carts import HeldCart, save_cart
from central.store.database import Tx
from central.store.orders import HeldOrder
from central.store.stores import Store
from edge.domain.cart import Cart, OrderWish, charges_with, take_lines
from edge.domain.pickup import Charge, IfShort


def order_cart(
    central: Central,
    tx: Tx,
    down: Down,
    *,
    shopper: Shopper,
    held: HeldCart,
    store: Store,
    wish: OrderWish,
    ordered: Ordered,
    extra_charges: Sequence[Charge] = (),
    if_short: IfShort = IfShort.refund,
) -> tuple[HeldOrder, Cart]:
    """Write down the granted order and the cart after it; gives both. The caller has decided and answers."""
    charges = (*as_charges(charges_with(held.cart, wish)), *extra_charges)
    buyer = buyer_of(tx, shopper)
    order = grant_order(
        central,
        tx,
        down,
        store=store,
        buyer=buyer,
        lines=ordered.lines,
        charges=charges,
        asked_by=wish.wish_id,
        if_short=if_short,
    )
    after = held.with_cart(take_lines(held.cart, wish, central.now_ms()))
    save_cart(tx, held, after)
    review_interest(central, tx, down, shopper.profile, held.cart.identity)
    down.cart(tx, held.profile, after.cart)
    return order, after.cart
