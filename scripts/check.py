"""`make check`: everything a tool can see without running the product. Exit 0 only if every step is content."""

import argparse
import sys

from scripts.steps import Outcome, Step, python, run_steps

TYPES = Step(name="types", command=python("mypy"))
FORMAT = Step(name="format", command=python("ruff", "format", "--check", "--quiet", "."))
LINT = Step(name="lint", command=python("ruff", "check", "--quiet", "."))
CONTRACTS = Step(name="contracts", command=python("scripts.import_contracts"))
DEAD_CODE = Step(name="dead code", command=python("scripts.dead_code"))
HOUSE_RULES = Step(
    name="house rules",
    command=python("pytest", "-q", "tests/test_tidy.py", "tests/test_architecture.py", "tests/test_docs.py"),
)
DOCS = Step(
    name="docs",
    command=python("sphinx", "-W", "--keep-going", "-q", "-b", "html", "docs", "build/docs"),
)

ALL = (TYPES, FORMAT, LINT, CONTRACTS, DEAD_CODE, HOUSE_RULES, DOCS)
QUICK = (FORMAT, LINT, CONTRACTS, HOUSE_RULES)


def check(*, quick: bool) -> list[Outcome]:
    """Run the steps two at a time; the slow type check starts first."""
    return run_steps(QUICK if quick else ALL, at_once=2)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out types, dead code and the documentation build")
    if any(outcome.exit_code for outcome in check(quick=parser.parse_args().quick)):
        sys.exit("check: not clean, see above")


if __name__ == "__main__":
    main()
