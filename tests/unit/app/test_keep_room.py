"""The hub keeps room for what must not be lost: telemetry gives way and is counted, a person hears of it, acts go on."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.app.act import Tx, in_one_transaction
from edge.app.keep_room import DISK_FULL, DISK_TIGHT, Kept, keep_room, read_disk
from edge.domain.facts import PresenceMoved
from edge.store import incidents
from sync import outbox, quota
from sync.ballast import Ballast, BallastState
from tests.cast.floor import Floor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    opened = Floor(tmp_path)
    yield opened
    opened.close()


def see(floor: Floor, tag: str) -> None:
    def act(tx: Tx) -> None:
        moved = PresenceMoved(actor=floor.hub.actor, at=tx.at, tag_hash=tag, zone="dairy")
        tx.owe(moved, floor.press())

    in_one_transaction(floor.hub, act)


def quota_of(floor: Floor, share: float) -> None:
    with floor.hub.state.writing() as conn:
        quota.set_quota(conn, int(quota.room(conn).owed_bytes / share))


def open_kinds(floor: Floor) -> list[str]:
    with floor.hub.state.reading() as conn:
        return [each.kind for each in incidents.waiting(conn)]


def owed(floor: Floor) -> tuple[int, int, int]:
    with floor.hub.state.reading() as conn:
        return outbox.owed(conn).per_lane


def test_while_there_is_room_nothing_happens(floor: Floor) -> None:
    see(floor, "a")
    assert keep_room(floor.hub) == Kept()
    assert open_kinds(floor) == []


def test_telemetry_gives_way_and_a_person_hears_of_it(floor: Floor) -> None:
    for _ in range(9):
        see(floor, "aa")
    quota_of(floor, 0.95)
    assert keep_room(floor.hub).gone == 8
    assert open_kinds(floor) == [DISK_TIGHT]
    with floor.hub.state.reading() as conn:
        assert read_disk(floor.hub, conn).skipped == 8


def test_an_act_goes_on_without_the_telemetry_that_there_is_no_room_for(floor: Floor) -> None:
    order, staged = floor.ready((0, 1))
    quota_of(floor, 1.0)
    before = owed(floor)
    see(floor, "a")
    floor.hand_over(order, staged)
    assert owed(floor)[2] == before[2]
    assert owed(floor)[0] == before[0] + 1
    with floor.hub.state.reading() as conn:
        assert read_disk(floor.hub, conn).refused == 1


def test_a_freed_ballast_closes_the_door_to_telemetry_until_it_lies_there_again(floor: Floor, tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", 2**62)  # no disk has room for it, so it stays away
    floor.hub = dataclasses.replace(floor.hub, ballast=ballast)
    assert keep_room(floor.hub).ballast is BallastState.FREED
    assert keep_room(floor.hub) == Kept(), "a thing that goes is said once"
    see(floor, "a")
    assert owed(floor)[2] == 0
    assert open_kinds(floor) == [DISK_FULL]
    floor.hub = dataclasses.replace(floor.hub, ballast=Ballast(tmp_path / "ballast", 1024))
    assert keep_room(floor.hub).ballast is BallastState.HELD
    see(floor, "a")
    assert owed(floor)[2] == 1
    assert open_kinds(floor) == []
