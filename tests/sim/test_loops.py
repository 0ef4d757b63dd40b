"""The hub's loops as they run: what is owed goes up by itself, truth comes down, a cut is noticed, said once and healed."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from edge.app.apply_changes import apply_page
from edge.app.keep_audit import SIGN_EVERY_MS
from edge.domain.pickup import OrderState
from edge.loops import Loops, Peers
from edge.store import audit
from sync.errors import PeerBusy, PeerRefusedUs
from sync.feed import Page
from sync.http_client import Peer, Reply
from tests.cast.pickups import SOAP
from tests.sim.world import World

PATIENCE_S = 60.0
"""What a loaded machine may take for what needs a tenth of a second on a quiet one; nothing here measures time."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A whole line and an empty shop."""
    world = World(tmp_path, 1)
    world.line.trouble = 0.0
    yield world
    world.close()


@pytest.fixture
def loops(world: World) -> Iterator[Loops]:
    """All three loops, running."""
    peer = cast("Peer", world.line)
    loops = Loops(world.hub, Peers(beat=peer, push=peer, pull=peer), heartbeat_s=0.02, poll_wait_s=0, batch_rows=200)
    loops.start()
    yield loops
    loops.stop()


def wait_until(true: Callable[[], object]) -> None:
    """Wait until it is so."""
    until_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until_s, "it never came to that"
        time.sleep(0.01)


def link(world: World) -> str:
    return world.hub.link.state.value


def test_an_order_comes_down_and_its_facts_go_up_by_themselves(world: World, loops: Loops) -> None:
    wait_until(lambda: link(world) == "up")
    world.office.ada.put_in(SOAP, 1)
    order = world.office.ada.order()["order_id"]
    wait_until(lambda: [each.state for each in world.orders()] == [OrderState.accepted])
    world.staff_picks()
    world.staff_stages()
    wait_until(lambda: world.owed() == 0)
    assert world.state_at_central(order) == "ready"


def test_a_cut_is_noticed_and_after_it_everything_arrives_once(world: World, loops: Loops) -> None:
    wait_until(lambda: link(world) == "up")
    world.office.ada.put_in(SOAP, 1)
    order = world.office.ada.order()["order_id"]
    wait_until(lambda: len(world.orders()) == 1)
    world.line.cut = True
    wait_until(lambda: link(world) == "cut")
    world.staff_picks()
    assert world.owed() > 0
    wait_until(lambda: loops.counts["push.PeerUnreachable"] >= 1)  # it was tried, and in vain
    world.line.cut = False
    wait_until(lambda: link(world) == "up")
    wait_until(lambda: world.owed() == 0)
    assert world.state_at_central(order) == "picking"
    assert world.facts("pickup.picked") == 1


def test_whatever_a_turn_meets_the_loop_goes_on(world: World, loops: Loops, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_until(lambda: link(world) == "up")

    def broken(_hub: object, _page: Page) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("edge.app.read_truth.apply_page", broken)
    wait_until(lambda: loops.counts["pull.RuntimeError"] >= 2)
    monkeypatch.setattr("edge.app.read_truth.apply_page", apply_page)
    world.office.ada.put_in(SOAP, 1)
    world.office.ada.order()
    wait_until(lambda: len(world.orders()) == 1)


def test_the_time_that_a_busy_peer_named_is_waited_even_when_the_line_goes_and_comes_back(
    world: World, loops: Loops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand shops find the line again in the same second; only central knows whose turn is when."""
    wait_until(lambda: link(world) == "up")
    ask = world.line.request

    def busy(method: str, target: str, **more: Any) -> Reply:
        if target.startswith("/v1/push"):
            raise PeerBusy("too many at once", retry_after_s=3600)
        return ask(method, target, **more)

    monkeypatch.setattr(world.line, "request", busy)
    world.office.ada.put_in(SOAP, 1)
    world.office.ada.order()
    wait_until(lambda: loops.counts["push.PeerBusy"] == 1)
    world.line.cut = True
    wait_until(lambda: link(world) == "cut")
    world.line.cut = False
    wait_until(lambda: link(world) == "up")
    beats = loops.counts["beat.done"]
    wait_until(lambda: loops.counts["beat.done"] >= beats + 3)
    assert loops.counts["push.PeerBusy"] == 1
    assert world.owed() > 0


def test_a_peer_that_does_not_take_us_is_not_asked_in_a_hurry(
    world: World, loops: Loops, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(lambda: link(world) == "up")
    # The beat that finds the line rings after it says so: let that beat end, and let whole pulls begin after its ring.
    for turn in ("beat.done", "pull.done"):
        before = loops.counts[turn]
        wait_until(lambda turn=turn, before=before: loops.counts[turn] >= before + 2)  # type: ignore[misc]  # bound per turn

    def refuse(*_asked: object, **_more: object) -> None:
        raise PeerRefusedUs(403, "revoked")

    monkeypatch.setattr(world.line, "request", refuse)
    wait_until(lambda: loops.counts["pull.PeerRefusedUs"] >= 1)
    wait_until(lambda: link(world) == "cut")
    assert loops.counts["pull.PeerRefusedUs"] == 1
    assert world.incident_kinds() == ["refused_by_central"]


def test_the_head_of_the_journal_goes_up_each_minute_and_comes_back_countersigned(world: World, loops: Loops) -> None:
    object.__setattr__(world.hub, "journal_key", world.office.hub_key)
    world.office.ada.put_in(SOAP, 1)
    world.office.ada.order()
    wait_until(lambda: [each.state for each in world.orders()] == [OrderState.accepted])

    def last_seen() -> int:
        with world.hub.state.reading() as conn:
            seen = audit.last_seen(conn)
        return seen.head.number if seen else 0

    assert last_seen() == 0
    world.clock.advance(SIGN_EVERY_MS)
    wait_until(lambda: last_seen() == 2)
