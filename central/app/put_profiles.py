"""Takes people as another system knows them: each gets a profile, an identity for her app, an open cart, and her consents."""

from collections.abc import Sequence

import msgspec

from central.app.central import Central
from central.app.hold_interest import review_interest
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.store.acts import add_consent, consents_of
from central.store.carts import cart_of, new_cart, save_cart
from central.store.database import Tx
from central.store.people import (
    LinkedIdentity,
    Profile,
    identities_of,
    link_identities,
    profile_by_external_key,
    profile_of,
    put_profile,
)
from central.store.stores import get_store
from edge.domain.cart import Cart
from edge.domain.consent import Channel, ConsentAct, Purpose, in_force
from edge.domain.errors import Refusal
from edge.domain.identity import IdentityKind, app_key, email, loyalty, phone_e164, tag
from edge.domain.ids import event_id, identity_id

DEFAULT_CURRENCY = "KRW"
"""Of a cart whose shopper has chosen no store yet; it takes the store's when she does."""


class GivenConsent(msgspec.Struct, frozen=True, kw_only=True):
    """One yes or no that came with a profile."""

    purpose: Purpose
    channel: Channel
    given: bool = True
    source: str = "import"
    policy_version: str = "1"


class GivenProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A person as the caller knows her; `external_key` makes the same call twice harmless."""

    name: str
    locale: str = "ko"
    external_key: str = ""
    identity_id: str | None = None
    phone: str | None = None
    email: str | None = None
    loyalty: str | None = None
    app_public_key: str | None = None
    tag: str | None = None
    """The radio tag she registered; her stores hear of it only while she consents to being noticed."""
    store: str | None = None
    consents: tuple[GivenConsent, ...] = ()


class PutProfile(msgspec.Struct, frozen=True, kw_only=True):
    """Where a person went: her profile, the identity her phone speaks as, her open cart."""

    external_key: str
    profile_id: str
    identity_id: str
    cart_id: str


def put_profiles(central: Central, people: Sequence[GivenProfile]) -> list[PutProfile] | Refusal:
    """Insert or bring up to date; all of them or none. Raises BadIdentity for a phone, address, number or key that is none."""
    values = [_values(given) for given in people]
    with central.books.writing() as tx:
        down, done = Down(), []
        for given, known_by in zip(people, values, strict=True):
            one = _put_one(central, tx, down, given, known_by)
            if isinstance(one, Refusal):
                tx.rollback()
                return one
            done.append(one)
        down.flush(tx, central.now_ms())
    return done


def _values(given: GivenProfile) -> dict[IdentityKind, str]:
    found = {IdentityKind.app_key: app_key(given.app_public_key) if given.app_public_key else ""}
    if given.phone:
        found[IdentityKind.phone] = phone_e164(given.phone)
    if given.email:
        found[IdentityKind.email] = email(given.email)
    if given.loyalty:
        found[IdentityKind.loyalty] = loyalty(given.loyalty)
    if given.tag:
        found[IdentityKind.tag] = tag(given.tag)
    return found


def _put_one(
    central: Central, tx: Tx, down: Down, given: GivenProfile, known_by: dict[IdentityKind, str]
) -> PutProfile | Refusal:
    before = _known(tx, given)
    old = identities_of(tx, before.profile) if before else []
    main = _main_identity(old) or given.identity_id or identity_id(central.rng)
    if given.identity_id not in (None, main):
        return Refusal(CentralReason.identity_taken, {"identity": str(given.identity_id)})
    if given.store is not None and get_store(tx, given.store) is None:
        return Refusal(CentralReason.unknown_store, {"store": given.store})
    profile = _profile(central, given, before)
    put_profile(tx, profile)
    link_identities(tx, profile.profile, _links(central, main, old, known_by), central.now_ms())
    cart = _open_cart(central, tx, profile, main)
    _consent(central, tx, profile, main, given.consents)
    review_interest(central, tx, down, profile, main, card_changed=True)
    return PutProfile(external_key=given.external_key, profile_id=profile.profile, identity_id=main, cart_id=cart)


def _known(tx: Tx, given: GivenProfile) -> Profile | None:
    if given.external_key:
        found = profile_by_external_key(tx, given.external_key)
        if found is not None:
            return found
    return profile_of(tx, given.identity_id) if given.identity_id else None


def _main_identity(known: list[LinkedIdentity]) -> str | None:
    return next((each.identity for each in known if each.kind == IdentityKind.app_key), None)


def _profile(central: Central, given: GivenProfile, before: Profile | None) -> Profile:
    return Profile(
        profile=before.profile if before else identity_id(central.rng),
        external_key=given.external_key or (before.external_key if before else ""),
        name=given.name,
        locale=given.locale,
        chosen_store=given.store or (before.chosen_store if before else None),
        created_at_ms=before.created_at_ms if before else central.now_ms(),
    )


def _links(
    central: Central, main: str, old: list[LinkedIdentity], known_by: dict[IdentityKind, str]
) -> list[LinkedIdentity]:
    """One identity per kind; a kind she is known by already keeps its id and takes the new value."""
    names = {each.kind: each for each in old}
    links = []
    for kind, value in known_by.items():
        before = names.get(kind)
        name = main if kind is IdentityKind.app_key else before.identity if before else identity_id(central.rng)
        links.append(LinkedIdentity(identity=name, kind=kind, value=value or (before.value if before else "")))
    return links


def _open_cart(central: Central, tx: Tx, profile: Profile, identity: str) -> str:
    held = cart_of(tx, profile.profile, identity)
    if held is not None:
        return held.cart.cart_id
    store = get_store(tx, profile.chosen_store) if profile.chosen_store else None
    cart = Cart(
        cart_id=identity_id(central.rng),
        identity=identity,
        store=profile.chosen_store,
        version=0,
        currency=store.currency if store else DEFAULT_CURRENCY,
        changed_at_ms=central.now_ms(),
    )
    save_cart(tx, None, new_cart(profile.profile, cart))
    return cart.cart_id


def _consent(central: Central, tx: Tx, profile: Profile, identity: str, given: Sequence[GivenConsent]) -> None:
    """Append only what changes what is in force, so that the same call twice leaves one act."""
    allowed = in_force(consents_of(tx, profile.profile))
    for each in given:
        if ((each.purpose, each.channel) in allowed) == each.given:
            continue
        act = ConsentAct(
            identity=identity,
            purpose=each.purpose,
            channel=each.channel,
            given=each.given,
            at_ms=central.now_ms(),
            source=each.source,
            policy_version=each.policy_version,
        )
        add_consent(tx, profile.profile, event_id(central.now_ms(), central.rng), act)
