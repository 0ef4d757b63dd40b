"""From picked to ready: what goes into a parcel, which shelf, the label on the glass, on paper and from the roll."""

import re

import pypdfium2
import pytest
import zxingcpp

from devices.ports import ParcelLabel, Printed, PrinterTrouble
from edge.app.order_detail import read_order
from edge.domain.truth import OrderDown
from edge.passes.roll import write_roll_label
from kiosk_ui.staff.print_jobs import PrintJobs
from tests.cast.counter import GOODS, STORE_NUMBER
from tests.cast.desk_site import StaffDesk, printer, words_of
from tests.cast.shelf_work import Work


def stage_page(desk: StaffDesk, order: OrderDown) -> str:
    return desk.page(f"/staff/orders/{order.order_id}/stage")


def printed_lines(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return str(document[0].get_textpage().get_text_range()).splitlines()


def picked(desk: StaffDesk, *wanted: tuple[int, int]) -> OrderDown:
    order = desk.counter.order(*wanted)
    desk.counter.pick(order)
    return order


def packing(desk: StaffDesk, order: OrderDown) -> Work:
    return Work(desk, f"/staff/orders/{order.order_id}/stage")


def test_packing_lists_what_is_picked_and_in_no_parcel_yet(desk: StaffDesk) -> None:
    order = desk.counter.order((0, 2), (5, 1), (4, 3))
    desk.counter.pick(order, lines=2)
    desk.counter.stage(order, "B-02", desk.counter.units_of(order, 1))
    words = words_of(stage_page(desk, order))
    assert f"{GOODS[5][1]} {GOODS[5][3]} 1" in words
    assert GOODS[0][1] not in words
    assert GOODS[4][1] not in words


def test_shelves_in_use_are_offered_and_any_other_may_be_typed(desk: StaffDesk) -> None:
    desk.counter.ready((1, 1), shelf="A-21")
    desk.counter.ready((2, 1), shelf="A-04")
    html = stage_page(desk, picked(desk, (0, 1)))
    assert re.findall(r'data-press="shelf:([^"]+)"', html) == ["A-04", "A-21"]
    assert re.search(r'<input id="shelf"[^>]*required', html)


def test_a_scanned_shelf_stands_in_the_field_and_the_form_packs_all_there_is(desk: StaffDesk) -> None:
    order = picked(desk, (0, 2), (5, 1))
    page = packing(desk, order)
    assert page.step(scan="b-02")["fields"] == {"shelf": "B-02"}
    told = page.do(press="stage", fields={"shelf": " b-02 "})
    assert told["answers"][0]["shelf"] == "B-02"
    assert told["answers"][0]["units"] == 3
    assert told["go"] == f"/staff/orders/{order.order_id}/parcels/{{parcel}}"


def test_some_of_it_goes_into_one_parcel_and_never_more_than_there_is(desk: StaffDesk) -> None:
    order = picked(desk, (0, 2), (5, 1))
    assert 'name="n-1"' in stage_page(desk, order)
    told = packing(desk, order).do(press="stage", fields={"shelf": "A-01", "split": "on", "n-1": "99", "n-2": "0"})
    assert told["acts"][0]["body"]["units"] == [{"line": 1, "qty": 2}]
    assert "1개를 더 담아야 해요" in words_of(desk.page(f"/staff/orders/{order.order_id}/parcels/1"))


def test_a_label_from_the_roll_is_tied_to_the_parcel_and_to_no_second_one(desk: StaffDesk) -> None:
    roll = write_roll_label(STORE_NUMBER, 42)
    first, second = picked(desk, (0, 1)), picked(desk, (1, 1))
    page = packing(desk, first)
    assert page.step(scan=roll)["fields"] == {"roll": "42"}
    assert page.do(press="stage", fields={"shelf": "A-01"})["acts"][0]["body"]["roll_label"] == roll
    again = packing(desk, second)
    again.step(scan=roll)
    refusal = words_of(again.refused(press="stage", fields={"shelf": "A-02"})["refusal"])
    assert "roll_label_taken" not in refusal
    assert "라벨" in refusal


def test_nothing_to_pack_cannot_be_packed(desk: StaffDesk) -> None:
    order = desk.counter.order((0, 1))
    html = stage_page(desk, order)
    assert "봉투에 넣을 상품이 없어요" in words_of(html)
    assert re.search(r'type="submit"[^>]* disabled', html)
    told = packing(desk, order).refused(press="stage", fields={"shelf": "A-01"})
    assert "봉투에 넣을 상품이 없어요" in words_of(told["refusal"])


def test_the_label_on_the_glass_is_the_printed_one_and_says_the_same_to_a_reader(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((0, 2), shelf="A-12")
    html = desk.page(f"/staff/orders/{order.order_id}/parcels/1")
    paper = html.split('class="label-paper"')[1].split("</svg>")[0]
    for said in (order.display_code, "A-12", "1/1", staged.label):
        assert f">{said}<" in paper
    assert f'aria-label="{order.display_code} 주문의 봉투 라벨, A-12, 봉투 1"' in html
    assert f"/staff/orders/{order.order_id}/parcels/1/label.pdf" in html
    assert "준비 완료 알림은 연결되면 바로 보내요" in words_of(html)


def test_the_printed_label_carries_the_same_code_and_names_nobody(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((0, 1), shelf="냉장 A-03")
    reply = desk.client.get(f"/staff/orders/{order.order_id}/parcels/1/label.pdf")
    assert reply.mimetype == "application/pdf"
    assert reply.headers["Cache-Control"] == "no-store"
    said = [staged.label, order.display_code, "냉장 A-03", "1/1", "성수 플래그십"]
    assert printed_lines(reply.data) == said
    page = pypdfium2.PdfDocument(reply.data)[0].render(scale=4).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [staged.label]


def test_while_more_may_follow_the_label_does_not_say_of_how_many(desk: StaffDesk) -> None:
    order = picked(desk, (0, 2), (5, 1))
    desk.counter.stage(order, "B-02", desk.counter.units_of(order, 1))
    pdf = desk.client.get(f"/staff/orders/{order.order_id}/parcels/1/label.pdf").data
    assert "1/1" not in printed_lines(pdf)
    assert "1개를 더 담아야 해요" in words_of(desk.page(f"/staff/orders/{order.order_id}/parcels/1"))


def test_a_shelf_no_label_font_can_write_still_has_its_code_on_the_glass(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((0, 1), shelf="❄-1")
    assert desk.client.get(f"/staff/orders/{order.order_id}/parcels/1/label.pdf").status_code == 422
    assert f"❄-1 · {staged.label}" in words_of(desk.page(f"/staff/orders/{order.order_id}/parcels/1"))


def test_a_store_without_a_printer_is_told_what_to_do_instead(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    told = Work(desk, f"/staff/orders/{order.order_id}/parcels/1").refused(press="print")
    assert "연결된 라벨 프린터가 없어요" in words_of(told["refusal"])
    assert "번호 라벨" in words_of(told["refusal"])


@pytest.mark.parametrize("trouble", PrinterTrouble)
def test_every_trouble_of_a_printer_has_its_own_sentence(desk: StaffDesk, trouble: PrinterTrouble) -> None:
    order, _ = desk.counter.ready((0, 1))
    page = Work(desk, f"/staff/orders/{order.order_id}/parcels/1")
    said = words_of(page.step(problem={"reason": f"printer_{trouble.value}"})["refusal"])
    assert trouble.value not in said
    assert "인쇄" in said or "다시 눌러" in said


class SlowPrinter:
    """A printer that takes its time and counts what came out of it."""

    def __init__(self) -> None:
        self.printed = 0

    def __getattr__(self, name: str) -> object:
        return getattr(printer(), name)

    def print(self, label: ParcelLabel) -> Printed:
        """One more label."""
        self.printed += bool(label.text)
        return Printed(confirmed=True)


def test_a_press_that_is_asked_about_again_prints_once() -> None:
    slow = SlowPrinter()
    jobs = PrintJobs(slow)  # type: ignore[arg-type]  # the rest of a printer is the real one's
    label = ParcelLabel(text="PK1AAAAAAAAAAAPO6AIB2PGNA", display_code="K7M2", shelf="A-12", number=1)
    assert [jobs.print("one press", label) for _ in range(3)] == [Printed(confirmed=True)] * 3
    assert slow.printed == 1
    jobs.print("another press", label)
    assert slow.printed == 2


def test_a_parcel_moves_to_the_shelf_that_is_scanned_on_its_page(desk: StaffDesk) -> None:
    order, staged = desk.counter.ready((0, 1), shelf="A-12")
    other, elsewhere = desk.counter.ready((1, 1), shelf="A-21")
    page = Work(desk, f"/staff/orders/{order.order_id}/parcels/1")
    page.do(scan="b-07")
    found = read_order(desk.counter.hub, order.order_id)
    assert found is not None
    assert found.parcels[0].shelf == "B-07"
    assert page.step(scan=elsewhere.label)["go"] == f"/staff/orders/{other.order_id}/parcels/1"
    assert page.step(scan=staged.label)["go"] == f"/staff/orders/{order.order_id}/parcels/1"


def test_a_parcel_is_unpacked_after_a_second_word_and_its_goods_are_loose_again(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 2))
    page = Work(desk, f"/staff/orders/{order.order_id}/parcels/1")
    assert page.step(press="unpack")["acts"] == []
    page.do(press="unpacked")
    assert f"{GOODS[0][1]} {GOODS[0][3]} 2" in words_of(stage_page(desk, order))


def test_an_order_or_parcel_that_is_not_here_is_a_page_with_a_way_back(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    for path in ("orders/AAAAAAAAAAAAA", f"orders/{order.order_id}/parcels/9", "orders/AAAAAAAAAAAAA/stage"):
        reply = desk.client.get(f"/staff/{path}")
        assert reply.status_code == 404
        assert "찾는 주문이나 봉투가 이 매장에 없어요" in words_of(reply.get_data(as_text=True))
