"""A visit is remembered while somebody stands there, and by nobody afterwards."""

from hashlib import shake_256
from itertools import count

from edge.domain.ids import Rng
from kiosk_ui.kiosk.machine import IdleTimes
from kiosk_ui.kiosk.visits import MOST_VISITS, SLACK_S, Visits

WHOLE_S = 150


def dice() -> Rng:
    numbers = count()
    return lambda size: shake_256(str(next(numbers)).encode()).digest(size)


def begun(visits: Visits, rng: Rng, now_ms: int) -> str:
    return visits.begin(now_ms=now_ms, whole_idle_s=WHOLE_S, rng=rng).token


def test_a_visit_whose_browser_died_is_forgotten_a_little_after_its_idle_time() -> None:
    visits, last_ms = Visits(), 1000 * (WHOLE_S + SLACK_S)
    token = begun(visits, dice(), 0)
    assert visits.overdue(last_ms) == []
    assert [visit.token for visit in visits.overdue(last_ms + 1)] == [token]
    assert visits.find(token) is None


def test_a_visit_ends_once_however_often_it_is_ended() -> None:
    visits = Visits()
    token = begun(visits, dice(), 0)
    assert visits.end(token) is not None
    assert visits.end(token) is None


def test_more_visits_than_any_kiosk_has_push_out_the_quietest() -> None:
    visits, rng = Visits(), dice()
    tokens = [begun(visits, rng, now_ms) for now_ms in range(MOST_VISITS + 2)]
    assert [visit.token for visit in visits.overdue(MOST_VISITS)] == tokens[:2]
    assert len(visits) == MOST_VISITS


def test_no_two_visits_share_a_token() -> None:
    visits, rng = Visits(), dice()
    visit = visits.begin(now_ms=0, whole_idle_s=WHOLE_S, rng=rng)
    assert visit.token != visit.form_token
    assert len(visit.token) == 32


def test_easy_mode_asks_after_two_minutes_and_waits_half_a_minute() -> None:
    assert IdleTimes(ask_s=60, wipe_s=20).eased() == IdleTimes(ask_s=120, wipe_s=30)
