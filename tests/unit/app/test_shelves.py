"""Parcels on their shelves: moved, taken apart, labelled from the roll, counted in the evening."""

from pathlib import Path

import msgspec
import pypdfium2
import pytest
import zxingcpp

from edge.app.count_shelf import CountAsked, CountedParcel, DueWhy, ShelfCount, count_shelf, read_last_count
from edge.app.hand_over import HandOverAsked, hand_over
from edge.app.hub import Hub
from edge.app.move_pickup import OrderNow
from edge.app.read_scan import ScanAsked, ScanKind, read_scan
from edge.app.reshelve import ReshelveAsked, UnpackAsked, reshelve, unpack
from edge.app.roll_labels import RollReason
from edge.app.stage_parcel import StageAsked, Staged, stage_parcel
from edge.domain.errors import Refusal
from edge.domain.facts import ShelfCounted, decode
from edge.domain.hours import OpeningHours
from edge.domain.pickup import OrderState, Pickup, PickupReason
from edge.domain.truth import OrderDown, StoreDown
from edge.passes import write_label
from edge.passes.roll import read_roll_label, write_roll_label
from edge.store import pickups
from edge.wiring.labels import print_roll
from sync.envelope import Envelope
from tests.cast.counter import KIM, NOON_MS, STORE, STORE_NUMBER
from tests.cast.floor import Floor

HOUR_MS = 3_600_000
STRANGER = "AAAAAAAAAAAAA"


def counted(floor: Floor, *scans: str) -> ShelfCount:
    result = count_shelf(floor.hub, CountAsked(event_id=floor.press(), scans=scans), KIM)
    assert isinstance(result, ShelfCount)
    return result


def picked(floor: Floor, *wanted: tuple[int, int]) -> OrderDown:
    order = floor.order(*wanted)
    floor.pick(order)
    return order


def booked(floor: Floor, order: OrderDown) -> Pickup:
    with floor.hub.state.reading() as conn:
        found = pickups.get(conn, order.order_id)
    assert found is not None
    return found


def codes(parcels: tuple[CountedParcel, ...]) -> list[tuple[str, int]]:
    return [(each.order_id, each.parcel) for each in parcels]


def on_list(floor: Floor) -> set[tuple[str, str]]:
    return {(each.kind, each.subject) for each in floor.incidents()}


def last_fact(hub: Hub) -> ShelfCounted:
    with hub.state.reading() as conn:
        row = conn.execute(
            "SELECT envelope FROM outbox_rows WHERE kind = 'shelf.counted' ORDER BY sequence DESC LIMIT 1"
        ).fetchone()
    fact = decode("shelf.counted", msgspec.json.decode(row[0], type=Envelope).data)
    assert isinstance(fact, ShelfCounted)
    return fact


def test_a_parcel_on_another_shelf_is_where_the_clerk_put_it(floor: Floor) -> None:
    order, staged = floor.ready((1, 2))
    asked = ReshelveAsked(event_id=floor.press(), order_id=order.order_id, number=staged.parcel, shelf="냉장 2")
    first = reshelve(floor.hub, asked, KIM)
    assert isinstance(first, OrderNow)
    assert reshelve(floor.hub, asked, KIM) == first
    assert booked(floor, order).parcels[0].shelf == "냉장 2"


def test_a_parcel_that_left_or_never_was_goes_on_no_shelf(floor: Floor) -> None:
    order, staged = floor.ready((1, 2))
    floor.hand_over(order, staged)
    for number, reason in ((staged.parcel, PickupReason.parcel_left), (9, PickupReason.not_staged)):
        asked = ReshelveAsked(event_id=floor.press(), order_id=order.order_id, number=number, shelf="B1")
        refused = reshelve(floor.hub, asked, KIM)
        assert isinstance(refused, Refusal)
        assert refused.reason == reason


def test_an_unpacked_parcel_is_packed_anew_into_the_next_one(floor: Floor) -> None:
    order, staged = floor.ready((1, 2))
    done = unpack(floor.hub, UnpackAsked(event_id=floor.press(), order_id=order.order_id, parcels=(1,)), KIM)
    assert isinstance(done, OrderNow)
    assert done.state is not OrderState.ready
    again = stage_parcel(floor.hub, StageAsked(event_id=floor.press(), order_id=order.order_id, shelf="B2"), KIM)
    assert isinstance(again, Staged)
    assert (again.parcel, again.units, again.state) == (staged.parcel + 1, 2, OrderState.ready)


def test_a_count_tells_apart_what_is_found_missing_unknown_and_long_gone(floor: Floor) -> None:
    (here, _), (away, _), (gone, left) = floor.ready((1, 1)), floor.ready((2, 1)), floor.ready((3, 1))
    floor.hand_over(gone, left)
    result = counted(
        floor,
        floor.label_of(here, 1),
        floor.label_of(here, 1).lower(),
        floor.label_of(gone, 1),
        write_label(STRANGER, 2, 1),
        "8801234567893",
    )
    assert codes(result.found) == [(here.order_id, 1)]
    assert codes(result.missing) == [(away.order_id, 1)]
    assert codes(result.should_have_left) == [(gone.order_id, 1)]
    assert codes(result.unknown) == [(STRANGER, 2)]
    assert result.unreadable == ("8801234567893",)
    assert result.to_unpack == ()
    assert on_list(floor) == {
        ("parcel_missing", f"{away.order_id}/1"),
        ("parcel_should_have_left", f"{gone.order_id}/1"),
        ("parcel_unknown", f"{STRANGER}/2"),
    }
    fact = last_fact(floor.hub)
    assert fact.count_id == result.count_id
    assert [(each.order, each.parcel) for each in fact.missing] == [(away.order_id, 1)]


def test_a_parcel_found_again_is_off_the_list_and_a_count_changes_no_order(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    before = booked(floor, order)
    counted(floor)
    assert on_list(floor) == {("parcel_missing", f"{order.order_id}/1")}
    counted(floor, floor.label_of(order, 1))
    assert on_list(floor) == set()
    assert booked(floor, order) == before


def test_the_same_count_sent_twice_is_one_count(floor: Floor) -> None:
    order, _ = floor.ready((1, 1))
    asked = CountAsked(event_id=floor.press(), scans=(floor.label_of(order, 1),))
    assert count_shelf(floor.hub, asked, KIM) == count_shelf(floor.hub, asked, KIM)
    with floor.hub.state.reading() as conn:
        assert conn.execute("SELECT count(*) FROM shelf_counts").fetchone()[0] == 1


def test_the_count_is_due_from_an_hour_before_the_doors_close_until_it_is_made(floor: Floor) -> None:
    hours = OpeningHours(zone="Asia/Seoul", weekly=(((600, 1320),),) * 7)  # 10:00 to 22:00
    names = {"ko": "성수 플래그십"}
    store = StoreDown(
        store=STORE, store_number=STORE_NUMBER, name=names, hours=hours, currency="KRW", timezone="Asia/Seoul"
    )
    floor.down((f"config:{STORE}", "store", STORE, store))
    assert read_last_count(floor.hub).due is None
    order, _ = floor.ready((1, 1))
    assert read_last_count(floor.hub).due is None  # 14:00
    floor.clock.advance(7 * HOUR_MS)
    due = read_last_count(floor.hub).due
    assert due is not None
    assert (due.why, due.since_ms) == (DueWhy.evening, NOON_MS + 7 * HOUR_MS)
    counted(floor, floor.label_of(order, 1))
    assert read_last_count(floor.hub).due is None


def test_a_label_from_the_roll_opens_the_parcel_it_sticks_on(floor: Floor) -> None:
    order = picked(floor, (1, 2))
    roll = write_roll_label(STORE_NUMBER, 17)
    asked = StageAsked(event_id=floor.press(), order_id=order.order_id, shelf="B1", roll_label=roll)
    staged = stage_parcel(floor.hub, asked, KIM)
    assert isinstance(staged, Staged)
    assert staged.roll == 17
    scan = read_scan(floor.hub, ScanAsked(scan=roll), KIM)
    assert (scan.kind, scan.parcel and scan.parcel.order_id) == (ScanKind.parcel, order.order_id)
    press = HandOverAsked(event_id=floor.press(), pass_text=floor.pass_of(order), labels=(roll,))
    left = hand_over(floor.hub, press, actor=KIM, desk="desk-1")
    assert not isinstance(left, Refusal)
    assert left.parcels == (1,)


def test_a_roll_label_sticks_on_one_parcel_and_on_the_next_once_that_was_taken_apart(floor: Floor) -> None:
    first, second = picked(floor, (1, 1)), picked(floor, (2, 1))
    roll = write_roll_label(STORE_NUMBER, 17)

    def stage(order: OrderDown, text: str = roll) -> Staged | Refusal:
        asked = StageAsked(event_id=floor.press(), order_id=order.order_id, shelf="B1", roll_label=text)
        return stage_parcel(floor.hub, asked, KIM)

    assert isinstance(stage(first), Staged)
    taken = stage(second)
    assert isinstance(taken, Refusal)
    assert (taken.reason, taken.found["parcel"]) == (RollReason.roll_label_taken, 1)
    for text, reason in (
        (write_roll_label(STORE_NUMBER + 1, 17), RollReason.roll_label_other_store),
        (roll[:-1] + ("A" if roll[-1] != "A" else "I"), RollReason.roll_label_unreadable),
    ):
        refused = stage(second, text)
        assert isinstance(refused, Refusal)
        assert refused.reason == reason
    unpack(floor.hub, UnpackAsked(event_id=floor.press(), order_id=first.order_id, parcels=(1,)), KIM)
    assert isinstance(stage(second), Staged)


def test_a_roll_is_printed_with_numbers_that_never_come_again(floor: Floor, tmp_path: Path) -> None:
    folder = Path(floor.hub.state.path).parent
    (folder / "hub.toml").write_text('store = "S001"\ncentral_public_key = "ed25519:x"\n', "utf-8")
    assert print_roll(folder, 3, tmp_path / "a.pdf").endswith("labels 000001 to 000003")
    assert print_roll(folder, 2, tmp_path / "b.pdf").endswith("labels 000004 to 000005")
    document = pypdfium2.PdfDocument(tmp_path / "b.pdf")
    found = [zxingcpp.read_barcodes(page.render(scale=203 / 72).to_pil())[0].text for page in document]
    seen = [read_roll_label(text) for text in found]
    assert [(each.store_number, each.serial) for each in seen if each] == [(STORE_NUMBER, 4), (STORE_NUMBER, 5)]


@pytest.mark.parametrize("text", ["PK1", "", "RL1AAAA", write_label(STRANGER, 2, 1)])
def test_what_is_no_label_of_a_roll_is_none(text: str) -> None:
    assert read_roll_label(text) is None
