"""What comes out of a label printer that speaks ESC/POS, and what is said when nothing does."""

import os
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.escpos import QrBy, Roll, in_cp949, write_label
from devices.label_printer import StoreLabelPrinter
from devices.ports import BadLabel, ParcelLabel, Printed, PrinterTrouble
from tests.cast.paper_printer import Interpreter, NetworkPrinter, Paper

LABEL = ParcelLabel(
    text="PK1AEBAGBAFAYDQQCAAAIRJXGY", display_code="7QK4", shelf="냉장 A-03", number=1, count=2, store="성수 플래그십"
)
ROLLS = (Roll(), Roll(width_dots=384, cuts=False), Roll(qr_by=QrBy.raster), Roll(width_dots=384, qr_by=QrBy.raster))


def printed(label: ParcelLabel, roll: Roll | None = None) -> Paper:
    return Interpreter(write_label(label, roll or Roll()).data).run()


@pytest.fixture
def printer() -> Iterator[NetworkPrinter]:
    """A printer on the network, switched on, with paper."""
    printer = NetworkPrinter()
    yield printer
    printer.close()


@pytest.mark.parametrize("roll", ROLLS)
def test_hangul_and_the_code_come_out_on_every_paper(roll: Roll) -> None:
    paper = printed(LABEL, roll)
    assert [text for text, _ in paper.lines] == ["7QK4", "냉장 A-03", "1/2", "성수 플래그십", LABEL.text]
    assert paper.codes == [LABEL.text]
    assert paper.cuts == int(roll.cuts)
    assert paper.columns_used <= roll.width_dots // 12


def test_the_code_called_out_is_the_largest_thing_to_read() -> None:
    sizes = dict(printed(LABEL).lines)
    assert sizes["7QK4"] == max(sizes.values()) == 4


def test_what_cp949_cannot_write_is_a_clear_mark_and_is_named() -> None:
    written = write_label(msgspec.structs.replace(LABEL, shelf="Café 🍎 A", store="อา"), Roll())
    lines = [text for text, _ in Interpreter(written.data).run().lines]
    assert lines[1:4] == ["Cafe 〓 A", "1/2", "〓〓"]
    assert written.replaced == ("é", "🍎", "อ", "า")


def test_a_command_in_the_name_of_a_shelf_is_printed_and_not_obeyed() -> None:
    assert in_cp949("A\x1b@\n\x1dV") == ("A〓@〓〓V".encode("cp949"), ["\x1b", "\n", "\x1d"])


def test_syllables_that_came_apart_are_put_together() -> None:
    assert in_cp949("\u1102\u1162\u11bc\u110c\u1161\u11bc") == ("냉장".encode("cp949"), [])


@settings(max_examples=150, deadline=None)
@given(shelf=st.text(min_size=1, max_size=24), store=st.text(max_size=40))
def test_no_name_of_a_shelf_or_a_store_breaks_the_label_or_commands_the_printer(shelf: str, store: str) -> None:
    paper = printed(msgspec.structs.replace(LABEL, shelf=shelf, store=store), Roll(width_dots=384))
    assert paper.codes == [LABEL.text]
    assert len(paper.lines) == 5 - (not store)
    assert paper.columns_used <= 32


def test_a_long_store_name_is_cut_off_and_never_in_the_middle_of_a_syllable() -> None:
    lines = [text for text, _ in printed(msgspec.structs.replace(LABEL, store="성수" * 20), Roll(width_dots=384)).lines]
    assert lines[3] == "성수" * 8


def test_a_label_without_a_shelf_is_refused() -> None:
    with pytest.raises(BadLabel):
        write_label(msgspec.structs.replace(LABEL, shelf=""), Roll())


def test_a_printer_on_the_network_prints_and_says_so(printer: NetworkPrinter) -> None:
    assert StoreLabelPrinter(printer.address).print(LABEL) == Printed(confirmed=True)
    assert Interpreter(printer.job).run().codes == [LABEL.text]


def test_a_printer_without_a_way_back_prints_and_nothing_is_claimed(
    printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devices.printer_link.ANSWER_S", 0.05)
    printer.is_silent = True
    assert StoreLabelPrinter(printer.address).print(LABEL) == Printed(confirmed=False)


def test_no_paper_and_an_open_cover_are_told_apart_and_nothing_is_sent(printer: NetworkPrinter) -> None:
    printer.has_paper = False
    labels = StoreLabelPrinter(printer.address)
    assert labels.print(LABEL) is PrinterTrouble.no_paper
    printer.has_paper, printer.is_open = True, True
    assert labels.print(LABEL) is PrinterTrouble.not_ready
    assert printer.jobs[0] == b""
    printer.is_open = False
    assert labels.print(LABEL) == Printed(confirmed=True)


def test_paper_that_ends_while_the_label_is_printed_is_said(printer: NetworkPrinter) -> None:
    printer.runs_out = True
    assert StoreLabelPrinter(printer.address).print(LABEL) is PrinterTrouble.no_paper


def test_a_printer_that_is_switched_off_is_away_and_one_that_is_not_set_up_is_none(tmp_path: Path) -> None:
    gone = NetworkPrinter()
    gone.close()
    assert StoreLabelPrinter(gone.address).print(LABEL) is PrinterTrouble.away
    assert StoreLabelPrinter(str(tmp_path / "lp0")).print(LABEL) is PrinterTrouble.away
    assert StoreLabelPrinter().print(LABEL) is PrinterTrouble.no_printer


def test_a_printer_at_a_port_gets_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.printer_link.ANSWER_S", 0.05)
    ours, theirs = os.openpty()
    os.set_blocking(ours, True)
    tty.setraw(theirs)
    got: list[bytes] = []
    expected = len(write_label(LABEL, Roll()).data) + 3

    def read() -> None:
        while sum(map(len, got)) < expected:
            got.append(os.read(ours, 4096))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    assert StoreLabelPrinter(os.ttyname(theirs)).print(LABEL) == Printed(confirmed=False)
    reader.join(5)
    os.close(ours)
    os.close(theirs)
    assert b"".join(got) == b"\x10\x04\x01" + write_label(LABEL, Roll()).data


def test_the_preview_shows_what_the_paper_will() -> None:
    svg = StoreLabelPrinter().svg(msgspec.structs.replace(LABEL, shelf="A<3"))
    for text in ("7QK4", "A&lt;3", "1/2", "성수 플래그십", LABEL.text):
        assert f">{text}</text>" in svg
    assert 'width="62mm"' in svg
