"""The hub promises what it can keep, says so before it cannot, and publishes what it could promise next."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from edge.app import recovering
from edge.app.act import in_one_transaction
from edge.app.keep_promises import Kept, Promised, keep_promises
from edge.domain.facts import PickupPromised, StorePromise, decode
from edge.domain.hours import OpeningHours
from edge.domain.truth import OrderDown, StoreDown, StoreSettings
from edge.store import pickups
from tests.cast.counter import NOON_MS, STORE
from tests.cast.floor import Floor

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
TEN_TO_EIGHT = OpeningHours(zone="Asia/Seoul", weekly=(((600, 1200),),) * 7)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Seoul")).timestamp()) * 1000


def set_up(floor: Floor, hours: OpeningHours = TEN_TO_EIGHT, **settings: int) -> None:
    """Head office sends the store's hours and settings."""
    store = StoreDown(
        store=STORE,
        store_number=1,
        name={"ko": "성수"},
        hours=hours,
        settings=msgspec.convert(settings, StoreSettings),
        currency="KRW",
        timezone="Asia/Seoul",
    )
    floor.down((f"config:{STORE}", "store", STORE, store))


def unpromised(floor: Floor, *wanted: tuple[int, int]) -> OrderDown:
    """An order that central took without a time."""
    order = msgspec.structs.replace(floor.next_order(*wanted), promised_at_ms=None)
    floor.bring(order)
    return order


def promise_of(floor: Floor, order: OrderDown) -> int | None:
    with floor.hub.state.reading() as conn:
        pickup = pickups.get(conn, order.order_id)
    assert pickup is not None
    return pickup.promised_at_ms


def facts_of(floor: Floor, kind: str) -> list[msgspec.Struct]:
    found = [msgspec.json.decode(row) for row in floor.envelopes()]
    return [decode(kind, msgspec.json.encode(each["data"])) for each in found if each["type"] == kind]


def look(floor: Floor, last: Promised | None = None) -> Kept:
    return keep_promises(floor.hub, last or Promised())


def test_an_order_taken_without_a_time_is_promised_one_when_it_is_accepted(floor: Floor) -> None:
    set_up(floor)
    assert promise_of(floor, unpromised(floor, (1, 1))) == NOON_MS + HOUR_MS
    assert promise_of(floor, unpromised(floor, (4, 90))) == NOON_MS + 95 * MINUTE_MS  # it stands behind the first


def test_a_time_central_promised_stands_unless_the_shop_sees_that_it_will_be_missed(floor: Floor) -> None:
    set_up(floor)
    assert promise_of(floor, floor.order((1, 1), promised_in_min=20)) == NOON_MS + 20 * MINUTE_MS
    unpromised(floor, (4, 100))
    late = floor.order((2, 1), promised_in_min=20)
    assert promise_of(floor, late) == NOON_MS + 105 * MINUTE_MS


def test_ten_minutes_before_closing_the_promise_is_for_the_next_opening(floor: Floor) -> None:
    set_up(floor, OpeningHours(zone="Asia/Seoul", weekly=(((600, 1200),),) * 7, exceptions={"2026-11-22": ()}))
    floor.clock.advance(at("2026-11-21T19:50") - NOON_MS)
    assert promise_of(floor, unpromised(floor, (1, 1))) == at("2026-11-23T11:00")


def test_nothing_is_promised_while_nobody_knows_what_time_it_is(floor: Floor) -> None:
    set_up(floor)
    floor.awake_at(NOON_MS)
    order = unpromised(floor, (1, 1))
    with floor.hub.state.reading() as conn:
        assert pickups.placed_ids(conn) == []
    assert promise_of(floor, order) is None


def test_a_shop_that_picks_fast_promises_sooner(floor: Floor) -> None:
    set_up(floor)
    slow = promise_of(floor, unpromised(floor, (4, 120)))
    order = floor.order((1, 30), (2, 30), (3, 30), (5, 30))
    for place in range(4):
        floor.pick(msgspec.structs.replace(order, lines=order.lines[place : place + 1]))
        floor.clock.advance(2 * MINUTE_MS)
    began = floor.clock.now_ms()
    fast = promise_of(floor, unpromised(floor, (4, 1)))
    assert slow is not None
    assert fast is not None
    assert fast - began < slow - NOON_MS


def test_what_will_be_missed_is_promised_anew_before_it_is_due_and_once(floor: Floor) -> None:
    set_up(floor)
    kept = floor.order((1, 1), promised_in_min=90)
    order = unpromised(floor, (4, 60))
    due = promise_of(floor, order)
    assert due is not None
    floor.clock.advance(due - NOON_MS - 25 * MINUTE_MS)  # nobody has picked anything
    before = floor.clock.now_ms()
    assert look(floor).renewed == 1
    anew = promise_of(floor, order)
    assert anew is not None
    assert before < due < anew
    (fact,) = facts_of(floor, "pickup.promised")
    assert isinstance(fact, PickupPromised)
    assert (fact.was_ms, fact.promised_at_ms, fact.why) == (due, anew, "repromised")
    assert look(floor).renewed == 0
    assert promise_of(floor, kept) == NOON_MS + 90 * MINUTE_MS


def test_what_is_staged_keeps_its_promise_however_late(floor: Floor) -> None:
    set_up(floor)
    order, _ = floor.ready((1, 1))
    floor.clock.advance(5 * HOUR_MS)
    assert look(floor).renewed == 0
    assert promise_of(floor, order) == order.promised_at_ms


def test_the_next_free_promise_is_published_while_the_line_is_up_and_when_it_is_news(floor: Floor) -> None:
    set_up(floor)
    last = Promised()
    assert not look(floor, last).published  # nobody would hear it in time
    floor.line_up()
    assert look(floor, last).published
    assert not look(floor, last).published
    floor.clock.advance(10 * MINUTE_MS)
    assert look(floor, last).published  # five minutes before the first is void
    unpromised(floor, (4, 200))
    assert look(floor, last).published  # three hours of picking are news
    first, second, third = facts_of(floor, "store.promise")
    assert isinstance(first, StorePromise)
    assert isinstance(third, StorePromise)
    assert (first.next_free_ms, first.same_day_until_ms) == (NOON_MS + HOUR_MS, at("2026-11-21T18:45"))
    assert (first.valid_until_ms, first.capacity_per_h) == (NOON_MS + 15 * MINUTE_MS, 60)
    assert third.next_free_ms - floor.clock.now_ms() >= 203 * MINUTE_MS
    assert facts_of(floor, "store.promise")[1] == second


def test_nothing_is_said_while_the_book_may_be_old_or_time_is_unconfirmed(floor: Floor) -> None:
    set_up(floor)
    floor.line_up()
    unpromised(floor, (4, 60))
    floor.clock.advance(3 * HOUR_MS)
    in_one_transaction(floor.hub, lambda tx: recovering.begin(tx.conn, tx.now_ms, recovering.Reason.restored))
    assert look(floor) == Kept()
    in_one_transaction(floor.hub, lambda tx: recovering.end(tx.conn))
    now_ms = floor.clock.now_ms()
    floor.awake_at(now_ms)
    assert look(floor) == Kept()
    floor.hub.clock.confirm(now_ms)
    said = look(floor)
    assert (said.renewed, said.published) == (1, True)


def test_a_shopper_is_reminded_once_in_opening_hours(floor: Floor) -> None:
    set_up(floor, remind_after_open_hours=10)
    order, _ = floor.ready((1, 1))
    untold, _ = floor.ready((2, 1))
    floor.tell(order)
    floor.clock.advance(at("2026-11-22T09:59") - NOON_MS)  # twenty hours later, six of them open
    assert look(floor).reminded == 0
    floor.clock.advance(4 * HOUR_MS + 2 * MINUTE_MS)
    assert look(floor).reminded == 1
    assert look(floor).reminded == 0
    (fact,) = facts_of(floor, "pickup.reminded")
    assert msgspec.to_builtins(fact)["order"] == order.order_id
    assert untold.order_id != order.order_id


def test_a_store_that_reminds_nobody_reminds_nobody(floor: Floor) -> None:
    set_up(floor, remind_after_open_hours=0)
    order, _ = floor.ready((1, 1))
    floor.tell(order)
    floor.clock.advance(14 * 24 * HOUR_MS)
    assert look(floor).reminded == 0
