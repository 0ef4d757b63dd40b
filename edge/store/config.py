"""The store's own configuration as it came down, and the public keys passes are read with."""

from sync.db import Connection


def put(conn: Connection, key: str, body: bytes, now_ms: int) -> None:
    """Keep the newest body under `key`."""
    conn.execute(
        "INSERT INTO config (key, body, at_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body, at_ms = excluded.at_ms",
        (key, body, now_ms),
    )


def get(conn: Connection, key: str) -> bytes | None:
    """The body under `key`, or None before it ever came down."""
    row = conn.execute("SELECT body FROM config WHERE key = ?", (key,)).fetchone()
    return None if row is None else row[0]


def drop(conn: Connection, key: str) -> None:
    """Hold nothing under `key` any longer."""
    conn.execute("DELETE FROM config WHERE key = ?", (key,))


def put_pass_key(conn: Connection, key_id: int, public: str, from_ms: int) -> None:
    """Publish a key here; one that is already known never changes under the same number."""
    conn.execute(
        "INSERT INTO pass_keys (key_id, public, from_ms) VALUES (?, ?, ?) ON CONFLICT (key_id) DO NOTHING",
        (key_id, public, from_ms),
    )


def pass_keys(conn: Connection) -> dict[int, str]:
    """Every published key by its number."""
    return dict(conn.execute("SELECT key_id, public FROM pass_keys").fetchall())
