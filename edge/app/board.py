"""The staff board: what is open in this shop right now, sorted the way it should be worked off."""

from collections.abc import Sequence
from datetime import datetime, time
from enum import StrEnum
from itertools import chain
from zoneinfo import ZoneInfo

import msgspec

from edge.app import recovering
from edge.app.count_shelf import ShelfCountDue, count_due
from edge.app.hub import Hub
from edge.app.standing import standing
from edge.app.store_config import store_config
from edge.domain.truth import NameCard, StoreDown
from edge.store import people, staff_calls, summaries
from edge.store.staff_calls import StaffCall
from edge.store.summaries import Place, Summary
from sync import outbox


class NextAct(StrEnum):
    """The one strong act a card offers; `none` when nothing is to be done at the desk."""

    ACCEPT = "accept"  # the ledger could not reserve every line: a clerk decides
    PICK = "pick"
    STAGE = "stage"  # every line is picked or short, some picked units lie in no parcel yet
    HAND_OVER = "hand_over"
    ANSWER_CANCEL = "answer_cancel"
    NONE = "none"


class Wait(StrEnum):
    """How long an arrived shopper has been standing there."""

    NONE = "none"  # not here yet
    FRESH = "fresh"
    AMBER = "amber"  # from AMBER_AFTER_MS
    RED = "red"  # from RED_AFTER_MS


AMBER_AFTER_MS = 3 * 60_000
"""Three minutes is what a shopper accepts without looking round (pickups.md, check-in)."""
RED_AFTER_MS = 5 * 60_000
"""Five minutes: somebody must come out now."""


_LANE_OF = {
    "placed": "fresh",
    "accepted": "preparing",
    "picking": "preparing",
    "staged": "preparing",
    "ready": "ready",
}


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """The line to central, as the banner says it."""

    state: str  # up | cut
    since_ms: int
    owed: int  # facts of lanes 0 and 1 without a receipt: "보낼 내역 3건"
    owed_all: int  # with telemetry
    time_confirmed: bool
    recovering_since_ms: int | None = None  # the book may be old: handing over needs a manager, accepting waits
    superseded_since_ms: int | None = None  # another hub has this one's place: nothing may be handed over
    superseded_why: str | None = None  # replaced | twin


class CallCard(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody pressed 직원 부르기; stays until a clerk presses done."""

    call_id: str
    kiosk: str  # K1
    screen: str  # cart | attract | …
    order_id: str | None
    display_code: str | None
    masked_name: str | None
    called_at_ms: int


class OrderCard(msgspec.Struct, frozen=True, kw_only=True):
    """One order on the board, or in a list of open orders."""

    order_id: str
    display_code: str
    state: str  # OrderState
    act: NextAct
    guest: bool
    masked_name: str | None  # None: no name card here (guest without a name, erased, keys lost); shown as "–"
    last4: str | None
    locale: str | None
    lines: int
    units: int  # pieces ordered
    picked_units: int
    short_units: int
    shelves: tuple[str, ...]  # of parcels still here, in parcel order, each once
    parcels_here: int
    parcels_left: int
    currency: str
    total_minor: int
    amount_due_minor: int
    placed_at_ms: int
    promised_at_ms: int | None
    ready_at_ms: int | None
    arrived_at_ms: int | None
    arrived_by: str | None  # kiosk | phone | door | beacon | staff
    waited_ms: int  # since arrived, 0 before
    wait: Wait
    cancel_asked_at_ms: int | None
    told_at_ms: int | None  # None on a ready card: "not told yet, line down since …"
    partly_handed_over: bool


class LaneCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many orders stand in each lane, shown or not."""

    arrived: int
    fresh: int
    preparing: int
    ready: int


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the staff board shows; `version` is the live event it includes, so later events apply on top."""

    version: int
    now_ms: int
    store: str
    store_name: dict[str, str]
    line: LineView
    calls: tuple[CallCard, ...]  # oldest first
    arrived: tuple[OrderCard, ...]  # who came first is first
    fresh: tuple[OrderCard, ...]  # placed: a clerk must decide
    preparing: tuple[OrderCard, ...]  # accepted, picking, staged; by promise
    ready: tuple[OrderCard, ...]  # by promise
    counts: LaneCounts  # of the whole lanes, also where only the first cards of each were asked for
    closed_today: int  # handed over since local midnight
    shelf_count: ShelfCountDue | None = None  # somebody should count the shelves now


def read_board(hub: Hub, most: int | None = None) -> Board:
    """The board as it is now: lanes from one short row per open order, then the orders and names that are shown.

    `most` is how many cards of each lane are wanted, None for all; counting and order are always over all of them.
    """
    version = hub.live.version  # before reading: an event in between is applied twice rather than missed
    with hub.state.reading() as conn:
        lanes = _lanes(summaries.open_places(conn))
        shown = {name: [each.order_id for each in lane[:most]] for name, lane in lanes.items()}
        calls = staff_calls.waiting(conn)
        called_for = [call.order_id for call in calls if call.order_id]
        found = {each.order_id: each for each in summaries.of_orders(conn, [*chain(*shown.values()), *called_for])}
        handed_over = summaries.closed_since(conn, midnight_ms(hub))
        due = count_due(conn, hub.clock.now_ms())
    names = read_names(hub, list(found))
    now_ms = hub.clock.now_ms()
    store = store_config(hub)
    return Board(
        version=version,
        now_ms=now_ms,
        store=hub.store,
        store_name=store.name if store else {},
        line=read_line(hub),
        calls=tuple(
            _call(hub, call, {each.order_id: each.display_code for each in found.values()}, names) for call in calls
        ),
        **{name: tuple(order_card(found[one], names.get(one), now_ms) for one in ids) for name, ids in shown.items()},
        counts=LaneCounts(**{name: len(lane) for name, lane in lanes.items()}),
        closed_today=handed_over,
        shelf_count=due,
    )


def _lanes(found: Sequence[Place]) -> dict[str, list[Place]]:
    """Every open order in its lane, each lane in the order it should be worked off."""
    lanes: dict[str, list[Place]] = {"arrived": [], "fresh": [], "preparing": [], "ready": []}
    for each in found:
        name = "arrived" if each.arrived_at_ms is not None else _LANE_OF.get(each.state)
        if name is not None:
            lanes[name].append(each)
    lanes["arrived"].sort(key=lambda each: (each.arrived_at_ms or 0, each.order_id))
    for name in ("preparing", "ready"):
        lanes[name].sort(key=_by_promise)
    return lanes


def read_line(hub: Hub) -> LineView:
    """The line to central and what is owed, for every screen's banner."""
    with hub.state.reading() as conn:
        owed = outbox.owed(conn)
        now = recovering.state(conn)
        place = standing(conn)
    return LineView(
        state=hub.link.state.value,
        since_ms=hub.link.since_ms,
        owed=owed.per_lane[0] + owed.per_lane[1],
        owed_all=owed.total,
        time_confirmed=hub.clock.confirmed(),
        recovering_since_ms=now.since_ms if now else None,
        superseded_since_ms=place.superseded_since_ms,
        superseded_why=place.why,
    )


def read_names(hub: Hub, order_ids: Sequence[str]) -> dict[str, NameCard]:
    """Who collects these orders, as far as it came down and can still be opened."""
    with hub.replica.reading() as conn:
        return people.name_cards(conn, hub.keys, order_ids)


def order_card(order: Summary, name: NameCard | None, now_ms: int) -> OrderCard:
    """One order as a card."""
    waited_ms = max(0, now_ms - order.arrived_at_ms) if order.arrived_at_ms is not None else 0
    return OrderCard(
        order_id=order.order_id,
        display_code=order.display_code,
        state=order.state,
        act=_next_act(order),
        guest=order.guest,
        masked_name=name.masked_name or None if name else None,
        last4=name.last4 or None if name else None,
        locale=name.locale if name else None,
        lines=order.lines,
        units=order.units,
        picked_units=order.picked_units,
        short_units=order.short_units,
        shelves=order.shelves,
        parcels_here=order.parcels_here,
        parcels_left=order.parcels_left,
        currency=order.currency,
        total_minor=order.total_minor,
        amount_due_minor=order.amount_due_minor,
        placed_at_ms=order.placed_at_ms,
        promised_at_ms=order.promised_at_ms,
        ready_at_ms=order.ready_at_ms,
        arrived_at_ms=order.arrived_at_ms,
        arrived_by=order.arrived_by,
        waited_ms=waited_ms,
        wait=_wait(order, waited_ms),
        cancel_asked_at_ms=order.cancel_asked_at_ms,
        told_at_ms=order.told_at_ms,
        partly_handed_over=order.partly_handed_over,
    )


def _next_act(order: Summary) -> NextAct:
    if order.closed_at_ms is not None:
        return NextAct.NONE
    if order.cancel_asked_at_ms is not None:
        return NextAct.ANSWER_CANCEL
    if order.state == "placed":
        return NextAct.ACCEPT
    if order.state in ("staged", "ready"):
        return NextAct.HAND_OVER
    to_pick = order.units - order.picked_units - order.short_units
    return NextAct.PICK if to_pick else NextAct.STAGE


def _wait(order: Summary, waited_ms: int) -> Wait:
    if order.arrived_at_ms is None:
        return Wait.NONE
    if waited_ms >= RED_AFTER_MS:
        return Wait.RED
    return Wait.AMBER if waited_ms >= AMBER_AFTER_MS else Wait.FRESH


def _by_promise(order: Place) -> tuple[int, int, str]:
    return (order.promised_at_ms or 1 << 60, order.placed_at_ms, order.order_id)


def _call(hub: Hub, call: StaffCall, codes: dict[str, str], names: dict[str, NameCard]) -> CallCard:
    name = names.get(call.order_id or "")
    return CallCard(
        call_id=call.call_id,
        kiosk=call.kiosk,
        screen=call.screen,
        order_id=call.order_id,
        display_code=codes.get(call.order_id or ""),
        masked_name=name.masked_name if name else hub.visits.name_of(call.visit_id),
        called_at_ms=call.called_at_ms,
    )


def midnight_ms(hub: Hub) -> int:
    """The start of the store's day."""
    store: StoreDown | None = store_config(hub)
    zone = ZoneInfo(store.timezone) if store else ZoneInfo("UTC")
    day = datetime.fromtimestamp(hub.clock.now_ms() / 1000, zone).date()
    return int(datetime.combine(day, time.min, zone).timestamp() * 1000)
