"""One order carried through the shop by the rule book alone, giving the facts a hub would owe for it."""

from typing import Any

import msgspec

from edge.domain.facts import (
    Fact,
    HandoverHow,
    PickupAccepted,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupFact,
    PickupHandedOver,
    PickupPicked,
    PickupReady,
    PickupStaged,
)
from edge.domain.pickup import DeclineReason, Pickup, PickupLine, fold, found_of, loose_units
from edge.domain.truth import OrderDown
from tests.cast.pickups import AT, KIM, NOON_MS

HUB = "hub:H1"


class Carried:
    """An order as its hub holds it. Every method does one act and keeps its fact; `owed()` hands the facts out once."""

    def __init__(self, body: dict[str, Any]) -> None:
        down = msgspec.convert(body, OrderDown)
        self.pickup = Pickup(
            order_id=down.order_id,
            store=down.store,
            store_number=down.store_number,
            display_code=down.display_code,
            revision=down.revision,
            lines=tuple(PickupLine(line=x.line, gtin=x.gtin, qty=x.qty, price_minor=x.price_minor) for x in down.lines),
            charges=down.charges,
            currency=down.currency,
            total_minor=down.total_minor,
            placed_at_ms=down.placed_at_ms,
        )
        self._facts: list[Fact] = []

    @property
    def order(self) -> str:
        """The order's id."""
        return self.pickup.order_id

    def accept(self, available: dict[str, int] | None = None) -> "Carried":
        """The hub reserves every line."""
        return self.did(PickupAccepted(actor=HUB, at=AT, order=self.order, available=available or {}))

    def decline(self, reason: DeclineReason) -> "Carried":
        """The shop says no."""
        return self.did(PickupDeclined(actor=KIM, at=AT, order=self.order, reason=reason))

    def pick(self) -> "Carried":
        """Every unit is picked."""
        for line in self.pickup.lines:
            found = found_of(self.pickup, line.line)
            self.did(
                PickupPicked(actor=KIM, at=AT, order=self.order, line=line.line, qty=line.to_pick_qty, found=found)
            )
        return self

    def stage(self, shelf: str = "B2") -> "Carried":
        """What is picked becomes the next parcel."""
        units = loose_units(self.pickup)
        found = found_of(self.pickup, lines=[each.line for each in units])
        number = self.pickup.next_parcel_number
        return self.did(
            PickupStaged(actor=KIM, at=AT, order=self.order, parcel=number, shelf=shelf, units=units, found=found)
        )

    def ready(self) -> "Carried":
        """The shopper may be told."""
        return self.did(PickupReady(actor=HUB, at=AT, order=self.order))

    def hand_over(self) -> "Carried":
        """Every parcel that is here leaves."""
        parcels = tuple(parcel.number for parcel in self.pickup.parcels_here) or (1,)
        fact = PickupHandedOver(
            actor=KIM,
            at=AT,
            order=self.order,
            parcels=parcels,
            how=HandoverHow.manual,
            desk="1",
            found=found_of(self.pickup),
        )
        return self.did(fact)

    def grant_cancel(self, ask: str) -> "Carried":
        """The hub lets the order go."""
        return self.did(PickupCancelGranted(actor=HUB, at=AT, order=self.order, ask_id=ask))

    def refuse_cancel(self, ask: str) -> "Carried":
        """The hub keeps the order."""
        found = found_of(self.pickup)
        fact = PickupCancelRefused(actor=HUB, at=AT, order=self.order, ask_id=ask, reason="parcel_left", found=found)
        return self.did(fact)

    def did(self, fact: PickupFact) -> "Carried":
        """Keep a fact and fold it."""
        self._facts.append(fact)
        self.pickup = fold(self.pickup, fact, event_id="event", occurred_at_ms=NOON_MS)
        return self

    def to_ready(self) -> "Carried":
        """Everything up to the moment the shopper may be told."""
        return self.accept().pick().stage().ready()

    def owed(self) -> list[Fact]:
        """The facts since the last time."""
        facts, self._facts = self._facts, []
        return facts
