"""For what goes up: the list of fact kinds, and how a fact becomes bytes and a fact again.

Types are checked strictly; fields a later version added are read over here and stay in the stored bytes.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from edge.domain.errors import BadFact
from edge.domain.fact_base import At, Fact, at_of
from edge.domain.facts_counter import (
    COUNTER_FACTS,
    IncidentOutcome,
    IncidentReviewed,
    PickupExpired,
    PickupExtended,
    PickupPromised,
    PickupQuestionAnswered,
    PickupQuestionAsked,
    PickupReminded,
    PickupReopened,
    PickupReshelved,
    PickupSubstituted,
    PickupToldAgainAsked,
    PickupUndone,
    PickupUnpacked,
    PickupVoided,
    PromiseWhy,
    ShelfCounted,
    ShelfParcel,
    VoidReason,
)
from edge.domain.facts_house import HOUSE_FACTS, DeviceEnrolled, JournalHead, StorePromise
from edge.domain.facts_pickup import (
    PICKUP_FACTS,
    ArrivedHow,
    Condition,
    HandoverHow,
    PickupAccepted,
    PickupArrived,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupFact,
    PickupHandedOver,
    PickupPassSeen,
    PickupPicked,
    PickupReady,
    PickupShort,
    PickupStaged,
    ReturnCharge,
    ReturnLine,
    ReturnRecorded,
)
from edge.domain.facts_shop import (
    SHOP_FACTS,
    CartChangeAsked,
    ClockCorrected,
    ConsentRecorded,
    KioskVisitEnded,
    OrderAsked,
    PresenceEntered,
    PresenceFact,
    PresenceLeft,
    PresenceMoved,
    StaffCalled,
    VisitEnd,
)

FACTS: Mapping[str, type[Fact]] = MappingProxyType(
    {fact.KIND: fact for fact in (*PICKUP_FACTS, *COUNTER_FACTS, *SHOP_FACTS, *HOUSE_FACTS)}
)

_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODERS = {kind: msgspec.json.Decoder(fact) for kind, fact in FACTS.items()}


def encode(fact: Fact) -> bytes:
    """The fact as JSON, byte for byte the same for the same fact."""
    return _ENCODER.encode(fact)


def decode(kind: str, raw: bytes | msgspec.Raw) -> Fact:
    """The fact of that kind in these bytes. Raises BadFact: park the row, go on with the next."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise BadFact(f"no fact is called {kind!r}")
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFact(f"not a {kind}: {error}") from error


def is_known(kind: str) -> bool:
    """True for a kind this version can read; others are stored and read again after an upgrade."""
    return kind in FACTS


def lane_of(kind: str) -> int:
    """The outbox lane of a kind: 0 pickups, 1 carts and consents, 2 telemetry. Raises BadFact."""
    if kind not in FACTS:
        raise BadFact(f"no fact is called {kind!r}")
    return FACTS[kind].LANE


def kind_of(fact: Fact) -> str:
    """The kind of a fact, as it stands in the envelope's `type`."""
    return fact.KIND


def subject_of(fact: Fact) -> str:
    """The id a fact is about, as it stands in the envelope's `subject`; "" when it is about the node itself."""
    return fact.subject


__all__ = [
    "FACTS",
    "ArrivedHow",
    "At",
    "CartChangeAsked",
    "ClockCorrected",
    "Condition",
    "ConsentRecorded",
    "DeviceEnrolled",
    "Fact",
    "HandoverHow",
    "IncidentOutcome",
    "IncidentReviewed",
    "JournalHead",
    "KioskVisitEnded",
    "OrderAsked",
    "PickupAccepted",
    "PickupArrived",
    "PickupCancelGranted",
    "PickupCancelRefused",
    "PickupDeclined",
    "PickupExpired",
    "PickupExtended",
    "PickupFact",
    "PickupHandedOver",
    "PickupPassSeen",
    "PickupPicked",
    "PickupPromised",
    "PickupQuestionAnswered",
    "PickupQuestionAsked",
    "PickupReady",
    "PickupReminded",
    "PickupReopened",
    "PickupReshelved",
    "PickupShort",
    "PickupStaged",
    "PickupSubstituted",
    "PickupToldAgainAsked",
    "PickupUndone",
    "PickupUnpacked",
    "PickupVoided",
    "PresenceEntered",
    "PresenceFact",
    "PresenceLeft",
    "PresenceMoved",
    "PromiseWhy",
    "ReturnCharge",
    "ReturnLine",
    "ReturnRecorded",
    "ShelfCounted",
    "ShelfParcel",
    "StaffCalled",
    "StorePromise",
    "VisitEnd",
    "VoidReason",
    "at_of",
    "decode",
    "encode",
    "is_known",
    "kind_of",
    "lane_of",
    "subject_of",
]
