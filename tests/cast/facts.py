"""One fact of every kind as the golden files pin it: all fields filled, so that a renamed one shows."""

from msgspec.structs import replace

from edge.domain.audit import Head
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
    IncidentOutcome,
    IncidentReviewed,
    JournalHead,
    KioskVisitEnded,
    OrderAsked,
    PickupAccepted,
    PickupArrived,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupExpired,
    PickupExtended,
    PickupHandedOver,
    PickupPassSeen,
    PickupPicked,
    PickupPromised,
    PickupQuestionAnswered,
    PickupQuestionAsked,
    PickupReady,
    PickupReminded,
    PickupReopened,
    PickupReshelved,
    PickupShort,
    PickupStaged,
    PickupSubstituted,
    PickupToldAgainAsked,
    PickupUndone,
    PickupUnpacked,
    PickupVoided,
    PresenceEntered,
    PresenceLeft,
    PresenceMoved,
    PromiseWhy,
    ReturnCharge,
    ReturnLine,
    ReturnRecorded,
    ShelfCounted,
    ShelfParcel,
    StaffCalled,
    StorePromise,
    VisitEnd,
    VoidReason,
)
from edge.domain.pickup import (
    AnsweredHow,
    Choice,
    DeclineReason,
    Found,
    FoundLine,
    FoundParcel,
    Offer,
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
    parcels=(FoundParcel(number=1, state=ParcelState.shelved, step=1),),
    lines=(FoundLine(line=1, picked_qty=1, short_qty=0, substituted_qty=1, step=2),),
)

PICKUP_FACTS: tuple[Fact, ...] = (
    PickupAccepted(actor="hub:H1", at=AT, order=ORDER, available={TEA: 4, SOAP: 7}, promised_at_ms=NOON_MS),
    PickupDeclined(actor=KIM, at=AT, order=ORDER, reason=DeclineReason.no_stock),
    PickupPicked(actor=KIM, at=AT, order=ORDER, line=1, qty=2, gtin_scanned=SOAP, found=FOUND),
    PickupShort(actor=KIM, at=AT, order=ORDER, line=2, qty=1, reason=ShortReason.not_found, found=FOUND),
    PickupStaged(
        actor=KIM,
        at=AT,
        order=ORDER,
        parcel=1,
        shelf="B2",
        units=(ParcelUnits(1, 2), ParcelUnits(2, 2)),
        found=FOUND,
        roll=42,
    ),
    PickupReady(actor="hub:H1", at=AT, order=ORDER, found=FOUND),
    PickupArrived(actor="kiosk:K1", at=AT, order=ORDER, how=ArrivedHow.kiosk, found=FOUND),
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
        vouched_by="kang",
        proxy=True,
        name_checked=True,
        age_checked=True,
        second_by="kang",
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

COUNTER_FACTS: tuple[Fact, ...] = (
    PickupQuestionAsked(
        actor=KIM,
        at=AT,
        order=ORDER,
        line=2,
        qty=1,
        reason=ShortReason.no_stock,
        offers=(Offer(gtin=SOAP, price_minor=2_500),),
        until_ms=NOON_MS,
        found=FOUND,
    ),
    PickupQuestionAnswered(
        actor="shopper",
        at=AT,
        order=ORDER,
        question_id=EVENT,
        choice=Choice.substitute,
        gtin=SOAP,
        how=AnsweredHow.phone,
    ),
    PickupSubstituted(
        actor=KIM,
        at=AT,
        order=ORDER,
        line=2,
        qty=1,
        new_line=3,
        gtin=SOAP,
        price_minor=2_500,
        gtin_scanned=SOAP,
        found=FOUND,
    ),
    PickupUndone(
        actor=KIM,
        at=AT,
        order=ORDER,
        event=EVENT,
        kind="pickup.substituted",
        line=2,
        qty=1,
        new_line=3,
        parcel=1,
        found=FOUND,
    ),
    PickupVoided(
        actor=KIM,
        at=AT,
        order=ORDER,
        event=EVENT,
        parcels=(1, 2),
        reason=VoidReason.wrong_bag,
        vouched_by="kang",
        found=FOUND,
    ),
    PickupReshelved(actor=KIM, at=AT, order=ORDER, parcel=1, shelf="C4", found=FOUND),
    PickupUnpacked(actor=KIM, at=AT, order=ORDER, parcels=(1,), restocked=True, found=FOUND),
    PickupExpired(actor="clerk:kang", at=AT, order=ORDER, run_id=EVENT, parcels=(1, 2), found=FOUND),
    PickupReopened(actor="clerk:kang", at=AT, order=ORDER, run_id=EVENT, parcels=(1, 2), found=FOUND),
    PickupReminded(actor="hub:H1", at=AT, order=ORDER),
    PickupExtended(actor=KIM, at=AT, order=ORDER, until_ms=NOON_MS, by="shopper"),
    PickupPromised(
        actor="hub:H1",
        at=AT,
        order=ORDER,
        promised_at_ms=NOON_MS + 1_800_000,
        was_ms=NOON_MS,
        why=PromiseWhy.repromised,
        found=FOUND,
    ),
    PickupToldAgainAsked(actor=KIM, at=AT, order=ORDER),
    ShelfCounted(
        actor=KIM,
        at=AT,
        count_id=EVENT,
        found=(ShelfParcel(order=ORDER, parcel=1),),
        missing=(ShelfParcel(order=ORDER, parcel=2),),
        unknown=(ShelfParcel(order=ORDER, parcel=3),),
        should_have_left=(ShelfParcel(order=ORDER, parcel=4),),
    ),
    IncidentReviewed(
        actor="clerk:kang", at=AT, incident="12", outcome=IncidentOutcome.loss_owned, note_code="goods_gone", by="kang"
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
    StorePromise(
        actor="hub:H1",
        at=AT,
        next_free_ms=NOON_MS + 3_600_000,
        same_day_until_ms=NOON_MS + 14_400_000,
        valid_until_ms=NOON_MS + 900_000,
        capacity_per_h=60,
    ),
    DeviceEnrolled(actor="hub:H1", at=AT, node="K1", role="kiosk", public_key=f"ed25519:{'A' * 43}", state="active"),
    JournalHead(
        actor="hub:H1",
        at=AT,
        head=Head(
            store="S001", node="H1", segment=1, began=1, number=42, hash="5f" * 32, signed_at_ms=1_795_000_000_000
        ),
        public_key=f"ed25519:{'A' * 43}",
        signature="a1" * 64,
    ),
)

ONE_OF_EACH: tuple[Fact, ...] = (*PICKUP_FACTS, *COUNTER_FACTS, *SHOP_FACTS, *HOUSE_FACTS)

_FOUND_BEFORE = replace(
    FOUND,
    parcels=(FoundParcel(number=1, state=ParcelState.shelved),),
    lines=(FoundLine(line=1, picked_qty=1, short_qty=0),),
)


def as_before(fact: Fact) -> Fact:
    """The same fact as the version before wrote it: without what it did not know."""
    match fact:
        case PickupReady() | PickupArrived():
            return replace(fact, found=None)
        case PickupHandedOver():
            kept = replace(fact, found=_FOUND_BEFORE, vouched_by=None, proxy=False, name_checked=False)
            return replace(kept, age_checked=False, second_by=None)
        case PickupStaged():
            return replace(fact, found=_FOUND_BEFORE, roll=None)
        case PickupPicked() | PickupShort() | PickupCancelRefused():
            return replace(fact, found=_FOUND_BEFORE)
        case _:
            return fact
