"""Prove the small machinery below the Makefile: translations compiled when stale, steps timed, dead code found."""

import os
import sys
from pathlib import Path

import pytest
from vulture.core import Vulture

from scripts import dead_code, set_up
from scripts.catalogues import compile_catalogues
from scripts.steps import Step, python, run_steps

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "cart.title"
msgstr "장바구니"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    po = tmp_path / "kiosk_ui" / "kiosk" / "translations" / "ko" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(PO, encoding="utf-8")
    return po


def test_a_catalogue_is_compiled_once_and_again_when_its_source_is_newer(catalogue: Path, tmp_path: Path) -> None:
    mo = catalogue.with_suffix(".mo")
    assert compile_catalogues(tmp_path) == [mo]
    assert "장바구니".encode() in mo.read_bytes()
    assert compile_catalogues(tmp_path) == []
    os.utime(catalogue, ns=(mo.stat().st_atime_ns, mo.stat().st_mtime_ns + 1))
    assert compile_catalogues(tmp_path) == [mo]


def test_steps_report_in_order_whatever_ends_first(capsys: pytest.CaptureFixture[str]) -> None:
    slow = Step(name="slow", command=(sys.executable, "-c", "import time; time.sleep(0.3)"))
    broken = Step(name="broken", command=(sys.executable, "-c", "print('why'); raise SystemExit(3)"))
    first, second = run_steps((slow, broken), at_once=2)
    assert (first.name, first.exit_code) == ("slow", 0)
    assert (second.exit_code, second.output) == (3, "why\n")
    assert first.seconds >= 0.3
    told = capsys.readouterr().out
    assert "why" in told
    assert told.index("slow") < told.index("broken")


def test_a_module_is_run_by_the_interpreter_that_runs_us() -> None:
    assert python("ruff", "check") == (sys.executable, "-m", "ruff", "check")


def test_dead_code_sees_a_function_nobody_calls_and_forgives_a_field_and_a_port(tmp_path: Path) -> None:
    source = tmp_path / "shelf.py"
    source.write_text(
        "from typing import Protocol\n"
        "import msgspec\n"
        "class Parcel(msgspec.Struct):\n    shelf: str\n"
        "class Printer(Protocol):\n    def draw(self) -> bytes: ...\n"
        "def forgotten() -> None: ...\n",
        encoding="utf-8",
    )
    vulture = Vulture()
    vulture.scavenge([str(source)])
    suspected = {item.name for item in vulture.get_unused_code(min_confidence=60)}
    assert {"shelf", "draw", "forgotten"} <= suspected
    found = {item.name for item in vulture.get_unused_code(min_confidence=60) if not dead_code.is_reached(item)}
    assert found == {"Parcel", "Printer", "forgotten"}


def test_a_fresh_stamp_means_nothing_is_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = tmp_path / "stamp"
    monkeypatch.setattr(set_up, "STAMP", stamp)
    assert not set_up.is_fresh()
    stamp.write_text(set_up.wanted_stamp(), encoding="utf-8")
    assert set_up.is_fresh()
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    for name in ("pyproject.toml", "hatch_build.py", "scripts/set_up.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("moved", encoding="utf-8")
    assert not set_up.is_fresh()
