"""Once a day hub and central compare what they hold: what was lost or changed by hand is named at both ends, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from edge.app import recovering
from edge.app.compare_digest import DAY_MS, Compared, compare, compare_when_due
from edge.domain.clock import SimClock
from edge.store import incidents
from sync.http_client import Peer
from tests.sim.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A shop after an afternoon, with nothing owed and a whole line."""
    world = World(tmp_path, 7)
    world.play(120)
    world.heal()
    yield world
    world.close()


def compared(world: World) -> Compared:
    return compare(world.hub, cast("Peer", world.line))


def at_central(world: World) -> list[tuple[str, str]]:
    found = world.office.operator.must("GET", "/v1/admin/incidents")["incidents"]
    return [(each["subject"], each["detail"]) for each in found if each["kind"] == "digest_differs"]


def at_hub(world: World) -> list[tuple[str, str]]:
    with world.hub.state.reading() as conn:
        return [(each.subject, each.detail) for each in incidents.waiting(conn) if each.kind == "digest_differs"]


def some_fact(world: World) -> tuple[str, str, int, int]:
    """Node, epoch, lane and number of a handover that both ends hold."""
    with world.hub.state.reading() as conn:
        row = conn.execute(
            "SELECT o.node, o.epoch, o.lane, r.sequence FROM outbox_rows r JOIN outbox_origins o USING (origin)"
            " WHERE r.kind = 'pickup.handed_over' ORDER BY r.sequence LIMIT 1"
        ).fetchone()
    return row[0], row[1], row[2], row[3]


def test_two_ends_that_hold_the_same_have_nothing_to_say(world: World) -> None:
    found = compared(world)
    assert found.facts > 20
    assert found.feeds == 5
    assert found.differing == ()
    assert (at_central(world), at_hub(world)) == ([], [])


def test_a_fact_that_somebody_removed_from_central_s_ledger_is_named_at_both_ends(world: World) -> None:
    node, epoch, lane, number = some_fact(world)
    with world.office.central.books.writing() as tx:
        gone = tx.exec_driver_sql(
            "DELETE FROM ledger WHERE node = ? AND epoch = ? AND lane = ? AND sequence = ?", (node, epoch, lane, number)
        )
        assert gone.rowcount == 1
    place = f"{node}/{epoch}/{lane}/{number}"
    assert compared(world).differing == (f"{place} missing_there",)
    assert at_hub(world) == [(place, "missing_there")]
    assert at_central(world) == [(place, "missing at central")]


def test_a_fact_that_the_hub_s_disk_changed_is_named_at_both_ends(world: World) -> None:
    node, epoch, lane, number = some_fact(world)
    with world.hub.state.writing() as conn:
        conn.execute(
            "UPDATE outbox_rows SET envelope = CAST(replace(CAST(envelope AS TEXT), 'clerk:kim', 'clerk:kin') AS BLOB)"
            " WHERE sequence = ? AND origin = (SELECT origin FROM outbox_origins WHERE epoch = ? AND lane = ?)",
            (number, epoch, lane),
        )
    place = f"{node}/{epoch}/{lane}/{number}"
    assert compared(world).differing == (f"{place} other",)
    assert at_central(world) == [(place, "another row at the hub")]


def test_a_fact_that_is_gone_from_the_hub_is_named_too(world: World) -> None:
    node, epoch, lane, number = some_fact(world)
    with world.hub.state.writing() as conn:
        conn.execute(
            "DELETE FROM outbox_rows WHERE sequence = ?"
            " AND origin = (SELECT origin FROM outbox_origins WHERE epoch = ? AND lane = ?)",
            (number, epoch, lane),
        )
    assert compared(world).differing == (f"{node}/{epoch}/{lane}/{number} missing_here",)


def test_a_copy_that_lost_a_product_is_named_by_feed_kind_and_key(world: World) -> None:
    with world.hub.replica.writing() as conn:
        (key,) = conn.execute("SELECT key FROM applied WHERE kind = 'product' ORDER BY key LIMIT 1").fetchone()
        conn.execute("DELETE FROM applied WHERE kind = 'product' AND key = ?", (key,))
    assert compared(world).differing == (f"catalogue:main/product/{key} missing_here",)
    assert [subject for subject, _ in at_central(world)] == ["catalogue:main/product"]


def test_it_runs_once_a_day_and_never_while_the_book_may_be_old(world: World) -> None:
    peer = cast("Peer", world.line)
    assert compare_when_due(world.hub, peer) is not None
    assert compare_when_due(world.hub, peer) is None
    world.clock.advance(DAY_MS)
    world.office.clock.advance(DAY_MS)
    with world.hub.state.writing() as conn:
        recovering.begin(conn, world.clock.now_ms(), recovering.Reason.forked)
    assert compare_when_due(world.hub, peer) is None
    with world.hub.state.writing() as conn:
        recovering.end(conn)
    world.restart(SimClock(world.clock.now_ms(), confirmed=False))
    assert compare_when_due(world.hub, peer) is None
    world.hub.clock.confirm(world.office.clock.now_ms())
    assert compare_when_due(world.hub, peer) is not None
