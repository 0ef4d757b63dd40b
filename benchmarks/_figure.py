"""How a figure is taken: the raw limit just before and just after, because a shared machine changes while we look at it."""

import json
import statistics
import sys
import time
from collections.abc import Callable

ROUNDS = 5


def per_second(work: Callable[[int], None], count: int) -> float:
    """Run `work(count)` and return how many it did in a second."""
    began = time.perf_counter()
    work(count)
    return count / (time.perf_counter() - began)


def compare(name: str, unit: str, *, ours: Callable[[int], None], raw: Callable[[int], None], count: int) -> None:
    """Take ROUNDS rounds of raw, ours, raw, and print the median figure, the median raw limit and their ratio as JSON."""
    figures, limits = [], []
    for _ in range(ROUNDS):
        before = per_second(raw, count)
        figures.append(per_second(ours, count))
        limits.append((before + per_second(raw, count)) / 2)
    ratios = [figure / limit for figure, limit in zip(figures, limits, strict=True)]
    result = {
        "name": name,
        "unit": unit,
        "figure": round(statistics.median(figures), 1),
        "raw": round(statistics.median(limits), 1),
        "ratio": round(statistics.median(ratios), 3),
        "count": count,
        "rounds": ROUNDS,
    }
    json.dump(result, sys.stdout)
    sys.stdout.write("\n")
