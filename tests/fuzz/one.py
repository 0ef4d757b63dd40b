"""One target under atheris, in a process of its own: only the readers are instrumented, and libFuzzer ends the process itself.

Run as `python -m tests.fuzz.one TARGET FOLDER SECONDS`; tests/fuzz/run.py does.
"""

import sys
from pathlib import Path

import atheris

READERS = (
    "edge.app.read_scan",
    "edge.app.show_pass",
    "edge.domain.ids",
    "edge.domain.product",
    "edge.passes",
)
"""What is followed branch by branch. The rest of the hub runs as it is, at its own speed."""

LONGEST_SCAN = 700
SLOW_S = 10


def main(target: str, folder: Path, seconds: int) -> None:
    """Fuzz until the time is over or a promise is broken; never returns."""
    with atheris.instrument_imports(include=list(READERS)):
        from tests.fuzz import targets
    corpus = folder / "corpus"
    corpus.mkdir()
    seeds = targets.seeds()
    if target == "scans":
        judge = targets.ScanJudging(folder / "hub")
        run: targets.Target = judge
        seeds += judge.seeds()
    else:
        run = {"passes": targets.pass_reading, "labels": targets.label_reading}[target]
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = (
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST_SCAN}",
        f"-timeout={SLOW_S}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    )
    atheris.Setup([sys.argv[0], *options, str(corpus)], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
