"""A bad line between a real hub and a real central: whatever it does to a push, each fact is in central's books once."""

from collections.abc import Iterator

import pytest

from tests.cast.counter import gtin_of
from tests.cast.hub_process import DeskOverWire
from tests.cast.two_ends import TwoEnds, until
from tests.faults.fault_proxy import FaultProxy, Trouble, all_is_well
from tests.faults.kills.people import new_id

UNHEARD = [
    Trouble.RESET_AT_ONCE,
    Trouble.RESET_IN_REQUEST,
    Trouble.EMPTY_200,
    Trouble.PORTAL_200,
    Trouble.BUSY_503,
    Trouble.BROKEN_500,
    Trouble.BLACK_HOLE,
]
HEARD_BUT_NOT_ANSWERED = [
    Trouble.RESET_BEFORE_REPLY,
    Trouble.CUT_IN_HEADERS,
    Trouble.CUT_IN_BODY,
    Trouble.TWICE_AND_LATE,
]

# One pair of processes serves all of them.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bad line")]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TwoEnds, FaultProxy, DeskOverWire]]:
    """Both ends running, Kim signed in at the hub's desk."""
    ends = TwoEnds(tmp_path_factory.mktemp("line"))
    proxy = FaultProxy(ends.central_port)
    ends.lay(proxy.url, heartbeat_s=0.5)
    ends.central.start()
    ends.open_shop()
    ends.hub.start()
    until(lambda: bool(ends.at_hub("SELECT 1 FROM staff")), "Kim is known at the hub")
    desk = DeskOverWire(ends.hub_url)
    yield ends, proxy, desk
    desk.close()
    ends.stop()
    proxy.refuse()


def a_return(desk: DeskOverWire) -> str:
    """Kim takes one mug back; the event_id of the fact that is owed now."""
    name = new_id()
    line = {"gtin": gtin_of(3), "qty": 1, "amount_minor": 15_000, "condition": "as_new"}
    reply = desk.post("/v1/returns", {"event_id": name, "lines": [line], "refund_minor": 15_000})
    assert reply is not None
    assert reply[0] == 200, reply[1]
    return name


def times_at_central(ends: TwoEnds, name: str) -> tuple[int, int]:
    """How often central holds this fact, and how often it had an effect."""
    facts = ends.at_central(f"SELECT count(*) FROM ledger WHERE event_id = '{name}'")
    effects = ends.at_central(f"SELECT count(*) FROM returns WHERE event_id = '{name}'")
    return int(str(facts[0][0])), int(str(effects[0][0]))


def is_push(request: str) -> bool:
    return request.startswith("POST /v1/push")


@pytest.mark.parametrize("trouble", UNHEARD + HEARD_BUT_NOT_ANSWERED)
def test_only_a_whole_signed_reply_is_a_receipt(
    shop: tuple[TwoEnds, FaultProxy, DeskOverWire], trouble: Trouble
) -> None:
    ends, proxy, desk = shop
    until(lambda: ends.owed() == 0, "nothing is owed from before")
    before, late = proxy.seen[trouble], proxy.late
    proxy.plan = lambda request: trouble if is_push(request) else Trouble.NONE
    name = a_return(desk)
    until(lambda: proxy.seen[trouble] > before, f"a push that met {trouble}")
    if trouble in HEARD_BUT_NOT_ANSWERED:
        until(lambda: times_at_central(ends, name) == (1, 1), "central heard it")
    assert ends.owed() >= 1, "what has no receipt is owed"
    proxy.plan = all_is_well
    until(lambda: ends.owed() == 0, "the receipt")
    if trouble is Trouble.TWICE_AND_LATE:
        until(lambda: proxy.late > late, "the request that comes a second time")
    assert times_at_central(ends, name) == (1, 1)


def test_a_reply_that_trickles_in_is_a_receipt_once_it_is_whole(
    shop: tuple[TwoEnds, FaultProxy, DeskOverWire],
) -> None:
    ends, proxy, desk = shop
    until(lambda: ends.owed() == 0, "nothing is owed from before")
    proxy.plan = lambda request: Trouble.TRICKLE if is_push(request) else Trouble.NONE
    name = a_return(desk)
    until(lambda: ends.owed() == 0, "the receipt")
    assert times_at_central(ends, name) == (1, 1)
    proxy.plan = all_is_well


def test_a_line_that_refuses_connections_keeps_everything_and_hurries_once_it_is_back(
    shop: tuple[TwoEnds, FaultProxy, DeskOverWire],
) -> None:
    ends, proxy, desk = shop
    proxy.refuse()
    names = [a_return(desk) for _ in range(5)]
    assert ends.owed() >= 5
    proxy.accept_again()
    until(lambda: ends.owed() == 0, "the receipts")
    assert [times_at_central(ends, name) for name in names] == [(1, 1)] * 5
