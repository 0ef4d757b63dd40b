"""Orders of the cast, and the shortest way to carry one through a day by the rule book alone."""

import hashlib

from msgspec.structs import replace

from edge.domain.errors import Refusal
from edge.domain.facts import (
    At,
    HandoverHow,
    PickupAccepted,
    PickupFact,
    PickupHandedOver,
    PickupPicked,
    PickupReady,
    PickupShort,
    PickupStaged,
    encode,
)
from edge.domain.pickup import (
    Charge,
    ParcelSeen,
    ParcelUnits,
    PassSeen,
    Pickup,
    PickupLine,
    ShortReason,
    fold,
    found_of,
    loose_units,
)

ORDER = "PZD6AHTKCCOGW"
OTHER_ORDER = "AAAAAAAAAAAAA"
SOAP = "09521234500018"
TEA = "09521234500025"
NOON_MS = 1_795_237_200_000
AT = At(boot_id="boot-1", monotonic_ms=60_000, confirmed=True)
KIM = "clerk:kim"
PASS = PassSeen(
    order_id=ORDER, revision=1, pass_id="a1b2c3", expires_at_ms=NOON_MS + 86_400_000, key_id=1, store_number=1
)


def adas_order(**changes: object) -> Pickup:
    """Ada's order: two soaps, three teas, postage; 24,000 won, paid."""
    pickup = Pickup(
        order_id=ORDER,
        store="S001",
        store_number=1,
        display_code="7QK4",
        revision=1,
        lines=(
            PickupLine(line=1, gtin=SOAP, qty=2, price_minor=6_000),
            PickupLine(line=2, gtin=TEA, qty=3, price_minor=3_000),
        ),
        charges=(Charge(code="POST", text="Postage", price_minor=3_000),),
        currency="KRW",
        total_minor=24_000,
        placed_at_ms=NOON_MS,
    )
    return replace(pickup, **changes)


def accepted(pickup: Pickup | None = None) -> Pickup:
    """The order after the hub took it."""
    return after(pickup or adas_order(), PickupAccepted(actor="hub:H1", at=AT, order=ORDER, available={}))


def picked(pickup: Pickup | None = None) -> Pickup:
    """The order with every open unit picked."""
    pickup = pickup or accepted()
    for line in pickup.lines:
        if line.to_pick_qty:
            pickup = after(pickup, pick(pickup, line.line, line.to_pick_qty))
    return pickup


def staged(pickup: Pickup | None = None, *, shelf: str = "B2") -> Pickup:
    """The order with all that is picked in one more parcel."""
    pickup = pickup or picked()
    return after(pickup, stage(pickup, pickup.next_parcel_number, loose_units(pickup), shelf))


def ready(pickup: Pickup | None = None) -> Pickup:
    """The order whose shopper may be told."""
    return after(pickup or staged(), PickupReady(actor="hub:H1", at=AT, order=ORDER))


def collected(pickup: Pickup | None = None) -> Pickup:
    """The order after Kim handed over every parcel that is here."""
    pickup = pickup or ready()
    return after(pickup, hand_over(pickup, *(parcel.number for parcel in pickup.parcels_here)))


def after(pickup: Pickup, fact: PickupFact, *, event_id: str = "", at_ms: int = NOON_MS) -> Pickup:
    """The order after one fact; an event_id that nobody needs to know is made of what the fact says."""
    return fold(pickup, fact, event_id=event_id or event_of(fact), occurred_at_ms=at_ms)


def event_of(fact: PickupFact) -> str:
    """An event_id for this fact alone."""
    return f"event-{hashlib.sha256(encode(fact)).hexdigest()[:12]}"


def pick(pickup: Pickup, line: int, qty: int) -> PickupPicked:
    """The fact that Kim picked units of a line."""
    return PickupPicked(actor=KIM, at=AT, order=ORDER, line=line, qty=qty, found=found_of(pickup, line))


def short(pickup: Pickup, line: int, qty: int) -> PickupShort:
    """The fact that Kim did not find units of a line."""
    found = found_of(pickup, line)
    return PickupShort(actor=KIM, at=AT, order=ORDER, line=line, qty=qty, reason=ShortReason.not_found, found=found)


def stage(pickup: Pickup, number: int, units: tuple[ParcelUnits, ...], shelf: str = "B2") -> PickupStaged:
    """The fact that Kim put a parcel on a shelf."""
    found = found_of(pickup, lines=[each.line for each in units])
    return PickupStaged(actor=KIM, at=AT, order=ORDER, parcel=number, shelf=shelf, units=units, found=found)


def hand_over(pickup: Pickup, *numbers: int) -> PickupHandedOver:
    """The fact that Kim handed over these parcels to somebody with the pass."""
    return PickupHandedOver(
        actor=KIM,
        at=AT,
        order=ORDER,
        parcels=numbers,
        pass_id=PASS.pass_id,
        pass_revision=PASS.revision,
        how=HandoverHow.pass_,
        desk="1",
        found=found_of(pickup),
    )


def label(number: int = 1, *, order: str = ORDER) -> ParcelSeen:
    """A label in the clerk's hand."""
    return ParcelSeen(order_id=order, number=number, revision=1)


def reason_of(refusal: Refusal | None) -> str | None:
    """Why not, or None for yes."""
    return refusal.reason if refusal else None
