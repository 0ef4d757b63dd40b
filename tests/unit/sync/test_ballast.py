"""A file that only takes room, is given up at once, and comes back when there is room for it several times over."""

import shutil
from pathlib import Path

import pytest

from sync.ballast import ROOM_TIMES, Ballast, BallastState

SIZE = 3 * 1024 * 1024 + 7


def test_the_ballast_takes_real_room_and_gives_it_back(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", SIZE)
    assert ballast.state is BallastState.FREED
    assert ballast.keep() is BallastState.HELD
    lies = (tmp_path / "ballast").stat()
    assert lies.st_size == SIZE
    assert lies.st_blocks * 512 >= SIZE, "a file with a hole keeps nothing back"
    ballast.free()
    ballast.free()
    assert ballast.state is BallastState.FREED
    assert list(tmp_path.iterdir()) == []


def test_a_ballast_that_is_cut_short_is_laid_anew(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", SIZE)
    (tmp_path / "ballast").write_bytes(b"half")
    assert ballast.keep() is BallastState.HELD
    assert (tmp_path / "ballast").stat().st_size == SIZE


def test_it_does_not_come_back_to_a_disk_that_would_be_full_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    tight = usage._replace(free=SIZE * ROOM_TIMES - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: tight)
    ballast = Ballast(tmp_path / "ballast", SIZE)
    assert ballast.keep() is BallastState.FREED
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert ballast.keep() is BallastState.HELD
