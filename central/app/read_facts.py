"""Tells a store's hub what it has told central: its facts after given marks, and the orders they are about."""

from typing import Annotated

import msgspec
from msgspec import Meta

from central.app.central import Central
from central.app.reasons import CentralReason
from central.app.send_down import order_down, store_feed
from central.store.database import Tx
from central.store.facts_back import KeptFact, facts_after, marks_of
from central.store.feeds import served_up_to
from central.store.orders import get_orders
from edge.domain.errors import Refusal
from edge.domain.facts import PickupPassSeen
from edge.domain.pickup import Pickup
from edge.domain.truth import OrderDown
from edge.passes import typed_check
from sync import wire
from sync.envelope import Count, Name
from sync.facts_back import ROWS_MAX, FactRow, FactsPage, OriginMark
from sync.feed import PAGE_BYTES, FeedRow


class FactsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of `store` after the marks in `after` (JSON, `<node>/<epoch>/<lane>` to sequence).

    Facts received before `since_ms` are left out, unless they are about an order that is still open. `term` and `epoch`
    are the caller's.
    """

    store: Name
    after: Annotated[str, Meta(max_length=8000)] = "{}"
    since_ms: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, Meta(ge=1, le=ROWS_MAX)] = ROWS_MAX
    term: Annotated[int, Meta(ge=0, le=2**53)] = 0
    epoch: Annotated[str, Meta(max_length=64)] = ""


def read_facts(central: Central, store: str, asked: FactsQuery) -> FactsPage | Refusal:
    """One page of facts for the hub of `store`; nobody else's. Raises BadWire when `after` is no map of marks."""
    if asked.store != store:
        return Refusal(CentralReason.not_your_store, {"store": asked.store})
    after = wire.read(asked.after.encode(), dict[str, Count])
    with central.books.reading() as tx:
        marks = marks_of(tx, store)
        kept = facts_after(tx, store, after, since_ms=asked.since_ms, limit=asked.limit + 1)
        rows = _cut(kept[: asked.limit])
        return FactsPage(
            rows=tuple(
                FactRow(origin=each.origin, received_at_ms=each.received_at_ms, envelope=msgspec.Raw(each.envelope))
                for each in rows
            ),
            orders=_orders(central, tx, store, rows),
            marks=tuple(OriginMark(origin=origin, sequence=mark) for origin, mark in marks),
            more=len(rows) < len(kept),
        )


def _cut(found: list[KeptFact]) -> list[KeptFact]:
    """As many as a page may weigh, at least one."""
    size = 0
    for place, each in enumerate(found):
        size += len(each.envelope)
        if place and size > PAGE_BYTES:
            return found[:place]
    return found


def _orders(central: Central, tx: Tx, store: str, rows: list[KeptFact]) -> tuple[FeedRow, ...]:
    """The orders these facts are about, as the store once got them; one that never left is not handed out here."""
    named = {row.subject for row in rows if row.kind.startswith("pickup.") and row.kind != PickupPassSeen.KIND}
    feed = store_feed(store)
    served = served_up_to(tx, feed)
    return tuple(
        FeedRow(
            feed=feed,
            seq=held.owner.first_seq,
            kind="order",
            key=held.pickup.order_id,
            body=msgspec.Raw(msgspec.json.encode(_down(central, held.pickup))),
            tombstone=False,
            at_ms=held.pickup.placed_at_ms,
        )
        for held in get_orders(tx, store, named).values()
        if held.owner.first_seq is not None and held.owner.first_seq <= served
    )


def _down(central: Central, pickup: Pickup) -> OrderDown:
    """With the code of its first pass, as it once went down; a renewed one is told by a row of its own."""
    code = "" if pickup.closed else typed_check(central.typed_code(pickup.order_id, 0), pickup.store)
    return order_down(pickup, code)
