"""Proves for a store who stands at its kiosk, when the store holds no card of hers, and hands over her cart for the visit."""

from typing import Annotated

import msgspec
from msgspec import Meta

from central.app.central import Central
from central.app.hold_interest import SEEN_MS, card_of, review_interest
from central.app.read_profile import shopper_of
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.store.carts import cart_of
from central.store.people import get_identity, interests_of, saw_in_store, stores_seen_in, use_proof
from edge.domain.cart import Cart
from edge.domain.errors import Refusal
from edge.domain.truth import Card
from edge.passes import read_u1_claim, verify_u1
from sync.signing import parse_public


class AskedProof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text of a U1 as the kiosk scanned it."""

    u1: Annotated[str, Meta(min_length=1, max_length=512)]


class Identified(msgspec.Struct, frozen=True, kw_only=True):
    """Who it is, as a kiosk may show her, and her open cart."""

    card: Card
    cart: Cart | None


def identify(central: Central, store: str, asked: AskedProof) -> Identified | Refusal:
    """Verify the proof with her app's key. It counts once: for the store that asked first, which may ask again."""
    claim = read_u1_claim(asked.u1)
    if claim is None:
        return Refusal(CentralReason.not_a_proof)
    with central.books.writing() as tx:
        shopper, known = shopper_of(tx, claim.identity_id), get_identity(tx, claim.identity_id)
        if shopper is None or known is None or not known.value:
            return Refusal(CentralReason.not_proven)
        refusal = verify_u1(claim, parse_public(known.value), central.now_ms())
        if refusal is not None:
            return refusal
        profile, now_ms = shopper.profile, central.now_ms()
        if not use_proof(tx, profile.profile, claim.identity_id, step=claim.step, store=store, at_ms=now_ms):
            return Refusal(CentralReason.used_code)
        saw_in_store(tx, profile.profile, claim.identity_id, store, now_ms)
        down = Down()
        review_interest(central, tx, down, profile, claim.identity_id)
        down.flush(tx, now_ms)
        held = cart_of(tx, profile.profile, claim.identity_id)
        card = card_of(central, tx, profile, claim.identity_id)
        return Identified(card=card, cart=held.cart if held else None)


def cart_for_store(central: Central, store: str, identity: str) -> Identified | Refusal:
    """Her card and cart, fresh, for a store that holds her card or identified her there in the last 30 days."""
    with central.books.reading() as tx:
        shopper = shopper_of(tx, identity)
        if shopper is None:
            return Refusal(CentralReason.not_held_here)
        profile = shopper.profile
        since_ms = central.now_ms() - SEEN_MS
        here = interests_of(tx, profile.profile, identity) | stores_seen_in(tx, profile.profile, since_ms)
        if store not in here:
            return Refusal(CentralReason.not_held_here)
        held = cart_of(tx, profile.profile, identity)
        return Identified(card=card_of(central, tx, profile, identity), cart=held.cart if held else None)
