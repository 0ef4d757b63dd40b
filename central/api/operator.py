"""The routes of head office: put products, stores, stock, people and staff; ask what the books hold."""

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from central.api.routes import Call, Role, Route
from central.app.add_staff import StaffRole
from central.app.change_cart import Gtin, Price
from central.app.count import FeedHeads, Totals, count_totals, feed_heads
from central.app.hear_of_time import show_refund_asks
from central.app.put_goods import put_catalogue, put_stock_of
from central.app.put_profiles import GivenProfile, PutProfile, put_profiles
from central.app.put_store import put_staff, put_the_store
from central.store.refund_asks import RefundAsk
from central.store.stores import Store, StoreSettings
from edge.domain.errors import BadId, Refusal
from edge.domain.hours import OpeningHours, Span, always_open
from edge.domain.nearby import Location
from edge.domain.product import Product, gln, gtin14
from edge.domain.stock import Place, StockHere
from edge.domain.truth import StaffMember

ROWS_MAX = 1000

_STORE = re.compile(r"[A-Za-z0-9._-]{1,64}")

Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
Moment = Annotated[int, Meta(ge=0, le=2**53)]
Units = Annotated[int, Meta(ge=-(10**9), le=10**9)]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Texts = Annotated[dict[str, Annotated[str, Meta(max_length=400)]], Meta(min_length=1, max_length=32)]


class GivenProduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product of the catalogue; texts are by locale. `substitutes` may be offered in its place, the first one first."""

    gtin: Gtin
    name: Texts
    short_name: Texts | None = None
    option: Texts | None = None
    category: Annotated[str, Meta(max_length=100)] = ""
    mark: Annotated[str, Meta(max_length=64)] = "generic"
    price_minor: Price
    currency: Currency
    active: bool = True
    substitutes: Annotated[tuple[Gtin, ...], Meta(max_length=20)] = ()


class GivenProducts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to a thousand products."""

    products: Annotated[tuple[GivenProduct, ...], Meta(max_length=ROWS_MAX)]


class GivenHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Opening hours in minutes of the day: Monday to Sunday, and days that differ ("2026-12-25": [])."""

    zone: Annotated[str, Meta(max_length=64)] = ""
    weekly: Annotated[tuple[tuple[Span, ...], ...], Meta(max_length=7)]
    exceptions: Annotated[dict[str, tuple[Span, ...]], Meta(max_length=1000)] = {}


class GivenStore(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A store; without hours it never closes."""

    store_number: Annotated[int, Meta(ge=1, le=65535)]
    gln: Annotated[str, Meta(max_length=13)] = ""
    name: Texts
    hours: GivenHours | None = None
    settings: StoreSettings = StoreSettings()
    currency: Currency
    timezone: Annotated[str, Meta(min_length=1, max_length=64)]
    location: Location | None = None


class GivenStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What upstream says is on hand of one product, where it stands, and the price on the shelf."""

    gtin: Gtin
    on_hand: Units
    as_of_ms: Moment
    safety: Units = 0
    place: Place | None = None
    price_minor: Price
    price_as_of_ms: Moment


class GivenStocks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to a thousand entries."""

    stock: Annotated[tuple[GivenStock, ...], Meta(max_length=ROWS_MAX)]


class GivenProfiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to a thousand people."""

    profiles: Annotated[tuple[GivenProfile, ...], Meta(max_length=ROWS_MAX)]


class GivenMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member of staff with the argon2id hash of her PIN; a PIN itself never travels."""

    staff_id: Word
    name: Word
    role: StaffRole
    pin_hash: Annotated[str, Meta(max_length=200, pattern=r"^\$argon2id\$")]


class GivenStaff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everybody who may sign in at the store."""

    list: Annotated[tuple[GivenMember, ...], Meta(max_length=500)]


class RefundsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Whose books, behind which order."""

    store: Annotated[str, Meta(min_length=1, max_length=64)]
    after: Annotated[str, Meta(max_length=13)] = ""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 1000


class RefundAsks(msgspec.Struct, frozen=True, kw_only=True):
    """Refunds that stand, by order: for whoever pays them."""

    refunds: tuple[RefundAsk, ...]


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows were new or different."""

    changed: int


class PutProfiles(msgspec.Struct, frozen=True, kw_only=True):
    """Where each person went, in the order given."""

    profiles: tuple[PutProfile, ...]


class TotalsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Whose books."""

    store: Annotated[str, Meta(min_length=1, max_length=64)]


def _put_products(call: Call) -> Changed:
    asked: GivenProducts = call.body
    for given in asked.products:
        for gtin in (given.gtin, *given.substitutes):
            gtin14(gtin)
    products = [msgspec.convert(given, Product, from_attributes=True) for given in asked.products]
    return Changed(changed=put_catalogue(call.central, products))


def _put_store(call: Call) -> Changed:
    asked: GivenStore = call.body
    hours = asked.hours
    zone = (hours.zone if hours else "") or asked.timezone
    opening = (
        always_open(zone)
        if hours is None
        else OpeningHours(zone=zone, weekly=hours.weekly, exceptions=hours.exceptions)
    )
    opening.check()
    if _STORE.fullmatch(call.path["store"]) is None:
        raise BadId("a store's code is up to 64 letters, digits and . _ -")
    store = Store(
        store=call.path["store"],
        store_number=asked.store_number,
        gln=gln(asked.gln) if asked.gln else "",
        name=asked.name,
        hours=opening,
        settings=asked.settings,
        currency=asked.currency,
        timezone=asked.timezone,
        location=asked.location,
    )
    return Changed(changed=int(put_the_store(call.central, store)))


def _put_stock(call: Call) -> Changed | Refusal:
    asked: GivenStocks = call.body
    stock = [msgspec.convert(given, StockHere, from_attributes=True) for given in asked.stock]
    done = put_stock_of(call.central, call.path["store"], stock)
    return done if isinstance(done, Refusal) else Changed(changed=done)


def _put_profiles(call: Call) -> PutProfiles | Refusal:
    asked: GivenProfiles = call.body
    done = put_profiles(call.central, asked.profiles)
    return done if isinstance(done, Refusal) else PutProfiles(profiles=tuple(done))


def _put_staff(call: Call) -> Changed | Refusal:
    asked: GivenStaff = call.body
    members = [StaffMember(staff_id=x.staff_id, name=x.name, role=x.role, pin_hash=x.pin_hash) for x in asked.list]
    return put_staff(call.central, call.path["store"], members) or Changed(changed=len(members))


def _refunds(call: Call) -> RefundAsks:
    query: RefundsQuery = call.query
    return RefundAsks(refunds=show_refund_asks(call.central, query.store, query.after, query.limit))


OPERATOR_ROUTES = (
    Route(
        method="PUT",
        path="/v1/products",
        role=Role.operator,
        summary="Put products into the catalogue",
        body=GivenProducts,
        answers=Changed,
        handle=_put_products,
    ),
    Route(
        method="PUT",
        path="/v1/stores/<store>",
        role=Role.operator,
        summary="Put a store",
        body=GivenStore,
        answers=Changed,
        handle=_put_store,
    ),
    Route(
        method="PUT",
        path="/v1/stores/<store>/stock",
        role=Role.operator,
        summary="Put what upstream says is on hand",
        body=GivenStocks,
        answers=Changed,
        handle=_put_stock,
    ),
    Route(
        method="PUT",
        path="/v1/stores/<store>/staff",
        role=Role.operator,
        summary="Say who may sign in at the store",
        body=GivenStaff,
        answers=Changed,
        handle=_put_staff,
    ),
    Route(
        method="PUT",
        path="/v1/profiles",
        role=Role.operator,
        summary="Put people, with how they are known and what they consented to",
        body=GivenProfiles,
        answers=PutProfiles,
        handle=_put_profiles,
    ),
    Route(
        method="GET",
        path="/v1/admin/totals",
        role=Role.operator,
        summary="What the books of a store add up to",
        query=TotalsQuery,
        answers=Totals,
        handle=lambda call: count_totals(call.central, call.query.store),
    ),
    Route(
        method="GET",
        path="/v1/admin/refunds",
        role=Role.operator,
        summary="Refunds asked for what nobody collected",
        query=RefundsQuery,
        answers=RefundAsks,
        handle=_refunds,
    ),
    Route(
        method="GET",
        path="/v1/admin/feeds",
        role=Role.operator,
        summary="The newest number of every feed",
        answers=FeedHeads,
        handle=lambda call: feed_heads(call.central),
    ),
)
