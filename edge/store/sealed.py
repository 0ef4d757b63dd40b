"""Personal fields, sealed with AES-256-GCM under a key per person; dropping the key is what erasing means."""

import threading
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from edge.domain.ids import Rng
from sync.db import Database

KEY_BYTES = 32
NONCE_BYTES = 12
CACHED = 2048
"""A page of carts touches one key each; 2,048 keys are 200 KB and spare a read per field."""


class Field(StrEnum):
    """What is sealed; bound into the seal, so that one field cannot be passed off as another."""

    CARD = "card"
    CART = "cart"
    NAME_CARD = "name_card"


class NoKey(KeyError):
    """There is no key for this subject: make one first. Never raised when opening; a lost key just opens nothing."""


class Sealer(Protocol):
    """What seals."""

    def seal(self, subject: str, field: Field, plain: bytes) -> bytes:
        """Nonce and ciphertext under the subject's key."""
        ...


class PersonKeys:
    """The keys of persons (keys.db). A subject is an identity, or `order:<id>` for a guest's name card."""

    def __init__(self, db: Database, rng: Rng) -> None:
        self._db = db
        self._rng = rng
        self._lock = threading.Lock()
        self._cache: dict[str, bytes] = {}

    def make(self, subjects: Iterable[str], now_ms: int) -> None:
        """Make the keys that are missing, in one transaction; committed before anything is sealed with them."""
        missing = [subject for subject in dict.fromkeys(subjects) if self._key(subject) is None]
        if not missing:
            return
        with self._db.writing() as conn:
            conn.executemany(
                "INSERT INTO person_keys (subject, key, made_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(subject, self._rng(KEY_BYTES), now_ms) for subject in missing],
            )

    def drop(self, subjects: Iterable[str]) -> None:
        """Forget these keys for good: what was sealed under them is noise from now on."""
        gone = list(subjects)
        with self._db.writing() as conn:
            conn.executemany("DELETE FROM person_keys WHERE subject = ?", [(subject,) for subject in gone])
        with self._lock:
            for subject in gone:
                self._cache.pop(subject, None)

    def seal(self, subject: str, field: Field, plain: bytes) -> bytes:
        """Nonce and ciphertext; raises NoKey unless `make` was asked for this subject."""
        key = self._key(subject)
        if key is None:
            raise NoKey(subject)
        return _sealed(key, self._rng(NONCE_BYTES), subject, field, plain)

    def open(self, subject: str, field: Field, sealed: bytes) -> bytes | None:
        """What was sealed, or None when the key is gone or this is not what was sealed: the screen shows "–"."""
        key = self._key(subject)
        if key is None:
            return None
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound_to(subject, field))
        except InvalidTag:
            return None

    def ring(self) -> "KeyRing":
        """All keys at once, to seal everybody anew without a read or a commit for each."""
        with self._db.reading() as conn:
            held = {row[0]: bytes(row[1]) for row in conn.execute("SELECT subject, key FROM person_keys")}
        return KeyRing(held, self._rng)

    def keep(self, ring: "KeyRing", now_ms: int) -> None:
        """Write down the keys that a ring has sealed with; before that, what it sealed must be thrown away."""
        with self._db.writing() as conn:
            conn.executemany(
                "INSERT INTO person_keys (subject, key, made_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(subject, key, now_ms) for subject, key in sorted(ring.used.items())],
            )

    def subjects(self) -> list[str]:
        """Everybody whose fields can still be opened."""
        with self._db.reading() as conn:
            return [row[0] for row in conn.execute("SELECT subject FROM person_keys ORDER BY subject")]

    def pepper(self, name: str) -> bytes:
        """A secret of this hub for keyed hashes, made the first time it is asked for."""
        with self._db.writing() as conn:
            conn.execute(
                "INSERT INTO peppers (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, self._rng(KEY_BYTES))
            )
            value = conn.execute("SELECT value FROM peppers WHERE name = ?", (name,)).fetchone()[0]
        assert isinstance(value, bytes)
        return value

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _key(self, subject: str) -> bytes | None:
        with self._lock:
            if subject in self._cache:
                return self._cache[subject]
        with self._db.reading() as conn:
            row = conn.execute("SELECT key FROM person_keys WHERE subject = ?", (subject,)).fetchone()
        if row is None:
            return None
        with self._lock:
            if len(self._cache) >= CACHED:
                self._cache.pop(next(iter(self._cache)))
            self._cache[subject] = row[0]
        return bytes(row[0])


class KeyRing:
    """Keys in memory; one that is missing is made. `used` are those something was sealed with."""

    def __init__(self, held: dict[str, bytes], rng: Rng) -> None:
        self._held = held
        self._rng = rng
        self.used: dict[str, bytes] = {}

    def seal(self, subject: str, field: Field, plain: bytes) -> bytes:
        """See `PersonKeys.seal`; what it gives may be kept once `PersonKeys.keep` was asked to keep the ring."""
        key = self.used.get(subject)
        if key is None:
            key = self.used[subject] = self._held.get(subject) or self._rng(KEY_BYTES)
        return _sealed(key, self._rng(NONCE_BYTES), subject, field, plain)


def _sealed(key: bytes, nonce: bytes, subject: str, field: Field, plain: bytes) -> bytes:
    return nonce + AESGCM(key).encrypt(nonce, plain, _bound_to(subject, field))


def _bound_to(subject: str, field: Field) -> bytes:
    return f"storefloor/sealed/v1\0{field}\0{subject}".encode()
