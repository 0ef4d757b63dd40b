"""Try the wheel as a shop would: a fresh environment, every command started once, away from the tree."""

import zipfile
from pathlib import Path

import pytest

from tests.house.reference import commands
from tests.house.tree import PACKAGES, ROOT, walk
from tests.wheel.conftest import run

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

SHIPPED = (".py", ".sql", ".html", ".css", ".mjs", ".js", ".svg", ".woff2", ".txt", ".json", ".csv", ".po")


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_of_the_workshop(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = {path.relative_to(ROOT).as_posix() for path in walk(*PACKAGES, suffixes=SHIPPED)}
    assert wanted - held == set()
    assert {name.split("/")[0] for name in held} == set(PACKAGES)


def test_the_wheel_holds_every_compiled_catalogue(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    sources = {name for name in held if name.endswith(".po")}
    assert sources
    assert {name.removesuffix(".po") + ".mo" for name in sources} <= held


def test_every_command_starts_from_the_wheel(fresh: Path, tmp_path: Path) -> None:
    assert "storefloor" in run(fresh / "storefloor", "--version", cwd=tmp_path).stdout
    for name in commands():
        told = run(fresh / "storefloor", *name.split()[1:], "--help", cwd=tmp_path).stdout
        assert told.startswith(f"Usage: {name}")


def test_the_wheel_alone_serves_a_store_with_its_head_office(fresh: Path, tmp_path: Path) -> None:
    script = tmp_path / "serve.py"
    script.write_text((Path(__file__).parent / "serve_once.py").read_text(encoding="utf-8"), encoding="utf-8")
    told = run(fresh / "python", "-I", script, tmp_path / "world", cwd=tmp_path).stdout
    assert told.splitlines()[-1] == "every process answered"
