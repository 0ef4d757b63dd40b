"""Pull the hub's plug at any moment: what it answered is in its book, what it did not answer is done once when asked again."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.domain.clock import SystemClock
from edge.store import summaries
from sync.db import Database
from tests.cast.floor import Floor
from tests.cast.hub_process import DeskOverWire, HubProcess

ORDERS = 40
KILLS = 3


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[HubProcess, list[dict[str, object]]]]:
    """A running hub whose shelves hold forty parcels, and the press that hands over each."""
    floor = Floor(tmp_path, now_ms=SystemClock().now_ms())
    presses: list[dict[str, object]] = []
    for place in range(ORDERS):
        order, staged = floor.ready((place % 6, 1), shelf=f"A-{place}")
        presses.append({"event_id": floor.press(), "pass": floor.pass_of(order), "labels": [staged.label]})
    floor.close()
    hub = HubProcess(tmp_path)
    hub.process.start()
    yield hub, presses
    hub.process.stop()


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    state = Database(folder / "state.db")
    with state.reading() as conn:
        found = [tuple(row) for row in conn.execute(query)]
    state.close()
    return found


def test_sigkill_loses_no_answered_handover_and_doubles_none(
    shop: tuple[HubProcess, list[dict[str, object]]], tmp_path: Path
) -> None:
    hub, presses = shop
    desk, done = DeskOverWire(hub.url), threading.Event()
    answered: dict[str, tuple[int, dict[str, object]]] = {}

    def at_the_desk() -> None:
        for press in presses:
            while (reply := desk.post("/v1/handovers", press)) is None:
                time.sleep(0.05)
            answered[str(press["event_id"])] = reply
        done.set()

    clerk = threading.Thread(target=at_the_desk)
    clerk.start()
    for kill in range(KILLS):
        while len(answered) < (kill + 1) * ORDERS // (KILLS + 1) and not done.is_set():
            time.sleep(0.002)
        hub.process.kill()
        hub.process.start()
    clerk.join(120)
    assert done.is_set()
    assert {status for status, _ in answered.values()} == {200}
    again = {str(press["event_id"]): desk.post("/v1/handovers", press) for press in presses}
    assert again == answered, "asked once more, the same event_id got another answer"
    desk.close()
    hub.process.stop()
    handed = rows(tmp_path, "SELECT event_id FROM outbox_rows WHERE kind = 'pickup.handed_over'")
    assert sorted(event_id for (event_id,) in handed) == sorted(answered)
    left = rows(tmp_path, "SELECT left_event, state FROM parcels")
    assert sorted(left) == sorted((event_id, "handed_over") for event_id in answered)
    assert rows(tmp_path, "SELECT sum(gone), sum(reserved), sum(staged) FROM reservations") == [(ORDERS, 0, 0)]
    state = Database(tmp_path / "state.db")
    with state.reading() as conn:
        assert summaries.open_orders(conn) == []
    state.close()


def test_a_hub_restarted_during_a_cut_hands_over_and_knows_that_its_time_is_unproven(
    shop: tuple[HubProcess, list[dict[str, object]]], tmp_path: Path
) -> None:
    hub, presses = shop
    desk = DeskOverWire(hub.url)
    reply = desk.post("/v1/handovers", presses[0])
    assert reply is not None
    assert reply[0] == 200
    desk.close()
    hub.process.stop()
    ((fact,),) = rows(tmp_path, "SELECT envelope FROM outbox_rows WHERE kind = 'pickup.handed_over'")
    assert b'"confirmed":false' in fact
