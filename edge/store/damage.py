"""Opens what a disk may have damaged: what this hub owns is never touched, copies and keys are set aside and begun anew."""

from pathlib import Path

import msgspec

from sync.errors import DatabaseUnusable
from sync.file_health import why_unusable

ASIDE = ".damaged"
_LOGS = ("-wal", "-shm")


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A file that could not be opened: its name, why, and under which name it is kept for whoever wants to look."""

    name: str
    why: str
    kept_as: str


def must_open(path: Path) -> None:
    """Raise DatabaseUnusable, in words for a person, when SQLite cannot open the file that nothing can replace."""
    why = why_unusable(path)
    if why is not None:
        raise DatabaseUnusable(not_to_be_opened(path, why))


def not_to_be_opened(path: Path, why: str) -> str:
    """What a person at the terminal has to know about a book that cannot be opened."""
    return (
        f"{path} cannot be opened ({why}). It holds the orders of this shop and what central has not heard of yet:"
        " do not delete it. Run `storefloor doctor` on its folder, and `storefloor restore` to put it together again"
        " from the second disk."
    )


def must_be_there(path: Path, beside: Path) -> None:
    """Raise DatabaseUnusable when the file is gone or empty although `beside`, which is made after it, is there."""
    here = path.exists() and path.stat().st_size > 0
    if not here and beside.exists() and beside.stat().st_size > 0:
        raise DatabaseUnusable(
            f"{path} is {'empty' if path.exists() else 'gone'}, and this folder has served before ({beside.name} is here)."
            " Nothing was begun anew over it. Run `storefloor restore` to put the book together again; to begin with an"
            f" empty one, take {beside.name} away first."
        )


def set_aside(path: Path, why: str) -> SetAside:
    """Give the file, with what SQLite left beside it, a name that nothing opens; nobody may have it open."""
    number = 1
    while (kept := path.with_name(f"{path.name}{ASIDE}-{number}")).exists():
        number += 1
    for log in _LOGS:  # a log of the damaged file must not be played into the new one
        beside = Path(f"{path}{log}")
        if beside.exists():
            beside.rename(f"{kept}{log}")
    path.rename(kept)
    return SetAside(name=path.name, why=why, kept_as=kept.name)
