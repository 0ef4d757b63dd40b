"""Every row of a shop's files is used or set aside with its reason; none is lost, none is counted twice."""

from pathlib import Path

import pytest

from edge.tools.uci_rows import NoFiles, Reading, Reason, Row, first_days, read_folder

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
SOAP = "576080,22465,HANGING METAL STAR LANTERN,12,2011-11-14 08:10:00,1.65,18211.0,United Kingdom"
TEA = "576080,22178,VICTORIAN GLASS,6,2011-11-14 08:10:00,1.95,18211.0,United Kingdom"


def read(tmp_path: Path, *lines: str, name: str = "2011-11-14.csv", header: str = HEADER) -> Reading:
    """What one file of these lines holds."""
    put(tmp_path, name, "\n".join((header, *lines)).encode())
    return read_folder(tmp_path)


def put(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def reasons(reading: Reading) -> list[tuple[int, str]]:
    return [(each.number, each.reason.value) for each in reading.unusable]


def test_a_row_is_read_as_it_stands(tmp_path: Path) -> None:
    assert read(tmp_path, SOAP).rows == (
        Row(
            file="2011-11-14.csv",
            number=2,
            invoice="576080",
            place=1,
            code="22465",
            raw_code="22465",
            text="HANGING METAL STAR LANTERN",
            qty=12,
            at="2011-11-14T08:10:00",
            price_minor=165,
            customer="18211",
        ),
    )


def test_a_blank_customer_is_a_guest(tmp_path: Path) -> None:
    assert read(tmp_path, SOAP.replace("18211.0", "")).rows[0].customer is None


def test_codes_are_folded_and_kept_as_they_stood(tmp_path: Path) -> None:
    rows = read(tmp_path, SOAP.replace("22465", "85049a"), TEA.replace("22178", " 85049A ")).rows
    assert [(row.code, row.raw_code) for row in rows] == [("85049A", "85049a"), ("85049A", "85049A")]


def test_rows_that_are_equal_are_two_lines_at_two_places(tmp_path: Path) -> None:
    rows = read(tmp_path, SOAP, SOAP).rows
    assert [(row.invoice, row.place) for row in rows] == [("576080", 1), ("576080", 2)]


def test_a_row_set_aside_keeps_its_place_in_the_invoice(tmp_path: Path) -> None:
    reading = read(tmp_path, SOAP, TEA.replace("1.95", "0.0"), SOAP)
    assert [row.place for row in reading.rows] == [1, 3]
    assert reasons(reading) == [(3, "no_price")]


@pytest.mark.parametrize(
    "line, reason",
    [
        (SOAP.replace("1.65", "0.0"), Reason.no_price),
        (SOAP.replace("1.65", "0"), Reason.no_price),
        (SOAP.replace("1.65", "-11062.06"), Reason.negative_price),
        (SOAP.replace("1.65", "0.001"), Reason.bad_price),
        (SOAP.replace("1.65", ""), Reason.bad_price),
        (SOAP.replace("1.65", '"1,65"'), Reason.bad_price),
        (SOAP.replace("1.65", "free"), Reason.bad_price),
        (SOAP.replace(",12,", ",-12,"), Reason.wrong_sign),
        (SOAP.replace(",12,", ",0,"), Reason.wrong_sign),
        (SOAP.replace("576080", "C576080"), Reason.wrong_sign),
        (SOAP.replace(",12,", ",1.5,"), Reason.bad_quantity),
        (SOAP.replace(",12,", ",a dozen,"), Reason.bad_quantity),
        (SOAP.replace(",12,", ",99999999,"), Reason.bad_quantity),
        (SOAP.replace("576080", "A563185"), Reason.bad_invoice),
        (SOAP.replace("576080", ""), Reason.bad_invoice),
        (SOAP.replace("22465", ""), Reason.bad_code),
        (SOAP.replace("22465", "<script>"), Reason.bad_code),
        (SOAP.replace("22465", "9" * 21), Reason.bad_code),
        (SOAP.replace("2011-11-14 08:10:00", "yesterday"), Reason.bad_date),
        (SOAP.replace("2011-11-14 08:10:00", "2011-02-30 08:10:00"), Reason.bad_date),
        (SOAP.replace("18211.0", "Ada"), Reason.bad_customer),
        (SOAP.replace("18211.0", "18211.5"), Reason.bad_customer),
        ("576080,22465", Reason.not_a_row),
        (SOAP + ",one more", Reason.not_a_row),
        (SOAP.replace("HANGING", '"HANGING'), Reason.not_a_row),
        ("\x00\x01\x02", Reason.not_a_row),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside_with_its_reason(tmp_path: Path, line: str, reason: Reason) -> None:
    reading = read(tmp_path, line, TEA)
    assert reasons(reading) == [(2, reason.value)]
    assert (reading.unusable[0].line, reading.unusable[0].file) == (line, "2011-11-14.csv")
    assert reading.unusable[0].detail
    assert len(reading.rows) == 1
    assert reading.count == 2


def test_a_cancellation_gives_back(tmp_path: Path) -> None:
    row = read(tmp_path, SOAP.replace("576080", "C576099").replace(",12,", ",-12,")).rows[0]
    assert row.is_cancellation
    assert (row.invoice, row.qty) == ("C576099", -12)


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    reading = read(tmp_path, SOAP.replace("HANGING", '"HANGING'), TEA, TEA, TEA)
    assert [row.place for row in reading.rows] == [1, 2, 3]
    assert reasons(reading) == [(2, "not_a_row")]


def test_a_comma_inside_quotes_is_part_of_the_name(tmp_path: Path) -> None:
    assert read(tmp_path, SOAP.replace("HANGING METAL", '"HANGING, ""METAL""').replace("LANTERN", 'LANTERN"')).rows[
        0
    ].text == ('HANGING, "METAL" STAR LANTERN')


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_end_gives_the_same_rows(tmp_path: Path, encoding: str, line_end: str) -> None:
    text = line_end.join((HEADER, SOAP.replace("LANTERN", "LANTERN £1 CAFÉ"), TEA, ""))
    put(tmp_path, "week.csv", text.encode(encoding))
    rows = read_folder(tmp_path).rows
    assert [row.text for row in rows] == ["HANGING METAL STAR LANTERN £1 CAFÉ", "VICTORIAN GLASS"]


def test_bytes_that_fit_no_code_page_lose_no_row(tmp_path: Path) -> None:
    put(tmp_path, "week.csv", (HEADER + "\n" + SOAP + "\n").encode() + SOAP.encode().replace(b"HANGING", b"\x81\xff"))
    assert len(read_folder(tmp_path).rows) == 2


@pytest.mark.parametrize(
    "header, line",
    [
        (HEADER.replace(",", ";"), SOAP.replace(",", ";")),
        (HEADER.replace(",", "\t"), SOAP.replace(",", "\t")),
        ('"Invoice","StockCode","Description","Quantity","InvoiceDate","Price","Customer ID","Country"', SOAP),
        (
            "Country,CustomerID,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo",
            ",".join(reversed(SOAP.split(","))),
        ),
        (HEADER, SOAP.replace("2011-11-14 08:10:00", "11/14/2011 8:10")),
        (HEADER, SOAP.replace("2011-11-14 08:10:00", "2011-11-14T08:10:00")),
    ],
)
def test_other_exports_of_the_same_data_are_read_alike(tmp_path: Path, header: str, line: str) -> None:
    row = read(tmp_path, line, header=header).rows[0]
    assert (row.invoice, row.code, row.qty, row.price_minor, row.at) == (
        "576080",
        "22465",
        12,
        165,
        "2011-11-14T08:10:00",
    )


def test_a_file_that_names_no_columns_is_set_aside_row_by_row(tmp_path: Path) -> None:
    reading = read(tmp_path, SOAP, TEA, header="what,is,this")
    assert reasons(reading) == [(2, "no_header"), (3, "no_header")]


def test_a_line_of_nothing_is_no_row(tmp_path: Path) -> None:
    reading = read(tmp_path, "", SOAP, "   ", "")
    assert (reading.count, reading.rows[0].number) == (1, 3)


def test_files_are_read_in_the_order_of_their_names_and_other_files_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "b.CSV", f"{HEADER}\n{TEA.replace('576080', '576082')}\n".encode())
    put(tmp_path, "a.csv", f"{HEADER}\n{SOAP}\n".encode())
    put(tmp_path, "SOURCE.txt", b"not a table")
    reading = read_folder(tmp_path)
    assert reading.files == ("a.csv", "b.CSV")
    assert [row.file for row in reading.rows] == ["a.csv", "b.CSV"]


def test_a_folder_without_a_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoFiles):
        read_folder(tmp_path)


def test_a_copy_of_a_file_adds_nothing_and_says_so(tmp_path: Path) -> None:
    week = f"{HEADER}\n{SOAP}\n{TEA}\n{SOAP}"
    put(tmp_path, "a.csv", week.encode())
    put(tmp_path, "copy.csv", week.encode("utf-8-sig"))
    reading = read_folder(tmp_path)
    assert [row.place for row in reading.rows] == [1, 2, 3]
    assert [(each.file, each.reason) for each in reading.unusable] == [("copy.csv", Reason.seen_before)] * 3
    assert reading.count == 6


def test_an_invoice_cut_between_two_files_goes_on_where_it_stopped(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", f"{HEADER}\n{SOAP}\n{TEA}".encode())
    put(tmp_path, "b.csv", f"{HEADER}\n{TEA}\n{SOAP}".encode())
    reading = read_folder(tmp_path)
    assert [(row.place, row.code) for row in reading.rows] == [(1, "22465"), (2, "22178"), (3, "22178"), (4, "22465")]
    assert reading.unusable == ()


def test_an_invoice_has_one_customer(tmp_path: Path) -> None:
    reading = read(tmp_path, SOAP, TEA.replace("18211.0", "15203.0"), TEA.replace("18211.0", ""))
    assert reasons(reading) == [(3, "other_customer"), (4, "other_customer")]
    assert len(reading.rows) == 1


def test_the_first_days_of_a_week_are_a_week_of_their_own(tmp_path: Path) -> None:
    tuesday = SOAP.replace("576080", "576090").replace("2011-11-14", "2011-11-15")
    put(tmp_path, "monday.csv", f"{HEADER}\n{SOAP}\nbroken".encode())
    put(tmp_path, "tuesday.csv", f"{HEADER}\n{tuesday}\nbroken".encode())
    reading = read_folder(tmp_path)
    monday = first_days(reading, 1)
    assert (monday.files, monday.count, len(monday.rows)) == (("monday.csv",), 2, 1)
    assert [each.file for each in monday.unusable] == ["monday.csv"]
    assert first_days(reading, 2) == reading


def test_every_reason_has_its_heading_in_the_documentation() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/import-uci.md").read_text(encoding="utf-8")
    headings = {line.removeprefix("### `").removesuffix("`") for line in page.splitlines() if line.startswith("### ")}
    assert headings == {reason.value for reason in Reason}
