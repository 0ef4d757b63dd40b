"""Ids are minted where the intent arises, without asking anybody, and read in exactly one way."""

import itertools

import pytest

from edge.domain.errors import BadId
from edge.domain.ids import (
    ALPHABET,
    display_code,
    event_id,
    id_bytes,
    id_text,
    identity_id,
    is_event_id,
    is_id,
    order_id,
    typed_code,
)


def counting() -> "itertools.count[int]":
    return itertools.count()


def test_an_event_id_is_a_uuid_of_version_seven_that_carries_its_millisecond() -> None:
    minted = event_id(0x0123456789AB, lambda size: b"\xff" * size)
    assert minted == "01234567-89ab-7fff-bfff-ffffffffffff"
    assert is_event_id(minted)


def test_later_event_ids_sort_behind_earlier_ones() -> None:
    earlier = event_id(1_795_237_500_123, lambda size: b"\xff" * size)
    later = event_id(1_795_237_500_124, lambda size: b"\0" * size)
    assert earlier < later


@pytest.mark.parametrize(
    "text",
    [
        "",
        "01234567-89AB-7FFF-BFFF-FFFFFFFFFFFF",
        "01234567-89ab-4fff-bfff-ffffffffffff",
        "01234567-89ab-7fff-cfff-ffffffffffff",
        "0123456789ab7fffbfffffffffffffff",
        "01234567-89ab-7fff-bfff-ffffffffffff\n",
    ],
)
def test_other_texts_are_no_event_ids(text: str) -> None:
    assert not is_event_id(text)


def test_an_order_and_an_identity_are_thirteen_characters_of_chance() -> None:
    assert order_id(lambda size: bytes(range(size))) == "AAAQEAYEAUDAO"
    assert identity_id(lambda size: b"\xff" * size) == "7777777777776"


def test_an_id_has_one_way_of_writing() -> None:
    assert id_bytes("7777777777776") == b"\xff" * 8
    assert is_id("AAAQEAYEAUDAO")
    for other in (
        "7777777777777",
        "aaaqeayeaudao",
        "AAAQEAYEAUDA",
        "AAAQEAYEAUDAOA",
        "AAAQEAYEAUD1O",
        "AAAQEAYEAUD=O",
        "한글",
    ):
        assert not is_id(other)
        with pytest.raises(BadId):
            id_bytes(other)


def test_an_id_is_eight_bytes() -> None:
    with pytest.raises(BadId):
        id_text(b"seven b")


def test_a_display_code_has_four_characters_that_nobody_confuses() -> None:
    code = display_code(lambda size: bytes(range(size)))
    assert code == "2345"
    assert len(ALPHABET) == 30
    assert not set("01ILOU") & set(ALPHABET)


def test_bytes_that_would_make_some_letters_likelier_are_thrown_away() -> None:
    thrown = iter([b"\xf0\xff\xf5\x00", b"\x1d\x1e\x01\x02"])
    assert typed_code(lambda _: next(thrown), 4) == "2Z23"
