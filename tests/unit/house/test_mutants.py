"""Prove the runner of known-bad edits itself: it must tell a caught edit from a missed, a stale and a broken one."""

from pathlib import Path

import pytest

from tests.mutants.bench import copy_tree
from tests.mutants.edit import Edit, EditDoesNotApplyError, applied
from tests.mutants.edits import EDITS
from tests.mutants.run import ROOT, Verdict, run_edits, unedited_failure

SHELF = '''"""A shelf that refuses what does not fit."""

LIMIT = 3


def fits(parcels: int) -> bool:
    """Say whether so many parcels fit."""
    return parcels <= LIMIT
'''

TEST = """from shelf import fits


def test_three_fit():
    assert fits(3)


def test_four_do_not_fit():
    assert not fits(4)
"""

FOUR = "test_shelf.py::test_four_do_not_fit"
THREE = "test_shelf.py::test_three_fit"


def edit(**changes: object) -> Edit:
    values: dict[str, object] = {
        "name": "no-limit",
        "breaks": "everything fits",
        "file": "shelf.py",
        "old": "return parcels <= LIMIT",
        "new": "return True",
        "caught_by": (FOUR,),
    }
    return Edit(**(values | changes))  # type: ignore[arg-type]  # the values above have the right types


@pytest.fixture(autouse=True)
def _light_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The little tree needs none of the plugins, and each costs its start in every run below."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "shelf.py").write_text(SHELF, encoding="utf-8")
    (root / "test_shelf.py").write_text(TEST, encoding="utf-8")
    return root


def verdicts(shelf: Path, *edits: Edit) -> list[Verdict]:
    return [result.verdict for result in run_edits(shelf, edits, at_once=2, timeout_s=60)]


def test_an_edit_is_caught_when_its_named_test_fails_and_missed_when_it_does_not(shelf: Path) -> None:
    assert verdicts(shelf, edit(), edit(caught_by=(THREE,)), edit()) == [
        Verdict.CAUGHT,
        Verdict.MISSED,
        Verdict.CAUGHT,
    ]


def test_an_edit_whose_text_is_gone_or_there_twice_is_stale(shelf: Path) -> None:
    gone, twice = edit(old="return parcels < LIMIT"), edit(old="LIMIT")
    elsewhere = edit(file="cupboard.py")
    assert verdicts(shelf, gone, twice, elsewhere) == [Verdict.STALE] * 3


def test_an_edit_that_stops_the_tests_from_running_is_not_caught(shelf: Path) -> None:
    assert verdicts(shelf, edit(new="return ("), edit(caught_by=("test_shelf.py::test_five",))) == [Verdict.BROKEN] * 2


def test_the_tree_itself_is_never_touched_and_a_copy_is_put_back(shelf: Path, tmp_path: Path) -> None:
    verdicts(shelf, edit())
    assert (shelf / "shelf.py").read_text(encoding="utf-8") == SHELF
    copy = copy_tree(shelf, tmp_path / "copy")
    with applied(edit(), copy):
        assert "return True" in (copy / "shelf.py").read_text(encoding="utf-8")
    assert (copy / "shelf.py").read_text(encoding="utf-8") == SHELF


def test_an_edit_that_changes_nothing_does_not_apply(shelf: Path) -> None:
    with pytest.raises(EditDoesNotApplyError), applied(edit(new=edit().old), shelf):
        pass


def test_tests_that_fail_without_any_edit_are_told(shelf: Path) -> None:
    assert unedited_failure(shelf, (edit(),), timeout_s=60, workers=0) is None
    (shelf / "shelf.py").write_text(SHELF.replace("LIMIT = 3", "LIMIT = 9"), encoding="utf-8")
    assert "1 failed" in (unedited_failure(shelf, (edit(),), timeout_s=60, workers=0) or "")


def test_every_listed_edit_still_applies_and_names_a_test_that_exists() -> None:
    assert len({known.name for known in EDITS}) == len(EDITS)
    for known in EDITS:
        text = (ROOT / known.file).read_text(encoding="utf-8")
        assert text.count(known.old) == 1, f"{known.name} no longer applies to {known.file}"
        assert known.caught_by, f"{known.name} names no test"
        for node in known.caught_by:
            file, _, test = node.partition("::")
            assert f"def {test.split('[')[0]}(" in (ROOT / file).read_text(encoding="utf-8"), (
                f"{known.name} names {node}"
            )
