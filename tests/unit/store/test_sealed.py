"""Sealed fields: opened by their key alone, bound to whom and what they are of, gone with the key."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.store.databases import KEYS
from edge.store.sealed import CACHED, Field, NoKey, PersonKeys
from sync.db import Database

ADA, MINJUN = "AAAAAAAAAAAAA", "EAAAAAAAAAAAA"
PLAIN = "김민수 010-1234-5678".encode()


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[PersonKeys]:
    """An empty keys.db whose randomness counts up."""
    numbers = itertools.count(1)
    keys = PersonKeys(
        Database(tmp_path / "keys.db", migrations=(KEYS,)), lambda size: next(numbers).to_bytes(size, "big")
    )
    yield keys
    keys.close()


def test_what_was_sealed_is_opened_again_and_differs_each_time(keys: PersonKeys) -> None:
    keys.make([ADA], 1)
    first, second = keys.seal(ADA, Field.CARD, PLAIN), keys.seal(ADA, Field.CARD, PLAIN)
    assert first != second
    assert PLAIN not in first
    assert keys.open(ADA, Field.CARD, first) == keys.open(ADA, Field.CARD, second) == PLAIN


def test_one_field_or_one_person_cannot_be_passed_off_as_another(keys: PersonKeys) -> None:
    keys.make([ADA, MINJUN], 1)
    sealed = keys.seal(ADA, Field.CARD, PLAIN)
    assert keys.open(ADA, Field.CART, sealed) is None
    assert keys.open(MINJUN, Field.CARD, sealed) is None


@pytest.mark.parametrize("place", [0, 12, 20, -1])
def test_a_changed_byte_opens_nothing(keys: PersonKeys, place: int) -> None:
    keys.make([ADA], 1)
    sealed = bytearray(keys.seal(ADA, Field.CARD, PLAIN))
    sealed[place] ^= 1
    assert keys.open(ADA, Field.CARD, bytes(sealed)) is None


def test_a_dropped_key_opens_nothing_any_more_and_a_new_one_does_not_help(keys: PersonKeys) -> None:
    keys.make([ADA, MINJUN], 1)
    sealed = keys.seal(ADA, Field.CARD, PLAIN)
    keys.drop([ADA])
    assert keys.open(ADA, Field.CARD, sealed) is None
    with pytest.raises(NoKey):
        keys.seal(ADA, Field.CARD, PLAIN)
    keys.make([ADA], 2)
    assert keys.open(ADA, Field.CARD, sealed) is None
    assert keys.subjects() == [ADA, MINJUN]


def test_made_twice_it_is_the_same_key(keys: PersonKeys) -> None:
    keys.make([ADA], 1)
    sealed = keys.seal(ADA, Field.CARD, PLAIN)
    keys.make([ADA, ADA], 2)
    assert keys.open(ADA, Field.CARD, sealed) == PLAIN


def test_more_people_than_are_remembered_at_once_are_opened_all_the_same(keys: PersonKeys) -> None:
    people = [f"P{number}" for number in range(CACHED + 5)]
    keys.make(people, 1)
    sealed = {person: keys.seal(person, Field.CART, person.encode()) for person in people}
    assert all(keys.open(person, Field.CART, seal) == person.encode() for person, seal in sealed.items())


def test_a_pepper_is_made_once_and_is_another_for_another_name(keys: PersonKeys) -> None:
    assert keys.pepper("tags") == keys.pepper("tags")
    assert keys.pepper("tags") != keys.pepper("limits")
