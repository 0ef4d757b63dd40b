"""What a known-bad edit is, and how it is put into a copy of the tree and taken out again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One promise broken on purpose.

    `old` occurs exactly once in `file` and becomes `new`. `caught_by` are pytest node ids, of which at least one must fail
    on the edited tree and all must pass on the tree as it is.
    """

    name: str
    breaks: str
    file: str
    old: str
    new: str
    caught_by: tuple[str, ...]


class EditDoesNotApplyError(Exception):
    """The text to replace is not there exactly once: the code moved on, and the edit must follow it."""


@contextmanager
def applied(edit: Edit, tree: Path) -> Iterator[None]:
    """Hold the edit in the tree while the block runs; put the file back whatever happens."""
    path = tree / edit.file
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    times = before.count(edit.old)
    if times != 1 or edit.old == edit.new:
        message = f"{edit.file} holds the text {times} times"
        raise EditDoesNotApplyError(message)
    path.write_text(before.replace(edit.old, edit.new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")
