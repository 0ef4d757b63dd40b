"""An import fills central through its API, leaves the play beside it, and changes nothing when it is run again."""

import csv
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.tools.import_uci import RECORD, Summary, import_uci
from edge.tools.uci_plan import Return, Sale, Totals
from edge.tools.uci_rows import NoFiles
from tests.cast.office import Office
from tests.cast.pickups import NOON_MS

SHOP = "S900"
WEEK = b"""InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
576080,22465,HANGING METAL STAR LANTERN,12,2011-11-14 08:10:00,1.65,18211.0,United Kingdom
576080,85049a,TRADITIONAL CHRISTMAS RIBBONS,6,2011-11-14 08:10:00,1.25,18211.0,United Kingdom
576080,POST,POSTAGE,1,2011-11-14 08:10:00,18.0,18211.0,United Kingdom
576081,22465,HANGING METAL STAR LANTERN,2,2011-11-14 08:16:00,3.29,,United Kingdom
576082,22465,damages,-4,2011-11-14 09:00:00,0.0,,United Kingdom
576083,M,Manual,1,2011-11-14 09:10:00,5.0,15203.0,United Kingdom
C576099,22465,HANGING METAL STAR LANTERN,-3,2011-11-14 12:00:00,1.65,18211.0,United Kingdom
C576100,21539,RED RETROSPOT BUTTER DISH,-1,2011-11-14 12:30:00,4.95,12345.0,United Kingdom
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "2011-11-14.csv").write_bytes(WEEK)
    return folder


def run(files: Path, office: Office, out: Path, *, now_ms: int = NOON_MS, said: list[str] | None = None) -> Summary:
    lines: list[str] = []
    return import_uci(
        files, office.operator, out, store=SHOP, now_ms=now_ms, echo=lines.append if said is None else said.append
    )


@pytest.fixture
def office(tmp_path: Path) -> Any:
    folder = tmp_path / "office"
    folder.mkdir()
    office = Office(folder)
    yield office
    office.close()


def test_a_week_is_counted_and_laid_out_for_the_play(files: Path, office: Office, tmp_path: Path) -> None:
    summary = run(files, office, tmp_path / "out")
    assert summary.totals == Totals(
        rows=8,
        sale_orders=3,
        sale_lines=5,
        sale_units=22,
        gross_minor=1_980 + 750 + 1_800 + 658 + 500,
        cancellation_invoices=2,
        cancellation_lines=2,
        return_lines_linked=1,
        return_lines_without_order=1,
        refund_charge_lines=0,
        refund_minor=495 + 495,
        quarantined=1,
        pickups=2,
        product_lines=3,
        product_units=20,
        pickups_gross_minor=1_980 + 750 + 1_800 + 658,
        stock_codes_raw=4,
        stock_codes=4,
    )
    assert (summary.products, summary.shoppers, summary.guest_orders) == (3, 3, 1)
    orders = [
        msgspec.json.decode(line, type=Sale) for line in (tmp_path / "out/orders.jsonl").read_bytes().splitlines()
    ]
    assert [(order.invoice, len(order.lines), len(order.charges)) for order in orders] == [
        ("576080", 2, 1),
        ("576081", 1, 0),
        ("576083", 0, 1),
    ]
    returns = [
        msgspec.json.decode(line, type=Return) for line in (tmp_path / "out/returns.jsonl").read_bytes().splitlines()
    ]
    assert [(line.sale_invoice, line.sale_place) for each in returns for line in each.lines] == [
        ("576080", 1),
        (None, None),
    ]


def test_what_cannot_be_used_is_written_down_with_file_row_and_reason(
    files: Path, office: Office, tmp_path: Path
) -> None:
    run(files, office, tmp_path / "out")
    with (tmp_path / "out/quarantine.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert rows == [
        {
            "file": "2011-11-14.csv",
            "row": "6",
            "reason": "no_price",
            "detail": "a price of zero: a stock adjustment or a gift, not a sale",
            "line": "576082,22465,damages,-4,2011-11-14 09:00:00,0.0,,United Kingdom",
        }
    ]


def test_central_knows_products_shelves_and_shoppers_and_no_order(files: Path, office: Office, tmp_path: Path) -> None:
    summary = run(files, office, tmp_path / "out")
    listed = office.anyone.must("GET", "/v1/catalogue?q=RETROSPOT&limit=5")
    assert "RED RETROSPOT BUTTER DISH" in str(listed)
    assert office.count("stock", f"store_id = '{SHOP}'") == 3
    assert office.count("stock", f"store_id = '{SHOP}' AND on_hand = 14") == 1
    assert office.count("profiles", f"chosen_store = '{SHOP}'") == 3
    assert office.count("consents", "given = 1") >= 6
    assert office.count("orders") == 0
    assert summary.changed == 6


def test_the_same_import_again_changes_nothing_anywhere(files: Path, office: Office, tmp_path: Path) -> None:
    first = run(files, office, tmp_path / "out")
    books = office.dump()
    left = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.name != RECORD}
    office.clock.advance(86_400_000)
    again = run(files, office, tmp_path / "out", now_ms=NOON_MS + 86_400_000)
    assert again == msgspec.structs.replace(first, changed=0)
    after = office.dump()
    assert {table: len(rows) for table, rows in after.items()} == {table: len(rows) for table, rows in books.items()}
    # A shopper's card is renewed whenever head office names her; nothing else may differ.
    assert {table for table in books if books[table] != after[table]} <= {"feed_rows", "feeds", "identities"}
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.name != RECORD} == left


def test_an_import_into_another_folder_counts_the_stock_anew(files: Path, office: Office, tmp_path: Path) -> None:
    run(files, office, tmp_path / "out")
    other = run(files, office, tmp_path / "other", now_ms=NOON_MS + 5)
    assert (other.stock_as_of_ms, other.changed) == (NOON_MS + 5, 3)


def test_a_record_that_cannot_be_read_is_written_anew(files: Path, office: Office, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / RECORD).write_bytes(b"half a rec")
    assert run(files, office, tmp_path / "out").stock_as_of_ms == NOON_MS


def test_the_import_says_both_counts_of_stock_codes(files: Path, office: Office, tmp_path: Path) -> None:
    (files / "more.csv").write_bytes(
        WEEK.splitlines(keepends=True)[0] + b"576090,85049A,RIBBONS,1,2011-11-14 18:00:00,1.25,,\n"
    )
    said: list[str] = []
    run(files, office, tmp_path / "out", said=said)
    assert "5 stock codes sold, 4 after case-fold; 3 products" in said


def test_a_folder_without_files_loads_nothing(office: Office, tmp_path: Path) -> None:
    before = office.dump()
    with pytest.raises(NoFiles):
        run(tmp_path, office, tmp_path / "out")
    assert office.dump() == before


@pytest.mark.slow
@pytest.mark.data
def test_the_real_week_is_counted_to_the_unit_and_the_penny(data_dir: Path, office: Office, tmp_path: Path) -> None:
    summary = run(data_dir / "retail/uci_online_retail", office, tmp_path / "out")
    assert summary.totals == Totals(
        rows=21_112,
        sale_orders=690,
        sale_lines=20_765,
        sale_units=186_000,
        gross_minor=38_862_244,
        cancellation_invoices=121,
        cancellation_lines=261,
        return_lines_linked=40,
        return_lines_without_order=198,
        refund_charge_lines=23,
        refund_minor=821_487,
        quarantined=86,
        pickups=687,
        product_lines=20_686,
        product_units=185_756,
        pickups_gross_minor=38_743_684,
        stock_codes_raw=2_418,
        stock_codes=2_389,
    )
    assert (summary.products, summary.shoppers) == (2_394, 614)
    with (tmp_path / "out/quarantine.csv").open(encoding="utf-8", newline="") as table:
        assert {row["reason"] for row in csv.DictReader(table)} == {"no_price"}
    assert office.count("profiles", f"chosen_store = '{SHOP}'") == 614
    assert office.count("stock", f"store_id = '{SHOP}'") == 2_394
