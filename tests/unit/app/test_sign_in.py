"""Signing in: five tries, a quarter of an hour, a shift; all of it survives a restart."""

import msgspec
import pytest

from edge.app.keep_line import confirm_time
from edge.app.sign_in import SHIFT_MS, SignedIn, SignInAsked, session_of, sign_in, sign_out
from edge.domain.clock import SimClock
from edge.domain.errors import Refusal
from edge.domain.truth import StaffDown, StaffMember
from edge.passes import hash_pin
from tests.cast.counter import PIN, STORE
from tests.cast.floor import Floor, refused

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def enter(floor: Floor, pin: str = PIN, staff_id: str = "kim") -> SignedIn | Refusal:
    return sign_in(floor.hub, SignInAsked(staff_id=staff_id, pin=pin, desk="1"))


def test_number_and_pin_open_a_session_until_she_signs_out(floor: Floor) -> None:
    done = enter(floor)
    assert isinstance(done, SignedIn)
    assert session_of(floor.hub, done.token) == done.session
    sign_out(floor.hub, done.token)
    assert session_of(floor.hub, done.token) is None


def test_the_token_is_not_in_the_file(floor: Floor) -> None:
    done = enter(floor)
    assert isinstance(done, SignedIn)
    with floor.hub.state.reading() as conn:
        rows = [tuple(row) for row in conn.execute("SELECT * FROM staff_sessions")]
    assert done.token not in repr(rows)


def test_after_five_wrong_pins_the_right_one_waits_a_quarter_of_an_hour(floor: Floor) -> None:
    assert [refused(enter(floor, "000000")) for _ in range(5)] == ["wrong_pin"] * 5
    assert refused(enter(floor)) == "locked"
    floor.clock.advance(15 * MINUTE_MS - 1)
    assert refused(enter(floor)) == "locked"
    floor.clock.advance(1)
    assert isinstance(enter(floor), SignedIn)


def test_the_lock_survives_a_restart(floor: Floor) -> None:
    for _ in range(5):
        enter(floor, "000000")
    floor.restart()
    assert refused(enter(floor)) == "locked"


def test_a_right_pin_gives_five_tries_back(floor: Floor) -> None:
    for _ in range(4):
        enter(floor, "000000")
    assert isinstance(enter(floor), SignedIn)
    assert [refused(enter(floor, "000000")) for _ in range(4)] == ["wrong_pin"] * 4
    assert isinstance(enter(floor), SignedIn)


def test_a_number_nobody_has_is_refused_like_a_wrong_pin_and_leaves_no_row(floor: Floor) -> None:
    assert refused(enter(floor, staff_id="nobody")) == "wrong_pin"
    with floor.hub.state.reading() as conn:
        assert conn.execute("SELECT count(*) FROM sign_in_tries").fetchone()[0] == 0


def test_a_sign_in_ends_with_the_shift_but_never_by_an_unconfirmed_clock(floor: Floor) -> None:
    done = enter(floor)
    assert isinstance(done, SignedIn)
    late_ms = floor.clock.now_ms() + SHIFT_MS + 1
    object.__setattr__(floor.hub, "clock", SimClock(late_ms, confirmed=False))
    assert session_of(floor.hub, done.token) is not None
    object.__setattr__(floor.hub, "clock", SimClock(late_ms))
    assert session_of(floor.hub, done.token) is None


@pytest.mark.parametrize("off_ms", [-14 * HOUR_MS, 400 * 24 * HOUR_MS], ids=["fourteen hours behind", "400 days ahead"])
def test_a_shift_that_began_by_a_wrong_clock_is_as_long_as_any_other(floor: Floor, off_ms: int) -> None:
    right_ms = floor.clock.now_ms()
    floor.awake_at(right_ms + off_ms)
    done = enter(floor)
    assert isinstance(done, SignedIn)
    confirm_time(floor.hub, right_ms)
    assert session_of(floor.hub, done.token) == done.session
    object.__setattr__(floor.hub, "clock", SimClock(right_ms + SHIFT_MS + 1))
    assert session_of(floor.hub, done.token) is None


def test_a_lock_by_a_clock_that_was_ahead_does_not_last_until_then(floor: Floor) -> None:
    right_ms = floor.clock.now_ms()
    floor.awake_at(right_ms + 400 * 24 * HOUR_MS)
    for _ in range(5):
        enter(floor, "000000")
    confirm_time(floor.hub, right_ms)
    assert refused(enter(floor)) == "locked"
    object.__setattr__(floor.hub, "clock", SimClock(right_ms + 15 * MINUTE_MS))
    assert isinstance(enter(floor), SignedIn)


def test_whoever_is_no_longer_on_the_list_is_signed_out_at_once(floor: Floor) -> None:
    done = enter(floor)
    assert isinstance(done, SignedIn)
    lee = StaffMember(staff_id="lee", name="이매니저", role="manager", pin_hash=hash_pin(PIN))
    floor.down((f"config:{STORE}", "staff", STORE, StaffDown(list=(lee,))))
    assert session_of(floor.hub, done.token) is None
    as_lee = enter(floor, staff_id="lee")
    assert isinstance(as_lee, SignedIn)
    assert as_lee.session == msgspec.structs.replace(as_lee.session, role="manager", name="이매니저")
