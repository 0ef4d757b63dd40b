"""What a clerk will be asked to look at before these parcels leave, so that the screen can ask before the press."""

from collections.abc import Sequence

import msgspec

from edge.app.at_the_desk import read_labels
from edge.app.desk_look import Looked, LookReason, rules_for, why_look
from edge.app.hub import Hub
from edge.domain.errors import Refusal
from edge.store import pickups

_SOMEBODY = "somebody"


class LooksNeeded(msgspec.Struct, frozen=True, kw_only=True):
    """Each True is something the hand-over would be refused for."""

    name: bool = False
    second: bool = False
    age: bool = False


def looks_needed(hub: Hub, order_id: str, labels: Sequence[str]) -> LooksNeeded:
    """What the rules want looked at; nothing for an order or labels that are unknown here."""
    with hub.state.reading() as conn:
        pickup = pickups.get(conn, order_id)
    parcels = read_labels(hub, tuple(labels))
    if pickup is None or isinstance(parcels, Refusal):
        return LooksNeeded()
    rules = rules_for(hub, order_id)
    nothing = why_look(rules, pickup, parcels, Looked())
    but_age = why_look(rules, pickup, parcels, Looked(name=True, second_by=_SOMEBODY))
    above = nothing is not None and nothing.reason == LookReason.value_limit
    return LooksNeeded(
        name=above and bool(nothing and nothing.found["needs_name"]),
        second=above and bool(nothing and nothing.found["needs_second"]),
        age=but_age is not None,
    )
