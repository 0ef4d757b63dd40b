"""A hub whose machine wakes up thirty years ago or four hundred days from now works on, and is put right by central's word."""

import json
import subprocess
from pathlib import Path

import pytest

from edge.app.keep_line import write_down_time
from edge.domain.clock import SystemClock
from tests.cast.floor import Floor
from tests.cast.hub_process import DeskOverWire
from tests.cast.two_ends import TwoEnds, until
from tests.faults.fault_proxy import FaultProxy

SHIM = Path(__file__).with_name("wrong_clock.c")
DAY_S = 86_400
NEAR_MS = 600_000
"""Labels and corrections are compared to within ten minutes; the clock is off by years."""


@pytest.fixture
def wrong_clock(tmp_path: Path, c_compiler: str, monkeypatch: pytest.MonkeyPatch, off_s: int) -> int:
    """Every process that is started from now on believes that it is another day."""
    library = tmp_path / "wrong_clock.so"
    subprocess.run([c_compiler, "-shared", "-fPIC", "-O2", "-o", library, SHIM], check=True)
    monkeypatch.setenv("STOREFLOOR_CLOCK_OFF_S", str(off_s))
    monkeypatch.setenv("LD_PRELOAD", str(library))
    return off_s


def facts(ends: TwoEnds, kind: str) -> list[dict[str, object]]:
    """What the hub's facts of a kind say."""
    rows = ends.at_hub(f"SELECT envelope FROM outbox_rows WHERE kind = '{kind}' ORDER BY origin, sequence")
    return [json.loads(str(row[0], "utf-8") if isinstance(row[0], bytes) else str(row[0])) for row in rows]


def owned(ends: TwoEnds) -> set[tuple[object, ...]]:
    """What is the hub's own and time alone would take away: closed orders, parcels, answers."""
    return {
        *ends.at_hub("SELECT order_id, state FROM pickups WHERE closed_at_ms IS NOT NULL"),
        *ends.at_hub("SELECT order_id, number FROM parcels"),
        *ends.at_hub("SELECT event_id FROM answers"),
    }


def named(ends: TwoEnds) -> set[tuple[object, ...]]:
    """The copies that time alone would take away: names of orders.

    Only until the line is back: central never heard of the orders this test laid, so its first word takes their names.
    """
    return set(ends.in_copies("SELECT order_id FROM name_cards"))


@pytest.mark.slow
@pytest.mark.parametrize("off_s", [-30 * 365 * DAY_S, 400 * DAY_S], ids=["thirty years ago", "in four hundred days"])
def test_a_hub_with_a_wrong_clock_hands_over_forgets_nothing_and_is_put_right(
    tmp_path: Path, off_s: int, request: pytest.FixtureRequest
) -> None:
    ends = TwoEnds(tmp_path)
    proxy = FaultProxy(ends.central_port)
    ends.lay(proxy.url, heartbeat_s=0.5)
    ends.central.start()
    ends.open_shop()
    proxy.refuse()
    now_ms = SystemClock().now_ms()
    floor = Floor(tmp_path / "hub", now_ms=now_ms)
    floor.hand_over(*floor.ready((0, 1)))
    order, staged = floor.ready((3, 1))
    press = {"event_id": floor.press(), "pass": floor.pass_of(order), "labels": [staged.label]}
    write_down_time(floor.hub)
    floor.close()
    before, names = owned(ends), named(ends)
    request.getfixturevalue("wrong_clock")
    ends.hub.start()
    try:
        desk = DeskOverWire(ends.hub_url)
        reply = desk.post("/v1/handovers", press)
        assert reply is not None
        assert reply[0] == 200, "a pass is not refused for a time that nobody proved"
        desk.close()
        (handed,) = (fact for fact in facts(ends, "pickup.handed_over") if fact["id"] == press["event_id"])
        assert dict(handed["data"])["at"]["confirmed"] is False  # type: ignore[call-overload] # JSON
        assert not before - owned(ends), "something was erased"
        assert not names - named(ends), "a name was erased"
        proxy.accept_again()
        until(lambda: bool(facts(ends, "clock.corrected")), "signed time was seen")
        until(lambda: ends.owed() == 0, "everything is pushed, and the correction with it")
        (corrected,) = facts(ends, "clock.corrected")
        wrong_by_ms = max(off_s, 0) * 1000  # a clock in the past was lifted to the last time written down
        offset_ms = int(dict(corrected["data"])["offset_ms"])  # type: ignore[call-overload] # JSON
        assert abs(offset_ms + wrong_by_ms) < NEAR_MS
        assert not before - owned(ends), "erased once confirmed"
        assert ends.at_central(f"SELECT count(*) FROM ledger WHERE event_id = '{press['event_id']}'") == [(1,)]
    finally:
        ends.stop()
