"""Record where tags are heard: counts for central by keyed hash, and a hint that somebody with an order is here.

A hint brings an order to the top of the board. It never releases goods and never names a person or a product.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app.act import Tx, in_one_transaction
from edge.app.apply_copies import tag_hash
from edge.app.asked import Name, Version
from edge.app.check_in import arrive
from edge.app.hub import Hub
from edge.domain.consent import Channel, Purpose
from edge.domain.fact_base import Fact
from edge.domain.facts import ArrivedHow, PresenceEntered, PresenceLeft, PresenceMoved
from edge.store import people, pickups, presence
from edge.store.people import orders_of

CHANGES_MAX = 1000


class ZoneChangeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A tag is in another zone since `at_ms`; None: it is no longer heard."""

    tag: Name
    zone: Name | None
    at_ms: Version


class PresenceAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in the order they were heard."""

    changes: Annotated[tuple[ZoneChangeAsked, ...], Meta(max_length=CHANGES_MAX)]


class PresenceTaken(msgspec.Struct, frozen=True, kw_only=True):
    """How many changes were new, and how many orders were brought up by them."""

    changed: int
    arrived: int


def record_presence(hub: Hub, asked: PresenceAsked, *, node: str) -> PresenceTaken:
    """Keep the last zone per tag, owe the change as telemetry, and mark the orders of a consented shopper as arrived."""
    hashed = [(tag_hash(hub, each.tag), each) for each in asked.changes]
    orders = {tag: _orders_of_tag(hub, tag) for tag in {tag for tag, _ in hashed}}

    def act(tx: Tx) -> PresenceTaken:
        changed = arrived = 0
        for tag, each in hashed:
            if _moved(tx, tag, each, node):
                changed += 1
                arrived += sum(_arrive(tx, order_id, node) for order_id in orders[tag] if each.zone is not None)
        return PresenceTaken(changed=changed, arrived=arrived)

    return in_one_transaction(hub, act)


def _moved(tx: Tx, tag: str, change: ZoneChangeAsked, node: str) -> bool:
    before = presence.zone_of(tx.conn, tag)
    was, at_ms = before or (None, 0)
    if change.at_ms < at_ms or was == change.zone:
        return False
    presence.put(tx.conn, tag, change.zone, change.at_ms)
    actor = f"beacon:{node}"
    fact: Fact
    if change.zone is None:
        fact = PresenceLeft(actor=actor, at=tx.at, tag_hash=tag, zone=was or "")
    elif was is None:
        fact = PresenceEntered(actor=actor, at=tx.at, tag_hash=tag, zone=change.zone)
    else:
        fact = PresenceMoved(actor=actor, at=tx.at, tag_hash=tag, zone=change.zone)
    tx.owe(fact, tx.hub.new_id())
    return True


def _orders_of_tag(hub: Hub, tag: str) -> list[str]:
    """Open or closed orders of whoever registered this tag and allows being noticed; an unknown tag has none."""
    with hub.replica.reading() as conn:
        identity = people.identity_of_tag(conn, tag)
        card = people.card_of(conn, hub.keys, identity) if identity else None
        if card is None:
            return []
        allowed = any(
            act.given and act.purpose == Purpose.location and act.channel == Channel.beacon for act in card.consents
        )
        return orders_of(conn, card.identity) if allowed else []


def _arrive(tx: Tx, order_id: str, node: str) -> int:
    pickup = pickups.get(tx.conn, order_id)
    if pickup is None or pickup.marks.arrived_at_ms is not None:
        return 0
    refusal = arrive(tx, pickup, how=ArrivedHow.beacon, actor=f"beacon:{node}", event_id=tx.hub.new_id())
    return int(refusal is None)
