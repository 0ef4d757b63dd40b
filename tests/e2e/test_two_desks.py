"""Two desks of a running hub that is cut off: of what both press at the same moment one is done, and the other is told what was found."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import msgspec
import pytest
import requests

from edge.domain.clock import SystemClock
from edge.domain.ids import event_id
from edge.domain.truth import OrderDown
from edge.wiring.randomness import system_rng
from tests.cast.counter import PIN
from tests.cast.desk_acts import CODE, DIGITS, both_work, has_code
from tests.cast.floor import Floor
from tests.cast.hub_process import HubProcess
from tests.cast.shop import rows_of

DESKS = ("1", "2")
LEE = {"staff_id": "lee", "pin": PIN}


class Prepared(msgspec.Struct, frozen=True):
    """An order on its shelf: what the shopper shows and what its label says."""

    order: OrderDown
    shown: str
    label: str


class Shop:
    """The running hub, its two desks, and three orders on the shelf, of which the last has a code to type."""

    def __init__(self, folder: Path) -> None:
        floor = Floor(folder, now_ms=SystemClock().now_ms())
        both_work(floor)
        self.orders = [self._ready(floor) for _ in range(3)]
        floor.ask_cancel(self.orders[1].order)
        has_code(floor, self.orders[2].order)
        floor.close()
        self._hub = HubProcess(folder)
        self._hub.process.start()
        self._desks = [self._sign_in(desk) for desk in DESKS]
        self._pool, self._start = ThreadPoolExecutor(len(DESKS)), Barrier(len(DESKS))

    def _ready(self, floor: Floor) -> Prepared:
        order, staged = floor.ready((1, 1))
        return Prepared(order, floor.pass_of(order), staged.label)

    def _sign_in(self, desk: str) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        body = {"staff_id": "kim", "pin": PIN, "desk": desk}
        entered = session.post(f"{self._hub.url}/v1/staff/sign-in", json=body, timeout=60)
        session.headers["X-CSRF-Token"] = str(entered.json()["csrf"])
        return session

    def post(self, desk: int, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """One press at one desk, under an event_id of its own unless it brings one."""
        press = {"event_id": event_id(SystemClock().now_ms(), system_rng), **body}
        reply = self._desks[desk].post(self._hub.url + path, json=press, timeout=60)
        return reply.status_code, reply.json()

    def both(self, *presses: tuple[str, dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
        """Each desk presses its own, at the same moment; the yes first."""

        def one(desk: int) -> tuple[int, dict[str, Any]]:
            self._start.wait()
            return self.post(desk, *presses[desk])

        return sorted(self._pool.map(one, range(len(DESKS))), key=lambda answer: answer[0])

    def close(self) -> None:
        """Hang up and stop the hub."""
        self._pool.shutdown()
        for desk in self._desks:
            desk.close()
        self._hub.process.stop()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.close()


def kinds(folder: Path, order: OrderDown) -> Sequence[str]:
    """What was recorded about an order since it was ready."""
    found = rows_of(
        folder / "state.db",
        "SELECT kind FROM outbox_rows WHERE json_extract(CAST(envelope AS TEXT), '$.subject') = ? ORDER BY sequence",
        order.order_id,
    )
    recorded = [str(kind) for (kind,) in found]
    return recorded[recorded.index("pickup.ready") + 1 :]


def test_two_desks_press_at_once_and_each_is_told_the_truth(shop: Shop, tmp_path: Path) -> None:
    one, asked_back, typed = shop.orders
    hand_over = {"pass": one.shown, "labels": [one.label]}

    done, lost = shop.both(("/v1/handovers", hand_over), ("/v1/handovers", hand_over))
    assert (done[0], lost[0], lost[1]["reason"]) == (200, 409, "already_collected")
    assert lost[1]["found"]["desk"] in DESKS

    first = rows_of(tmp_path / "state.db", "SELECT event_id, desk FROM handovers")[0]
    at = DESKS.index(str(first[1]))
    undo = (f"/v1/handovers/{first[0]}/undo", {"manager": LEE})
    taken_back, again = shop.both(undo, undo)
    assert (taken_back[0], again[0], again[1]["reason"]) == (200, 409, "already_undone")
    assert shop.post(at, "/v1/handovers", hand_over)[0] == 200
    here, too = shop.both(("/v1/handovers/parcel-is-here", hand_over), ("/v1/handovers/parcel-is-here", hand_over))
    assert (here[0], too[0]) == (200, 200), "whoever holds the parcel may say so; each voids what was recorded before"
    assert rows_of(tmp_path / "state.db", "SELECT count(*) FROM handovers WHERE voided_at_ms IS NULL") == [(1,)]

    cancel = f"/v1/pickups/{asked_back.order.order_id}/cancel"
    answered, late = shop.both((cancel, {"grant": True}), (cancel, {"grant": False}))
    assert (answered[0], late[0], late[1]["reason"]) == (200, 409, "not_asked")
    assert len(kinds(tmp_path, asked_back.order)) == 1, "one ask has one answer"

    code = {"pass": CODE, "digits": DIGITS, "labels": [typed.label], "typed": True, "manager": LEE}
    name = {"order_id": typed.order.order_id, "labels": [typed.label], "name_checked": True, "manager": LEE}
    left, no = shop.both(("/v1/handovers", code), ("/v1/handovers/by-name", name))
    assert (left[0], no[0], no[1]["reason"]) == (200, 409, "already_collected")
    assert kinds(tmp_path, typed.order) == ["pickup.handed_over"]
