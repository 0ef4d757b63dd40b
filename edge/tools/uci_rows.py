"""Reads UCI Online Retail CSV files row by row: what can be used becomes a typed row, the rest is set aside with its reason.

Facts about the files (UCI Machine Learning Repository 352, and the files themselves): one line per invoice line, no
field runs over a line's end, prices have up to three decimals, a cancellation's number starts with C. So each line is
read on its own: a quote that is never closed costs one row and not the rest of the file.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from edge.domain.errors import BadMoney
from edge.domain.money import to_minor

CURRENCY = "GBP"


class Reason(StrEnum):
    """Why a row cannot be used."""

    not_a_row = "not_a_row"
    no_header = "no_header"
    bad_invoice = "bad_invoice"
    bad_code = "bad_code"
    bad_quantity = "bad_quantity"
    bad_date = "bad_date"
    bad_price = "bad_price"
    bad_customer = "bad_customer"
    no_price = "no_price"
    negative_price = "negative_price"
    wrong_sign = "wrong_sign"
    other_customer = "other_customer"
    seen_before = "seen_before"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One usable row. `place` counts the rows of its invoice in its file from 1; `qty` is negative on a cancellation."""

    file: str
    number: int
    invoice: str
    place: int
    code: str
    raw_code: str
    text: str
    qty: int
    at: str
    price_minor: int
    customer: str | None

    @property
    def is_cancellation(self) -> bool:
        """True when the row gives something back."""
        return self.invoice.startswith("C")


class Unusable(msgspec.Struct, frozen=True, kw_only=True):
    """One row set aside: `number` is its line in the file, `line` its text as read."""

    file: str
    number: int
    reason: Reason
    detail: str
    line: str


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the files held: `count` = len(rows) + len(unusable), always."""

    files: tuple[str, ...]
    count: int
    rows: tuple[Row, ...]
    unusable: tuple[Unusable, ...]


class NoFiles(ValueError):
    """The folder holds no CSV file: name another one."""


class _Refused(ValueError):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


_COLUMNS = {
    "invoice": ("invoiceno", "invoice"),
    "code": ("stockcode",),
    "text": ("description",),
    "qty": ("quantity",),
    "at": ("invoicedate",),
    "price": ("unitprice", "price"),
    "customer": ("customerid", "customer id"),
}
_DATES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M")
_INVOICE = re.compile(r"C?[0-9]{4,9}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9 _.-]{0,19}")
_QTY = re.compile(r"[+-]?[0-9]{1,7}(?:\.0+)?")
_CUSTOMER = re.compile(r"([0-9]{1,9})(?:\.0+)?")


def read_folder(folder: Path) -> Reading:
    """Every row of every CSV file in the folder, files in the order of their names. Raises NoFiles."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
    if not paths:
        raise NoFiles(f"no CSV file in {folder}")
    rows: list[Row] = []
    unusable: list[Unusable] = []
    places = _Places()
    first_rows: dict[str, Row] = {}
    taken: set[tuple[str, int]] = set()
    for path in paths:
        for found in _read_file(path, places):
            fitting = found if isinstance(found, Unusable) else _fitting(*found, first_rows, taken)
            if isinstance(fitting, Row):
                rows.append(fitting)
            else:
                unusable.append(fitting)
    return Reading(
        files=tuple(path.name for path in paths),
        count=len(rows) + len(unusable),
        rows=tuple(rows),
        unusable=tuple(unusable),
    )


def first_days(reading: Reading, days: int) -> Reading:
    """Only the first `days` trading days of a reading; what was set aside stays with its file."""
    wanted = set(sorted({row.at[:10] for row in reading.rows})[:days])
    rows = tuple(row for row in reading.rows if row.at[:10] in wanted)
    files = {row.file for row in rows}
    unusable = tuple(one for one in reading.unusable if one.file in files)
    return Reading(
        files=tuple(name for name in reading.files if name in files),
        count=len(rows) + len(unusable),
        rows=rows,
        unusable=unusable,
    )


def _fitting(row: Row, line: str, first_rows: dict[str, Row], taken: set[tuple[str, int]]) -> Row | Unusable:
    """The row unless another file already had this line, or the invoice belongs to another customer."""
    first = first_rows.setdefault(row.invoice, row)
    if (row.invoice, row.place) in taken:
        return _set_aside(row, line, Reason.seen_before, f"{row.invoice} has a line {row.place} in {first.file}")
    taken.add((row.invoice, row.place))
    if row.customer != first.customer:
        return _set_aside(row, line, Reason.other_customer, f"{row.invoice} begins with customer {first.customer}")
    return row


def _set_aside(row: Row, line: str, reason: Reason, detail: str) -> Unusable:
    return Unusable(file=row.file, number=row.number, reason=reason, detail=detail, line=line)


class _Places:
    """Counts each invoice's lines on through the files; a file that begins an invoice as another one did holds a copy."""

    def __init__(self) -> None:
        self._first: dict[str, dict[str, str]] = {}
        self._last: dict[str, int] = defaultdict(int)
        self._here: dict[tuple[str, str], int] = {}

    def next(self, file: str, invoice: str, fields: dict[str, str]) -> int:
        """The place of this line in its invoice, from 1."""
        before = self._here.get((file, invoice))
        if before is None:
            is_begun_here = self._first.setdefault(invoice, fields) == fields
            before = 0 if is_begun_here else self._last[invoice]
        place = self._here[file, invoice] = before + 1
        self._last[invoice] = max(self._last[invoice], place)
        return place


def _read_file(path: Path, places: _Places) -> Iterator[tuple[Row, str] | Unusable]:
    lines = _text(path.read_bytes()).split("\n")
    columns, separator = _header(lines[0])
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            try:
                yield _row(path.name, number, _fields(line, columns, separator), places), line
            except _Refused as no:
                yield Unusable(file=path.name, number=number, reason=no.reason, detail=no.detail, line=line)


def _text(raw: bytes) -> str:
    """The file's text: UTF-8 or UTF-16 by their marks, UTF-8 if it is that, else Windows' Western letters, else Latin-1."""
    is_utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = raw.decode("utf-16", errors="replace") if is_utf16 else _eight_bit(raw)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _eight_bit(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _header(line: str) -> tuple[dict[str, int], str]:
    """Where each column stands, and the separator; no columns when the line names too few."""
    for separator in (",", ";", "\t"):
        names = [name.strip().strip('"').lower() for name in line.split(separator)]
        found = {
            column: names.index(alias) for column, aliases in _COLUMNS.items() for alias in aliases if alias in names
        }
        if len(found) == len(_COLUMNS):
            return found | {"": len(names)}, separator
    return {}, ","


def _fields(line: str, columns: dict[str, int], separator: str) -> dict[str, str]:
    if not columns:
        raise _Refused(Reason.no_header, "the file's first line does not name the columns")
    try:
        fields = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error as error:
        raise _Refused(Reason.not_a_row, str(error)) from error
    if len(fields) != columns[""]:
        raise _Refused(Reason.not_a_row, f"{len(fields)} fields where the header names {columns['']}")
    return {name: fields[place].strip() for name, place in columns.items() if name}


def _row(file: str, number: int, fields: dict[str, str], places: _Places) -> Row:
    invoice = fields["invoice"].upper()
    if _INVOICE.fullmatch(invoice) is None:
        raise _Refused(Reason.bad_invoice, f"{invoice!r} is no number of a sale or a cancellation")
    place = places.next(file, invoice, fields)  # before anything else is judged: a row set aside keeps its place
    row = Row(
        file=file,
        number=number,
        invoice=invoice,
        place=place,
        code=_code(fields["code"]),
        raw_code=fields["code"],
        text=" ".join(fields["text"].split()),
        qty=_qty(fields["qty"]),
        at=_at(fields["at"]),
        price_minor=_price(fields["price"]),
        customer=_customer(fields["customer"]),
    )
    if row.price_minor == 0:
        raise _Refused(Reason.no_price, "a price of zero: a stock adjustment or a gift, not a sale")
    if row.price_minor < 0:
        raise _Refused(Reason.negative_price, "a price below zero")
    if row.qty == 0 or (row.qty < 0) != row.is_cancellation:
        raise _Refused(Reason.wrong_sign, f"a quantity of {row.qty} on {row.invoice}")
    return row


def _code(text: str) -> str:
    code = " ".join(text.upper().split())
    if _CODE.fullmatch(code) is None:
        raise _Refused(Reason.bad_code, f"{text!r} is no stock code")
    return code


def _qty(text: str) -> int:
    if _QTY.fullmatch(text) is None:
        raise _Refused(Reason.bad_quantity, f"{text!r} is no whole number of units")
    return int(text.partition(".")[0])


def _price(text: str) -> int:
    try:
        return to_minor(text, CURRENCY)
    except BadMoney as error:
        raise _Refused(Reason.bad_price, f"{text!r}: {error}") from error


def _customer(text: str) -> str | None:
    if not text:
        return None
    found = _CUSTOMER.fullmatch(text)
    if found is None:
        raise _Refused(Reason.bad_customer, f"{text!r} is no customer number")
    return found[1]


def _at(text: str) -> str:
    """The invoice's date as a label that sorts; nothing reads it as a time."""
    for form in _DATES:
        try:
            return datetime.strptime(text, form).isoformat()  # noqa: DTZ007 - a label in the shop's own time
        except ValueError:
            continue
    raise _Refused(Reason.bad_date, f"{text!r} is no date")
