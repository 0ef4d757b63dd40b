"""Opening hours follow the store's own clock, its exceptions, and the nights on which that clock jumps."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from edge.domain.errors import BadHours
from edge.domain.hours import OpeningHours, Span, always_open

TEN_TO_EIGHT: tuple[Span, ...] = ((600, 1200),)
SEOUL = OpeningHours(
    zone="Asia/Seoul",
    weekly=(TEN_TO_EIGHT,) * 6 + ((),),
    exceptions={"2026-12-25": (), "2026-12-31": ((600, 720), (780, 900))},
)


def moment(text: str, zone: str = "Asia/Seoul") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000


@pytest.mark.parametrize(
    "when, is_open",
    [
        ("2026-11-21T09:59:59", False),
        ("2026-11-21T10:00:00", True),
        ("2026-11-21T19:59:59", True),
        ("2026-11-21T20:00:00", False),
        ("2026-11-22T12:00:00", False),  # a Sunday
        ("2026-12-25T12:00:00", False),  # an exception: closed
        ("2026-12-31T11:59:00", True),
        ("2026-12-31T12:30:00", False),  # between two spans
        ("2026-12-31T13:00:00", True),
        ("2026-12-31T19:00:00", False),  # shorter than the week says
    ],
)
def test_the_shop_is_open_by_its_own_clock(when: str, is_open: bool) -> None:
    assert SEOUL.is_open(moment(when)) is is_open


@pytest.mark.parametrize(
    "when, opens",
    [
        ("2026-11-21T15:00:00", "2026-11-21T15:00:00"),
        ("2026-11-21T08:00:00", "2026-11-21T10:00:00"),
        ("2026-11-21T20:00:00", "2026-11-23T10:00:00"),
        ("2026-12-24T20:00:00", "2026-12-26T10:00:00"),
        ("2026-12-31T12:30:00", "2026-12-31T13:00:00"),
    ],
)
def test_the_next_opening_skips_closed_days(when: str, opens: str) -> None:
    assert SEOUL.next_open_ms(moment(when)) == moment(opens)


def test_a_store_that_will_not_open_again_says_so() -> None:
    closed = OpeningHours(zone="Asia/Seoul", weekly=((),) * 7)
    assert closed.next_open_ms(moment("2026-11-21T12:00:00")) is None


def test_an_hour_that_is_skipped_opens_where_it_would_have_ended() -> None:
    nights = OpeningHours(zone="Europe/London", weekly=(((90, 300),),) * 7)  # 01:30 does not exist on 29 March 2026
    assert nights.next_open_ms(moment("2026-03-29T00:30:00", "Europe/London")) == moment(
        "2026-03-29T02:30:00", "Europe/London"
    )


def test_an_hour_that_comes_twice_is_open_both_times() -> None:
    nights = OpeningHours(zone="Europe/London", weekly=(((60, 120),),) * 7)  # 25 October 2026: 01:00–02:00 twice
    first = moment("2026-10-25T01:00:00", "Europe/London")
    assert nights.is_open(first)
    assert nights.is_open(first + 3_600_000)
    assert not nights.is_open(first + 7_200_000)


def test_a_span_that_vanishes_in_the_skipped_hour_is_no_opening() -> None:
    nights = OpeningHours(zone="Europe/London", weekly=(((60, 120),),) * 7)
    skipped = moment("2026-03-29T00:59:00", "Europe/London")
    assert nights.next_open_ms(skipped) == moment("2026-03-30T01:00:00", "Europe/London")


def test_an_imported_store_never_closes() -> None:
    hours = always_open("Europe/London")
    hours.check()
    midnight = moment("2026-03-29T00:00:00", "Europe/London")
    assert all(hours.is_open(midnight + minute * 60_000) for minute in range(0, 26 * 60, 5))
    assert hours.next_open_ms(midnight) == midnight


@pytest.mark.parametrize(
    "hours",
    [
        OpeningHours(zone="Asia/Pyongtaek", weekly=((),) * 7),
        OpeningHours(zone="../../etc/passwd", weekly=((),) * 7),
        OpeningHours(zone="Asia/Seoul", weekly=((),) * 6),
        OpeningHours(zone="Asia/Seoul", weekly=((),) * 7, exceptions={"25-12-2026": ()}),
        OpeningHours(zone="Asia/Seoul", weekly=((),) * 7, exceptions={"20261225": ()}),
        OpeningHours(zone="Asia/Seoul", weekly=(((600, 600),),) * 7),
        OpeningHours(zone="Asia/Seoul", weekly=(((600, 1441),),) * 7),
        OpeningHours(zone="Asia/Seoul", weekly=(((-1, 60),),) * 7),
        OpeningHours(zone="Asia/Seoul", weekly=((),) * 7, exceptions={"2026-12-25": ((600, 720), (700, 800))}),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(hours: OpeningHours) -> None:
    with pytest.raises(BadHours):
        hours.check()


def test_a_good_table_is_taken() -> None:
    SEOUL.check()
