"""A kiosk believes its hub's time only once the hub has seen signed time itself, and then says how wrong it was."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from edge.domain.clock import SimClock, SystemClock
from edge.wiring.telemetry import Telemetry
from sync import outbox
from sync.db import Database
from sync.http_client import Peer
from tests.cast.counter import NOON_MS, STORE
from tests.cast.floor import Floor, Machine

DAY_MS = 86_400_000


class ToHub:
    """The kiosk's line to the hub, without a socket."""

    def __init__(self, floor: Floor) -> None:
        self._kiosk = Machine(floor, floor.app())

    def get(self, target: str, kind: type[Any]) -> Any:
        return msgspec.json.decode(self._kiosk.ask("GET", target).get_data(), type=kind)


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    (tmp_path / "hub").mkdir()
    opened = Floor(tmp_path / "hub")
    yield opened
    opened.close()


@pytest.fixture
def state(tmp_path: Path, floor: Floor) -> Iterator[Database]:
    database = Database(tmp_path / "kiosk.db", migrations=(outbox.MIGRATIONS,))
    with database.writing() as conn:
        outbox.prepare(conn, store=STORE, node="K1", rng=floor.rng)
    yield database
    database.close()


def corrections(state: Database) -> list[int]:
    with state.reading() as conn:
        rows = conn.execute("SELECT envelope FROM outbox_rows WHERE kind = 'clock.corrected'")
        return [msgspec.json.decode(row[0])["data"]["offset_ms"] for row in rows]


def test_a_hub_that_does_not_know_the_time_confirms_nobodys_clock(floor: Floor, state: Database) -> None:
    clock = SimClock(NOON_MS - DAY_MS, confirmed=False)
    object.__setattr__(floor.hub, "clock", SimClock(NOON_MS, confirmed=False))
    telemetry = Telemetry(state, "K1", cast("SystemClock", clock), cast("Peer", ToHub(floor)))
    telemetry._confirm_time()
    assert (clock.confirmed(), clock.now_ms()) == (False, NOON_MS - DAY_MS)
    assert corrections(state) == []


def test_a_kiosk_takes_confirmed_time_and_says_once_how_wrong_it_was(floor: Floor, state: Database) -> None:
    clock = SimClock(floor.clock.now_ms() - DAY_MS, confirmed=False)
    telemetry = Telemetry(state, "K1", cast("SystemClock", clock), cast("Peer", ToHub(floor)))
    for _ in range(2):
        telemetry._confirm_time()
    assert (clock.confirmed(), clock.now_ms()) == (True, floor.clock.now_ms())
    assert corrections(state) == [DAY_MS]
