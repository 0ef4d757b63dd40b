"""Reads who an identity is: her profile, and what a store or her own phone may see of it."""

import msgspec

from central.app.grant_order import Buyer
from central.app.hold_interest import last4_of
from central.store.acts import consents_of
from central.store.database import Tx
from central.store.people import Profile, profile_of
from edge.domain.consent import in_force
from edge.domain.identity import mask_name
from edge.domain.truth import ConsentDown


class Shopper(msgspec.Struct, frozen=True, kw_only=True):
    """An identity and the person it is linked to."""

    identity: str
    profile: Profile


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """What her own phone shows of her."""

    identity: str
    name: str
    locale: str
    store: str | None
    last4: str
    consents: tuple[ConsentDown, ...]


def shopper_of(tx: Tx, identity: str) -> Shopper | None:
    """Who this identity is linked to."""
    profile = profile_of(tx, identity)
    return None if profile is None else Shopper(identity=identity, profile=profile)


def me_of(tx: Tx, shopper: Shopper) -> Me:
    """What her own phone shows of her."""
    profile = shopper.profile
    allowed = sorted(in_force(consents_of(tx, profile.profile)))
    return Me(
        identity=shopper.identity,
        name=profile.name,
        locale=profile.locale,
        store=profile.chosen_store,
        last4=last4_of(tx, profile.profile),
        consents=tuple(ConsentDown(purpose=purpose, channel=channel, given=True) for purpose, channel in allowed),
    )


def buyer_of(tx: Tx, shopper: Shopper) -> Buyer:
    """What an order's name card says of her."""
    profile = shopper.profile
    return Buyer(
        profile=profile.profile,
        identity=shopper.identity,
        masked_name=mask_name(profile.name),
        last4=last4_of(tx, profile.profile),
        locale=profile.locale,
    )
