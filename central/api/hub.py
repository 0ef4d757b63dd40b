"""The routes of a store's hub: who stands at the kiosk, and a fresh cart; and what the sync blueprint serves, described."""

from typing import Annotated

import msgspec
from msgspec import Meta

from central.api.routes import Role, Route
from central.app.identify import AskedProof, Identified, cart_for_store, identify
from sync.envelope import PushReply
from sync.feed import Page
from sync.wire import PushBody


class ChangesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The cursor is JSON, feed to number; `wait_s` lets the request wait for news."""

    cursor: Annotated[str, Meta(max_length=8000)]
    wait_s: Annotated[float, Meta(ge=0, le=25)] = 0.0
    limit: Annotated[int, Meta(ge=1, le=1000)] = 1000


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """Central's time."""

    now_ms: int


HUB_ROUTES = (
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
        method="POST",
        path="/v1/push",
        role=Role.hub,
        summary="Facts up, receipts back",
        body=PushBody,
        answers=PushReply,
    ),
    Route(
        method="GET",
        path="/v1/changes",
        role=Role.hub,
        summary="What changed after a cursor",
        query=ChangesQuery,
        answers=Page,
    ),
    Route(method="GET", path="/v1/time", role=Role.hub, summary="The signed time", answers=Now),
)
