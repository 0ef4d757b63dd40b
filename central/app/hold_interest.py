"""Decides which stores hold a shopper's card and cart, and sends them down or takes them back."""

from central.app.central import Central
from central.app.send_down import Down, people_feed
from central.store.acts import consents_of
from central.store.carts import cart_of
from central.store.database import Tx
from central.store.orders import stores_with_open_orders
from central.store.people import (
    LinkedIdentity,
    Profile,
    begin_interest,
    end_interest,
    identities_of,
    interests_of,
    stores_seen_in,
)
from edge.domain.consent import Channel, Purpose, in_force
from edge.domain.identity import IdentityKind, last4, mask_name
from edge.domain.truth import Card, ConsentDown

SEEN_MS = 30 * 86_400_000
"""A store where she was identified goes on holding her card this long."""

CARD_MS = 180 * 86_400_000
"""A card is sent again whenever anything on it changes; one that was not heard of for half a year is nobody's."""

STORE_HOLDS = (Purpose.personalisation, Channel.store)
"""The yes that lets stores hold her card and cart: "know me in my store"."""

NOTICED = (Purpose.location, Channel.beacon)
"""The yes without which no store hears which tag is hers."""


def review_interest(
    central: Central, tx: Tx, down: Down, profile: Profile, identity: str, *, card_changed: bool = False
) -> None:
    """Bring the stores that hold this identity's card and cart in line with what she chose, ordered and consented to."""
    allowed = in_force(consents_of(tx, profile.profile))
    wanted = _stores_of_interest(central, tx, profile) if STORE_HOLDS in allowed else set[str]()
    held = interests_of(tx, profile.profile, identity)
    cart = cart_of(tx, profile.profile, identity)
    for store in sorted(held - wanted):
        end_interest(tx, identity, store)
        down.bury(people_feed(store), "card", identity)
        if cart is not None:
            down.bury(people_feed(store), "cart", cart.cart.cart_id)
    for store in sorted(wanted - held):
        begin_interest(tx, profile.profile, identity, store, central.now_ms())
        if cart is not None:
            down.send(people_feed(store), "cart", cart.cart.cart_id, cart.cart)
    for store in sorted(wanted if card_changed else wanted - held):
        down.card(store, card_of(central, tx, profile, identity))


def card_of(central: Central, tx: Tx, profile: Profile, identity: str) -> Card:
    """What a store's screens may show of her, and the key her phone signs with."""
    known = identities_of(tx, profile.profile)
    allowed = in_force(consents_of(tx, profile.profile))
    consents = tuple(ConsentDown(purpose=p, channel=c, given=True) for p, c in sorted(allowed))
    return Card(
        identity=identity,
        masked_name=mask_name(profile.name),
        last4=last4(_value(known, IdentityKind.phone)),
        locale=profile.locale,
        app_public_key=next((each.value for each in known if each.identity == identity and each.value), None),
        consents=consents,
        expires_at_ms=central.now_ms() + CARD_MS,
        tags=tuple(each.value for each in known if each.kind == IdentityKind.tag) if NOTICED in allowed else (),
    )


def last4_of(tx: Tx, profile: str) -> str:
    """The last four digits of her telephone number; "" when she gave none."""
    return last4(_value(identities_of(tx, profile), IdentityKind.phone))


def _stores_of_interest(central: Central, tx: Tx, profile: Profile) -> set[str]:
    chosen = {profile.chosen_store} if profile.chosen_store else set[str]()
    seen = stores_seen_in(tx, profile.profile, central.now_ms() - SEEN_MS)
    return chosen | seen | stores_with_open_orders(tx, profile.profile)


def _value(known: list[LinkedIdentity], kind: IdentityKind) -> str:
    return next((each.value for each in known if each.kind == kind), "")
