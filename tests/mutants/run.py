"""`make mutants`: break the tree on purpose, once per known-bad edit, and require that the tests named for it fail.

A test that no edit can break proves nothing. Exit 0 only if every edit applied and was caught, and every named test
passes on the tree as it is.
"""

import argparse
import os
import queue
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scripts.run_tests import name_the_data
from tests.mutants.bench import FAILED, HUNG, PASSED, copy_tree, run_pytest
from tests.mutants.edit import Edit, EditDoesNotApplyError, applied
from tests.mutants.edits import EDITS

ROOT = Path(__file__).resolve().parent.parent.parent
AT_ONCE = 2
# The longest named test is one day of the replay; ten times what it takes on a quiet machine.
TIMEOUT_S = 900.0


class Verdict(StrEnum):
    """How an edit fared."""

    CAUGHT = "caught"
    MISSED = "MISSED"
    STALE = "NO LONGER APPLIES"
    BROKEN = "TESTS DID NOT RUN"
    HUNG = "HUNG"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One row of the table: the edit, its verdict, how long it took, and what to read when it is not `caught`."""

    edit: Edit
    verdict: Verdict
    seconds: float
    detail: str


def judge(edit: Edit, tree: Path, *, timeout_s: float) -> tuple[Verdict, str]:
    """Break the copy, run the named tests, put the copy back."""
    try:
        with applied(edit, tree):
            code, output = run_pytest(tree, edit.caught_by, timeout_s=timeout_s)
    except EditDoesNotApplyError as error:
        return Verdict.STALE, str(error)
    verdicts = {FAILED: Verdict.CAUGHT, PASSED: Verdict.MISSED, HUNG: Verdict.HUNG}
    return verdicts.get(code, Verdict.BROKEN), output


def run_edits(
    root: Path,
    edits: tuple[Edit, ...],
    *,
    at_once: int = AT_ONCE,
    timeout_s: float = TIMEOUT_S,
    tell: Callable[[Result], None] | None = None,
) -> list[Result]:
    """Judge every edit, `at_once` side by side, each in a copy of its own; the copies are used again."""
    with tempfile.TemporaryDirectory(prefix="storefloor-mutants-") as folder:
        copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(at_once):
            copies.put(copy_tree(root, Path(folder) / f"copy{number}"))

        def one(edit: Edit) -> Result:
            tree, began = copies.get(), time.monotonic()
            verdict, detail = judge(edit, tree, timeout_s=timeout_s)
            copies.put(tree)
            result = Result(edit=edit, verdict=verdict, seconds=time.monotonic() - began, detail=detail)
            if tell is not None:
                tell(result)
            return result

        with ThreadPoolExecutor(max_workers=at_once) as pool:
            return list(pool.map(one, edits))


def unedited_failure(
    root: Path, edits: tuple[Edit, ...], *, timeout_s: float = TIMEOUT_S, workers: int = AT_ONCE
) -> str | None:
    """Run all named tests on an unbroken copy; what pytest printed if they do not pass, else None."""
    node_ids = tuple(dict.fromkeys(node for edit in edits for node in edit.caught_by))
    with tempfile.TemporaryDirectory(prefix="storefloor-mutants-") as folder:
        tree = copy_tree(root, Path(folder) / "copy")
        code, output = run_pytest(tree, node_ids, timeout_s=timeout_s, workers=workers)
    return None if code == PASSED else output


def tell(result: Result) -> None:
    """Print one row of the table, and the tail of what went wrong."""
    print(f"{result.verdict:<18} {result.seconds:6.1f} s  {result.edit.name}: {result.edit.breaks}", flush=True)
    if result.verdict is not Verdict.CAUGHT:
        print("    " + "\n    ".join(result.detail.splitlines()[-25:]), flush=True)


def chosen(names: list[str]) -> tuple[Edit, ...]:
    """Return the edits whose names contain one of the given words; all without words."""
    return tuple(edit for edit in EDITS if not names or any(name in edit.name for name in names))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only edits whose name contains one of these words")
    edits = chosen(parser.parse_args().names)
    if not edits:
        sys.exit("mutants: no edit has such a name")
    name_the_data()
    os.environ.pop("STOREFLOOR_CHECK_TIMES", None)
    failure = unedited_failure(ROOT, edits)
    if failure is not None:
        sys.exit(f"{failure}\nmutants: the named tests do not pass on the tree as it is")
    results = run_edits(ROOT, edits, tell=tell)
    caught = sum(result.verdict is Verdict.CAUGHT for result in results)
    print(f"{caught} of {len(results)} known-bad edits caught")
    sys.exit(0 if caught == len(results) else 1)


if __name__ == "__main__":
    main()
