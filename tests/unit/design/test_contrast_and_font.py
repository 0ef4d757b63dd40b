"""Figures of sight: contrast of every pair that stands on each other, and the characters and height of the font."""

import re
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

import devices
import kiosk_ui.design
from kiosk_ui.design.device import HANGUL_EM

STATIC = Path(kiosk_ui.design.__file__).parent / "static"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
SCREEN_FONT = STATIC / "fonts" / "storefloor-sans.woff2"
LABEL_FONT = Path(devices.__file__).parent / "fonts" / "storefloor-sans-600.ttf"

# Text on its ground: 7 to 1.
TEXT = [
    ("ink", "paper"), ("ink", "sheet"), ("ink", "sunk"), ("ink-2", "paper"), ("ink-2", "sheet"), ("ink-2", "sunk"),
    ("on-accent", "accent"), ("on-accent", "accent-down"), ("accent", "paper"), ("accent", "sheet"), ("paper", "ink"),
    ("ok", "paper"), ("ok", "sheet"), ("warn", "paper"), ("warn", "warn-tint"), ("on-warn", "warn-fill"),
    ("stop", "paper"), ("stop", "sheet"), ("stop", "stop-tint"), ("on-stop", "stop-fill"), ("ink", "stop-tint"),
    ("qr-ink", "qr-ground"), ("pass-ink", "qr-ground"), ("pass-ink-2", "qr-ground"),
]  # fmt: skip

# Edges of controls, marks and the focus ring on their ground: 3 to 1.
MARKS = [("edge", "paper"), ("edge", "sheet"), ("accent", "paper"), ("mark-line", "tile-care"), ("focus", "paper")]


def colours(theme: str) -> dict[str, str]:
    """The colour tokens of a theme; the contrast theme keeps what it does not restate."""
    blocks = dict(re.findall(r'\[data-theme="(\w+)"\] \{(.*?)\}', TOKENS, re.DOTALL))
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks["light"]))
    if theme == "contrast":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks["contrast"]))
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("theme", ["light", "contrast"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_stands_out_7_to_1(theme: str, text: str, ground: str) -> None:
    theme_colours = colours(theme)
    assert contrast(theme_colours[text], theme_colours[ground]) >= 7.0


@pytest.mark.parametrize("theme", ["light", "contrast"])
@pytest.mark.parametrize(("edge", "ground"), MARKS)
def test_edges_and_marks_stand_out_3_to_1(theme: str, edge: str, ground: str) -> None:
    theme_colours = colours(theme)
    assert contrast(theme_colours[edge], theme_colours[ground]) >= 3.0


def test_a_code_to_be_scanned_is_black_on_white_in_every_theme() -> None:
    for theme in ("light", "contrast"):
        assert (colours(theme)["qr-ink"], colours(theme)["qr-ground"]) == ("#000000", "#ffffff")


def ks_x_1001() -> set[str]:
    cells = (bytes([row, cell]) for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF))
    return {syllable for cell in cells if "가" <= (syllable := cell.decode("euc_kr", errors="ignore")) <= "힣"}


@pytest.mark.parametrize("path", [SCREEN_FONT, LABEL_FONT], ids=["screen", "label"])
def test_the_font_writes_ordinary_korean_english_and_our_signs(path: Path) -> None:
    has = {chr(code) for code in TTFont(path).getBestCmap()}
    assert len(ks_x_1001()) == 2350
    assert ks_x_1001() <= has
    assert set(map(chr, range(0x20, 0x7F))) <= has
    assert set("·…–—‘’“”×−₩€£¥℃←↑→↓é") <= has


@pytest.mark.parametrize("path", [SCREEN_FONT, LABEL_FONT], ids=["screen", "label"])
def test_the_font_bears_our_name_because_its_own_is_reserved(path: Path) -> None:
    names = TTFont(path)["name"]
    for name_id in (1, 4, 6, 16, 25):
        found = {str(record) for record in names.names if record.nameID == name_id}
        assert found
        assert all(name.startswith(("Storefloor Sans", "StorefloorSans")) for name in found)
    assert "Pretendard" not in names.getDebugName(3)
    assert "Kil Hyung-jin" in names.getDebugName(0)
    assert "SIL Open Font License" in names.getDebugName(13)


def test_the_height_of_hangul_that_the_millimetres_count_on_is_that_of_the_font() -> None:
    font = TTFont(SCREEN_FONT)
    glyphs, pen = font.getGlyphSet(), BoundsPen(font.getGlyphSet())
    glyphs[font.getBestCmap()[ord("가")]].draw(pen)
    _, bottom, _, top = pen.bounds
    assert (top - bottom) / font["head"].unitsPerEm == pytest.approx(HANGUL_EM, abs=0.0005)


def test_the_screen_font_is_variable_over_the_weights_that_the_tokens_use_and_small() -> None:
    axis = TTFont(SCREEN_FONT)["fvar"].axes[0]
    used = [int(weight) for weight in re.findall(r"--w-\w+: (\d+);", TOKENS)]
    assert axis.minValue <= min(used)
    assert axis.maxValue >= max(used)
    assert SCREEN_FONT.stat().st_size <= 320_000
