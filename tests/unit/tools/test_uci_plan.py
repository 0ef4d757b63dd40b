"""A week is its sales, its returns, and for each returned line the sale it came from, if enough of that is left."""

from edge.tools.uci_goods import gtins_of, is_charge
from edge.tools.uci_plan import Return, ReturnLine, Sale, external_key, returns_of, sales_of, totals_of
from edge.tools.uci_rows import Reading, Row

MORNING, NOON, EVENING = "2011-11-14T08:10:00", "2011-11-14T12:00:00", "2011-11-14T19:00:00"


def row(
    invoice: str,
    code: str,
    qty: int,
    at: str = MORNING,
    *,
    customer: str | None = "18211",
    place: int = 1,
    price_minor: int = 100,
) -> Row:
    return Row(
        file="a.csv",
        number=2,
        invoice=invoice,
        place=place,
        code=code,
        raw_code=code,
        text="",
        qty=qty,
        at=at,
        price_minor=price_minor,
        customer=customer,
    )


def play(*rows: Row) -> tuple[list[Sale], list[Return]]:
    gtins = gtins_of(sorted({row.code for row in rows if not is_charge(row.code)}))
    return sales_of(rows, gtins), returns_of(rows, gtins)


def links(*rows: Row) -> list[tuple[str | None, int | None]]:
    _, returns = play(*rows)
    return [(line.sale_invoice, line.sale_place) for each in returns for line in each.lines]


def test_a_return_belongs_to_an_earlier_sale_of_the_same_customer_and_product() -> None:
    sale = row("576080", "22465", 12)
    assert links(sale, row("C576099", "22465", -2, NOON)) == [("576080", 1)]
    assert links(sale, row("C576099", "22465", -2, NOON, customer="15203")) == [(None, None)]
    assert links(sale, row("C576099", "22178", -2, NOON)) == [(None, None)]


def test_a_sale_that_came_later_is_no_earlier_sale() -> None:
    assert links(row("576080", "22465", 12, EVENING), row("C576099", "22465", -2, NOON)) == [(None, None)]


def test_at_one_moment_the_order_of_the_file_decides() -> None:
    sale, back = row("576080", "22465", 12, NOON), row("C576099", "22465", -2, NOON)
    assert links(sale, back) == [("576080", 1)]
    assert links(back, sale) == [(None, None)]


def test_what_was_given_back_is_not_there_for_the_next_return() -> None:
    sale = row("576080", "22465", 3)
    first, second = row("C576098", "22465", -2, NOON), row("C576099", "22465", -2, EVENING)
    assert links(sale, first, second) == [("576080", 1), (None, None)]
    assert links(sale, first, row("C576099", "22465", -1, EVENING)) == [("576080", 1), ("576080", 1)]


def test_a_return_never_takes_from_two_sales_and_takes_the_earliest_that_fits() -> None:
    small, large = row("576080", "22465", 1), row("576081", "22465", 4, NOON, place=7)
    assert links(small, large, row("C576099", "22465", -3, EVENING)) == [("576081", 7)]
    assert links(small, large, row("C576099", "22465", -1, EVENING)) == [("576080", 1)]
    assert links(small, large, row("C576099", "22465", -5, EVENING)) == [(None, None)]


def test_a_guests_return_has_no_order() -> None:
    sale = row("576080", "22465", 12, customer=None)
    assert links(sale, row("C576099", "22465", -2, NOON, customer=None)) == [(None, None)]


def test_a_charge_is_money_of_its_order_and_of_its_refund() -> None:
    sales, returns = play(
        row("576080", "22465", 2, price_minor=165),
        row("576080", "POST", 1, price_minor=1_800, place=2),
        row("C576099", "POST", -1, NOON, price_minor=1_800),
        row("C576099", "22465", -1, NOON, price_minor=150, place=2),
    )
    assert [(charge.code, charge.qty, charge.price_minor, charge.amount_minor) for charge in sales[0].charges] == [
        ("POST", 1, 1_800, 1_800)
    ]
    assert [line.place for line in sales[0].lines] == [1]
    assert returns[0].charges[0].amount_minor == 1_800
    assert returns[0].refund_minor == 1_950
    assert returns[0].lines == (
        ReturnLine(
            place=2, gtin="02022465000003", qty=1, amount_minor=150, code="22465", sale_invoice="576080", sale_place=1
        ),
    )


def test_orders_are_played_by_invoice_date_and_then_as_they_stand_in_the_files() -> None:
    sales, _ = play(row("3333", "22465", 1, NOON), row("1111", "22465", 1, NOON), row("2222", "22465", 1, MORNING))
    assert [sale.invoice for sale in sales] == ["2222", "3333", "1111"]
    assert [sale.day for sale in sales] == ["2011-11-14"] * 3


def test_a_customer_has_one_key_and_a_guest_none() -> None:
    sales, _ = play(row("1111", "22465", 1), row("2222", "22465", 1, customer=None))
    assert [(sale.customer, sale.identity_external_key) for sale in sales] == [("18211", "uci:18211"), (None, None)]
    assert external_key("18211") == "uci:18211"


def test_totals_are_counted_from_the_rows_and_not_from_the_play() -> None:
    rows = (
        row("1111", "22465", 12, price_minor=165),
        row("1111", "POST", 1, price_minor=1_800, place=2),
        row("2222", "M", 3, price_minor=10),
        row("C3333", "22465", -2, NOON, price_minor=165),
        row("C3333", "D", -1, NOON, price_minor=500, place=2),
    )
    sales, returns = play(*rows)
    totals = totals_of(Reading(files=("a.csv",), count=9, rows=rows, unusable=()), sales, returns)
    assert (totals.rows, totals.sale_orders, totals.sale_lines, totals.sale_units) == (9, 2, 3, 16)
    assert (totals.gross_minor, totals.pickups, totals.pickups_gross_minor) == (3_810, 1, 3_780)
    assert (totals.product_lines, totals.product_units) == (1, 12)
    assert (totals.cancellation_invoices, totals.cancellation_lines, totals.refund_charge_lines) == (1, 2, 1)
    assert (totals.return_lines_linked, totals.return_lines_without_order, totals.refund_minor) == (1, 0, 830)
