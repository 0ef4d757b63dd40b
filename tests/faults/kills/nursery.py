"""Starts hubs without paying for Python's own start each time: `python -m tests.faults.kills.nursery FOLDER`.

It has everything imported and forks a child for each line it reads; the child leads a process group of its own and is
`storefloor hub` from there on: the same wiring, the same server, the same files. Its process id is the answer.
"""

import os
import sys
from pathlib import Path

import gunicorn.workers.gthread  # noqa: F401 - the server imports its worker by name, which would cost each child

from edge.wiring.hub import run_hub


def main(folder: Path) -> None:
    """Fork one hub per line; end with the last line."""
    log = os.open(folder / "hub.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _ in sys.stdin:
        _bury()
        pid = os.fork()
        # On both sides, whoever comes first: a hub that is killed the moment its id is known must be in its group by then.
        os.setpgid(pid, pid or os.getpid())
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            try:
                run_hub(folder, {})
            finally:
                os._exit(1)
        print(pid, flush=True)
    _bury()


def _bury() -> None:
    """Take note of children that were killed, so that none stays a zombie."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
