"""What a clerk has to look at before parcels leave: the name above the value limit, an age. Nothing of what she saw is kept."""

from enum import StrEnum

import msgspec

from edge.app.hub import Hub
from edge.app.store_config import store_config
from edge.domain.errors import Refusal
from edge.domain.pickup import ParcelSeen, Pickup
from edge.domain.truth import StoreSettings
from edge.store import catalogue, pickups


class LookReason(StrEnum):
    """What was not looked at yet."""

    value_limit = "value_limit"  # a name check, and where the store wants it a second person's PIN
    age_check = "age_check"
    name_check = "name_check"  # nobody looked at a name, and there is no pass either
    wrong_digits = "wrong_digits"


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What the clerk looked at, and who else did."""

    name: bool = False
    age: bool = False
    second_by: str | None = None


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What this store wants looked at for one order: above which value, and for which of its lines an age."""

    value_limit_minor: int | None = None
    second_pin: bool = True
    age_lines: frozenset[int] = frozenset()


def rules_for(hub: Hub, order_id: str) -> Rules:
    """Read before the act; products and settings change rarely and never by a press at the desk."""
    store = store_config(hub)
    settings = store.settings if store else StoreSettings()
    age_lines = _age_lines(hub, order_id, settings.age_categories) if settings.age_categories else frozenset()
    return Rules(value_limit_minor=settings.value_limit_minor, second_pin=settings.second_pin, age_lines=age_lines)


def why_look(rules: Rules, pickup: Pickup, labels: tuple[ParcelSeen, ...], looked: Looked) -> Refusal | None:
    """What is still to be looked at before these parcels of the order may leave, or None."""
    limit_minor = rules.value_limit_minor
    if limit_minor is not None and pickup.total_minor > limit_minor:
        needs_second = rules.second_pin and looked.second_by is None
        if needs_second or not looked.name:
            found: dict[str, str | int] = {
                "limit_minor": limit_minor,
                "amount_minor": pickup.total_minor,
                "currency": pickup.currency,
                "needs_name": int(not looked.name),
                "needs_second": int(needs_second),
            }
            return Refusal(LookReason.value_limit, found)
    if not looked.age and rules.age_lines & _lines_in(pickup, labels):
        return Refusal(LookReason.age_check)
    return None


def _lines_in(pickup: Pickup, labels: tuple[ParcelSeen, ...]) -> set[int]:
    numbers = {label.number for label in labels}
    return {units.line for parcel in pickup.parcels if parcel.number in numbers for units in parcel.units}


def _age_lines(hub: Hub, order_id: str, categories: tuple[str, ...]) -> frozenset[int]:
    with hub.state.reading() as conn:
        pickup = pickups.get(conn, order_id)
    if pickup is None:
        return frozenset()
    with hub.replica.reading() as conn:
        products = catalogue.products(conn, [line.gtin for line in pickup.lines])
    asked = {gtin for gtin, product in products.items() if product.category in categories}
    return frozenset(line.line for line in pickup.lines if line.gtin in asked)
