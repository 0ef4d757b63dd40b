"""Look a shopper up by the code her app shows, and open her visit at one kiosk."""

from enum import StrEnum

import msgspec

from edge.app.act import in_one_transaction
from edge.app.asked import EventId, Scan
from edge.app.cart_view import CartView, cart_view
from edge.app.hub import Hub
from edge.app.show_pass import ScanReason
from edge.app.standing import read_refusal
from edge.app.visits import Visit
from edge.domain.cart import Cart
from edge.domain.errors import Refusal
from edge.domain.truth import Card, CentralAway, CentralRefused
from edge.passes import ProofReason, Read, U1Claim, as_scanned, read_u1_claim, verify_u1
from edge.passes.code import MAX_SCAN
from edge.store import people, seen_codes
from sync.link import LinkState
from sync.signing import parse_public


class VisitReason(StrEnum):
    """Why nobody is identified."""

    not_proven = "not_proven"  # the hub's time is unconfirmed, or central did not believe the code
    no_card_line_cut = "no_card_line_cut"  # nothing of her is kept here and central cannot be asked
    pass_is_no_person = "pass_is_no_person"  # noqa: S105 - a pass or a label is offered check-in, never a cart
    used_code = "used_code"
    unknown_visit = "unknown_visit"
    no_cart = "no_cart"  # she is known, but no cart of hers came down


class LookUpAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A scan at a kiosk; the visit takes this press's id."""

    event_id: EventId
    scan: Scan


class ShopperView(msgspec.Struct, frozen=True, kw_only=True):
    """Who is looked up, as far as a public screen may say it."""

    masked_name: str | None
    locale: str


class VisitView(msgspec.Struct, frozen=True, kw_only=True):
    """An open visit with the cart as it is known now."""

    visit_id: str
    shopper: ShopperView
    cart: CartView


def look_up_cart(hub: Hub, asked: LookUpAsked, *, kiosk: str) -> VisitView | Refusal:
    """Identify by app code: with her card from here, without one by asking central while the line is up.

    A code counts once; the same press asked again gives the same visit while it lasts.
    """
    if (put_aside := read_refusal(hub)) is not None:
        return put_aside
    open_visit = hub.visits.get(asked.event_id, kiosk)
    if open_visit is not None:
        return see_visit(hub, asked.event_id, kiosk=kiosk)
    claim = _claim(asked.scan)
    if isinstance(claim, Refusal):
        return claim
    if not hub.clock.confirmed():
        return Refusal(VisitReason.not_proven, {"why": "time_unconfirmed"})
    proven = _prove(hub, claim, asked.scan)
    if isinstance(proven, Refusal):
        return proven
    if not _is_first_use(hub, claim, asked.event_id):
        return Refusal(VisitReason.used_code)
    card, cart = proven
    now_ms = hub.clock.now_ms()
    hub.visits.open(
        Visit(visit_id=asked.event_id, kiosk=kiosk, card=card, cart=cart, cart_read_at_ms=now_ms, opened_at_ms=now_ms)
    )
    return see_visit(hub, asked.event_id, kiosk=kiosk)


def see_visit(hub: Hub, visit_id: str, *, kiosk: str) -> VisitView | Refusal:
    """The visit as it is now: the newest copy of the cart with wishes folded over it."""
    if (put_aside := read_refusal(hub)) is not None:
        return put_aside
    visit = hub.visits.get(visit_id, kiosk)
    if visit is None:
        return Refusal(VisitReason.unknown_visit)
    shopper = ShopperView(masked_name=visit.card.masked_name or None, locale=visit.card.locale)
    return VisitView(visit_id=visit_id, shopper=shopper, cart=cart_view(hub, visit))


def _claim(scan: str) -> U1Claim | Refusal:
    if len(scan) > MAX_SCAN:
        return Refusal(ScanReason.code_too_long, {"length": len(scan), "most": MAX_SCAN})
    if as_scanned(scan) in (Read.pickup_pass, Read.parcel_label):
        return Refusal(VisitReason.pass_is_no_person)
    claim = read_u1_claim(scan)
    return Refusal(ScanReason.unknown_code) if claim is None else claim


def _prove(hub: Hub, claim: U1Claim, scan: str) -> tuple[Card, Cart | None] | Refusal:
    with hub.replica.reading() as conn:
        card = people.card_of(conn, hub.keys, claim.identity_id)
    if card is None or card.app_public_key is None or card.expires_at_ms <= hub.clock.now_ms():
        return _ask_central(hub, scan)
    refusal = verify_u1(claim, parse_public(card.app_public_key), hub.clock.now_ms())
    if refusal is not None and refusal.reason == ProofReason.forged:
        return Refusal(ScanReason.unknown_code)  # never say that a number we know was shown with a wrong signature
    return refusal or (card, None)


def _ask_central(hub: Hub, scan: str) -> tuple[Card, Cart | None] | Refusal:
    if hub.link.state is not LinkState.UP:
        return Refusal(VisitReason.no_card_line_cut, {"line_since_ms": hub.link.since_ms})
    answer = hub.central.identify(scan)
    match answer:
        case CentralAway():
            return Refusal(VisitReason.no_card_line_cut, {"line_since_ms": hub.link.since_ms})
        case CentralRefused(reason=reason):
            known = {str(ProofReason.expired_code), str(VisitReason.used_code)}
            return Refusal(reason if reason in known else ScanReason.unknown_code)
        case _:
            return answer.card, answer.cart


def _is_first_use(hub: Hub, claim: U1Claim, event_id: str) -> bool:
    return in_one_transaction(
        hub,
        lambda tx: seen_codes.use_code(tx.conn, identity=claim.identity_id, step=claim.step, event_id=event_id),
    )
