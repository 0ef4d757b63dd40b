"""A hub's file that owes so many facts, made by the same code that owes them in a shop."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks._office import NODE, STORE
from edge.domain.clock import SystemClock
from edge.domain.facts import (
    Fact,
    HandoverHow,
    PickupAccepted,
    PickupFact,
    PickupHandedOver,
    PickupPicked,
    PickupReady,
    PickupStaged,
    PresenceMoved,
    at_of,
    encode,
    kind_of,
    lane_of,
    subject_of,
)
from edge.domain.ids import event_id
from edge.domain.pickup import ParcelUnits, Pickup, PickupLine, fold, found_of
from edge.store.databases import open_state
from edge.wiring.randomness import system_rng
from sync import outbox
from sync.db import driver

FACTS_PER_ORDER = 5
ZONES = ("entrance", "grocery", "dairy", "electronics")

_clock = SystemClock()


def owe(folder: Path, facts: Iterable[tuple[str, Fact]]) -> None:
    """Make the hub's state file in `folder` with these facts owed, in one transaction; each comes with its event_id."""
    state = open_state(folder)
    with state.writing() as tx:
        outbox.prepare(tx, store=STORE, node=NODE, rng=system_rng)
        for name, fact in facts:
            now_ms = _clock.now_ms()
            outbox.append(
                tx,
                lane=lane_of(kind_of(fact)),
                kind=kind_of(fact),
                subject=subject_of(fact) or NODE,
                data=encode(fact),
                event_id=name,
                occurred_at_ms=now_ms - 3,
                now_ms=now_ms,
            )
    state.close()


def owed_events(folder: Path) -> set[str]:
    """The event_ids that the file owes, read past all of our own code."""
    return {event for event, _ in _owed_rows(folder)}


def envelope_bytes(folder: Path) -> int:
    """The mean size of a whole owed envelope."""
    sizes = [size for _, size in _owed_rows(folder)]
    return round(sum(sizes) / len(sizes))


def telemetry(count: int) -> Iterator[tuple[str, Fact]]:
    """Lane 2: tags that move through the shop. The whole envelope of one is about 490 bytes."""
    at = at_of(_clock)
    for number in range(count):
        name = event_id(_clock.now_ms(), system_rng)
        tag, zone = system_rng(8).hex(), ZONES[number % len(ZONES)]
        yield name, PresenceMoved(actor=f"hub:{NODE}", at=at, tag_hash=tag, zone=zone)


def pickups(orders: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Fact]]:
    """Lane 0: each order accepted, picked, staged, ready and handed over, as the shop's own rules fold it."""
    for order in orders:
        yield from _one_pickup(_as_heard(order))


def _one_pickup(pickup: Pickup) -> Iterator[tuple[str, Fact]]:
    at, order, line = at_of(_clock), pickup.order_id, pickup.lines[0]
    clerk, shop = "clerk:kim", f"hub:{NODE}"

    def picked() -> PickupFact:
        return PickupPicked(
            actor=clerk, at=at, order=order, line=1, qty=line.qty, gtin_scanned=line.gtin, found=found_of(pickup, 1)
        )

    def staged() -> PickupFact:
        units = (ParcelUnits(1, line.qty),)
        found = found_of(pickup, lines=(1,))
        return PickupStaged(actor=clerk, at=at, order=order, parcel=1, shelf="B2", units=units, found=found)

    def handed_over() -> PickupFact:
        return PickupHandedOver(
            actor=clerk,
            at=at,
            order=order,
            parcels=(1,),
            pass_id=system_rng(3).hex(),
            pass_revision=pickup.revision,
            how=HandoverHow.pass_,
            desk="1",
            found=found_of(pickup),
        )

    acts: tuple[Callable[[], PickupFact], ...] = (
        lambda: PickupAccepted(actor=shop, at=at, order=order, available={line.gtin: 500}),
        picked,
        staged,
        lambda: PickupReady(actor=shop, at=at, order=order),
        handed_over,
    )
    for act in acts:
        name, fact = event_id(_clock.now_ms(), system_rng), act()
        pickup = fold(pickup, fact, event_id=name, occurred_at_ms=_clock.now_ms())
        yield name, fact


def _as_heard(order: dict[str, Any]) -> Pickup:
    return Pickup(
        order_id=order["order_id"],
        store=order["store"],
        store_number=order["store_number"],
        display_code=order["display_code"],
        revision=order["revision"],
        lines=tuple(
            PickupLine(line=x["line"], gtin=x["gtin"], qty=x["qty"], price_minor=x["price_minor"])
            for x in order["lines"]
        ),
        currency=order["currency"],
        total_minor=order["total_minor"],
        placed_at_ms=order["placed_at_ms"],
    )


def _owed_rows(folder: Path) -> list[tuple[str, int]]:
    conn = driver.connect(folder / "state.db")
    rows = conn.execute("SELECT event_id, length(envelope) FROM outbox_rows WHERE settled_at_ms IS NULL")
    found = [(event, size) for event, size in rows]
    conn.close()
    return found
