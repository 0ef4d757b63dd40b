"""Run named command lines side by side, keep what they print, and time each: the machinery below `make check`."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to run: a name for people, and the command line."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a step ended: its exit code, everything it printed, and how long it took."""

    name: str
    exit_code: int
    output: str
    seconds: float


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """Return the command line that runs a module of this environment; scripts in bin/ carry absolute paths, modules do not."""
    return (sys.executable, "-m", module, *arguments)


def run_step(step: Step) -> Outcome:
    """Run one step in the project's root."""
    began = time.monotonic()
    done = subprocess.run(
        step.command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return Outcome(name=step.name, exit_code=done.returncode, output=done.stdout, seconds=time.monotonic() - began)


def run_steps(steps: tuple[Step, ...], *, at_once: int) -> list[Outcome]:
    """Run all steps, `at_once` at a time; say each as it ends, and show what a failed one printed."""
    outcomes = []
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        for outcome in pool.map(run_step, steps):
            verdict = "ok" if outcome.exit_code == 0 else "FAILED"
            print(f"{outcome.name:<14} {outcome.seconds:6.1f} s  {verdict}", flush=True)
            if outcome.exit_code != 0:
                print(outcome.output, flush=True)
            outcomes.append(outcome)
    return outcomes
