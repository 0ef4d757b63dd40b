"""Orders nobody came for: counted before anything is done, closed by a manager's press within limits, taken back whole."""

import pytest

from edge.app import recovering
from edge.app.act import in_one_transaction
from edge.app.extend_pickup import ExtendAsked, Extended, extend_pickup
from edge.app.no_show import (
    Expired,
    NoShowAsked,
    Reopened,
    UndoRunAsked,
    expire_no_shows,
    read_no_shows,
    undo_run,
)
from edge.domain.hours import OpeningHours, Span
from edge.domain.truth import OrderDown
from edge.store import pickups, reservations
from tests.cast.counter import NOON_MS, gtin_of
from tests.cast.floor import Desk, Floor, refused
from tests.unit.app.test_accept_order import stock
from tests.unit.app.test_promises import TEN_TO_EIGHT, at, set_up

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
BOSS = "clerk:park"


def waiting(floor: Floor, place: int = 1, qty: int = 1, shelf: str = "A-12") -> OrderDown:
    """An order on its shelf whose shopper was told."""
    order, _ = floor.ready((place, qty), shelf=shelf)
    floor.tell(order)
    return order


def state_of(floor: Floor, order: OrderDown) -> str:
    with floor.hub.state.reading() as conn:
        pickup = pickups.get(conn, order.order_id)
    assert pickup is not None
    return pickup.state.value


def staged(floor: Floor, place: int) -> int:
    with floor.hub.state.reading() as conn:
        held = reservations.held(conn, [gtin_of(place)])
    return held[gtin_of(place)].staged if held else 0


def run(floor: Floor, limit: int = 50) -> Expired:
    done = expire_no_shows(floor.hub, NoShowAsked(event_id=floor.press(), limit=limit), BOSS)
    assert isinstance(done, Expired), done
    return done


def undo(floor: Floor, run_id: str) -> Reopened:
    done = undo_run(floor.hub, UndoRunAsked(event_id=floor.press(), run_id=run_id), BOSS)
    assert isinstance(done, Reopened), done
    return done


def test_a_week_of_open_hours_counts_from_when_she_was_told_and_never_closed_ones(floor: Floor) -> None:
    closed: dict[str, tuple[Span, ...]] = dict.fromkeys(("2026-11-23", "2026-11-24", "2026-11-25"), ())
    set_up(floor, OpeningHours(zone="Asia/Seoul", weekly=TEN_TO_EIGHT.weekly, exceptions=closed), keep_open_hours=20)
    order, _ = floor.ready((1, 1))
    floor.clock.advance(HOUR_MS)
    floor.tell(order)  # Saturday 15:00: five hours that day, ten on Sunday, three days closed, five on Thursday
    floor.clock.advance(at("2026-11-26T14:59") - floor.clock.now_ms())
    assert read_no_shows(floor.hub).count == 0
    floor.clock.advance(60_000)
    seen = read_no_shows(floor.hub)
    assert (seen.count, seen.orders[0].order_id, seen.orders[0].shelves) == (1, order.order_id, ("A-12",))
    assert seen.orders[0].since_ms == NOON_MS + HOUR_MS


def test_a_dry_run_says_who_and_changes_nothing(floor: Floor) -> None:
    set_up(floor, keep_open_hours=10)
    order = waiting(floor)
    untold, _ = floor.ready((2, 1))
    floor.clock.advance(3 * DAY_MS)
    before = floor.dump()
    seen = read_no_shows(floor.hub)
    assert (seen.count, seen.untold, seen.kept_longer, seen.waits_for) == (1, 1, 0, None)
    assert [each.display_code for each in seen.orders] == [order.display_code]
    assert floor.dump() == before
    assert state_of(floor, untold) == "ready"


def test_a_run_closes_them_and_their_goods_may_be_promised_again(floor: Floor) -> None:
    set_up(floor, keep_open_hours=10)
    stock(floor, 1, 2)
    order = waiting(floor, qty=2)
    floor.clock.advance(3 * DAY_MS)
    assert staged(floor, 1) == 2
    done = run(floor)
    assert (done.expired, done.left) == (1, 0)
    assert state_of(floor, order) == "expired"
    assert staged(floor, 1) == 0
    assert state_of(floor, floor.order((1, 2))) == "accepted"


def test_the_same_press_is_one_run(floor: Floor) -> None:
    set_up(floor, keep_open_hours=0)
    waiting(floor)
    asked = NoShowAsked(event_id=floor.press())
    first = expire_no_shows(floor.hub, asked, BOSS)
    waiting(floor, 2)
    assert expire_no_shows(floor.hub, asked, BOSS) == first
    assert floor.facts().count("pickup.expired") == 1


def test_a_run_closes_no_more_than_asked_nor_than_the_store_allows(floor: Floor) -> None:
    set_up(floor, keep_open_hours=10, expire_run_limit=3)
    for _ in range(5):
        waiting(floor)
        floor.clock.advance(1_000)
    floor.clock.advance(3 * DAY_MS)
    assert (read_no_shows(floor.hub).count, read_no_shows(floor.hub).limit) == (5, 3)
    first = run(floor, limit=2)
    assert (first.expired, first.left) == (2, 3)
    second = run(floor, limit=500)
    assert (second.expired, second.left) == (3, 0)


def test_kept_for_no_hours_is_closed_at_once_told_or_not(floor: Floor) -> None:
    set_up(floor, keep_open_hours=0)
    order, _ = floor.ready((1, 1))
    assert run(floor).expired == 1
    assert state_of(floor, order) == "expired"


def test_who_stands_in_the_shop_asked_for_time_or_asked_to_cancel_is_left_alone(floor: Floor) -> None:
    set_up(floor, keep_open_hours=10)
    here, longer, cancels, gone = (waiting(floor, place) for place in range(1, 5))
    floor.clock.advance(3 * DAY_MS)
    floor.arrive(here)
    asked = ExtendAsked(event_id=floor.press(), order_id=longer.order_id, hours=30)
    assert isinstance(extend_pickup(floor.hub, asked, BOSS), Extended)
    floor.ask_cancel(cancels)
    seen = read_no_shows(floor.hub)
    assert [each.order_id for each in seen.orders] == [gone.order_id]
    assert seen.kept_longer == 1
    run(floor)
    assert [state_of(floor, each) for each in (here, longer, cancels, gone)] == ["ready", "ready", "ready", "expired"]


def test_a_run_is_taken_back_by_one_press(floor: Floor) -> None:
    set_up(floor, keep_open_hours=10)
    orders = [waiting(floor, place) for place in (1, 2)]
    floor.clock.advance(3 * DAY_MS)
    done = run(floor)
    (seen,) = read_no_shows(floor.hub).runs
    assert (seen.run_id, seen.by, seen.expired, seen.reopened) == (done.run_id, BOSS, 2, 0)
    back = undo(floor, done.run_id)
    assert (back.reopened, back.left) == (2, ())
    assert [state_of(floor, each) for each in orders] == ["ready", "ready"]
    assert staged(floor, 1) == staged(floor, 2) == 1
    assert read_no_shows(floor.hub).count == 0  # their time begins anew
    assert undo(floor, done.run_id).reopened == 0
    assert read_no_shows(floor.hub).runs[0].reopened == 2


def test_goods_that_were_promised_to_somebody_else_do_not_come_back(floor: Floor) -> None:
    set_up(floor, keep_open_hours=10)
    stock(floor, 1, 1)
    order, other = waiting(floor, 1), waiting(floor, 2)
    floor.clock.advance(3 * DAY_MS)
    done = run(floor)
    taken = floor.order((1, 1))
    back = undo(floor, done.run_id)
    assert (back.reopened, back.left) == (1, (order.display_code,))
    assert [state_of(floor, each) for each in (order, other, taken)] == ["expired", "ready", "accepted"]


def test_a_run_nobody_made_cannot_be_taken_back(floor: Floor) -> None:
    set_up(floor)
    assert refused(undo_run(floor.hub, UndoRunAsked(event_id=floor.press(), run_id="x"), BOSS)) == "unknown_run"


@pytest.mark.parametrize("why", ["time_unconfirmed", "recovering"])
def test_a_wrong_clock_or_an_old_book_closes_nothing(floor: Floor, why: str) -> None:
    set_up(floor, keep_open_hours=0)
    order = waiting(floor)
    if why == "recovering":
        in_one_transaction(floor.hub, lambda tx: recovering.begin(tx.conn, tx.now_ms, recovering.Reason.restored))
    else:
        floor.awake_at(NOON_MS + 400 * DAY_MS)
    seen = read_no_shows(floor.hub)
    assert (seen.count, seen.waits_for) == (0, why)
    assert refused(expire_no_shows(floor.hub, NoShowAsked(event_id=floor.press()), BOSS)) == why
    assert state_of(floor, order) == "ready"


def test_an_order_is_kept_longer_on_request_in_open_hours_or_until_a_moment(floor: Floor) -> None:
    set_up(floor)
    order = waiting(floor)

    def extend(**asked: int) -> object:
        return extend_pickup(floor.hub, ExtendAsked(event_id=floor.press(), order_id=order.order_id, **asked), BOSS)

    first = extend(hours=16)
    assert isinstance(first, Extended)
    assert first.until_ms == at("2026-11-22T20:00")
    assert refused(extend(until_ms=first.until_ms - 1)) == "not_longer"
    second = extend(until_ms=at("2026-12-01T20:00"))
    assert isinstance(second, Extended)
    assert refused(extend()) == "say_until_when"
    assert refused(extend(hours=1, until_ms=second.until_ms + 1)) == "say_until_when"
    assert refused(extend(until_ms=NOON_MS - 1)) == "too_long"
    assert refused(extend(until_ms=NOON_MS + 90 * DAY_MS)) == "too_long"


def test_only_a_manager_runs_it_and_the_routes_speak_as_described(floor: Floor) -> None:
    set_up(floor, keep_open_hours=0)
    order = waiting(floor)
    app = floor.app()
    clerk = Desk(floor, app)
    assert clerk.post("/v1/no-shows", {"event_id": floor.press()}).status_code == 403
    assert clerk.get("/v1/no-shows").get_json()["count"] == 1
    floor.promote_kim()
    boss = Desk(floor, app)
    done = boss.post("/v1/no-shows", {"event_id": floor.press(), "limit": 10}).get_json()
    assert (done["expired"], done["left"]) == (1, 0)
    back = boss.post(f"/v1/no-shows/{done['run_id']}/undo", {"event_id": floor.press()}).get_json()
    assert back == {"run_id": done["run_id"], "reopened": 1, "left": []}
    kept = clerk.post(f"/v1/pickups/{order.order_id}/extend", {"event_id": floor.press(), "hours": 5})
    assert kept.get_json()["until_ms"] == NOON_MS + 5 * HOUR_MS
