"""How a figure is taken: the raw limit just before and just after, because a shared machine changes while we look at it."""

import json
import math
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._syncs import Syncs

ROUNDS = 5
ROUNDS_LEAST = 3

Work = Callable[[int], object]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One line of a benchmark. `figure`, `raw` and `bare` are rates of one unit, higher is better, except in ms and MB.

    `raw` is the same bytes by write + fdatasync, `bare` the same statements in bare sqlite3, both taken before and after
    in the same run; `ratio` is figure / raw. `bytes` and `fsyncs` are those of one run of the figure. None: not taken.
    """

    case: str
    figure: float
    unit: str
    raw: float | None = None
    bare: float | None = None
    ratio: float | None = None
    cpu_us_per_event: float | None = None
    bytes: int | None = None
    fsyncs: int | None = None
    more: Mapping[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One run of one piece of work: events per second, processor time per event, bytes written, waits for the disk."""

    rate: float
    cpu_us: float
    bytes: int
    fsyncs: int


def print_cases(name: str, cases: Sequence[Case]) -> None:
    """Print the one JSON object of a benchmark."""
    json.dump({"name": name, "cases": [_shown(case) for case in cases]}, sys.stdout)
    sys.stdout.write("\n")


def take(work: Work, count: int, syncs: Syncs) -> Taken:
    """Run `work(count)` once and say what it cost. Processor time is this process's, all threads together."""
    syncs_before, bytes_before, cpu_before = syncs.count, bytes_written(), cpu_s()
    began_s = time.perf_counter()
    work(count)
    wall_s = time.perf_counter() - began_s
    return Taken(
        rate=count / wall_s,
        cpu_us=(cpu_s() - cpu_before) / count * 1e6,
        bytes=bytes_written() - bytes_before,
        fsyncs=syncs.count - syncs_before,
    )


def cpu_s() -> float:
    """Processor seconds of this process so far, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def bytes_written() -> int:
    """Bytes this process handed to write calls so far."""
    for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines():
        if line.startswith("wchar:"):
            return int(line.split()[1])
    raise RuntimeError("the kernel does not say what was written")


class RawFile:
    """The limit of a disk: the same bytes appended to one file, each waited for with fdatasync."""

    def __init__(self, path: Path, payload: bytes, *, per_sync: int = 1) -> None:
        """`per_sync` payloads go into one write and one fdatasync."""
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self._payload = payload * per_sync
        self._per_sync = per_sync

    def __call__(self, count: int) -> None:
        """Append `count` payloads."""
        for _ in range(count // self._per_sync):
            os.write(self._file, self._payload)
            os.fdatasync(self._file)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def paired(
    case: str,
    *,
    ours: Work,
    raw: Work,
    syncs: Syncs,
    count: int,
    raw_count: int | None = None,
    bare_count: int | None = None,
    bare: Work | None = None,
    unit: str = "rows/s",
    rounds: int = ROUNDS,
    budget_s: float | None = None,
    more: Callable[[], Mapping[str, float | int | str]] = dict,
) -> Case:
    """Rounds of raw, bare, ours, raw, bare. Figures are medians; each ratio is that of a round with its own neighbours.

    Where `bare` is given, `of_bare` stands beside `ratio`; `more` is asked at the end for keys of the case's own.
    `raw_count` and `bare_count` where a limit is so slow that fewer have to do. After `budget_s` no round begins, but
    ROUNDS_LEAST there always are. Many short rounds say more than a few long ones where others use the same disk.
    """
    until_s = time.monotonic() + (budget_s or math.inf)
    ours_taken, raws, bares = [], [], []
    for done in range(rounds):
        if done >= ROUNDS_LEAST and time.monotonic() > until_s:
            break
        raw_before, bare_before = per_second(raw, raw_count or count), _limit(bare, bare_count or count)
        ours_taken.append(take(ours, count, syncs))
        raws.append((raw_before + per_second(raw, raw_count or count)) / 2)
        bares.append((bare_before + _limit(bare, bare_count or count)) / 2)
    rates = [taken.rate for taken in ours_taken]
    extra: dict[str, float | int | str] = {"of_bare": round(_ratio(rates, bares), 3)} if bare else {}
    return Case(
        case=case,
        figure=statistics.median(rates),
        unit=unit,
        raw=statistics.median(raws),
        bare=statistics.median(bares) if bare else None,
        ratio=_ratio(rates, raws),
        cpu_us_per_event=statistics.median(taken.cpu_us for taken in ours_taken),
        bytes=int(statistics.median(taken.bytes for taken in ours_taken)),
        fsyncs=int(statistics.median(taken.fsyncs for taken in ours_taken)),
        more=extra | dict(more()) | {"count": count, "rounds": len(rates)},
    )


def _limit(work: Work | None, count: int) -> float:
    return per_second(work, count) if work else 0.0


def per_second(work: Work, count: int) -> float:
    """Run `work(count)` and return how many it did in a second."""
    began_s = time.perf_counter()
    work(count)
    return count / (time.perf_counter() - began_s)


def _ratio(figures: Sequence[float], limits: Sequence[float]) -> float:
    return statistics.median(figure / limit for figure, limit in zip(figures, limits, strict=True))


def _shown(case: Case) -> dict[str, object]:
    return {
        "case": case.case,
        "figure": round(case.figure, 3 if case.unit in {"ms", "MB"} else 1),
        "unit": case.unit,
        "raw": None if case.raw is None else round(case.raw, 3 if case.unit in {"ms", "MB"} else 1),
        "bare": None if case.bare is None else round(case.bare, 3 if case.unit in {"ms", "MB"} else 1),
        "ratio": None if case.ratio is None else round(case.ratio, 3),
        "cpu_us_per_event": None if case.cpu_us_per_event is None else round(case.cpu_us_per_event, 1),
        "bytes": case.bytes,
        "fsyncs": case.fsyncs,
        **case.more,
    }
