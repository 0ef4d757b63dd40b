"""Put picked units into a labelled parcel on a shelf; the last one makes the order ready."""

import msgspec

from edge.app.act import Tx, once
from edge.app.asked import EventId, OrderId, Scan, Shelf
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN, move, ready_if_staged
from edge.app.roll_labels import judge_roll_label
from edge.domain.errors import Refusal
from edge.domain.facts import PickupStaged
from edge.domain.pickup import OrderState, ParcelUnits, decide_stage, found_of, loose_units
from edge.passes import write_label
from edge.store import pickups, roll_labels


class StageAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel for `shelf`; `units` None takes everything picked that lies in no parcel yet.

    `roll_label` is the text of a label printed beforehand that was stuck on it, where there is no printer.
    """

    event_id: EventId
    order_id: OrderId = ""
    shelf: Shelf
    units: tuple[ParcelUnits, ...] | None = None
    roll_label: Scan | None = None


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """The parcel's number and the text of its label; `roll` is the number of the label from the roll on it."""

    order_id: str
    display_code: str
    parcel: int
    label: str
    shelf: str
    units: int
    state: OrderState
    at_ms: int
    roll: int | None = None


def stage_parcel(hub: Hub, asked: StageAsked, actor: str) -> Staged | Refusal:
    """Stage one parcel of an order."""

    def act(tx: Tx) -> Staged | Refusal:
        pickup = pickups.get(tx.conn, asked.order_id)
        if pickup is None:
            return UNKNOWN
        units = loose_units(pickup) if asked.units is None else asked.units
        number = pickup.next_parcel_number
        roll = None if asked.roll_label is None else judge_roll_label(tx.conn, asked.roll_label)
        if isinstance(roll, Refusal):
            return roll
        refusal = decide_stage(pickup, number, units, asked.shelf)
        if refusal is not None:
            return refusal
        fact = PickupStaged(
            actor=actor,
            at=tx.at,
            order=pickup.order_id,
            parcel=number,
            shelf=asked.shelf,
            units=units,
            found=found_of(pickup, lines=[each.line for each in units]),
            roll=roll.serial if roll else None,
        )
        if roll is not None:
            roll_labels.tie(tx.conn, roll.serial, pickup.order_id, number)
        after = ready_if_staged(tx, move(tx, pickup, fact, asked.event_id))
        return Staged(
            order_id=after.order_id,
            display_code=after.display_code,
            parcel=number,
            label=write_label(after.order_id, number, after.revision),
            shelf=asked.shelf,
            units=sum(each.qty for each in units),
            state=after.state,
            at_ms=tx.now_ms,
            roll=fact.roll,
        )

    return once(hub, asked.event_id, asked, Staged, act)
