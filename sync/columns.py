"""Packs a list of JSON values column by column, so that a snapshot of many rows is small before it is compressed.

Rows of one kind look alike: what is a field in one of them is a column over all of them, a column of numbers is a few
plain bytes each, and a column with few different texts is a list of those and a number per row. It knows nothing of
what it packs; whatever does not look alike is packed as it is.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise, repeat
from typing import Any

from sync.errors import BadWire

#: A column with at most one different text in so many rows is packed as those texts and a number per row.
_ALIKE = 4

#: A reader refuses a block that claims more values than this.
VALUES_MAX = 1_000_000

_WIDTHS = ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))
_CODES = dict(_WIDTHS)

Packed = list[Any]


def pack(values: Sequence[Any]) -> Packed:
    """Values as JSON knows them, in columns; `unpack` gives equal values back."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return _numbers(values)
    if kinds == {str}:
        return _texts(values)
    if kinds == {dict}:
        return _objects(values)
    if kinds == {list}:
        return ["list", _numbers([len(each) for each in values]), pack(list(chain.from_iterable(values)))]
    return ["as is", list(values)]


def unpack(packed: Packed, limit: int = VALUES_MAX) -> list[Any]:
    """What `pack` was given. Raises BadWire for anything `pack` cannot have made, or more than `limit` values."""
    try:
        values = _unpack(packed, limit)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError, MemoryError, RecursionError) as e:
        raise BadWire(f"not a column: {type(e).__name__}") from e
    return values


def _numbers(values: Sequence[int]) -> Packed:
    least, most = min(values, default=0), max(values, default=0)
    width = next((width for width, _ in _WIDTHS if most - least < 1 << 8 * width), 0)
    if not width:
        return ["as is", list(values)]
    raw = _little(array(_CODES[width], [value - least for value in values] if least else values)).tobytes()
    # All lowest bytes first, then all second ones: the upper bytes of numbers are alike and pack to nothing.
    return ["number", least, width, b"".join(raw[place::width] for place in range(width))]


def _texts(values: Sequence[str]) -> Packed:
    known: dict[str, int] = {}
    places = [known.setdefault(value, len(known)) for value in values]
    if len(known) * _ALIKE <= len(values):
        return ["of few", list(known), _numbers(places)]
    return ["text", "".join(values), _numbers([len(value) for value in values])]


def _objects(values: Sequence[dict[str, Any]]) -> Packed:
    names = tuple(values[0])
    if any(tuple(value) != names for value in values):
        return ["as is", list(values)]
    return ["object", len(values), list(names), [pack([value[name] for value in values]) for name in names]]


def _unpack(packed: Packed, limit: int) -> list[Any]:
    kind, *parts = packed
    match kind:
        case "number":
            return _read_numbers(*parts, limit=limit)
        case "of few":
            known: list[str] = parts[0]
            return [known[place] for place in _read_numbers(*_counted(parts[1]), limit=limit)]
        case "text":
            text: str = parts[0]
            lengths = _read_numbers(*_counted(parts[1]), limit=limit)
            return [text[start:end] for start, end in pairwise(_ends(lengths, len(text)))]
        case "object":
            return _read_objects(*parts, limit=limit)
        case "list":
            lengths = _read_numbers(*_counted(parts[0]), limit=limit)
            members = _unpack(parts[1], limit)
            return [members[start:end] for start, end in pairwise(_ends(lengths, len(members)))]
        case "as is":
            return _checked(list(parts[0]), limit)
        case _:
            raise ValueError(kind)


def _read_numbers(least: int, width: int, raw: bytes, *, limit: int) -> list[int]:
    count = len(raw) // width
    if count * width != len(raw) or count > limit:
        raise ValueError(width)
    whole = bytearray(len(raw))
    for place in range(width):
        whole[place::width] = raw[place * count : (place + 1) * count]
    numbers = array(_CODES[width])
    numbers.frombytes(whole)
    values = _little(numbers).tolist()
    return [least + value for value in values] if least else values


def _read_objects(count: int, names: list[str], columns: list[Packed], *, limit: int) -> list[Any]:
    if len(names) != len(columns) or count > limit:
        raise ValueError(count)
    if not names:
        return [{} for _ in range(count)]
    members = [_unpack(column, limit) for column in columns]
    if any(len(member) != count for member in members):
        raise ValueError(count)
    return list(map(dict, map(zip, repeat(names), zip(*members, strict=True))))


def _counted(packed: Packed) -> list[Any]:
    kind, *parts = packed
    if kind != "number":
        raise ValueError(kind)
    return parts


def _ends(lengths: Iterable[int], whole: int) -> list[int]:
    ends = [0, *accumulate(lengths)]
    if ends[-1] != whole or min(ends) < 0:
        raise ValueError(whole)
    return ends


def _checked(values: list[Any], limit: int) -> list[Any]:
    if len(values) > limit:
        raise ValueError(len(values))
    return values


def _little(numbers: "array[int]") -> "array[int]":
    """The same numbers in the byte order of the line, or back from it."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
