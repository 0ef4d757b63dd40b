"""A recorded walk: read strictly, played at any speed, stopped at any step."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.readings import ZoneChange
from devices.replay import BadWalk, parse_walk, play, read_walk
from edge.domain.clock import SimClock

HEAD = "ts_ms,tag_id,zone\n"
ADA = "tag-ada"
START_MS = 1_790_000_000_000


class Floor:
    """A shop floor whose time passes only while somebody waits."""

    def __init__(self, *, stop_after: int | None = None, slow_ms: int = 0) -> None:
        self.clock = SimClock(now_ms=START_MS)
        self.heard: list[ZoneChange] = []
        self.waits_s: list[float] = []
        self._stop_after = stop_after
        self._slow_ms = slow_ms

    def wait(self, seconds: float) -> bool:
        self.waits_s.append(seconds)
        self.clock.advance(round(seconds * 1000))
        return self._stop_after is not None and len(self.waits_s) > self._stop_after

    def deliver(self, change: ZoneChange) -> None:
        self.heard.append(change)
        self.clock.advance(self._slow_ms)


def walk(*rows: tuple[int, str, str]) -> tuple[ZoneChange, ...]:
    return parse_walk(io.StringIO(HEAD + "".join(f"{ts},{tag},{zone}\n" for ts, tag, zone in rows)))


def test_a_walk_is_read_from_a_file_as_a_spreadsheet_saves_it(tmp_path: Path) -> None:
    file = tmp_path / "walk.csv"
    file.write_bytes(b"\xef\xbb\xbfts_ms,tag_id,zone\r\n0,tag-ada,entrance\r\n1500,tag-ada,\r\n")
    assert read_walk(file) == (
        ZoneChange(tag=ADA, zone="entrance", at_ms=0),
        ZoneChange(tag=ADA, zone=None, at_ms=1500),
    )


@pytest.mark.parametrize(
    ("text", "row", "fault"),
    [
        ("", 1, "empty"),
        (HEAD, 1, "empty"),
        ("ts,tag_id,zone\n0,a,b\n", 1, "header"),
        ("0,tag-ada,entrance\n", 1, "header"),
        (HEAD + "0,tag-ada\n", 2, "2 columns, expected 3"),
        (HEAD + "0,tag-ada,a,b\n", 2, "4 columns, expected 3"),
        (HEAD + "0,tag-ada,a\n1.5,tag-ada,b\n", 3, "'1.5', expected whole milliseconds"),
        (HEAD + "-1,tag-ada,a\n", 2, "whole milliseconds"),
        (HEAD + "١,tag-ada,a\n", 2, "whole milliseconds"),
        (HEAD + "500,tag-ada,a\n400,tag-ada,b\n", 3, "400 is before 500"),
        (HEAD + "0,,a\n", 2, "tag_id is ''"),
        (HEAD + "0,<b>,a\n", 2, "tag_id is '<b>'"),
        (HEAD + "0,tag-ada,aisle 3\n", 2, "zone is 'aisle 3'"),
        (HEAD + f"0,{'a' * 65},a\n", 2, "tag_id"),
        (HEAD + '0,"tag-ada,a\n', 2, "not CSV"),
    ],
)
def test_a_wrong_row_is_named_with_what_is_wrong_about_it(text: str, row: int, fault: str) -> None:
    with pytest.raises(BadWalk) as refused:
        parse_walk(io.StringIO(text, newline=""))
    assert refused.value.row == row
    assert fault in refused.value.fault
    assert str(refused.value).startswith(f"row {row}: ")


def test_a_file_that_is_no_text_is_no_walk(tmp_path: Path) -> None:
    file = tmp_path / "walk.csv"
    file.write_bytes(b"\xff\xfe\x00t\x00s")
    with pytest.raises(BadWalk, match="UTF-8"):
        read_walk(file)


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    def endless() -> object:
        yield HEAD
        while True:
            yield "0,tag-ada,a\n"

    with pytest.raises(BadWalk, match="more than"):
        parse_walk(endless())  # type: ignore[arg-type]  # a generator of lines, typed loosely to stay endless


def test_each_change_is_delivered_when_it_is_due_and_carries_the_time_of_now() -> None:
    floor = Floor()
    steps = walk(
        (10_000, ADA, "entrance"), (12_000, ADA, "desk"), (12_000, "tag-min-jun", "entrance"), (15_000, ADA, "")
    )
    assert play(steps, floor.deliver, clock=floor.clock, wait=floor.wait) == 4
    assert floor.heard == [
        ZoneChange(tag=ADA, zone="entrance", at_ms=START_MS),
        ZoneChange(tag=ADA, zone="desk", at_ms=START_MS + 2000),
        ZoneChange(tag="tag-min-jun", zone="entrance", at_ms=START_MS + 2000),
        ZoneChange(tag=ADA, zone=None, at_ms=START_MS + 5000),
    ]


def test_ten_times_the_speed_takes_a_tenth_of_the_time() -> None:
    floor = Floor()
    play(walk((0, ADA, "a"), (60_000, ADA, "b")), floor.deliver, clock=floor.clock, wait=floor.wait, speed=10)
    assert sum(floor.waits_s) == pytest.approx(6.0)


def test_a_slow_listener_does_not_stretch_the_walk() -> None:
    floor = Floor(slow_ms=700)
    play(walk((0, ADA, "a"), (1000, ADA, "b"), (2000, ADA, "c")), floor.deliver, clock=floor.clock, wait=floor.wait)
    assert [change.at_ms - START_MS for change in floor.heard] == [0, 1000, 2000]


def test_a_listener_slower_than_the_walk_is_never_waited_for_backwards() -> None:
    floor = Floor(slow_ms=5000)
    play(walk((0, ADA, "a"), (1000, ADA, "b")), floor.deliver, clock=floor.clock, wait=floor.wait)
    assert floor.waits_s == [0.0, 0.0]


def test_a_play_that_is_told_to_stop_delivers_nothing_more() -> None:
    floor = Floor(stop_after=1)
    steps = walk((0, ADA, "a"), (1000, ADA, "b"), (2000, ADA, "c"))
    assert play(steps, floor.deliver, clock=floor.clock, wait=floor.wait) == 1
    assert [change.zone for change in floor.heard] == ["a"]


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_walk_cannot_be_played_backwards_or_not_at_all(speed: float) -> None:
    floor = Floor()
    with pytest.raises(ValueError, match="speed"):
        play(walk((0, ADA, "a")), floor.deliver, clock=floor.clock, wait=floor.wait, speed=speed)
    assert floor.heard == []


STEPS = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from([ADA, "tag-min-jun"]), st.sampled_from(["a", "b", ""])),
    min_size=1,
)


@given(STEPS, st.floats(0.1, 100))
def test_every_change_arrives_once_in_order_and_on_its_time(steps: list[tuple[int, str, str]], speed: float) -> None:
    floor = Floor()
    rows, ts = [], 0
    for gap_ms, tag, zone in steps:
        ts += gap_ms
        rows.append((ts, tag, zone))
    recorded = walk(*rows)
    assert play(recorded, floor.deliver, clock=floor.clock, wait=floor.wait, speed=speed) == len(rows)
    assert [(change.tag, change.zone) for change in floor.heard] == [(change.tag, change.zone) for change in recorded]
    for heard, change in zip(floor.heard, recorded, strict=True):
        assert heard.at_ms - START_MS == pytest.approx((change.at_ms - recorded[0].at_ms) / speed, abs=1 + len(rows))
