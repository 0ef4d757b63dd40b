"""The catalogue: found by two syllables, paged without gaps, and sent down once per real change."""

import pytest

from tests.cast.office import MUG, STORE, Office
from tests.cast.pickups import NOON_MS, SOAP, TEA


def found(office: Office, query: str) -> list[str]:
    return [product["gtin"] for product in office.anyone.must("GET", f"/v1/catalogue?{query}")["products"]]


@pytest.mark.parametrize(
    ("words", "gtins"),
    [
        ("머그", [MUG]),
        ("비누", [SOAP]),
        ("TEA", [TEA]),
        ("차", [TEA]),
        ("%25", []),
        ("_", []),
        ("!", []),
        ("nothing", []),
    ],
)
def test_a_product_is_found_by_a_piece_of_its_name(office: Office, words: str, gtins: list[str]) -> None:
    assert found(office, f"q={words}") == gtins


def test_pages_follow_each_other_without_gap_or_repeat(office: Office) -> None:
    everything, after, page = [], "", {}
    for _ in range(3):
        page = office.anyone.must("GET", f"/v1/catalogue?limit=1&after={after}")
        everything += [product["gtin"] for product in page["products"]]
        after = everything[-1]
    assert everything == sorted([SOAP, TEA, MUG])
    assert page["more"] is False


def test_products_are_asked_for_by_gtin_too(office: Office) -> None:
    assert found(office, f"gtin={TEA}&gtin={SOAP}&gtin=00000000000000") == sorted([SOAP, TEA])


def test_what_is_put_again_unchanged_goes_to_no_store(office: Office) -> None:
    office.hub.pull()
    product = {"gtin": TEA, "name": {"ko": "차", "en": "Tea"}, "price_minor": 3_000, "currency": "KRW"}
    assert office.operator.must("PUT", "/v1/products", {"products": [product]}) == {"changed": 0}
    assert office.operator.must("PUT", "/v1/products", {"products": [product | {"active": False}]}) == {"changed": 1}
    assert [row["key"] for row in office.hub.pull()] == [TEA]
    assert TEA not in found(office, "")


def test_a_product_no_longer_sold_cannot_be_put_into_a_cart(office: Office) -> None:
    product = {"gtin": TEA, "name": {"ko": "차"}, "price_minor": 3_000, "currency": "KRW", "active": False}
    office.operator.must("PUT", "/v1/products", {"products": [product]})
    change = {"event_id": office.new_id(), "line": None, "gtin": TEA, "target_qty": 1}
    answer = office.ada.must("POST", "/v1/me/cart/changes", {"changes": [change]})["answers"][0]
    assert (answer["outcome"], answer["reason"]) == ("refused", "sold_out")


def test_stock_comes_down_to_its_own_store_with_its_place(office: Office) -> None:
    office.hub.pull()
    place = {"aisle": 3, "bay": "B", "category": {"ko": "차", "en": "Tea"}}
    here = {
        "gtin": TEA,
        "on_hand": 7,
        "as_of_ms": NOON_MS,
        "price_minor": 3_100,
        "price_as_of_ms": NOON_MS,
        "place": place,
    }
    office.operator.must("PUT", f"/v1/stores/{STORE}/stock", {"stock": [here]})
    (row,) = office.hub.pull()
    assert (row["feed"], row["kind"], row["body"]["place"]) == (f"stock:{STORE}", "stock", place)


def test_a_store_says_when_it_opens_next(office: Office) -> None:
    hours = {"weekly": [[[600, 1200]]] * 7, "exceptions": {"2026-11-21": []}}
    store = {"store_number": 1, "name": {"ko": "성수"}, "currency": "KRW", "timezone": "Asia/Seoul", "hours": hours}
    assert office.operator.must("PUT", f"/v1/stores/{STORE}", store) == {"changed": 1}
    (shown,) = office.anyone.must("GET", "/v1/stores")["stores"]
    assert shown["open_now"] is False
    assert shown["next_open_ms"] == NOON_MS + 20 * 3_600_000  # ten o'clock the next day, Seoul
    rows = [row["body"] for row in office.hub.pull() if row["kind"] == "store"]
    assert rows[-1]["hours"]["exceptions"] == {"2026-11-21": []}
