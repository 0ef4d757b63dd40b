"""Ten thousand facts through a line that fails every second post, to a central that is killed five times: each arrives once."""

from itertools import count, cycle
from pathlib import Path

import pytest

from edge.domain.clock import SystemClock
from edge.domain.consent import Channel, Purpose
from edge.domain.fact_base import Fact, at_of
from edge.domain.facts import Condition, ConsentRecorded, KioskVisitEnded, ReturnLine, ReturnRecorded, VisitEnd
from tests.cast.counter import gtin_of
from tests.cast.two_ends import TwoEnds, until
from tests.faults.fault_proxy import FaultProxy, Trouble, all_is_well

FACTS = 10_000
KILLS = 5
BATCH_ROWS = 200
"""Small, so that a line that fails every second post fails often."""

HEALED_S = 60.0
"""The promise: so long after the line is whole again everything is there."""

TROUBLES = [
    Trouble.RESET_AT_ONCE,
    Trouble.RESET_BEFORE_REPLY,
    Trouble.EMPTY_200,
    Trouble.CUT_IN_HEADERS,
    Trouble.PORTAL_200,
    Trouble.TWICE_AND_LATE,
    Trouble.RESET_IN_REQUEST,
    Trouble.CUT_IN_BODY,
    Trouble.BROKEN_500,
]


def backlog() -> list[Fact]:
    """Ten thousand facts of all lanes; each return has an effect that can be counted at central."""
    clock, numbers = SystemClock(), count(1)
    at = at_of(clock)

    def mug_back() -> Fact:
        line = ReturnLine(gtin=gtin_of(3), qty=1, amount_minor=15_000, condition=Condition.as_new)
        return ReturnRecorded(
            actor="clerk:kim",
            at=at,
            return_id=f"R{next(numbers):012d}",
            lines=(line,),
            refund_minor=15_000,
            refund_asked=True,
        )

    def consent() -> Fact:
        return ConsentRecorded(
            actor="shopper",
            at=at,
            identity=f"C{next(numbers):012d}",
            purpose=Purpose.service,
            channel=Channel.kiosk,
            given=True,
            source="kiosk:K1",
            policy_version="2026-11",
        )

    def visit() -> Fact:
        return KioskVisitEnded(actor="kiosk:K1", at=at, how=VisitEnd.idle, seconds=next(numbers) % 300)

    kinds = cycle((mug_back, consent, visit, mug_back, visit))
    return [next(kinds)() for _ in range(FACTS)]


@pytest.mark.slow
def test_ten_thousand_facts_through_a_line_that_fails_every_second_post_and_five_dead_centrals(tmp_path: Path) -> None:
    ends = TwoEnds(tmp_path)
    proxy, troubles = FaultProxy(ends.central_port), cycle(TROUBLES)
    turns = cycle((False, True))
    proxy.plan = lambda request: next(troubles) if request.startswith("POST /v1/push") and next(turns) else Trouble.NONE
    ends.lay(proxy.url, heartbeat_s=0.5, push_batch=BATCH_ROWS)
    names = ends.owe(backlog())
    assert len(set(names)) == FACTS
    ends.central.start()
    ends.open_shop()
    ends.hub.start()
    try:
        for kill in range(KILLS):
            until(lambda: ends.recorded() >= (kill + 1) * FACTS // (KILLS + 2), f"enough for kill {kill + 1}")  # noqa: B023 - waited for at once
            ends.central.kill()
            ends.central.start()
        assert ends.owed() > 0, "all five kills fell into the work"
        proxy.plan = all_is_well
        until(lambda: ends.owed() == 0, "everything has its receipt", timeout_s=HEALED_S)
    finally:
        ends.stop()
        proxy.refuse()
    assert (
        sum(times for trouble, times in proxy.seen.items() if trouble is not Trouble.NONE) >= FACTS // BATCH_ROWS // 2
    )
    ledger = [str(name) for (name,) in ends.at_central("SELECT event_id FROM ledger")]
    assert len(ledger) == len(set(ledger)), "a fact is in the ledger twice"
    assert set(names) <= set(ledger)
    returned = [str(name) for (name,) in ends.at_central("SELECT event_id FROM returns")]
    assert sorted(returned) == sorted(name for name, fact in zip(names, backlog(), strict=True) if is_return(fact))
    assert ends.at_hub("SELECT kind, subject FROM incidents") == []


def is_return(fact: Fact) -> bool:
    return isinstance(fact, ReturnRecorded)
