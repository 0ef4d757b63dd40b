"""What a hub must be sure of before it serves: that it is alone in its folder, and that its book is there and opens."""

import os
import time
from pathlib import Path

import click

from edge.store.damage import must_be_there, must_open, not_to_be_opened
from edge.store.databases import KEYS_FILE, STATE_FILE, open_state
from sync.db import DatabaseError
from sync.errors import DatabaseUnusable

LOCK = "serving.lock"

WAIT_S = 5.0
"""How long a start waits for a process that is just ending: a service manager starts the next one at once."""

LOOK_S = 0.05

_held: list[int] = []
"""Locks of this process; they are let go by its end, however it ends."""


def look_before_serving(folder: Path) -> None:
    """Hold the folder of a hub, and look at the file that nothing can replace. Raises click.ClickException, in whole sentences."""
    serve_alone(folder)
    try:
        must_be_there(folder / STATE_FILE, beside=folder / KEYS_FILE)
        must_open(folder / STATE_FILE)
        open_state(folder).close()
    except DatabaseUnusable as unusable:
        raise click.ClickException(str(unusable)) from unusable
    except DatabaseError as error:
        raise click.ClickException(not_to_be_opened(folder / STATE_FILE, str(error))) from error


def serve_alone(folder: Path) -> None:
    """Hold the folder until this process and its workers are gone; raises click.ClickException while another does.

    Two hubs on one book would each hand out what the other promised.
    """
    import fcntl  # not on Windows, where nothing serves yet

    fd = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    deadline_s = time.monotonic() + WAIT_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline_s:
                other = os.pread(fd, 20, 0).decode("ascii", "replace").strip() or "unknown"
                os.close(fd)
                raise click.ClickException(
                    f"{folder} is already served by process {other}; end it first. Nothing was changed."
                ) from None
            time.sleep(LOOK_S)
    os.ftruncate(fd, 0)
    os.pwrite(fd, str(os.getpid()).encode(), 0)
    _held.append(fd)
