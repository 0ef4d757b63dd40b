"""`make sim`: play many seeds of the simulated shop on every core; stop at the first that finds something, and say how to see it again."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice

from tests.sim.run import Seen, run

AT_A_TIME = 20
"""Seeds of one errand: few enough to stop soon, enough that handing them out costs nothing."""

SAY_EVERY_S = 10.0

Errand = Future[list[Seen]]


def main(arguments: list[str] | None = None) -> int:
    """Play seeds and give the exit code: 1 when one of them found something."""
    asked = _parser().parse_args(arguments)
    if asked.seed is not None:
        return _tell_one(run(asked.seed))
    began_s = time.monotonic()
    weathers: Counter[str] = Counter()
    facts, said_s = 0, began_s
    for seen in _played(range(asked.first, asked.first + asked.seeds), asked.processes):
        weathers[seen.weather] += 1
        facts += seen.facts
        if seen.wrong is not None:
            return _tell_one(seen)
        if time.monotonic() - said_s > SAY_EVERY_S:
            said_s = time.monotonic()
            print(f"  {weathers.total()} seeds, {weathers.total() / (said_s - began_s):.1f} a second", flush=True)
    seconds = time.monotonic() - began_s
    kinds = ", ".join(f"{count} {weather}" for weather, count in weathers.most_common())
    print(f"{weathers.total()} seeds in {seconds:.0f} s, {weathers.total() / seconds:.1f} a second: nothing wrong")
    print(f"{facts} facts; weather: {kinds}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run_sim", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2_000, help="how many seeds to play")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--seed", type=int, help="play this one alone and print what happened in it")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many at once")
    return parser


def _played(seeds: range, processes: int) -> Iterator[Seen]:
    """Every seed, as they come; whoever stops asking stops the rest."""
    errands = (seeds[start : start + AT_A_TIME] for start in range(0, len(seeds), AT_A_TIME))
    with ProcessPoolExecutor(processes) as pool:
        try:
            running: set[Errand] = {pool.submit(play, errand) for errand in islice(errands, 2 * processes)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for errand in sorted(done, key=lambda each: each.result()[0].seed):
                    yield from errand.result()
                    running |= {pool.submit(play, more) for more in islice(errands, 1)}
        finally:
            pool.shutdown(cancel_futures=True)


def play(seeds: range) -> list[Seen]:
    """One errand; it ends with the first seed that found something."""
    found: list[Seen] = []
    for seed in seeds:
        found.append(run(seed))
        if found[-1].wrong is not None:
            break
    return found


def _tell_one(seen: Seen) -> int:
    print("\n".join(seen.trail))
    print(f"ledger {seen.ledger} ({seen.facts} facts)")
    if seen.wrong is None:
        print("nothing wrong")
        return 0
    print(f"SEED {seen.seed} ({seen.weather}): {seen.wrong}")
    print(f"see it again: make sim SEED={seen.seed}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
