"""The few column shapes every table is made of, so that one declaration fits SQLite's STRICT tables and PostgreSQL alike."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

METADATA = MetaData()

# A STRICT table of SQLite knows INTEGER and no BIGINT; milliseconds since 1970 do not fit PostgreSQL's INTEGER.
_WHOLE = BigInteger().with_variant(Integer(), "sqlite")


def text(name: str) -> "Column[str]":
    """Text that is always there; empty where nothing is known."""
    return Column(name, Text, nullable=False)


def maybe_text(name: str) -> "Column[str | None]":
    """Text that may be missing."""
    return Column(name, Text, nullable=True)


def whole(name: str, default: int | None = None) -> "Column[int]":
    """A whole number: a count, milliseconds since 1970 UTC (`_at_ms`), minor units of money (`_minor`), or 0 and 1 for no and yes."""
    return Column(name, _WHOLE, nullable=False, server_default=None if default is None else str(default))


def maybe_whole(name: str) -> "Column[int | None]":
    """A whole number that may be missing."""
    return Column(name, _WHOLE, nullable=True)


def raw(name: str) -> "Column[bytes]":
    """Bytes exactly as they came or will go over the wire."""
    return Column(name, LargeBinary, nullable=False)


def table(name: str, *columns: "Column[Any]", key: tuple[str, ...], indexes: tuple[Index, ...] = ()) -> Table:
    """One STRICT table. `key` begins with `store_id` or `profile_id`: a distributed database splits the books by it."""
    assert key[0] in {"store_id", "profile_id"}, f"the key of {name} does not begin with whose it is"
    return Table(name, METADATA, *columns, PrimaryKeyConstraint(*key), *indexes, sqlite_strict=True)
