"""Judge a pass that is shown here: is it genuine, is it for this store, and has its order arrived at all."""

from enum import StrEnum

from edge.app.act import Tx
from edge.app.hub import Hub
from edge.app.store_config import pass_keys, store_number
from edge.domain.errors import Refusal
from edge.domain.facts import PickupPassSeen
from edge.domain.pickup import PassSeen, Pickup, PickupReason, decide_pass
from edge.passes import read_pass
from edge.store import pickups, seen_codes, typed_codes
from sync.db import Connection


class ScanReason(StrEnum):
    """Why a scan cannot be used where it was made."""

    code_too_long = "code_too_long"
    unknown_code = "unknown_code"
    unreadable_label = "unreadable_label"
    store_not_set_up = "store_not_set_up"  # the store's own number never came down, so no pass can be judged


def genuine_pass(hub: Hub, text: str) -> PassSeen | Refusal:
    """The verified values of a pass for this store, or why it proves nothing here. Asks nobody."""
    number = store_number(hub)
    if number is None:
        return Refusal(ScanReason.store_not_set_up)
    seen = read_pass(text, pass_keys(hub))
    if isinstance(seen, Refusal):
        return seen
    if seen.store_number != number:
        return Refusal(PickupReason.other_store.value, {"store_number": seen.store_number})
    return seen


def opens(tx: Tx, pickup: Pickup, seen: PassSeen) -> Refusal | None:
    """Why this genuine pass does not open this order now, or None when it does."""
    return decide_pass(
        pickup,
        seen,
        store_number=seen.store_number,
        now_ms=tx.now_ms,
        confirmed=tx.at.confirmed,
        revoked_pass_ids=revoked(tx.conn, pickup.order_id),
    )


def revoked(conn: Connection, order_id: str) -> frozenset[str]:
    """Passes of this order that a newer one took the place of, as far as this hub has heard."""
    return typed_codes.revoked(conn, order_id)


def shown_for_unknown_order(tx: Tx, seen: PassSeen, actor: str) -> Refusal:
    """Nothing is released: the fact says that somebody stood here, once per pass; the screen says since when the line is cut."""
    event_id = tx.hub.new_id()
    if seen_codes.keep_pass(tx.conn, order_id=seen.order_id, pass_id=seen.pass_id, event_id=event_id, now_ms=tx.now_ms):
        tx.owe(PickupPassSeen(actor=actor, at=tx.at, order=seen.order_id, pass_id=seen.pass_id), event_id)
    link = tx.hub.link
    found: dict[str, str | int] = {"order": seen.order_id, "line": link.state.value, "line_since_ms": link.since_ms}
    return Refusal(PickupReason.unknown_order.value, found)


def order_of(tx: Tx, seen: PassSeen) -> Pickup | None:
    """The order this pass names, if it has arrived here."""
    return pickups.get(tx.conn, seen.order_id)
