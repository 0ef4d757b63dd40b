"""Every act that was answered with success: by event_id, and by the book that gave the answer.

The replay files these while it plays and looks each up after everything was stopped: an answer that is in no book
afterwards is a lost fact, whatever the totals say.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Book(StrEnum):
    """Whose COMMIT stood behind an answer."""

    hub = "hub"
    central = "central"


class Cut(msgspec.Struct, kw_only=True):
    """One stretch with the line cut: when it began, in seconds since the play began, and how long it lasted."""

    start: float
    seconds: float


class Acts:
    """What was answered, in order."""

    def __init__(self) -> None:
        self._of: dict[Book, list[str]] = {Book.hub: [], Book.central: []}
        self.handed_over_while_cut: set[str] = set()
        """Event ids of handovers that the hub answered while the line was cut."""

    def answered(self, book: Book, event_ids: Iterable[str]) -> None:
        """File acts that `book` answered with success."""
        self._of[book].extend(event_ids)

    def of(self, book: Book) -> list[str]:
        """All event ids answered by `book`."""
        return self._of[book]
