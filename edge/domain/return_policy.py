"""For how long goods may come back: days of the store's own calendar, counted from the day they left."""

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from edge.domain.errors import Refusal
from edge.domain.facts_pickup import Condition
from edge.domain.pickup_book import Pickup


class ReturnReason(StrEnum):
    """Why something does not come back although it was bought here."""

    return_too_late = "return_too_late"


class ReturnPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The last day on which something may come back, and something that is defective; days after the day it left."""

    return_days: int
    defect_return_days: int
    zone: str

    def days_for(self, condition: Condition) -> tuple[str, int]:
        """The name of the rule that counts for goods in this condition, and its days."""
        if condition is Condition.damaged:
            return f"defect-{self.defect_return_days}", self.defect_return_days
        return f"return-{self.return_days}", self.return_days


def decide_in_time(
    pickup: Pickup, line: int, condition: Condition, now_ms: int, policy: ReturnPolicy
) -> Refusal | None:
    """Whether units of this line may still come back today. What left in several parcels counts from the last of them.

    Ask only with confirmed time: a clock that is wrong refuses nobody.
    """
    left_ms = [
        parcel.left_at_ms
        for parcel in pickup.parcels_left
        if parcel.left_at_ms is not None and any(units.line == line for units in parcel.units)
    ]
    if not left_ms:
        return None
    name, days = policy.days_for(condition)
    day = (_day(now_ms, policy.zone) - _day(max(left_ms), policy.zone)).days
    if day <= days:
        return None
    found: dict[str, str | int] = {"line": line, "policy": name, "days": days, "day": day, "when_ms": max(left_ms)}
    return Refusal(ReturnReason.return_too_late, found)


def _day(at_ms: int, zone: str) -> date:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).date()
