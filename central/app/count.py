"""Adds up what central's books hold of a store, so that two books can be compared to the unit and the minor unit."""

import msgspec

from central.app.central import Central
from central.store.counts import count_ledger, count_orders, count_returns
from central.store.feeds import all_heads


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """One store's orders, returns and facts. Units and money of charges count in `sale_*` and `gross_minor`, not in `product_*`."""

    sale_orders: int
    sale_lines: int
    sale_units: int
    gross_minor: int
    pickups: int
    handed_over: int
    product_lines: int
    product_units: int
    product_minor: int
    pickup_gross_minor: int
    return_documents: int
    return_lines_linked: int
    return_lines_without_order: int
    return_units: int
    refund_charge_lines: int
    refund_minor: int
    facts: int
    flagged: int
    unreadable: int


class FeedHeads(msgspec.Struct, frozen=True, kw_only=True):
    """The newest number of every feed."""

    feeds: dict[str, int]


def count_totals(central: Central, store: str) -> Totals:
    """What the books of a store add up to; a store that is not there adds up to nothing."""
    with central.books.reading() as tx:
        sums = count_orders(tx, store) | count_returns(tx, store) | count_ledger(tx, store)
    return msgspec.convert(sums, Totals)


def feed_heads(central: Central) -> FeedHeads:
    """How far every feed has come."""
    with central.books.reading() as tx:
        return FeedHeads(feeds=all_heads(tx))
