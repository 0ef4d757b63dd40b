"""Copies of the tree to break, and pytest run inside them so that only the copy's code is ever imported."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

PASSED, FAILED = 0, 1
HUNG = -1
IGNORED = shutil.ignore_patterns(".venv", ".git", "__pycache__", "build", "dist", "state", ".*_cache", ".hypothesis")


def copy_tree(root: Path, target: Path) -> Path:
    """Copy what belongs to the project: what git tracks or would track, or everything unbuilt where there is no git."""
    if not (root / ".git").exists():
        return Path(shutil.copytree(root, target, ignore=IGNORED))
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)
    return target


def environment(tree: Path) -> dict[str, str]:
    """Return the environment of a run: the copy's code first, no bytecode that could outlive an edit, no test left out."""
    return {
        **os.environ,
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CI": "true",
    }


def run_pytest(tree: Path, node_ids: tuple[str, ...], *, timeout_s: float, workers: int = 0) -> tuple[int, str]:
    """Run the named tests in the copy, stopping at the first failure; give pytest's exit code (HUNG after `timeout_s`) and output."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *node_ids]
    if workers:
        command += ["-n", str(workers), "--dist", "loadgroup"]
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=environment(tree),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return HUNG, output
    return process.returncode, output
