"""The routes of a shopper's app and of anybody: catalogue, stores, cart, orders, passes, messages, consents."""

from typing import Annotated

import msgspec
from msgspec import Meta

from central.api.routes import Call, Role, Route
from central.app.answer_question import AnswerSent, AskedAnswer, answer_question
from central.app.cancel_order import AskedCancel, CancelAnswer, cancel_order
from central.app.change_cart import LINES_MAX, AskedChange, AskedCharge, CartChanged, change_cart
from central.app.choose_store import AskedStore, choose_the_store
from central.app.find_order import ByIdentity, ByToken
from central.app.issue_pass import AskedRenewal, Pass, issue_pass, renew_pass
from central.app.place_guest_order import AskedGuestOrder, GuestPlaced, place_guest_order
from central.app.place_order import AskedOrder, Placed, place_order
from central.app.read_profile import Me
from central.app.record_consent import AskedConsent, record_consent
from central.app.show import (
    Catalogue,
    MyCart,
    MyMessages,
    MyOrder,
    MyOrders,
    show_cart,
    show_catalogue,
    show_me,
    show_messages,
    show_order,
    show_orders,
)
from central.app.show_stores import Stores, Wanted, show_stores
from edge.domain.errors import Refusal
from edge.domain.nearby import Location


class CatalogueQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which products: those that fit `q`, a page at a time; or exactly those of `gtin`."""

    q: Annotated[str, Meta(max_length=100)] = ""
    after: Annotated[str, Meta(pattern=r"^[0-9]{0,14}$")] = ""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    gtin: Annotated[list[str], Meta(max_length=500)] = []


class StoresQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Near a place (both `lat` and `lon`), with every product of `gtin` in stock, ready the same day: each only if asked."""

    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    gtin: Annotated[list[str], Meta(max_length=100)] = []
    same_day: bool = False


class MessagesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Messages with a number above this."""

    after: Annotated[int, Meta(ge=0, le=2**53)] = 0


class AskedCartChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of lines, decided in order; and charges, where the store allows them."""

    changes: Annotated[tuple[AskedChange, ...], Meta(max_length=LINES_MAX)] = ()
    charges: Annotated[tuple[AskedCharge, ...], Meta(max_length=100)] = ()


def _catalogue(call: Call) -> Catalogue:
    query: CatalogueQuery = call.query
    return show_catalogue(call.central, query.q, query.after, query.limit, query.gtin)


def _stores(call: Call) -> Stores:
    query: StoresQuery = call.query
    near = Location(lat=query.lat, lon=query.lon) if query.lat is not None and query.lon is not None else None
    return show_stores(call.central, Wanted(near=near, gtins=query.gtin, same_day=query.same_day))


def _change_cart(call: Call) -> CartChanged | Refusal:
    asked: AskedCartChanges = call.body
    return change_cart(call.central, call.identity, asked.changes, asked.charges)


def _cancel(call: Call) -> CancelAnswer | Refusal:
    return cancel_order(call.central, call.path["order"], ByIdentity(call.identity), call.body)


def _choose(call: Call) -> AnswerSent | Refusal:
    asker = ByIdentity(call.identity)
    return answer_question(call.central, call.path["order"], call.path["question"], asker, call.body)


def _guest_chooses(call: Call) -> AnswerSent | Refusal:
    return answer_question(call.central, call.path["order"], call.path["question"], _guest(call), call.body)


def _my_order(call: Call) -> MyOrder | Refusal:
    return show_order(call.central, call.path["order"], ByIdentity(call.identity))


def _my_pass(call: Call) -> Pass | Refusal:
    return issue_pass(call.central, call.path["order"], ByIdentity(call.identity))


def _new_pass(call: Call) -> Pass | Refusal:
    return renew_pass(call.central, call.path["order"], ByIdentity(call.identity), call.body)


def _guest(call: Call) -> ByToken:
    assert call.token is not None, "a route of the role guest has a token"
    return call.token


SHOPPER_ROUTES = (
    Route(
        method="GET",
        path="/v1/catalogue",
        role=Role.anyone,
        summary="Products by words or by GTIN",
        query=CatalogueQuery,
        answers=Catalogue,
        handle=_catalogue,
    ),
    Route(
        method="GET",
        path="/v1/stores",
        role=Role.anyone,
        summary="Stores with what each can promise: all of them, or the nearest that have what is wanted",
        query=StoresQuery,
        answers=Stores,
        handle=_stores,
    ),
    Route(
        method="GET",
        path="/v1/me",
        role=Role.app,
        summary="Who this phone speaks for",
        answers=Me,
        handle=lambda call: show_me(call.central, call.identity),
    ),
    Route(
        method="GET",
        path="/v1/me/cart",
        role=Role.app,
        summary="Her cart and the products on it",
        answers=MyCart,
        handle=lambda call: show_cart(call.central, call.identity),
    ),
    Route(
        method="POST",
        path="/v1/me/cart/changes",
        role=Role.app,
        summary="Set quantities of cart lines; each change is answered once",
        body=AskedCartChanges,
        answers=CartChanged,
        handle=_change_cart,
    ),
    Route(
        method="PUT",
        path="/v1/me/store",
        role=Role.app,
        summary="Choose a store",
        body=AskedStore,
        answers=Me,
        handle=lambda call: choose_the_store(call.central, call.identity, call.body),
    ),
    Route(
        method="POST",
        path="/v1/me/orders",
        role=Role.app,
        summary="Order lines of the cart for pickup",
        body=AskedOrder,
        answers=Placed,
        handle=lambda call: place_order(call.central, call.identity, call.body),
    ),
    Route(
        method="GET",
        path="/v1/me/orders",
        role=Role.app,
        summary="Her orders, the newest first",
        answers=MyOrders,
        handle=lambda call: show_orders(call.central, call.identity),
    ),
    Route(
        method="GET",
        path="/v1/me/orders/<order>",
        role=Role.app,
        summary="One of her orders",
        answers=MyOrder,
        handle=_my_order,
    ),
    Route(
        method="GET",
        path="/v1/me/orders/<order>/pass",
        role=Role.app,
        summary="The pass of one of her orders",
        answers=Pass,
        handle=_my_pass,
    ),
    Route(
        method="POST",
        path="/v1/me/orders/<order>/pass",
        role=Role.app,
        summary="A new pass, which takes the place of every one before it",
        body=AskedRenewal,
        answers=Pass,
        handle=_new_pass,
    ),
    Route(
        method="POST",
        path="/v1/me/orders/<order>/cancel",
        role=Role.app,
        summary="Cancel an order, or ask its store to",
        body=AskedCancel,
        answers=CancelAnswer,
        handle=_cancel,
    ),
    Route(
        method="POST",
        path="/v1/me/orders/<order>/questions/<question>",
        role=Role.app,
        summary="What she wants instead of units her store cannot pick",
        body=AskedAnswer,
        answers=AnswerSent,
        handle=_choose,
    ),
    Route(
        method="GET",
        path="/v1/me/messages",
        role=Role.app,
        summary="What she was told",
        query=MessagesQuery,
        answers=MyMessages,
        handle=lambda call: show_messages(call.central, call.identity, call.query.after),
    ),
    Route(
        method="PUT",
        path="/v1/me/consents",
        role=Role.app,
        summary="Say yes or no to one use of her data",
        body=AskedConsent,
        answers=Me,
        handle=lambda call: record_consent(call.central, call.identity, call.body),
    ),
    Route(
        method="POST",
        path="/v1/guest/orders",
        role=Role.anyone,
        summary="Order without a profile; the token in the answer opens the order",
        body=AskedGuestOrder,
        answers=GuestPlaced,
        handle=lambda call: place_guest_order(call.central, call.body),
    ),
    Route(
        method="GET",
        path="/v1/orders/<order>",
        role=Role.guest,
        summary="A guest's order",
        answers=MyOrder,
        handle=lambda call: show_order(call.central, call.path["order"], _guest(call)),
    ),
    Route(
        method="GET",
        path="/v1/orders/<order>/pass",
        role=Role.guest,
        summary="The pass of a guest's order",
        answers=Pass,
        handle=lambda call: issue_pass(call.central, call.path["order"], _guest(call)),
    ),
    Route(
        method="POST",
        path="/v1/orders/<order>/pass",
        role=Role.guest,
        summary="A new pass of a guest's order, in the place of every one before it",
        body=AskedRenewal,
        answers=Pass,
        handle=lambda call: renew_pass(call.central, call.path["order"], _guest(call), call.body),
    ),
    Route(
        method="POST",
        path="/v1/orders/<order>/questions/<question>",
        role=Role.guest,
        summary="What a guest wants instead of units the store cannot pick",
        body=AskedAnswer,
        answers=AnswerSent,
        handle=_guest_chooses,
    ),
)
