"""Remembers which signed requests were seen, so that none counts twice: in memory, and in a small file of its own."""

import threading
from pathlib import Path

from sync.db import Database, Migrations, OperationalError
from sync.signing import SKEW_S

MIGRATIONS = Migrations("nonce", "sync", "migrations/nonce")

#: `created` may lie SKEW_S ahead, and the request stays good until SKEW_S after that.
LIFETIME_S = 2 * SKEW_S

#: Old entries are swept once in so many new ones: a sweep costs a write, and a few thousand entries are small.
_SWEEP_EVERY = 512


class NonceStore:
    """Memory decides while the process lives. The file (synchronous=NORMAL) carries the last minutes over a restart.

    What a power cut takes from the file is refused anyway: requests created before `started_s` are stale.
    """

    def __init__(self, path: Path | str, now_s: int) -> None:
        self._started_s = now_s
        self._db = Database(path, migrations=(MIGRATIONS,), synchronous="NORMAL")
        self._lock = threading.Lock()
        self._since_sweep = 0
        with self._db.reading() as conn:
            rows = conn.execute("SELECT keyid, nonce, created_s FROM nonces")
            self._seen = {(keyid, nonce): created_s for keyid, nonce, created_s in rows}

    @property
    def started_s(self) -> int:
        """When this store was opened."""
        return self._started_s

    @property
    def size(self) -> int:
        """How many signatures are remembered; bounded by the requests of LIFETIME_S and one sweep."""
        with self._lock:
            return len(self._seen)

    def is_new(self, keyid: str, nonce: str, created_s: int, now_s: int) -> bool:
        """True once per nonce of a key. A full disk does not stop it: memory alone serves until the next start."""
        with self._lock:
            if (keyid, nonce) in self._seen:
                return False
            self._seen[keyid, nonce] = created_s
            self._since_sweep += 1
            sweep = self._since_sweep >= _SWEEP_EVERY
            if sweep:
                self._since_sweep = 0
                kept = {key: at_s for key, at_s in self._seen.items() if at_s >= now_s - LIFETIME_S}
                self._seen = kept
        self._remember(keyid, nonce, created_s, now_s if sweep else None)
        return True

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _remember(self, keyid: str, nonce: str, created_s: int, sweep_now_s: int | None) -> None:
        try:
            with self._db.writing() as conn:
                conn.execute("INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)", (keyid, nonce, created_s))
                if sweep_now_s is not None:
                    conn.execute("DELETE FROM nonces WHERE created_s < ?", (sweep_now_s - LIFETIME_S,))
        except OperationalError:
            return
