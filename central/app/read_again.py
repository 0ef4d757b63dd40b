"""Reads, after an upgrade, the facts that the version before could only store: each once, in the order in which they came."""

from central.app.central import Central
from central.app.ingest import NOT_YET, Ingest
from central.store.unread import Unread, judge_unread, stores_with_unread, unread_after
from edge.domain.facts import FACTS
from sync.wire import read_envelope

AT_ONCE = 200
"""Facts in one transaction, so that pushes come in between."""


def read_again(central: Central) -> int:
    """Judge every stored fact that this version can read; gives how many. What it cannot read stays as it is."""
    with central.books.reading() as tx:
        stores = stores_with_unread(tx)
    return sum(_of_store(central, Ingest(central), store) for store in stores)


def _of_store(central: Central, ingest: Ingest, store: str) -> int:
    judged, after = 0, Unread(store=store)
    while facts := _next(central, after):
        judged += _judge(central, ingest, facts)
        after = facts[-1]
    return judged


def _next(central: Central, after: Unread) -> list[Unread]:
    with central.books.reading() as tx:
        return unread_after(tx, after, sorted(FACTS), AT_ONCE)


def _judge(central: Central, ingest: Ingest, facts: list[Unread]) -> int:
    envelopes = [read_envelope(fact.envelope) for fact in facts]
    with central.books.writing() as tx, ingest.judging(tx, facts[0].store, envelopes) as judge:
        judgements = [judge(tx, envelope) for envelope in envelopes]
        return sum(
            judgement not in NOT_YET and judge_unread(tx, fact, judgement)
            for fact, judgement in zip(facts, judgements, strict=True)
        )
