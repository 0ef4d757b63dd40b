"""`make fuzz`: let atheris throw what it can think of at the readers of scans, a third of the time each; stop at the first that gives way."""

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scripts.steps import ROOT, python

TARGETS = ("passes", "labels", "scans")
PATIENCE_S = 120
"""For starting, and for the input that is being tried when the time is over."""

UNITS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")


@dataclass(frozen=True, kw_only=True)
class Fuzzed:
    """How one target fared: how many inputs it took, and what was found, "" for nothing."""

    target: str
    units: int
    found: str


def fuzz(target: str, seconds: int) -> Fuzzed:
    """Fuzz one target for so many seconds."""
    with tempfile.TemporaryDirectory(prefix="storefloor-fuzz-") as name:
        folder = Path(name)
        done = subprocess.run(
            python("tests.fuzz.one", target, name, str(seconds)),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds + PATIENCE_S,
            check=False,
        )
        units = UNITS.search(done.stdout)
        kept = [each.read_bytes() for each in folder.iterdir() if each.is_file()]
    is_clean = done.returncode == 0 and units is not None and not kept
    found = "" if is_clean else f"{done.stdout[-6_000:]}\nwhat did it: {kept!r}"
    return Fuzzed(target=target, units=int(units[1]) if units else 0, found=found)


def main(arguments: list[str] | None = None) -> int:
    """Fuzz every target; 1 when one of them gave way."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    share_s = max(1, parser.parse_args(arguments).seconds // len(TARGETS))
    for target in TARGETS:
        fared = fuzz(target, share_s)
        print(f"{target:<7} {share_s} s, {fared.units} inputs: {fared.found or 'nothing found'}", flush=True)
        if fared.found:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
