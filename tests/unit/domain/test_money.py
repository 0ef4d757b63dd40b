"""Money is whole minor units from file to till, and reads the way its country writes it."""

import pytest

from edge.domain.errors import BadMoney
from edge.domain.money import digits_of, format_money, to_minor


@pytest.mark.parametrize(
    "amount_minor, currency, locale, text",
    [
        (24_000, "KRW", "ko", "24,000원"),
        (24_000, "KRW", "en", "₩24,000"),
        (0, "KRW", "ko", "0원"),
        (-1_500, "KRW", "ko", "-1,500원"),
        (165, "GBP", "en", "£1.65"),
        (165, "GBP", "ko", "£1.65"),
        (5, "GBP", "en", "£0.05"),
        (38_862_244, "GBP", "en", "£388,622.44"),
        (-5, "EUR", "en", "-€0.05"),
        (1_000, "JPY", "ko", "¥1,000"),
        (1_999, "USD", "en", "$19.99"),
    ],
)
def test_an_amount_reads_as_its_country_writes_it(amount_minor: int, currency: str, locale: str, text: str) -> None:
    assert format_money(amount_minor, currency, locale) == text


@pytest.mark.parametrize(
    "text, currency, minor",
    [
        ("1.65", "GBP", 165),
        ("1.650", "GBP", 165),
        (" 39.5 ", "GBP", 3_950),
        ("-0.01", "GBP", -1),
        ("24000", "KRW", 24_000),
        ("24000.0", "KRW", 24_000),
    ],
)
def test_a_decimal_becomes_whole_minor_units(text: str, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize("text", ["", "1,65", "0.001", "1e2", "NaN", "Infinity", "£1.65", "1.65.1", "９.99", "1" * 16])
def test_what_is_no_whole_penny_is_refused(text: str) -> None:
    with pytest.raises(BadMoney):
        to_minor(text, "GBP")


def test_half_a_won_is_refused() -> None:
    with pytest.raises(BadMoney):
        to_minor("0.5", "KRW")


def test_a_currency_that_no_store_was_set_up_with_is_refused() -> None:
    with pytest.raises(BadMoney):
        format_money(1, "XXX", "en")
    with pytest.raises(BadMoney):
        digits_of("krw")
