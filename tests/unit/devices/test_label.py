"""What a printed parcel label says to a scanner, to a reader and to a thief of names."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from devices.label import PdfLabels
from devices.label_layout import LabelSize
from devices.label_printer import StoreLabelPrinter
from devices.ports import BadLabel, LabelPrinter, ParcelLabel

LABEL = ParcelLabel(
    text="PK1AEBAGBAFAYDQQCAAAIRJXGY", display_code="7QK4", shelf="냉장 A-03", number=1, count=2, store="성수 플래그십"
)
PRINTER = PdfLabels()
POINTS_PER_MM = 72 / 25.4

# A direct thermal head has 203 dots per inch.
THERMAL = 203 / 72


def lines(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return str(document[0].get_textpage().get_text_range()).splitlines()


def printed(pdf: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=THERMAL).to_pil().convert("L")
    assert isinstance(image, Image.Image)
    return image.point(lambda level: 255 if level > 127 else 0)


def test_the_label_says_its_text_code_shelf_and_which_of_how_many() -> None:
    assert lines(PRINTER.pdf(LABEL)) == ["PK1AEBAGBAFAYDQQCAAAIRJXGY", "7QK4", "냉장 A-03", "1/2", "성수 플래그십"]


def test_a_label_printed_at_203_dots_per_inch_in_plain_black_reads_back() -> None:
    found = zxingcpp.read_barcodes(printed(PRINTER.pdf(LABEL)))
    assert [code.text for code in found] == [LABEL.text]


def test_a_crumpled_label_that_lost_a_corner_of_its_code_still_reads() -> None:
    image = printed(PRINTER.pdf(LABEL))
    code = zxingcpp.read_barcodes(image)[0]
    middle_x = (code.position.top_left.x + code.position.bottom_right.x) // 2
    middle_y = (code.position.top_left.y + code.position.bottom_right.y) // 2
    image.paste(255, (middle_x, middle_y, middle_x + 24, middle_y + 24))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [LABEL.text]


def test_the_page_has_the_true_size_of_the_paper() -> None:
    size = LabelSize(width_mm=105.0, height_mm=74.0)
    width, height = pypdfium2.PdfDocument(PdfLabels(size).pdf(LABEL))[0].get_size()
    assert width == pytest.approx(105 * POINTS_PER_MM, abs=0.1)
    assert height == pytest.approx(74 * POINTS_PER_MM, abs=0.1)


def test_nothing_is_cut_off_at_the_edge_of_the_paper() -> None:
    for label in (LABEL, msgspec.structs.replace(LABEL, shelf="WWWW-WW", display_code="WWWW", store="W" * 20)):
        image = printed(PRINTER.pdf(label))
        width, height = image.size
        frame = [image.getpixel((x, y)) for x in range(width) for y in (0, 7, height - 8, height - 1)]
        frame += [image.getpixel((x, y)) for y in range(height) for x in (0, 7, width - 8, width - 1)]
        assert set(frame) == {255}


def test_the_same_label_gives_the_same_bytes() -> None:
    assert PRINTER.pdf(LABEL) == PdfLabels().pdf(LABEL)


def test_a_label_without_a_known_count_says_only_its_number() -> None:
    assert lines(PRINTER.pdf(msgspec.structs.replace(LABEL, count=None, store="")))[-1] == "#1"


def test_the_font_travels_inside_the_file() -> None:
    page = pypdfium2.PdfDocument(PRINTER.pdf(LABEL))[0]
    fonts = {text.get_font().get_base_name() for text in page.get_objects() if text.type == 1}
    assert all("StorefloorSans" in name for name in fonts)
    assert all(text.get_font().is_embedded for text in page.get_objects() if text.type == 1)


def test_a_letter_the_font_does_not_have_is_named_instead_of_printed_as_a_box() -> None:
    with pytest.raises(BadLabel, match="뷁"):
        PRINTER.pdf(msgspec.structs.replace(LABEL, shelf="뷁"))


def test_a_shelf_name_without_end_is_refused_rather_than_printed_unreadably() -> None:
    with pytest.raises(BadLabel, match="too small"):
        PRINTER.pdf(msgspec.structs.replace(LABEL, shelf="아주긴선반이름" * 10))


def test_a_long_store_name_is_shortened_because_it_is_only_a_courtesy() -> None:
    name = "성수동 연무장길 플래그십 스토어 본점 별관 이층"
    last = lines(PRINTER.pdf(msgspec.structs.replace(LABEL, store=name)))[-1]
    assert last.endswith("…")
    assert name.startswith(last.removesuffix("…"))
    assert len(last) > len(name) // 2


@pytest.mark.parametrize("field", ["text", "display_code", "shelf"])
def test_a_label_with_a_hole_in_it_is_refused(field: str) -> None:
    with pytest.raises(BadLabel):
        PRINTER.pdf(msgspec.structs.replace(LABEL, **{field: ""}))


def test_paper_too_small_for_a_readable_code_is_refused() -> None:
    with pytest.raises(BadLabel, match="modules"):
        PdfLabels(LabelSize(width_mm=60.0, height_mm=18.0)).pdf(LABEL)
    with pytest.raises(BadLabel, match="too small to be read"):
        PdfLabels(LabelSize(width_mm=25.0, height_mm=25.0)).pdf(LABEL)


def test_a_flat_paper_on_which_the_column_would_run_into_the_foot_is_refused() -> None:
    with pytest.raises(BadLabel, match="paper"):
        PdfLabels(LabelSize(width_mm=70.0, height_mm=29.0)).pdf(LABEL)


def test_two_clerks_printing_at_once_get_each_their_own_label() -> None:
    labels = [msgspec.structs.replace(LABEL, text=f"PK1{number:021d}", number=number) for number in range(1, 25)]
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(PRINTER.pdf, labels))
    assert [lines(pdf)[0] for pdf in made] == [label.text for label in labels]


def test_the_printer_keeps_the_promise_of_its_port() -> None:
    printer: LabelPrinter = StoreLabelPrinter()
    assert printer.pdf(LABEL).startswith(b"%PDF-")
