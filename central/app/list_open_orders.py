"""Tells a store's hub everything its feed holds now, for one whose place in it is no longer known here."""

from typing import Annotated

import msgspec
from msgspec import Meta

from central.app.central import Central
from central.app.hold_place import PlaceKeeper
from central.app.reasons import CentralReason
from central.app.send_down import store_feed
from central.store.feeds import SqlFeed
from edge.domain.errors import Refusal
from sync.feed import Page
from sync.signing import Caller


class OpenOrdersQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`term` and `epoch` are the caller's."""

    term: Annotated[int, Meta(ge=0, le=2**53)] = 0
    epoch: Annotated[str, Meta(max_length=64)] = ""


def list_open_orders(central: Central, who: Caller, asked: OpenOrdersQuery) -> Page | Refusal:
    """The open orders of the caller's store, what is asked about them, and the answers to wishes still kept, as one page.

    It counts as a page: whatever is on it belongs to the store from now on, whether it arrives or not. So a hub whose
    place another has gets none.
    """
    if who.store is None or PlaceKeeper(central)(who, asked.term, asked.epoch) is not None:
        return Refusal(CentralReason.superseded)
    return SqlFeed(central.books, now_ms=central.now_ms).serve_whole(store_feed(who.store))
