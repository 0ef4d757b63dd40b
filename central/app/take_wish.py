"""Answers the wishes a store sends up: the change, then the answer behind it, in one transaction."""

from central.app.central import Central
from central.app.decide_wish import decide_cart_change, decide_order_wish, price_now
from central.app.order_cart import order_cart
from central.app.read_profile import Shopper
from central.app.send_down import Down
from central.app.tell import tell_of_wish
from central.store.acts import WishRecord, get_wish, keep_wish, versions_made
from central.store.carts import HeldCart, cart_by_id, save_cart
from central.store.database import Tx
from central.store.people import profile_of
from central.store.stores import get_store
from edge.domain.cart import Answer, CartChange, OrderWish, Outcome
from edge.domain.facts import CartChangeAsked, OrderAsked


def take_cart_wish(central: Central, tx: Tx, down: Down, store: str, wish: CartChange) -> None:
    """Decide a change of one line and answer it."""
    held = cart_by_id(tx, wish.cart)
    decided = decide_cart_change(
        held,
        wish,
        price_now(tx, [wish.gtin]),
        now_ms=central.now_ms(),
        after_answer=get_wish(tx, store, wish.after) if wish.after else None,
    )
    if held is not None and decided.cart is not None and decided.cart is not held:
        save_cart(tx, held, decided.cart)
        down.cart(tx, held.profile, decided.cart.cart)
    _answer(central, tx, down, _record(central, store, wish, held, decided.answer), gtin=wish.gtin)


def take_order_wish(central: Central, tx: Tx, down: Down, store: str, wish: OrderWish) -> None:
    """Decide whether lines of a cart become a pickup here, whole or not at all, and answer it. Raises OutOfCodes."""
    held = cart_by_id(tx, wish.cart)
    ordered = decide_order_wish(
        tx,
        held.cart if held else None,
        wish,
        after_answer=get_wish(tx, store, wish.after) if wish.after else None,
        own_versions=versions_made(tx, store, wish.cart, wish.base_version),
    )
    profile = profile_of(tx, held.cart.identity) if held else None
    place = get_store(tx, store)
    if isinstance(ordered, Answer):
        answer = ordered
    else:
        assert held is not None, "the rule book grants nothing from a cart that is not there"
        assert profile is not None, "a cart belongs to a profile"
        assert place is not None, "a store whose hub is enrolled but that was never put sells nothing"
        shopper = Shopper(identity=held.cart.identity, profile=profile)
        order, cart = order_cart(central, tx, down, shopper=shopper, held=held, store=place, wish=wish, ordered=ordered)
        version, order_id = cart.version, order.pickup.order_id
        answer = Answer(wish_id=wish.wish_id, outcome=Outcome.granted, version=version, order_id=order_id)
    line = held.cart.line(answer.line) if held else None
    _answer(central, tx, down, _record(central, store, wish, held, answer), gtin=line.gtin if line else "")


def _answer(central: Central, tx: Tx, down: Down, record: WishRecord, *, gtin: str) -> None:
    keep_wish(tx, record)
    down.answer(record.store, record.answer)
    if record.profile is not None and record.answer.outcome is not Outcome.granted:
        tell_of_wish(tx, record.profile, record.answer, gtin, central.now_ms())


def _record(
    central: Central, store: str, wish: CartChange | OrderWish, held: HeldCart | None, answer: Answer
) -> WishRecord:
    return WishRecord(
        store=store,
        kind=(CartChangeAsked if isinstance(wish, CartChange) else OrderAsked).KIND,
        cart=wish.cart,
        profile=held.profile if held else None,
        answer=answer,
        answered_at_ms=central.now_ms(),
    )
