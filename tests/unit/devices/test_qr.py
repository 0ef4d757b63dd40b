"""What a QR code drawn by us says to a decoder that is not ours."""

from random import Random  # noqa: TID251 - seeded: a failure can be seen again
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.Image import Image

from devices.ports import QrImage
from devices.qr import QUIET_MODULES, BadQrText, qr_modules, qr_svg
from edge.domain.ids import id_text
from edge.passes import write_label, write_pass
from tests.cast.painted_code import RUN, SVG, painted, photographed

PASS = (
    "P1" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" + "A" * 37
)


def decoded(image: Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def test_a_pass_is_a_version_6_code_of_41_modules_and_reads_back_whole() -> None:
    assert len(PASS) == 135
    assert len(qr_modules(PASS)) == 41
    assert decoded(painted(qr_svg(PASS, label="내 QR"))) == [PASS]


def test_a_code_on_the_black_ground_of_high_contrast_still_reads() -> None:
    assert decoded(painted(qr_svg(PASS, label="내 QR"), ground="black")) == [PASS]


def test_a_pass_of_160_pixels_held_askew_and_out_of_focus_is_read_38_times_in_40() -> None:
    read = 0
    for seed in range(40):
        rng = Random(seed)
        text = write_pass(
            rng.randbytes(32),
            key_id=rng.randint(1, 255),
            store_number=rng.randint(1, 65_535),
            order_id=id_text(rng.randbytes(8)),
            revision=1,
            expires_at_ms=rng.randrange(1_800_000_000_000, 1_900_000_000_000),
            pass_id=rng.randbytes(3),
        )
        found = decoded(photographed(qr_svg(text, label="pass"), rng, pixels=160, blur=rng.uniform(0.8, 1.2)))
        assert found in ([], [text]), "a code is read as it is, or not at all"
        read += found == [text]
    assert read >= 38


def test_a_parcel_label_of_160_pixels_is_read_every_time() -> None:
    for seed in range(40):
        rng = Random(seed)
        text = write_label(id_text(rng.randbytes(8)), rng.randint(1, 255), 1)
        assert decoded(photographed(qr_svg(text, label="label"), rng, pixels=160, blur=rng.uniform(0.8, 1.6))) == [text]


@settings(max_examples=40)
@given(st.text(st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), min_size=1, max_size=300))
def test_any_printable_text_reads_back(text: str) -> None:
    assert decoded(painted(qr_svg(text, label="code"))) == [text]


def test_a_link_with_korean_in_it_reads_back() -> None:
    link = "https://shop.example/cart/장바구니?store=S001"
    assert decoded(painted(qr_svg(link, label="장바구니"))) == [link]


def test_the_quiet_zone_of_four_modules_is_inside_the_element() -> None:
    svg = ET.fromstring(qr_svg("P1TEST", label="x"))
    size = int(svg.attrib["viewBox"].split()[2])
    assert size == len(qr_modules("P1TEST")) + 2 * QUIET_MODULES
    runs = [tuple(map(int, run)) for run in RUN.findall(svg.findall(f"{SVG}path")[1].attrib["d"])]
    assert min(x for x, _, _ in runs) == min(y for _, y, _ in runs) == QUIET_MODULES
    assert max(x + n for x, _, n in runs) == max(y + 1 for _, y, _ in runs) == size - QUIET_MODULES


def test_a_short_text_gets_a_small_code() -> None:
    assert len(qr_modules("P1")) == 21
    assert len(qr_modules("PK1" + "A" * 21)) == 25


@given(st.text(max_size=60).filter(lambda text: not set(text) & set(map(chr, range(32))) and text.isprintable()))
def test_the_label_is_read_out_as_given_and_cannot_break_out_of_its_attribute(label: str) -> None:
    root = ET.fromstring(qr_svg("P1TEST", label=label))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == label
    assert {child.tag for child in root} == {f"{SVG}path"}


def test_the_element_carries_no_style_that_a_strict_policy_would_drop() -> None:
    svg = qr_svg(PASS, label="내 QR")
    assert "style" not in svg
    assert "<script" not in svg


@pytest.mark.parametrize("text", ["", "가" * 2000, "x" * 2400])
def test_a_text_that_no_code_can_hold_is_refused(text: str) -> None:
    with pytest.raises(BadQrText):
        qr_svg(text, label="x")


def test_the_drawing_keeps_the_promise_of_its_port() -> None:
    draws: QrImage = qr_svg
    assert draws("P1TEST", label="x").startswith("<svg ")
