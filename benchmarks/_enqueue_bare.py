"""What enqueueing costs without us: the same statements and the same bytes, run by the driver alone."""

import itertools
from pathlib import Path

from sync.db import CACHE_KIB, driver

ORIGIN = "INSERT INTO outbox_origins (store, node, epoch, lane, standing) VALUES ('S001', 'H1', 'e1', 0, 'own')"
TAKE_NUMBER = (
    "UPDATE outbox_origins SET last_sequence = last_sequence + 1,"
    " owed_bytes = owed_bytes + ? + length(store) + length(node)"
    " WHERE standing = 'own' AND lane = ? RETURNING origin, last_sequence, store, node, epoch"
)
ROW = (
    "INSERT INTO outbox_rows (origin, sequence, event_id, born_here, kind, recorded_at_ms, envelope, tag)"
    " VALUES (?, ?, ?, 1, ?, ?, ?, ?)"
)
ANSWER = "INSERT INTO answers (event_id, asked, refused, body, at_ms) VALUES (?, ?, ?, ?, ?)"

#: What stands around the data in an envelope of ours, in bytes.
ENVELOPE_BYTES = 298

#: So many different envelopes in turn, as a shop's are all different.
ENVELOPES = 1_000


class Bare:
    """A file with the tables of a hub, opened with the pragmas of `sync.db` and nothing else of ours."""

    def __init__(self, path: Path, data: bytes, group: int) -> None:
        self._conn = driver.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", f"cache_size={CACHE_KIB}"):
            self._conn.execute(f"PRAGMA {pragma}")
        self._conn.execute("PRAGMA foreign_keys=ON")
        self._conn.execute(ORIGIN)
        self._envelopes = [data + f"{i:{ENVELOPE_BYTES}}".encode() for i in range(ENVELOPES)]
        self._group = group
        self._numbers = itertools.count(1)

    def single(self, count: int) -> None:
        """One row per commit."""
        for _ in range(count):
            self._conn.execute("BEGIN IMMEDIATE")
            self._row(self._name())
            self._conn.execute("COMMIT")

    def with_business_row(self, count: int) -> None:
        """One row and the answer to its press per commit."""
        for _ in range(count):
            name = self._name()
            self._conn.execute("BEGIN IMMEDIATE")
            self._conn.execute(ANSWER, (name, bytes(16), 0, b'{"order":"MFRGGZDFMZTWQ","line":1}', 1))
            self._row(name)
            self._conn.execute("COMMIT")

    def grouped(self, count: int) -> None:
        """As many rows per commit as the group has."""
        for _ in range(count // self._group):
            self._conn.execute("BEGIN IMMEDIATE")
            for _ in range(self._group):
                self._row(self._name())
            self._conn.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._conn.close()

    def _row(self, name: str) -> None:
        envelope = self._envelopes[int(name, 16) % ENVELOPES]
        number, sequence, *_ = self._conn.execute(TAKE_NUMBER, (len(envelope), 0)).fetchone()
        self._conn.execute(ROW, (number, sequence, name, "pickup.picked", 1_795_237_500_005, envelope, 1_234_567_890))

    def _name(self) -> str:
        return f"0199{next(self._numbers):032x}"
