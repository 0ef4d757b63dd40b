"""Makes a store hers: her cart belongs there from now on, and with her consent the store holds her card."""

import msgspec

from central.app.central import Central
from central.app.hold_interest import review_interest
from central.app.place_order import StoreCode
from central.app.read_profile import Me, me_of, shopper_of
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.store.carts import cart_of, save_cart
from central.store.database import Tx
from central.store.people import choose_store
from central.store.stores import Store, get_store
from edge.domain.errors import Refusal


class AskedStore(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The store she chooses; null for none."""

    store: StoreCode | None


def choose_the_store(central: Central, identity: str, asked: AskedStore) -> Me | Refusal:
    """Write the choice down; choosing the same store again changes nothing."""
    with central.books.writing() as tx:
        shopper = shopper_of(tx, identity)
        store = get_store(tx, asked.store) if asked.store else None
        if shopper is None or (asked.store and store is None):
            return Refusal(CentralReason.unknown_identity if shopper is None else CentralReason.unknown_store)
        if shopper.profile.chosen_store != asked.store:
            choose_store(tx, shopper.profile.profile, asked.store)
            chosen = msgspec.structs.replace(shopper.profile, chosen_store=asked.store)
            shopper = msgspec.structs.replace(shopper, profile=chosen)
            down = Down()
            _move_cart(central, tx, down, chosen.profile, identity, store=store)
            review_interest(central, tx, down, chosen, identity)
            down.flush(tx, central.now_ms())
        return me_of(tx, shopper)


def _move_cart(central: Central, tx: Tx, down: Down, profile: str, identity: str, *, store: Store | None) -> None:
    held = cart_of(tx, profile, identity)
    if held is None or store is None:
        return
    cart = msgspec.structs.replace(
        held.cart,
        store=store.store,
        # Prices of two currencies cannot stand in one cart; an empty one takes the store's.
        currency=held.cart.currency if held.cart.lines else store.currency,
        version=held.cart.version + 1,
        changed_at_ms=central.now_ms(),
    )
    save_cart(tx, held, held.with_cart(cart))
    down.cart(tx, profile, cart)
