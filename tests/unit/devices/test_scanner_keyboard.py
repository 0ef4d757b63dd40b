"""What is taken for a scan and what is sent back to be shown again."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.ports import Scanner
from devices.readings import Scan, ScanFault
from devices.scanner_keyboard import MAX_CHARACTERS, read_keyboard_scan

AT = 1_790_000_000_000
SIGNS = string.ascii_letters + string.digits + string.punctuation
PLAIN = st.text(SIGNS, min_size=1, max_size=MAX_CHARACTERS)


@given(PLAIN, st.text("\r\n\t", max_size=3))
def test_a_plain_code_arrives_as_it_was_whatever_suffix_the_scanner_adds(text: str, suffix: str) -> None:
    assert read_keyboard_scan(text + suffix, at_ms=AT) == Scan(text=text, at_ms=AT)


@given(PLAIN)
def test_full_width_characters_are_the_same_code(text: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in text)
    assert read_keyboard_scan(wide, at_ms=AT) == Scan(text=text, at_ms=AT)


@given(st.text())
def test_whatever_arrives_the_answer_is_a_clean_scan_or_a_reason(raw: str) -> None:
    found = read_keyboard_scan(raw, at_ms=AT)
    if isinstance(found, Scan):
        assert 1 <= len(found.text) <= MAX_CHARACTERS
        assert all(" " <= sign <= "~" for sign in found.text)
        assert read_keyboard_scan(found.text, at_ms=AT) == found
    else:
        assert isinstance(found, ScanFault)


@pytest.mark.parametrize("raw", ["", "\r\n", "\t", "   ", "　", " \r\n"])
def test_nothing_but_a_suffix_is_empty(raw: str) -> None:
    assert read_keyboard_scan(raw, at_ms=AT) is ScanFault.EMPTY


@pytest.mark.parametrize(
    "raw", ["ㅔ1ABC", "김민수", "P1\x00ABC", "P1\nABC", "8801234\t567", "P1\u202eABC", "P1é", "\x1b[A"]
)
def test_what_no_code_of_ours_holds_is_strange(raw: str) -> None:
    assert read_keyboard_scan(raw, at_ms=AT) is ScanFault.STRANGE_CHARACTER


def test_512_characters_and_the_suffix_fit_and_one_more_does_not() -> None:
    assert read_keyboard_scan("A" * 512 + "\r\n", at_ms=AT) == Scan(text="A" * 512, at_ms=AT)
    assert read_keyboard_scan("A" * 513, at_ms=AT) is ScanFault.TOO_LONG
    assert read_keyboard_scan("A" * 1_000_000, at_ms=AT) is ScanFault.TOO_LONG


def test_reading_keeps_the_promise_of_its_port() -> None:
    scanner: Scanner = read_keyboard_scan
    assert scanner("8801234567893\r", at_ms=AT) == Scan(text="8801234567893", at_ms=AT)
