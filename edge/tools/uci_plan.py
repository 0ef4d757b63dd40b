"""Turns usable rows into a week: sales, returns with the sale they belong to, and the totals that a replay must reach.

A cancellation line gives back an earlier sale line of the same customer and product, the earliest (by InvoiceDate, then
file order) of which enough is left; else it is a return without order. A guest's cancellation never has an order.
Charges only move money.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from edge.tools.uci_goods import is_charge
from edge.tools.uci_rows import Reading, Row


class SaleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One product line at its place in the invoice."""

    place: int
    gtin: str
    qty: int
    price_minor: int
    code: str


class ChargeLine(msgspec.Struct, frozen=True, kw_only=True):
    """Money without a product; `amount_minor` = qty × price, positive on a refund too."""

    place: int
    code: str
    text: str
    qty: int
    price_minor: int
    amount_minor: int


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice; `customer` None is a guest. `placed_label` is InvoiceDate and orders the play, no rule reads it."""

    invoice: str
    day: str
    placed_label: str
    customer: str | None
    identity_external_key: str | None
    lines: tuple[SaleLine, ...]
    charges: tuple[ChargeLine, ...]


class ReturnLine(msgspec.Struct, frozen=True, kw_only=True):
    """Units given back; the sale they came from, or None for a return without order."""

    place: int
    gtin: str
    qty: int
    amount_minor: int
    code: str
    sale_invoice: str | None
    sale_place: int | None


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """One cancellation invoice."""

    invoice: str
    day: str
    placed_label: str
    customer: str | None
    identity_external_key: str | None
    lines: tuple[ReturnLine, ...]
    charges: tuple[ChargeLine, ...]
    refund_minor: int


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What the files say, to the unit and the penny; every book must say the same after the replay."""

    rows: int
    sale_orders: int
    sale_lines: int
    sale_units: int
    gross_minor: int
    cancellation_invoices: int
    cancellation_lines: int
    return_lines_linked: int
    return_lines_without_order: int
    refund_charge_lines: int
    refund_minor: int
    quarantined: int
    pickups: int
    product_lines: int
    product_units: int
    pickups_gross_minor: int
    stock_codes_raw: int
    stock_codes: int


def external_key(customer: str) -> str:
    """The name under which central knows an imported customer, the same in every run."""
    return f"uci:{customer}"


def sales_of(rows: Iterable[Row], gtins: dict[str, str]) -> list[Sale]:
    """The sales by InvoiceDate, then file order."""
    return [_sale(lines, gtins) for lines in _invoices(row for row in rows if not row.is_cancellation)]


def returns_of(rows: Sequence[Row], gtins: dict[str, str]) -> list[Return]:
    """The cancellations by InvoiceDate, then file order."""
    links = _links(rows)
    return [_return(lines, gtins, links) for lines in _invoices(row for row in rows if row.is_cancellation)]


def totals_of(reading: Reading, sales: Sequence[Sale], returns: Sequence[Return]) -> Totals:
    """Counts and sums of a reading."""
    sold = [row for row in reading.rows if not row.is_cancellation]
    back = [line for each in returns for line in each.lines]
    pickups = [sale for sale in sales if sale.lines]
    return Totals(
        rows=reading.count,
        sale_orders=len(sales),
        sale_lines=len(sold),
        sale_units=sum(row.qty for row in sold),
        gross_minor=sum(row.qty * row.price_minor for row in sold),
        cancellation_invoices=len(returns),
        cancellation_lines=len(reading.rows) - len(sold),
        return_lines_linked=sum(line.sale_invoice is not None for line in back),
        return_lines_without_order=sum(line.sale_invoice is None for line in back),
        refund_charge_lines=sum(len(each.charges) for each in returns),
        refund_minor=sum(each.refund_minor for each in returns),
        quarantined=len(reading.unusable),
        pickups=len(pickups),
        product_lines=sum(len(sale.lines) for sale in pickups),
        product_units=sum(line.qty for sale in pickups for line in sale.lines),
        pickups_gross_minor=sum(_total(sale) for sale in pickups),
        stock_codes_raw=len({row.raw_code for row in sold}),
        stock_codes=len({row.code for row in sold}),
    )


def _total(sale: Sale) -> int:
    charges_minor = sum(charge.amount_minor for charge in sale.charges)
    return charges_minor + sum(line.qty * line.price_minor for line in sale.lines)


def _in_time(rows: Iterable[Row]) -> list[Row]:
    """By InvoiceDate; rows of one moment stay in the order of the files."""
    return sorted(rows, key=lambda row: row.at)


def _invoices(rows: Iterable[Row]) -> list[list[Row]]:
    invoices: dict[str, list[Row]] = defaultdict(list)
    for row in _in_time(rows):
        invoices[row.invoice].append(row)
    return list(invoices.values())


def _links(rows: Sequence[Row]) -> dict[tuple[str, int], Row]:
    """The sale row each cancellation row gives back, by (invoice, place) of the cancellation."""
    left: dict[tuple[str, int], int] = {}
    sold: dict[tuple[str, str], list[Row]] = defaultdict(list)
    links: dict[tuple[str, int], Row] = {}
    for row in _in_time(rows):
        if row.customer is None or is_charge(row.code):
            continue
        lines = sold[row.customer, row.code]
        if not row.is_cancellation:
            left[row.invoice, row.place] = row.qty
            lines.append(row)
            continue
        fits = next((line for line in lines if left[line.invoice, line.place] >= -row.qty), None)
        if fits is not None:
            left[fits.invoice, fits.place] += row.qty
            links[row.invoice, row.place] = fits
    return links


def _sale(rows: list[Row], gtins: dict[str, str]) -> Sale:
    first = rows[0]
    return Sale(
        invoice=first.invoice,
        day=first.at[:10],
        placed_label=first.at,
        customer=first.customer,
        identity_external_key=external_key(first.customer) if first.customer else None,
        lines=tuple(
            SaleLine(place=row.place, gtin=gtins[row.code], qty=row.qty, price_minor=row.price_minor, code=row.code)
            for row in rows
            if not is_charge(row.code)
        ),
        charges=_charges(rows),
    )


def _return(rows: list[Row], gtins: dict[str, str], links: dict[tuple[str, int], Row]) -> Return:
    first = rows[0]
    return Return(
        invoice=first.invoice,
        day=first.at[:10],
        placed_label=first.at,
        customer=first.customer,
        identity_external_key=external_key(first.customer) if first.customer else None,
        lines=tuple(
            _return_line(row, gtins[row.code], links.get((row.invoice, row.place)))
            for row in rows
            if not is_charge(row.code)
        ),
        charges=_charges(rows),
        refund_minor=sum(-row.qty * row.price_minor for row in rows),
    )


def _return_line(row: Row, gtin: str, sale: Row | None) -> ReturnLine:
    return ReturnLine(
        place=row.place,
        gtin=gtin,
        qty=-row.qty,
        amount_minor=-row.qty * row.price_minor,
        code=row.code,
        sale_invoice=sale.invoice if sale else None,
        sale_place=sale.place if sale else None,
    )


def _charges(rows: Iterable[Row]) -> tuple[ChargeLine, ...]:
    return tuple(
        ChargeLine(
            place=row.place,
            code=row.code,
            text=row.text or row.code,
            qty=abs(row.qty),
            price_minor=row.price_minor,
            amount_minor=abs(row.qty) * row.price_minor,
        )
        for row in rows
        if is_charge(row.code)
    )
