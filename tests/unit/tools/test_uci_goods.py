"""A stock code always becomes the same GTIN in the store's own range, and the same place on the invented shelf."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.domain.product import gtin14
from edge.tools.uci_goods import (
    AISLES,
    GtinsCollide,
    gtin_of,
    gtins_of,
    is_charge,
    place_of,
    products_of,
    stock_of,
)
from edge.tools.uci_rows import Row


def row(code: str, qty: int = 1, price_minor: int = 100, text: str = "LANTERN", invoice: str = "576080") -> Row:
    return Row(
        file="a.csv",
        number=2,
        invoice=invoice,
        place=1,
        code=code,
        raw_code=code,
        text=text,
        qty=qty,
        at="2011-11-14T08:10:00",
        price_minor=price_minor,
        customer="18211",
    )


def test_exactly_nine_codes_are_charges() -> None:
    charges = ["POST", "DOT", "C2", "M", "D", "S", "CRUK", "BANK CHARGES", "AMAZONFEE"]
    assert all(is_charge(code) for code in charges)
    assert not any(is_charge(code) for code in ("22465", "DCGSSGIRL", "B", "PADS", "POSTAGE", "post"))


@pytest.mark.parametrize(
    "code, gtin", [("22465", "02022465000003"), ("85049A", "02085049000011"), ("DCGSSGIRL", "02950182883657")]
)
def test_a_code_has_its_gtin_forever(code: str, gtin: str) -> None:
    assert gtin_of(code) == gtin
    assert gtin14(gtin[1:]) == gtin


codes = st.one_of(
    st.from_regex(r"[0-9]{5}[A-Z]{0,3}", fullmatch=True), st.from_regex(r"[A-Z0-9][A-Z0-9 _.-]{0,19}", fullmatch=True)
)


@given(code=codes)
def test_every_gtin_is_valid_and_lies_in_the_stores_own_range(code: str) -> None:
    gtin = gtin_of(code)
    assert gtin14(gtin) == gtin
    assert gtin[0] == "0"
    assert 20 <= int(gtin[1:3]) <= 29


@given(pair=st.lists(st.from_regex(r"[0-9]{5}[A-Z]{0,3}", fullmatch=True), min_size=2, max_size=2, unique=True))
def test_two_codes_of_the_usual_shape_never_share_a_gtin(pair: list[str]) -> None:
    assert len(gtins_of(pair)) == 2


def test_two_codes_that_share_a_gtin_stop_the_import() -> None:
    with pytest.raises(GtinsCollide, match="GIFT 552 and GIFT 197838 share the GTIN 02930115729313"):
        gtins_of(["GIFT 197838", "22465", "GIFT 552"])


@given(code=codes)
def test_a_place_follows_from_the_code_alone(code: str) -> None:
    place = place_of(code)
    assert place == place_of(code)
    assert place.category == AISLES[place.aisle]


def test_a_product_has_the_name_and_price_it_has_most_often() -> None:
    rows = [
        row("22465", price_minor=165, text="STAR LANTERN"),
        row("22465", price_minor=195, text="STAR LANTERN"),
        row("22465", price_minor=195, text="damaged"),
    ]
    product = products_of(rows, gtins_of(["22465"]))[0]
    assert (product.gtin, product.name, product.price_minor, product.currency) == (
        "02022465000003",
        {"en": "STAR LANTERN"},
        195,
        "GBP",
    )
    assert product.mark == "candle"


def test_a_refund_does_not_make_the_price_unless_there_is_nothing_else() -> None:
    back = row("22465", qty=-1, price_minor=50, invoice="C576099")
    gtins = gtins_of(["22465"])
    assert products_of([back, back, row("22465", price_minor=165)], gtins)[0].price_minor == 165
    assert products_of([back], gtins)[0].price_minor == 50


def test_a_product_without_a_name_is_called_by_its_code() -> None:
    assert products_of([row("22465", text="")], gtins_of(["22465"]))[0].name == {"en": "22465"}


def test_the_stock_at_the_start_is_what_the_files_sell() -> None:
    rows = [
        row("22465", qty=12),
        row("22465", qty=5),
        row("22465", qty=-3, invoice="C576099"),
        row("22178", qty=-1, invoice="C576099"),
        row("POST", qty=1),
    ]
    gtins = gtins_of(["22178", "22465"])
    stock = stock_of(rows, products_of(rows, gtins), gtins, as_of_ms=7)
    assert [(here.gtin, here.on_hand, here.safety, here.as_of_ms) for here in stock] == [
        (gtins["22178"], 0, 0, 7),
        (gtins["22465"], 17, 0, 7),
    ]
    assert stock[1].place == place_of("22465")
