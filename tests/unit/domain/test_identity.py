"""Forty spellings of who somebody is become one way of writing each, or are refused."""

import pytest

from edge.domain.errors import BadIdentity
from edge.domain.identity import (
    Identity,
    IdentityKind,
    app_key,
    email,
    identity,
    last4,
    loyalty,
    mask_name,
    phone_e164,
)

KEY = "ed25519:3Jc5jCIPDQ0AnpQFNpM5xAwbS4ZDsUODlMvkYI4dD2o"


@pytest.mark.parametrize(
    "typed",
    [
        "010-1234-5678",
        "01012345678",
        "010 1234 5678",
        "010.1234.5678",
        "(010) 1234-5678",
        "+82 10-1234-5678",
        "+821012345678",
        "82-10-1234-5678",
        " 010-1234-5678 ",
        "０１０-１２３４-５６７８",
    ],
)
def test_every_spelling_of_a_korean_mobile_is_one_number(typed: str) -> None:
    assert phone_e164(typed) == "+821012345678"


@pytest.mark.parametrize(
    "typed, region, number",
    [
        ("02-312-3456", "KR", "+8223123456"),
        ("+44 20 7946 0018", "KR", "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("001-44-20-7946-0018", "KR", "+442079460018"),
    ],
)
def test_other_numbers_are_read_in_their_region(typed: str, region: str, number: str) -> None:
    assert phone_e164(typed, region) == number


@pytest.mark.parametrize("typed", ["", "1234", "010-1234", "not a number", "010-1234-56789012", "+999 123", "🙂"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentity):
        phone_e164(typed)


@pytest.mark.parametrize("typed", ["Ada@Example.com", "ada@example.com", " ADA@EXAMPLE.COM ", "ada@EXAMPLE.com\n"])
def test_every_spelling_of_an_address_is_one_address(typed: str) -> None:
    assert email(typed) == "ada@example.com"


def test_a_tag_in_an_address_is_part_of_it() -> None:
    assert email("ada+shop@mail.example.co.kr") == "ada+shop@mail.example.co.kr"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada lovelace@example.com",
        "ada@-example.com",
        "ada@exa..mple.com",
        "ada..l@example.com",
        "에이다@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 300 + ".com",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentity):
        email(typed)


@pytest.mark.parametrize("typed", ["AB12-3456", "ab123456", "AB12 3456", " ab12 3456 "])
def test_every_spelling_of_a_loyalty_number_is_one_number(typed: str) -> None:
    assert loyalty(typed) == "AB123456"


@pytest.mark.parametrize("typed", ["", "123", "AB_1234", "1" * 33, "회원1234"])
def test_what_is_no_loyalty_number_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentity):
        loyalty(typed)


def test_an_app_key_has_one_way_of_writing() -> None:
    assert app_key(KEY) == KEY
    for wrong in (KEY[8:], KEY + "=", KEY[:-1], KEY[:-1] + "p", "ed25519:" + "?" * 43, "ed25519:" + "한" * 43):
        with pytest.raises(BadIdentity):
            app_key(wrong)


def test_an_identity_is_its_kind_and_its_one_way_of_writing() -> None:
    assert identity(IdentityKind.phone, "010-1234-5678") == Identity(IdentityKind.phone, "+821012345678")
    assert identity(IdentityKind.phone, "020 7946 0018", "GB") == Identity(IdentityKind.phone, "+442079460018")
    assert identity(IdentityKind.email, "Ada@Example.com") == Identity(IdentityKind.email, "ada@example.com")
    assert identity(IdentityKind.loyalty, "ab 12 34") == Identity(IdentityKind.loyalty, "AB1234")
    assert identity(IdentityKind.app_key, KEY) == Identity(IdentityKind.app_key, KEY)


@pytest.mark.parametrize(
    "name, masked",
    [
        ("김민수", "김*수"),
        ("이서", "이*"),
        ("남궁민수", "남**수"),
        ("Ada Lovelace", "A*a L******e"),
        ("J", "*"),
        ("", ""),
        ("  Ada  ", "A*a"),
    ],
)
def test_a_name_is_masked_so_that_a_clerk_can_still_compare_it(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_only_the_last_four_digits_of_a_phone_are_shown() -> None:
    assert last4("010-1234-5678") == "5678"
    assert last4("123") == ""
    assert last4("") == ""
