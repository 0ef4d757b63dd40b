"""Whatever JSON a block of rows holds comes back out of its columns as it was, and nothing else is taken for columns."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.columns import pack, unpack
from sync.errors import BadWire

scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text()
json = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
product = st.fixed_dictionaries(
    {
        "gtin": st.text("0123456789", min_size=14, max_size=14),
        "name": st.fixed_dictionaries({"ko": st.sampled_from(["녹차", "비누"]), "en": st.text()}),
        "price_minor": st.integers(-(10**12), 10**12),
        "lines": st.lists(st.fixed_dictionaries({"qty": st.integers(0, 300), "state": st.sampled_from("ab")})),
    }
)
anything = st.recursive(
    scalars | st.binary() | st.sampled_from(["number", "of few", "text", "object", "list", "as is"]),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


def over_the_line(values: list[object]) -> list[object]:
    return unpack(msgspec.msgpack.decode(msgspec.msgpack.encode(pack(values))))


def same(given: object, got: object) -> bool:
    """Equal, and 1 is not True."""
    return msgspec.json.encode(given) == msgspec.json.encode(got)


@given(st.lists(json, max_size=20) | st.lists(product, max_size=20))
def test_values_come_back_as_they_were(values: list[object]) -> None:
    assert same(values, over_the_line(values))


@given(st.lists(st.integers(-(2**63), 2**64 - 1), max_size=50))
def test_numbers_come_back_whatever_lies_between_them(values: list[int]) -> None:
    assert over_the_line(list(values)) == values


@given(anything)
def test_what_is_no_column_is_refused_with_one_error(packed: object) -> None:
    if not isinstance(packed, list):
        packed = [packed]
    try:
        values = unpack(packed, limit=100)
    except BadWire:
        return
    assert len(values) <= 100


@pytest.mark.parametrize("claim", [["object", 10**9, [], []], ["number", 0, 1, b"\0" * 101], ["as is", [0] * 101]])
def test_a_block_that_claims_too_much_is_refused(claim: list[object]) -> None:
    with pytest.raises(BadWire):
        unpack(claim, limit=100)


def test_rows_that_look_alike_are_small() -> None:
    rows = [{"gtin": f"{n:014d}", "currency": "KRW", "price_minor": 1000 + n % 7} for n in range(1000)]
    assert len(msgspec.msgpack.encode(pack(rows))) < len(msgspec.json.encode(rows)) / 3
