"""Bytes of strangers: understood exactly, or refused as one kind of error."""

import msgspec
import pytest
from backports import zstd
from msgspec import Raw

from sync import wire
from sync.envelope import SEQUENCE_MAX, Origin, Row, SkipReason, read_time, renumbered, sequence_text, write_time
from sync.errors import BadWire
from tests.exchange.rows import HUB, MORNING_MS, envelope, row, skipped


def body(*raws: bytes) -> wire.PushBody:
    return wire.PushBody(origin=HUB, previous=None, rows=[Raw(raw) for raw in raws])


def test_a_batch_keeps_the_very_bytes_of_its_rows() -> None:
    raw = row("a1", 1).raw[:-1] + b', "traceparent" : "00-ab"}'
    (read,) = wire.read_batch(body(raw)).rows
    assert read.raw == raw
    assert read.envelope.id == "a1"


@pytest.mark.parametrize(
    "wrong",
    [
        b"{}",
        b"[]",
        b'"a"',
        row("a1", 1).raw.replace(b'"000000000001"', b'"1"'),
        row("a1", 1).raw.replace(b'"000000000001"', b"1"),
        row("a1", 1).raw.replace(b'"1.0"', b'"2.0"'),
        row("a1", 1).raw.replace(b'"id":"a1"', b'"id":""'),
        row("a1", 1).raw.replace(b"2026-11-21T05:05:00.000Z", b"21/11/2026"),
        row("a1", 1).raw.replace(b"2026-11-21T05:05:00.000Z", b"2026-11-21T05:05:00"),
        row("a1", 1).raw.replace(b"2026-11-21T05:05:00.000Z", b"20261121T050500Z"),
        row("a1", 1).raw.replace(b"2026-11-21T05:05:00.000Z", b"2026-W47-6T05:05:00Z"),
        row("a1", 1).raw.replace(b"2026-11-21T05:05:00.005Z", b"a while ago"),
        row("a1", 1).raw.replace(b"order/A", b"order\\u0000A"),
        row("a1", 1).raw.replace(b'"id":"a1"', b'"id":"a\\n1"'),
    ],
    ids=[
        "empty",
        "list",
        "text",
        "unpadded",
        "number",
        "version 2",
        "no id",
        "not a time",
        "a time of nowhere",
        "a time without dashes",
        "a time by weeks",
        "recorded at no time",
        "a NUL in a name",
        "a line feed in an id",
    ],
)
def test_a_row_that_is_no_envelope_makes_the_batch_bad(wrong: bytes) -> None:
    with pytest.raises(BadWire):
        wire.read_batch(body(wrong))


def test_the_rows_of_a_batch_follow_one_another() -> None:
    for numbers in ((1, 3), (2, 1), (1, 1), (0, 1)):
        with pytest.raises(BadWire):
            wire.read_batch(body(*(row(f"a{n}", n).raw for n in numbers)))


TELEMETRY = Origin(store="S001", node="H1", epoch="e1", lane=2)


def skipping(*rows: Row, lane: Origin = TELEMETRY) -> wire.PushBody:
    return wire.PushBody(origin=lane, previous=None, rows=[Raw(each.raw) for each in rows])


def test_a_skipped_row_stands_for_its_stretch() -> None:
    read = wire.read_batch(skipping(row("t1", 1), skipped("s2", 2, 900), row("t901", 901), skipped("s902", 902, 999)))
    assert (read.first, read.last) == (1, 999)
    assert [each.envelope.last_number for each in read.rows] == [1, 900, 901, 999]


@pytest.mark.parametrize(
    "rows",
    [
        (skipped("s1", 1, 5), row("t5", 5)),
        (skipped("s1", 1, 5), row("t7", 7)),
        (skipped("s1", 1, 5), row("t2", 2)),
        (skipped("s1", 3, 2),),
        (skipped("s1", 1, SEQUENCE_MAX + 1),),
        (row("s1", 1, kind="storefloor.skipped"),),
    ],
    ids=["overlaps", "leaves a hole", "is as long as one row", "ends before it begins", "ends nowhere", "says nothing"],
)
def test_a_stretch_that_does_not_fit_its_neighbours_is_refused(rows: tuple[Row, ...]) -> None:
    with pytest.raises(BadWire):
        wire.read_batch(skipping(*rows))


@pytest.mark.parametrize(
    ("said", "instead"),
    [(b'"from":1', b'"from":2'), (b'"count":5', b'"count":6'), (b'"count":5', b'"count":0'), (b"dropped", b"lost")],
)
def test_a_stretch_that_contradicts_itself_is_refused(said: bytes, instead: bytes) -> None:
    raw = skipped("s1", 1, 5).raw
    assert said in raw
    wire.read_batch(wire.PushBody(origin=TELEMETRY, previous=None, rows=[Raw(raw)]))
    with pytest.raises(BadWire):
        wire.read_batch(wire.PushBody(origin=TELEMETRY, previous=None, rows=[Raw(raw.replace(said, instead))]))


@pytest.mark.parametrize("lane", [0, 1])
def test_in_lanes_zero_and_one_only_a_single_row_that_could_not_be_delivered_is_skipped(lane: int) -> None:
    origin = Origin(store="S001", node="H1", epoch="e1", lane=lane)
    wire.read_batch(skipping(skipped("a1", 1, 1, SkipReason.UNDELIVERABLE), row("a2", 2), lane=origin))
    for wrong in (
        skipped("a1", 1, 2, SkipReason.UNDELIVERABLE),
        skipped("a1", 1, 1, SkipReason.DROPPED),
        skipped("a1", 1, 1, SkipReason.COALESCED),
    ):
        with pytest.raises(BadWire):
            wire.read_batch(skipping(wrong, lane=origin))


def test_a_batch_is_neither_empty_nor_endless() -> None:
    with pytest.raises(BadWire):
        wire.read_batch(body())
    with pytest.raises(BadWire):
        wire.read_batch(body(*[row("a1", 1).raw] * (wire.BATCH_ROWS_MAX + 1)))


@pytest.mark.parametrize("wrong", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"origin":1}', b"null"])
def test_what_is_no_push_is_bad_wire_and_never_another_error(wrong: bytes) -> None:
    with pytest.raises(BadWire):
        wire.read(wrong, wire.PushBody)


def test_an_origin_of_strange_names_is_refused() -> None:
    for name in ("", "S 001", "../S001", "S001\n", "x" * 65):
        raw = msgspec.json.encode({"origin": {"store": name, "node": "H1", "epoch": "e", "lane": 0}, "previous": None})
        with pytest.raises(BadWire):
            wire.read(raw[:-1] + b',"rows":[]}', wire.PushBody)


@pytest.mark.parametrize(
    "said",
    [b'"term":-1', b'"term":1e30', b'"sent_at_ms":1' + b"0" * 18, b'"owed":[0,0,1' + b"0" * 20 + b"]", b'"owed":[0,0]'],
)
def test_a_number_no_column_can_hold_is_refused(said: bytes) -> None:
    pushed = wire.write(body(row("a1", 1).raw))[:-1] + b"," + said + b"}"
    with pytest.raises(BadWire):
        wire.read(pushed, wire.PushBody)


def test_packing_and_unpacking_give_the_same_bytes() -> None:
    for content in (b"", b"a", b"storefloor" * 5000):
        assert wire.unpack(wire.pack(content)) == content


def test_a_small_frame_that_unpacks_to_gigabytes_is_refused_early() -> None:
    bomb = zstd.compress(bytes(64 * 1024 * 1024), 19)
    assert len(bomb) < 20_000
    with pytest.raises(BadWire, match="more than"):
        wire.unpack(bomb)


def test_a_frame_that_demands_a_huge_window_is_refused() -> None:
    options: dict[int, int] = {
        zstd.CompressionParameter.window_log: 27,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    packer = zstd.ZstdCompressor(options=options)
    frame = packer.compress(b"x" * 1000) + packer.flush()
    with pytest.raises(BadWire):
        wire.unpack(frame)


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_cut_frame_is_no_content(cut: int) -> None:
    with pytest.raises(BadWire):
        wire.unpack(wire.pack(b"storefloor" * 500)[:-cut])


def test_a_frame_followed_by_other_bytes_is_refused() -> None:
    with pytest.raises(BadWire):
        wire.unpack(wire.pack(b"one") + wire.pack(b"two"))
    with pytest.raises(BadWire):
        wire.unpack(b"not a frame")


def test_times_are_written_one_way_and_read_with_any_offset() -> None:
    assert write_time(MORNING_MS) == "2026-11-21T05:05:00.000Z"
    assert read_time("2026-11-21T14:05:00+09:00") == MORNING_MS
    assert read_time(write_time(-1)) == -1
    for wrong in ("", "yesterday", "2026-11-21", "2026-11-21T05:05:00", "9" * 40):
        with pytest.raises(BadWire):
            read_time(wrong)


def test_sequences_sort_as_text() -> None:
    numbers = [1, 2, 9, 10, 99, 100, 10**11]
    assert sorted(sequence_text(n) for n in numbers) == [sequence_text(n) for n in numbers]


def test_renumbering_changes_the_number_alone() -> None:
    before = msgspec.json.decode(row("a1", 7).raw)
    after = msgspec.json.decode(renumbered(row("a1", 7).raw, 8))
    assert after == before | {"sequence": sequence_text(8)}
    assert envelope("a1", 8).number == 8
