"""`storefloor replay` as a person would run it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LONGEST_S = 1500
"""Not a promise of speed: a play that hangs must end with its own words before the build server's patience does."""


def replay(folder: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """Play the folder; gives the exit code, the JSON on stdout, and what was said on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "edge.cli", "replay", str(folder), "--json", *options],
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.stdout.count("\n") == 1, f"stdout holds one JSON object alone; stderr was {done.stderr[-3000:]}"
    return done.returncode, json.loads(done.stdout), done.stderr
