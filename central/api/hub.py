"""The routes of a store's hub: who stands at the kiosk, and a fresh cart; and what the sync blueprint serves, described."""

from central.api.routes import Role, Route
from central.app.compare_digest import (
    DigestAnswer,
    DigestAsked,
    FeedRowsAsked,
    FeedThings,
    compare_feed,
    compare_spans,
    feed_things,
)
from central.app.identify import AskedProof, Identified, cart_for_store, identify
from central.app.list_open_orders import OpenOrdersQuery, list_open_orders
from central.app.read_facts import FactsQuery, read_facts
from sync.applied import Digest
from sync.facts_back import FactsPage
from sync.feed import Page

HUB_ROUTES = (
    Route(
        method="POST",
        path="/v1/digest",
        role=Role.hub,
        summary="Sums over facts, to find out whether both ends hold the same",
        body=DigestAsked,
        answers=DigestAnswer,
        handle=lambda call: compare_spans(call.central, call.store, call.body),
    ),
    Route(
        method="POST",
        path="/v1/digest/feed",
        role=Role.hub,
        summary="The sum of a feed, for the same",
        body=Digest,
        answers=Digest,
        handle=lambda call: compare_feed(call.central, call.who, call.body),
    ),
    Route(
        method="POST",
        path="/v1/digest/feed/things",
        role=Role.hub,
        summary="What stands on a feed, to name what differs",
        body=FeedRowsAsked,
        answers=FeedThings,
        handle=lambda call: feed_things(call.central, call.who, call.body),
    ),
    Route(
        method="POST",
        path="/v1/identify",
        role=Role.hub,
        summary="Prove who stands at a kiosk",
        body=AskedProof,
        answers=Identified,
        handle=lambda call: identify(call.central, call.store, call.body),
    ),
    Route(
        method="GET",
        path="/v1/shoppers/<identity>/cart",
        role=Role.hub,
        summary="A shopper's card and cart, fresh",
        answers=Identified,
        handle=lambda call: cart_for_store(call.central, call.store, call.path["identity"]),
    ),
    Route(
        method="GET",
        path="/v1/orders/open",
        role=Role.hub,
        summary="Every open order and every ask, for a hub that was away too long",
        query=OpenOrdersQuery,
        owning=True,
        answers=Page,
        handle=lambda call: list_open_orders(call.central, call.speaker, call.query),
    ),
    Route(
        method="GET",
        path="/v1/facts",
        role=Role.hub,
        summary="What this store has recorded, for a hub whose file was lost",
        query=FactsQuery,
        owning=True,
        answers=FactsPage,
        handle=lambda call: read_facts(call.central, call.store, call.query),
    ),
)
