"""scan.mjs in a real Chromium: a scanner's burst is told from people, input methods and shortcuts."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.unit.design.conftest import collect, said

pytestmark = pytest.mark.browser

KEYS = {
    " ": "Space",
    "-": "Minus",
    "]": "BracketRight",
    "/": "Slash",
    ".": "Period",
    "_": "Shift+Minus",
    ":": "Shift+Semicolon",
}


def key_for(sign: str) -> str:
    if sign in KEYS:
        return KEYS[sign]
    if sign.isdigit():
        return f"Digit{sign}"
    return f"Shift+Key{sign}" if sign.isupper() else f"Key{sign.upper()}"


def type_burst(page: Page, text: str, *, gap_ms: int = 10, suffix: str = "Enter") -> None:
    for sign in text:
        page.keyboard.press(key_for(sign))
        page.clock.run_for(gap_ms)
    if suffix:
        page.keyboard.press(suffix)


@pytest.fixture(scope="module")
def listening(page: Page) -> Page:
    """One page for all of these tests that listens for scans."""
    page.evaluate("async () => { window.listen = (await import('/design/scan.mjs')).listenForScans; }")
    collect(page, "scan")
    return page


@pytest.fixture
def desk(listening: Page) -> Iterator[Page]:
    """The page as nobody has touched it for a while."""
    listening.evaluate(
        "() => { document.activeElement.blur(); document.querySelector('#field').value = 'before';"
        " window.said = []; window.stop = window.listen(); }"
    )
    yield listening
    listening.clock.run_for(300)
    listening.evaluate("window.stop()")


def scans(page: Page) -> list[Any]:
    return [detail["text"] for _, detail in said(page)]


@pytest.mark.parametrize("suffix", ["Enter", "Tab", "NumpadEnter"])
def test_a_burst_with_any_usual_suffix_is_one_scan(desk: Page, suffix: str) -> None:
    type_burst(desk, "PK1AEBAGBAF-a/b.c_d:e]f", suffix=suffix)
    assert scans(desk) == ["PK1AEBAGBAF-a/b.c_d:e]f"]


def test_a_scanner_without_a_suffix_is_heard_after_a_short_silence(desk: Page) -> None:
    type_burst(desk, "8801234567893", suffix="")
    assert scans(desk) == []
    desk.clock.run_for(70)
    assert scans(desk) == ["8801234567893"]


def test_two_scans_one_after_the_other_are_two(desk: Page) -> None:
    type_burst(desk, "PK1AAAA")
    desk.clock.run_for(200)
    type_burst(desk, "PK1BBBB")
    assert scans(desk) == ["PK1AAAA", "PK1BBBB"]


def test_35_ms_between_keys_are_a_scanner_and_36_are_a_person(desk: Page) -> None:
    type_burst(desk, "P1ABCDEF", gap_ms=35)
    type_burst(desk, "P1ABCDEF", gap_ms=36)
    assert scans(desk) == ["P1ABCDEF"]


def test_five_keys_are_no_scan_and_six_are(desk: Page) -> None:
    type_burst(desk, "12345")
    desk.clock.run_for(200)
    type_burst(desk, "123456")
    assert scans(desk) == ["123456"]


def test_a_korean_input_method_and_caps_lock_change_nothing(desk: Page) -> None:
    keyboard = desk.context.new_cdp_session(desk)
    for sign in "PK1ABC":
        shift = {"modifiers": 8} if sign.isalpha() else {}
        code = f"Key{sign}" if sign.isalpha() else f"Digit{sign}"
        event = {"key": "Process", "code": code, "windowsVirtualKeyCode": 229, **shift}
        keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
        desk.clock.run_for(10)
    desk.keyboard.press("Enter")
    assert scans(desk) == ["PK1ABC"]


@pytest.mark.parametrize("poison", ["Control+KeyB", "Alt+KeyB", "Meta+KeyB", "Escape", "F5", "ArrowLeft", "Backspace"])
def test_a_control_or_modifier_key_poisons_the_whole_burst(desk: Page, poison: str) -> None:
    desk.evaluate("() => { document.onkeydown = (event) => event.code !== 'F5'; }")
    type_burst(desk, "PK1ABC", suffix="")
    desk.keyboard.press(poison)
    desk.clock.run_for(10)
    type_burst(desk, "DEFGHIJ")
    assert scans(desk) == []
    desk.clock.run_for(200)
    type_burst(desk, "PK1ABCD")
    assert scans(desk) == ["PK1ABCD"]


@pytest.mark.parametrize("modifier", ["ctrlKey", "altKey", "metaKey"])
def test_a_modifier_that_was_down_before_the_page_had_the_focus_poisons_too(desk: Page, modifier: str) -> None:
    type_burst(desk, "PK1ABC", suffix="")
    desk.evaluate(
        "(modifier) => document.body.dispatchEvent("
        "new KeyboardEvent('keydown', { code: 'KeyB', bubbles: true, [modifier]: true }))",
        modifier,
    )
    type_burst(desk, "DEFGHIJ")
    assert scans(desk) == []


def test_a_held_key_is_no_scan(desk: Page) -> None:
    for _ in range(20):
        desk.keyboard.down("KeyA")
        desk.clock.run_for(30)
    desk.keyboard.up("KeyA")
    desk.clock.run_for(200)
    assert scans(desk) == []


def test_512_characters_are_a_scan_and_more_are_none(desk: Page) -> None:
    for length in (512, 513):
        desk.evaluate(
            "(length) => { for (let at = 0; at < length; at += 1)"
            " document.body.dispatchEvent(new KeyboardEvent('keydown', { code: 'Digit7', bubbles: true })); }",
            length,
        )
        desk.clock.run_for(200)
    assert scans(desk) == ["7" * 512]


def test_a_scan_into_a_field_leaves_what_was_there_and_says_so(desk: Page) -> None:
    desk.evaluate("() => { window.inputs = 0; document.addEventListener('input', () => { window.inputs += 1; }); }")
    desk.focus("#field")
    type_burst(desk, "PK1ABCDEF")
    assert scans(desk) == ["PK1ABCDEF"]
    assert desk.input_value("#field") == "before"
    assert desk.evaluate("window.inputs") == len("PK1ABCDEF") + 1


def test_a_person_typing_into_a_field_loses_nothing(desk: Page) -> None:
    desk.fill("#field", "")
    desk.focus("#field")
    type_burst(desk, "hello", gap_ms=20, suffix="")
    desk.clock.run_for(120)
    type_burst(desk, "world", gap_ms=90, suffix="")
    desk.clock.run_for(500)
    assert desk.input_value("#field") == "helloworld"
    assert scans(desk) == []


def test_neither_the_suffix_nor_a_space_of_a_scan_presses_the_button_that_has_the_focus(desk: Page) -> None:
    desk.evaluate(
        "() => { window.pressed = 0; document.querySelector('#button').onclick = () => { window.pressed += 1; }; }"
    )
    desk.focus("#button")
    type_burst(desk, "PK1 ABC DEF")
    assert scans(desk) == ["PK1 ABC DEF"]
    assert desk.evaluate("window.pressed") == 0
    desk.clock.run_for(200)
    desk.keyboard.press("Enter")
    assert desk.evaluate("window.pressed") == 1


def test_after_stop_nothing_is_heard(desk: Page) -> None:
    desk.evaluate("window.stop()")
    type_burst(desk, "PK1ABCDEF")
    desk.clock.run_for(200)
    assert scans(desk) == []


def paste(page: Page, text: str) -> None:
    """What the browser does on Ctrl+V with this text on the clipboard."""
    page.evaluate(
        "(text) => { const clipboardData = new DataTransfer(); clipboardData.setData('text', text);"
        " document.activeElement.dispatchEvent("
        "new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })); }",
        text,
    )


def test_a_pasted_code_counts_as_scanned_and_one_that_is_too_long_stays_too_long(desk: Page) -> None:
    paste(desk, "  P1ABCDEFG234567\n")
    paste(desk, "")
    paste(desk, "A" * 5000)
    assert scans(desk) == ["P1ABCDEFG234567", "A" * 513]


def test_what_is_pasted_into_a_field_belongs_to_the_field(desk: Page) -> None:
    desk.focus("#field")
    paste(desk, "P1ABCDEFG234567")
    assert scans(desk) == []
