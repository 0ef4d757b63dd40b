"""A stated glass gives true millimetres, and the smallest Hangul on it is as high as the rule asks."""

import math
import re
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import kiosk_ui.design
from kiosk_ui.design import BadScreen, DeviceKind, Screen, blueprint, device_css_url, device_style
from kiosk_ui.design.device import HANGUL_EM

TOKENS = (Path(kiosk_ui.design.__file__).parent / "static" / "tokens.css").read_text(encoding="utf-8")

# What tokens.css writes beside each kind: diagonal in inches, width and height in CSS pixels.
STATED = [
    (DeviceKind.KIOSK, 27, 1080, 1920),
    (DeviceKind.BOARD, 32, 1920, 1080),
    (DeviceKind.TABLET, 10.1, 1280, 800),
    (DeviceKind.SIGNAGE, 55, 1920, 1080),
    (DeviceKind.PHONE, 6.1, 390, 844),
    (DeviceKind.DESK, 24, 1920, 1080),
]


def token(kind: DeviceKind, name: str) -> float:
    block = re.search(rf'\[data-device="{kind}"\] \{{(.*?)\}}', TOKENS, re.DOTALL)
    assert block
    value = re.search(rf"--{name}: ([\d.]+)", block[1])
    assert value
    return float(value[1])


@pytest.mark.parametrize(("kind", "diagonal_in", "width_px", "height_px"), STATED)
def test_the_tokens_hold_the_millimetre_of_the_usual_glass_of_each_kind(
    kind: DeviceKind, diagonal_in: float, width_px: int, height_px: int
) -> None:
    screen = Screen(kind=kind, diagonal_in=diagonal_in, width_px=width_px, height_px=height_px)
    assert screen.mm_px == pytest.approx(token(kind, "mm"), abs=0.001)


def test_a_27_inch_kiosk_reads_at_45_pixels_and_12_millimetres() -> None:
    screen = Screen(kind=DeviceKind.KIOSK, diagonal_in=27, width_px=1080, height_px=1920)
    assert token(DeviceKind.KIOSK, "t0") * screen.mm_px == pytest.approx(45.0, abs=0.1)
    assert token(DeviceKind.KIOSK, "t0") * HANGUL_EM >= 12


def test_the_board_and_the_tablet_keep_the_rule_for_their_glass() -> None:
    assert token(DeviceKind.BOARD, "t0") * HANGUL_EM >= 7.25
    assert token(DeviceKind.TABLET, "t0") * HANGUL_EM >= 7.25


def test_a_kiosk_on_glass_up_to_28_centimetres_reads_at_tablet_distance() -> None:
    small = device_style(Screen(kind=DeviceKind.KIOSK, diagonal_in=10.1, width_px=800, height_px=1280))
    value = re.search(r"--t0: ([\d.]+);", small)
    assert value
    assert float(value[1]) * HANGUL_EM >= 7.25
    assert "--t0" not in device_style(Screen(kind=DeviceKind.KIOSK, diagonal_in=21.5, width_px=1080, height_px=1920))


@given(st.sampled_from(DeviceKind), st.floats(3, 120), st.integers(200, 16_384), st.integers(200, 16_384))
def test_a_diagonal_measured_with_the_stated_millimetre_is_the_diagonal_of_the_glass(
    kind: DeviceKind, diagonal_in: float, width_px: int, height_px: int
) -> None:
    style = device_style(Screen(kind=kind, diagonal_in=diagonal_in, width_px=width_px, height_px=height_px))
    mm_px = re.search(r"--mm: ([\d.]+)px;", style)
    assert mm_px
    measured_in = math.hypot(width_px, height_px) / float(mm_px[1]) / 25.4
    assert measured_in == pytest.approx(diagonal_in, rel=0.01)
    assert style.startswith(f':root[data-device="{kind}"]')


@pytest.mark.parametrize(
    ("diagonal_in", "width_px", "height_px", "named"),
    [
        (0, 1080, 1920, "diagonal_in"),
        (float("nan"), 1080, 1920, "diagonal_in"),
        (float("inf"), 1080, 1920, "diagonal_in"),
        (270, 1080, 1920, "diagonal_in"),
        (27, 0, 1920, "width_px"),
        (27, 1080, 19200, "height_px"),
    ],
)
def test_a_glass_that_nobody_sells_is_refused_by_the_name_of_the_setting(
    diagonal_in: float, width_px: int, height_px: int, named: str
) -> None:
    with pytest.raises(BadScreen, match=named):
        Screen(kind=DeviceKind.KIOSK, diagonal_in=diagonal_in, width_px=width_px, height_px=height_px)


def test_the_stylesheet_of_a_glass_is_served_at_its_own_address() -> None:
    app = Flask(__name__)
    app.register_blueprint(blueprint())
    with app.test_request_context():
        address = device_css_url("kiosk", 27, 1080, 1920)
        reply = app.test_client().get(address)
        with pytest.raises(BadScreen, match="fridge"):
            device_css_url("fridge", 27, 1080, 1920)
    assert reply.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in reply.headers["Cache-Control"]
    assert "--mm: 3.2122px;" in reply.text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "diagonal=27&w=1080",
        "diagonal=nan&w=1080&h=1920",
        "diagonal=27&w=1e3&h=1920",
        "kind=x&diagonal=27&w=1080&h=1920",
    ],
)
def test_a_glass_asked_for_wrongly_is_a_bad_request(query: str) -> None:
    app = Flask(__name__)
    app.register_blueprint(blueprint())
    assert app.test_client().get(f"/design/device.css?{query}").status_code == 400
