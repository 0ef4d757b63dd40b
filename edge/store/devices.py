"""The machines this hub trusts: kiosks now, desks and beacons later, each by its public key."""

import msgspec

from sync.db import Connection


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One enrolled machine."""

    node: str
    role: str
    public: str  # ed25519:…
    state: str  # active | revoked
    enrolled_at_ms: int
    last_seen_ms: int | None


_COLUMNS = "node, role, public, state, enrolled_at_ms, last_seen_ms"


def enrol(conn: Connection, *, node: str, role: str, public: str, now_ms: int) -> None:
    """Trust this key under this name from now on; a machine enrolled again has a new key and is active."""
    conn.execute(
        "INSERT INTO devices (node, role, public, state, enrolled_at_ms) VALUES (?, ?, ?, 'active', ?) "
        "ON CONFLICT (node) DO UPDATE SET role = excluded.role, public = excluded.public, state = 'active', "
        "enrolled_at_ms = excluded.enrolled_at_ms, told_at_ms = NULL",
        (node, role, public, now_ms),
    )


def untold(conn: Connection) -> list[Device]:
    """Machines of which central does not know yet what this hub knows."""
    return [
        _device(row)
        for row in conn.execute(f"SELECT {_COLUMNS} FROM devices WHERE told_at_ms IS NULL ORDER BY node")  # noqa: S608 - constants only
    ]


def mark_told(conn: Connection, node: str, now_ms: int) -> None:
    """The fact about this machine is owed."""
    conn.execute("UPDATE devices SET told_at_ms = ? WHERE node = ?", (now_ms, node))


def take_back(conn: Connection, device: Device, now_ms: int) -> bool:
    """Take what central was told of a machine, unless this hub knows better since; gives whether it was news.

    What this hub told itself comes back unchanged. It is news to a machine that took a hub's place, and to a file that
    was restored to before the telling.
    """
    return bool(
        conn.execute(
            "INSERT INTO devices (node, role, public, state, enrolled_at_ms, told_at_ms) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (node) DO UPDATE SET role = excluded.role, public = excluded.public, state = excluded.state "
            "WHERE told_at_ms IS NOT NULL AND (public <> excluded.public OR state <> excluded.state)",
            (device.node, device.role, device.public, device.state, device.enrolled_at_ms, now_ms),
        ).rowcount
    )


def get(conn: Connection, node: str) -> Device | None:
    """One machine, or None."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM devices WHERE node = ?", (node,)).fetchone()  # noqa: S608 - constants only
    return None if row is None else _device(row)


def everyone(conn: Connection) -> list[Device]:
    """Every machine ever enrolled, by name."""
    return [_device(row) for row in conn.execute(f"SELECT {_COLUMNS} FROM devices ORDER BY node")]  # noqa: S608 - constants only


def seen(conn: Connection, last_seen_ms: dict[str, int]) -> None:
    """Write down when each was last heard; called once per heartbeat and not per request."""
    conn.executemany(
        "UPDATE devices SET last_seen_ms = ? WHERE node = ?", [(at_ms, node) for node, at_ms in last_seen_ms.items()]
    )


def _device(row: tuple[str, str, str, str, int, int | None]) -> Device:
    return Device(node=row[0], role=row[1], public=row[2], state=row[3], enrolled_at_ms=row[4], last_seen_ms=row[5])
