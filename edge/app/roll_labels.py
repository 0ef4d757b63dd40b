"""Labels printed beforehand: read beside the parcels' own, and tied to a parcel when it is staged."""

from collections.abc import Sequence
from enum import StrEnum

from edge.app.hub import Hub
from edge.app.store_config import read_store
from edge.domain.errors import Refusal
from edge.domain.pickup import ParcelSeen, ParcelState
from edge.passes import read_label
from edge.passes.roll import RollSeen, read_roll_label
from edge.store import pickups, roll_labels
from sync.db import Connection


class RollReason(StrEnum):
    """Why a label from the roll cannot be stuck on this parcel."""

    roll_label_unreadable = "roll_label_unreadable"
    roll_label_other_store = "roll_label_other_store"
    roll_label_taken = "roll_label_taken"  # it sticks on another parcel already


def read_parcel(conn: Connection, text: str) -> ParcelSeen | None:
    """The parcel a label stands for: its own label, or one from the roll that was tied to it; None for anything else."""
    own = read_label(text)
    if own is not None:
        return own
    seen = read_roll_label(text)
    tied = None if seen is None or not _is_ours(conn, seen) else roll_labels.parcel_of(conn, seen.serial)
    if tied is None:
        return None
    order_id, number = tied
    pickup = pickups.get(conn, order_id)
    return ParcelSeen(order_id=order_id, number=number, revision=pickup.revision if pickup else 1)


def read_parcels(hub: Hub, texts: Sequence[str]) -> list[ParcelSeen | None]:
    """The same for many scans at once, in their order."""
    with hub.state.reading() as conn:
        return [read_parcel(conn, text) for text in texts]


def serial_of(text: str) -> int | None:
    """The number of a label from a roll, whoever's roll it is; None for anything else that was scanned."""
    seen = read_roll_label(text)
    return seen.serial if seen else None


def judge_roll_label(conn: Connection, text: str) -> RollSeen | Refusal:
    """The label, when it may be tied to a parcel now."""
    seen = read_roll_label(text)
    if seen is None:
        return Refusal(RollReason.roll_label_unreadable)
    if not _is_ours(conn, seen):
        return Refusal(RollReason.roll_label_other_store, {"store_number": seen.store_number})
    tied = roll_labels.parcel_of(conn, seen.serial)
    if tied is None:
        return seen
    pickup = pickups.get(conn, tied[0])
    parcel = pickup.parcel(tied[1]) if pickup else None
    if pickup is None or parcel is None or parcel.state is ParcelState.unpacked:
        return seen  # the parcel was taken apart; its label may stick on the next one
    found: dict[str, str | int] = {"display_code": pickup.display_code, "parcel": tied[1], "serial": seen.serial}
    return Refusal(RollReason.roll_label_taken, found)


def _is_ours(conn: Connection, seen: RollSeen) -> bool:
    """False for a roll of another store. Before the store came down nobody knows its number, and every roll counts."""
    store = read_store(conn)
    return store is None or store.store_number == seen.store_number
