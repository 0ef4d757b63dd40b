"""What every test may ask for, what counts as missing, and the minutes per part printed above pytest's last line."""

import importlib.util
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

from scripts.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"

# The long parts start first, so that neither worker waits for the other at the end.
LONG_FIRST = ("e2e", "wheel", "sim", "faults", "contract")

# What a test asks for says what it needs of the machine.
NEEDS = {"chromium_path": pytest.mark.browser, "data_dir": pytest.mark.data}

hypothesis.settings.register_profile(
    "storefloor",
    deadline=None,  # a loaded machine is not a finding
    derandomize=os.environ.get("CI") == "true",  # the build server repeats itself; a developer's machine explores
    print_blob=True,
)
hypothesis.settings.load_profile("storefloor")


def part_of(path: Path) -> str:
    """Return the part a test belongs to: the folder below tests/, or `house` for the rules about the tree itself."""
    inside = path.relative_to(TESTS).parts
    return inside[0] if len(inside) > 1 else "house"


def pytest_configure(config: pytest.Config) -> None:
    """Compile stale translations once, before any worker starts."""
    if not hasattr(config, "workerinput"):
        compile_catalogues(ROOT)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they ask for; keep each end-to-end file on one worker, as its tests share running processes.

    The long parts start first, and in each part what is marked slow.
    """
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        for fixture in asked & NEEDS.keys():
            item.add_marker(NEEDS[fixture])
        if part_of(item.path) == "e2e":
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(TESTS))))
    order = {part: place for place, part in enumerate(LONG_FIRST)}
    last = len(order)
    items.sort(key=lambda item: (order.get(part_of(item.path), last), item.get_closest_marker("slow") is None))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On the build server nothing may be left out quietly: a skip there is a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and with CI=true a skip is a failure: {report.longrepr}"
    return report


def check_times() -> dict[str, float]:
    """Return the seconds per step of `make check`, when this run follows one."""
    named = os.environ.get("STOREFLOOR_CHECK_TIMES")
    return json.loads(Path(named).read_text(encoding="utf-8")) if named else {}


def part_times(reporter: pytest.TerminalReporter) -> dict[str, float]:
    """Return the seconds of test time per part, set-up and tear-down included, over both workers."""
    seconds: dict[str, float] = defaultdict(float)
    for reports in reporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[part_of(ROOT / report.nodeid.split("::")[0])] += report.duration
    return dict(sorted(seconds.items(), key=lambda entry: -entry[1]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the minutes per part; pytest's own summary line follows as the last one."""
    times = check_times() | part_times(terminalreporter)
    if len(times) < 2:
        return
    terminalreporter.section("minutes per part (both workers added up)")
    for part, seconds in times.items():
        terminalreporter.write_line(f"{part:<22} {seconds / 60:6.2f}")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of real data that STOREFLOOR_DATA names."""
    named = os.environ.get("STOREFLOOR_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("STOREFLOOR_DATA names no folder")
    return Path(named)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the Chromium to drive: the one CHROMIUM names, else the one on PATH."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium here; set CHROMIUM or run make setup as root")
    return found


@pytest.fixture(scope="session")
def c_compiler() -> str:
    """Return the C compiler that builds what is put under an unmodified process: a recorder, a wrong clock."""
    found = shutil.which("cc")
    if not found:
        pytest.skip("no C compiler (cc) here; run make setup as root")
    return found


@pytest.fixture(scope="session")
def atheris() -> None:
    """Hold back tests that need the fuzzer where there is none for this Python and processor."""
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not made for this Python or processor")
