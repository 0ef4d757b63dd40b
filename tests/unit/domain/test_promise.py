"""A promise counts open hours, fits before closing or rolls over, follows the pace, and is renewed before it is missed."""

from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.domain.hours import OpeningHours, always_open
from edge.domain.promise import (
    COLLECT_MS,
    LOOK_AHEAD_MS,
    PACK_MS,
    Pace,
    Terms,
    behind,
    capacity_per_h,
    is_same_day,
    next_promise,
    pace_of,
    promise,
    ready_by,
    renewed,
)

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
TEN_TO_EIGHT = OpeningHours(zone="Asia/Seoul", weekly=(((600, 1200),),) * 7)
TERMS = Terms(hours=TEN_TO_EIGHT, prep_ms=HOUR_MS, cut_off_min=None, capacity_per_h=60)


def at(text: str, zone: str = "Asia/Seoul") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000


def open_ms_between(hours: OpeningHours, since_ms: int, until_ms: int) -> int:
    """What the shop was open between two moments."""
    spans = takewhile(lambda span: span[0] < until_ms, hours.spans_from(since_ms))
    return sum(min(closes_ms, until_ms) - max(opens_ms, since_ms) for opens_ms, closes_ms in spans)


def closed_on(*days: str) -> Terms:
    return replace(TERMS, hours=replace(TEN_TO_EIGHT, exceptions=dict.fromkeys(days, ())))


@pytest.mark.parametrize(
    ("now", "units", "ready"),
    [
        ("2026-11-20T14:00", 3, "2026-11-20T15:00"),  # the preparation time
        ("2026-11-20T14:03", 3, "2026-11-20T15:05"),  # as a person would say it
        ("2026-11-20T14:00", 90, "2026-11-20T15:30"),  # an hour and a half of picking stands before it
        ("2026-11-20T19:50", 3, "2026-11-21T11:00"),  # ten minutes before closing it rolls to the next opening
        ("2026-11-20T18:45", 3, "2026-11-20T19:45"),  # the last that can still be fetched today
        ("2026-11-20T18:46", 3, "2026-11-21T11:00"),
        ("2026-11-20T03:00", 3, "2026-11-20T11:00"),  # at night it begins with the opening
        ("2026-11-20T19:00", 600, "2026-11-21T19:00"),  # an hour of the queue is done tonight, nine tomorrow
    ],
)
def test_a_promise_is_whole_before_closing_or_made_for_the_next_opening(now: str, units: int, ready: str) -> None:
    assert promise(TERMS, at(now), units) == at(ready)


def test_closed_three_days_a_promise_and_every_open_hour_pass_over_them() -> None:
    terms = closed_on("2026-12-25", "2026-12-26", "2026-12-27")
    assert promise(terms, at("2026-12-24T19:50"), 3) == at("2026-12-28T11:00")
    assert open_ms_between(terms.hours, at("2026-12-24T19:00"), at("2026-12-28T11:00")) == 2 * HOUR_MS
    assert terms.hours.after_open_ms(at("2026-12-24T19:00"), 2 * HOUR_MS) == at("2026-12-28T11:00")
    assert terms.hours.before_open_ms(at("2026-12-28T11:00"), 2 * HOUR_MS) == at("2026-12-24T19:00")


def test_second_sunday_a_store_closed_by_law_promises_monday_and_never_today() -> None:
    terms = closed_on("2026-11-08", "2026-12-13")
    told = next_promise(terms, at("2026-12-12T19:30"), 3)
    assert told is not None
    assert (told.next_free_ms, told.same_day_until_ms) == (at("2026-12-14T11:00"), None)
    sunday = next_promise(terms, at("2026-12-13T12:00"), 3)
    assert sunday is not None
    assert (sunday.next_free_ms, sunday.same_day_until_ms) == (at("2026-12-14T11:00"), None)
    assert promise(TERMS, at("2026-12-13T12:00"), 3) == at("2026-12-13T13:00")  # the same Sunday where it is open


def test_after_the_cut_off_work_begins_on_the_next_day() -> None:
    terms = replace(TERMS, cut_off_min=16 * 60)
    assert promise(terms, at("2026-11-20T15:59"), 3) == at("2026-11-20T17:00")
    assert promise(terms, at("2026-11-20T16:00"), 3) == at("2026-11-21T11:00")
    told = next_promise(terms, at("2026-11-20T14:00"), 3)
    assert told is not None
    assert told.same_day_until_ms == at("2026-11-20T16:00") - 1


def test_same_day_is_said_until_the_last_moment_it_is_true() -> None:
    told = next_promise(TERMS, at("2026-11-20T14:00"), 3)
    assert told is not None
    last_ms = told.same_day_until_ms
    assert last_ms == at("2026-11-20T18:45")
    last, late = promise(TERMS, last_ms, 3), promise(TERMS, last_ms + MINUTE_MS, 3)
    assert last is not None
    assert late is not None
    assert is_same_day(TEN_TO_EIGHT, last_ms, last)
    assert not is_same_day(TEN_TO_EIGHT, last_ms, late)


def test_a_job_longer_than_any_day_is_carried_over_and_a_store_that_never_opens_promises_nothing() -> None:
    short_days = replace(TERMS, hours=OpeningHours(zone="Asia/Seoul", weekly=(((600, 660),),) * 7))
    assert promise(short_days, at("2026-11-20T09:00"), 3) == at("2026-11-21T10:00")
    closed = replace(TERMS, hours=OpeningHours(zone="Asia/Seoul", weekly=((),) * 7))
    assert promise(closed, at("2026-11-20T09:00"), 3) is None
    assert next_promise(closed, at("2026-11-20T09:00"), 3) is None


def test_a_store_that_never_closes_knows_no_midnight() -> None:
    terms = replace(TERMS, hours=always_open("Asia/Seoul"))
    assert promise(terms, at("2026-11-20T23:30"), 3) == at("2026-11-21T00:30")


def test_the_pace_outweighs_the_start_value_the_more_was_picked() -> None:
    minutes = [(at("2026-11-20T14:00") + minute * MINUTE_MS, 2) for minute in range(120)]
    assert pace_of(minutes) == Pace(240, 119 * MINUTE_MS)  # two a minute
    assert capacity_per_h(60, Pace(0, 0)) == 60
    assert 60 < capacity_per_h(60, pace_of(minutes[:10])) < capacity_per_h(60, pace_of(minutes)) < 120


def test_a_lunch_break_does_not_make_a_shop_slow() -> None:
    before, after = at("2026-11-20T12:00"), at("2026-11-20T13:00")
    assert pace_of([(before, 5), (after, 5)]) == Pace(10, 5 * MINUTE_MS)


def test_a_promise_that_will_be_missed_is_renewed_before_it_is_due_and_only_then() -> None:
    now = at("2026-11-20T14:00")
    assert ready_by(TERMS, now, 60) == at("2026-11-20T15:05")
    assert renewed(TERMS, now, 60, at("2026-11-20T15:05")) is None  # it will be kept
    assert renewed(TERMS, now, 60, at("2026-11-20T14:31")) is None  # at risk, but far enough to wait and see
    anew = renewed(TERMS, now, 60, now + LOOK_AHEAD_MS)
    assert anew == at("2026-11-20T15:40")  # 65 minutes are expected; half of that is kept in hand
    assert renewed(TERMS, now, 60, anew) is None


def test_a_promise_that_is_over_already_is_renewed_at_once() -> None:
    now = at("2026-11-20T14:00")
    assert renewed(TERMS, now, 3, now - HOUR_MS) == at("2026-11-20T14:15")


def test_orders_the_store_did_not_know_of_stand_before_the_next() -> None:
    free = at("2026-11-20T19:30")
    assert behind(TEN_TO_EIGHT, free, capacity_per_h=60, units=0) == free
    assert behind(TEN_TO_EIGHT, free, capacity_per_h=60, units=60) == at("2026-11-21T10:30")


@given(
    minute=st.integers(0, 14 * 1440),
    units=st.integers(0, 2_000),
    prep_min=st.integers(0, 300),
    capacity=st.integers(1, 400),
    cut_off=st.none() | st.integers(0, 1440),
)
def test_every_promise_lies_in_open_hours_with_time_to_collect_and_leaves_time_for_the_work(
    minute: int, units: int, prep_min: int, capacity: int, cut_off: int | None
) -> None:
    hours = replace(TEN_TO_EIGHT, weekly=(((540, 780), (840, 1260)),) * 6 + ((),))
    terms = Terms(hours=hours, prep_ms=prep_min * MINUTE_MS, cut_off_min=cut_off, capacity_per_h=capacity)
    now = at("2026-11-16T00:00") + minute * MINUTE_MS
    ready = promise(terms, now, units)
    assert ready is not None
    assert hours.is_open(ready - 1) or hours.is_open(ready)
    assert hours.is_open(ready + COLLECT_MS - 1)
    assert open_ms_between(hours, now, ready) >= units * HOUR_MS // capacity
    assert open_ms_between(hours, now, ready) >= min(terms.prep_ms, 4 * HOUR_MS - COLLECT_MS)
    by = ready_by(terms, now, units)
    assert by is not None
    assert open_ms_between(hours, now, by) == units * HOUR_MS // capacity + PACK_MS
    assert hours.before_open_ms(by, PACK_MS) is not None
