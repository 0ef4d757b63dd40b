"""What a QR code drawn by us says to a decoder that is not ours."""

import re
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from devices.ports import QrImage
from devices.qr import QUIET_MODULES, BadQrText, qr_modules, qr_svg

PASS = (
    "P1" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" + "A" * 37
)
SVG = "{http://www.w3.org/2000/svg}"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\3z")


def painted(svg: str, *, scale: int = 4, ground: str = "white") -> Image.Image:
    """Paint the element the way a browser would, module by module, on a page of any colour."""
    root = ET.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    light, dark = root.findall(f"{SVG}path")
    assert light.attrib == {"fill": "#fff", "d": f"M0 0h{size}v{size}H0z"}
    image = Image.new("L", (size * scale + 40, size * scale + 40), ground)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 19 + size * scale, 19 + size * scale), fill="white")
    runs = RUN.findall(dark.attrib["d"])
    assert "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in runs) == dark.attrib["d"]
    for x, y, length in (tuple(map(int, run)) for run in runs):
        left, top = 20 + x * scale, 20 + y * scale
        draw.rectangle((left, top, left + length * scale - 1, top + scale - 1), fill="black")
    return image


def decoded(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def test_a_pass_is_a_version_6_code_of_41_modules_and_reads_back_whole() -> None:
    assert len(PASS) == 135
    assert len(qr_modules(PASS)) == 41
    assert decoded(painted(qr_svg(PASS, label="내 QR"))) == [PASS]


def test_a_code_on_the_black_ground_of_high_contrast_still_reads() -> None:
    assert decoded(painted(qr_svg(PASS, label="내 QR"), ground="black")) == [PASS]


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
