"""`make test` and `make quick`: check first, then every test in one pytest run, whose own summary is the last line printed.

One run and not one per part, so that the last line counts everything; tests/conftest.py prints the minutes per part above it.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

from scripts.check import check
from scripts.steps import ROOT

DATA = "STOREFLOOR_DATA"
NEIGHBOUR = ROOT.parent / "shared" / "data"
QUICK_LEAVES_OUT = "not slow and not browser and not data"


def name_the_data() -> None:
    """Point the data tests at the folder beside the tree, unless the caller named one."""
    if DATA not in os.environ and NEIGHBOUR.is_dir():
        os.environ[DATA] = str(NEIGHBOUR)
    if DATA not in os.environ:
        print(f"tests: {DATA} is not set, so tests on real data are left out", flush=True)


def check_times() -> dict[str, float]:
    """Run `make check`; seconds per step. A tree that is not clean is not worth minutes of testing."""
    outcomes = check(quick=False)
    if any(outcome.exit_code for outcome in outcomes):
        sys.exit("test: the check is not clean, see above; no test was run")
    return {f"check: {outcome.name}": outcome.seconds for outcome in outcomes}


def run(*, quick: bool) -> int:
    """Run pytest over everything, or the fast half; give its exit code. No test at all (5) is a failure like any other."""
    name_the_data()
    arguments = ["-q", "-n", "2", "--dist", "loadgroup", "tests"]
    if quick:
        return pytest.main([*arguments, "-m", QUICK_LEAVES_OUT])
    with tempfile.TemporaryDirectory(prefix="storefloor-test-") as folder:
        times = Path(folder) / "check.json"
        times.write_text(json.dumps(check_times()), encoding="utf-8")
        os.environ["STOREFLOOR_CHECK_TIMES"] = str(times)
        return pytest.main(arguments)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only what is fast and needs neither browser nor data")
    sys.exit(run(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
