"""Which parcel a label from the roll sticks on, and which number the next printed roll begins with."""

from edge.store import config
from sync.db import Connection

NEXT_KEY = "next_roll_serial"


def tie(conn: Connection, serial: int, order_id: str, parcel: int) -> None:
    """This label is on that parcel now, whatever it was on before."""
    conn.execute(
        "INSERT OR REPLACE INTO roll_labels (serial, order_id, parcel) VALUES (?, ?, ?)", (serial, order_id, parcel)
    )


def parcel_of(conn: Connection, serial: int) -> tuple[str, int] | None:
    """Order and number of the parcel with this label."""
    row = conn.execute("SELECT order_id, parcel FROM roll_labels WHERE serial = ?", (serial,)).fetchone()
    return None if row is None else (row[0], row[1])


def take_serials(conn: Connection, count: int, now_ms: int) -> range:
    """The numbers of the next `count` labels; nobody gets them again."""
    body = config.get(conn, NEXT_KEY)
    first = int(body) if body else 1
    config.put(conn, NEXT_KEY, str(first + count).encode(), now_ms)
    return range(first, first + count)
