"""One fact of every kind as the golden files pin it: all fields filled, so that a renamed one shows."""

from edge.domain.cart import OrderWishLine
from edge.domain.consent import Channel, Purpose
from edge.domain.facts import (
    ArrivedHow,
    CartChangeAsked,
    ClockCorrected,
    Condition,
    ConsentRecorded,
    DeviceEnrolled,
    Fact,
    HandoverHow,
    KioskVisitEnded,
    OrderAsked,
    PickupAccepted,
    PickupArrived,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupHandedOver,
    PickupPassSeen,
    PickupPicked,
    PickupReady,
    PickupShort,
    PickupStaged,
    PresenceEntered,
    PresenceLeft,
    PresenceMoved,
    ReturnCharge,
    ReturnLine,
    ReturnRecorded,
    StaffCalled,
    VisitEnd,
)
from edge.domain.pickup import (
    DeclineReason,
    Found,
    FoundLine,
    FoundParcel,
    OrderState,
    ParcelState,
    ParcelUnits,
    ShortReason,
)
from tests.cast.pickups import AT, KIM, NOON_MS, ORDER, SOAP, TEA

EVENT = "01a1fc7e-54db-7fff-bfff-ffffffffffff"
FOUND = Found(
    state=OrderState.ready,
    revision=1,
    cancel_asked=False,
    parcels=(FoundParcel(number=1, state=ParcelState.shelved),),
    lines=(FoundLine(line=1, picked_qty=1, short_qty=0),),
)

PICKUP_FACTS: tuple[Fact, ...] = (
    PickupAccepted(actor="hub:H1", at=AT, order=ORDER, available={TEA: 4, SOAP: 7}, promised_at_ms=NOON_MS),
    PickupDeclined(actor=KIM, at=AT, order=ORDER, reason=DeclineReason.no_stock),
    PickupPicked(actor=KIM, at=AT, order=ORDER, line=1, qty=2, gtin_scanned=SOAP, found=FOUND),
    PickupShort(actor=KIM, at=AT, order=ORDER, line=2, qty=1, reason=ShortReason.not_found, found=FOUND),
    PickupStaged(
        actor=KIM, at=AT, order=ORDER, parcel=1, shelf="B2", units=(ParcelUnits(1, 2), ParcelUnits(2, 2)), found=FOUND
    ),
    PickupReady(actor="hub:H1", at=AT, order=ORDER),
    PickupArrived(actor="kiosk:K1", at=AT, order=ORDER, how=ArrivedHow.kiosk),
    PickupHandedOver(
        actor=KIM,
        at=AT,
        order=ORDER,
        parcels=(1, 2),
        pass_id="a1b2c3",
        pass_revision=1,
        receipt_no="T1-0042",
        how=HandoverHow.pass_,
        desk="1",
        found=FOUND,
    ),
    PickupPassSeen(actor=KIM, at=AT, order=ORDER, pass_id="a1b2c3"),
    PickupCancelGranted(actor="hub:H1", at=AT, order=ORDER, ask_id="ask-1"),
    PickupCancelRefused(actor="hub:H1", at=AT, order=ORDER, ask_id="ask-1", reason="parcel_left", found=FOUND),
    ReturnRecorded(
        actor=KIM,
        at=AT,
        return_id="BUGQAAAAAAAAA",
        lines=(
            ReturnLine(order=ORDER, line=1, gtin=SOAP, qty=1, amount_minor=6_000, condition=Condition.as_new),
            ReturnLine(gtin=TEA, qty=2, amount_minor=6_000, condition=Condition.opened),
        ),
        charges=(ReturnCharge(code="POST", amount_minor=3_000),),
        refund_minor=15_000,
        refund_asked=True,
        note="box dented",
    ),
)

SHOP_FACTS: tuple[Fact, ...] = (
    CartChangeAsked(
        actor="shopper",
        at=AT,
        cart="CART5AAAAAAAA",
        base_version=7,
        after=EVENT,
        line=EVENT,
        line_version=3,
        gtin=SOAP,
        target_qty=5,
        seen_price_minor=6_000,
    ),
    OrderAsked(
        actor="shopper",
        at=AT,
        cart="CART5AAAAAAAA",
        base_version=7,
        after=EVENT,
        store="S001",
        lines=(OrderWishLine(line=EVENT, line_version=3, qty=2, seen_price_minor=6_000),),
    ),
    ConsentRecorded(
        actor="shopper",
        at=AT,
        identity="ADAAAAAAAAAAA",
        purpose=Purpose.service,
        channel=Channel.kiosk,
        given=True,
        source="kiosk:K1",
        policy_version="2026-11",
    ),
    PresenceEntered(actor="beacon:B1", at=AT, tag_hash="5f2a9c", zone="door"),
    PresenceMoved(actor="beacon:B1", at=AT, tag_hash="5f2a9c", zone="desk"),
    PresenceLeft(actor="beacon:B1", at=AT, tag_hash="5f2a9c", zone="desk"),
    KioskVisitEnded(actor="kiosk:K1", at=AT, how=VisitEnd.idle, seconds=95),
    StaffCalled(actor="kiosk:K1", at=AT, kiosk="K1", order=ORDER, visit_ref="v-17"),
    ClockCorrected(actor="hub:H1", at=AT, offset_ms=-259_200_000, boot_id="boot-1"),
)

HOUSE_FACTS: tuple[Fact, ...] = (
    DeviceEnrolled(actor="hub:H1", at=AT, node="K1", role="kiosk", public_key=f"ed25519:{'A' * 43}", state="active"),
)

ONE_OF_EACH: tuple[Fact, ...] = (*PICKUP_FACTS, *SHOP_FACTS, *HOUSE_FACTS)
