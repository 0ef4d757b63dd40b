"""`make bench`: run every benchmark by itself, one after the other, and print one JSON object a line."""

import subprocess
import sys
from pathlib import Path

from scripts.steps import ROOT, python


def benchmarks() -> list[Path]:
    """Return the benchmark files: one figure each."""
    return sorted(path for path in (ROOT / "benchmarks").glob("*.py") if not path.name.startswith("_"))


def main() -> None:
    """Run them all; exit 1 if one failed or none exists."""
    codes = [
        subprocess.run(python(f"benchmarks.{path.stem}"), cwd=ROOT, check=False).returncode for path in benchmarks()
    ]
    sys.exit(0 if codes and not any(codes) else 1)


if __name__ == "__main__":
    main()
