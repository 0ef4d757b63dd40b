"""GTINs and GLNs are taken as scanned, and only with the right check digit."""

import pytest

from edge.domain.errors import BadGtin
from edge.domain.product import gln, gtin14, with_check_digit


@pytest.mark.parametrize(
    "scanned, gtin",
    [
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("4006381333931", "04006381333931"),
        ("10614141000415", "10614141000415"),
        ("9521234500018", "09521234500018"),
    ],
)
def test_every_length_of_gtin_becomes_fourteen_digits(scanned: str, gtin: str) -> None:
    assert gtin14(scanned) == gtin


@pytest.mark.parametrize(
    "scanned",
    [
        "",
        "4006381333932",
        "400638133393",
        "40063813339310",
        "4006381333931 ",
        "400638133393a",
        "４006381333931",
        "96385073",
    ],
)
def test_a_wrong_length_letter_or_check_digit_is_refused(scanned: str) -> None:
    with pytest.raises(BadGtin):
        gtin14(scanned)


def test_a_gln_has_thirteen_digits_and_a_check_digit() -> None:
    assert gln("9521000000018") == "9521000000018"
    for wrong in ("952100000001", "9521000000019", "09521000000018", "952100000001x"):
        with pytest.raises(BadGtin):
            gln(wrong)


def test_a_check_digit_is_put_behind_its_digits() -> None:
    assert with_check_digit("400638133393") == "4006381333931"
    for wrong in ("", "12a", "１2"):
        with pytest.raises(BadGtin):
            with_check_digit(wrong)
