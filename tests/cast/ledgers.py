"""Every book of a running shop as text, to be laid side by side: before and after, with a cut and without one."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from edge.wiring.world import World
from tests.cast.shop import eventually, rows_of

Dump = dict[str, list[str]]

FILES = {"central": "central/central.db", "hub": "hub/state.db", "copies": "hub/replica.db", "kiosk": "kiosk/state.db"}

# They move while nobody does anything (when somebody was last heard, how far the clock has come), or keep the answer
# to a press, a no as well, so that the same press asked again is answered the same.
BESIDE_THE_BOOKS = {"central.nodes", "central.hub_epochs", "hub.devices", "hub.config", "hub.answers"}

# What may differ when the same things arrive a little later: when, after how many tries, in which order on a feed, and
# the seal of a person's field, which is never the same twice.
OF_THE_MOMENT = {
    "answered_at_ms",
    "at_ms",
    "changed_at_ms",
    "heard_at_ms",
    "received_at_ms",
    "sealed",
    "seq",
    "settled_at_ms",
    "skew_ms",
    "stored_at_ms",
    "told_at_ms",
    "tries",
}
GOODS_AND_MONEY = {
    "central": (
        "carts cart_lines wishes orders order_lines parcels parcel_units returns return_lines messages stock feeds"
        " feed_rows ledger"
    ),
    "hub": "pickups pickup_lines parcels parcel_units reservations stock_moves wishes returns return_lines outbox_rows",
    "copies": "carts stock",
}
TELEMETRY = 2
"""Lane 2 tells of the machines themselves, restarts among them; no goods and no money are in it."""
OF_MACHINES = {"clock.corrected", "device.enrolled", "hub", "journal.head", "store.promise"}
"""Which machine is which and how its clock was: written at a start, so with that start's time."""


def tables_of(file: Path) -> list[str]:
    """The tables of one book."""
    found = rows_of(file, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")
    return [str(name) for (name,) in found]


def everything(world: World) -> Dump:
    """Every row of every book, but for what is no book."""
    dump: Dump = {}
    for book, file in FILES.items():
        for table in tables_of(world.folder / file):
            if f"{book}.{table}" not in BESIDE_THE_BOOKS:
                rows = rows_of(world.folder / file, f'SELECT * FROM "{table}"')
                dump[f"{book}.{table}"] = sorted(map(repr, rows))
    return dump


def at_rest(world: World) -> Dump:
    """Everything, once every fact has its receipt and nothing moves any more."""
    eventually(lambda: knows_the_time(world), "the kiosk has its hub's time, and has said so")
    eventually(lambda: owes_nothing(world), "every fact has its receipt")
    seen: list[Dump] = [everything(world)]

    def rests() -> bool:
        seen.append(everything(world))
        return seen[-1] == seen[-2]

    eventually(rests, "the books come to rest")
    return seen[-1]


def changed(before: Dump, after: Dump) -> set[str]:
    """The tables that are not what they were."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def knows_the_time(world: World) -> bool:
    """The kiosk has written down by how much its clock was off, which it does a moment after its start."""
    return bool(rows_of(world.folder / FILES["kiosk"], "SELECT 1 FROM outbox_rows WHERE kind = 'clock.corrected'"))


def owes_nothing(world: World) -> bool:
    """Every row of the hub's and the kiosk's outbox has its receipt."""
    owed = "SELECT 1 FROM outbox_origins WHERE settled_sequence < last_sequence"
    return not any(rows_of(world.folder / FILES[book], owed) for book in ("hub", "kiosk"))


def goods_and_money(world: World) -> Dump:
    """What everybody has and owes, without the moments at which it arrived."""
    dump: Dump = {}
    for book, tables in GOODS_AND_MONEY.items():
        with closing(sqlite3.connect(f"file:{world.folder / FILES[book]}?mode=ro", uri=True)) as conn:
            conn.row_factory = sqlite3.Row
            for table in tables.split():
                rows = conn.execute(f'SELECT * FROM "{table}"')
                dump[f"{book}.{table}"] = sorted(_without_moments(map(dict, rows)))
    return dump


def _without_moments(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    for row in rows:
        if row.get("lane") != TELEMETRY and row.get("kind") not in OF_MACHINES:
            yield repr({name: _bare(value) for name, value in row.items() if name not in OF_THE_MOMENT})


def _bare(value: Any) -> Any:
    """A JSON body without its moments; anything else as it is."""
    if isinstance(value, bytes) and value[:1] in (b"{", b"["):
        return _strip(json.loads(value))
    return value


def _strip(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _strip(each) for name, each in value.items() if name not in OF_THE_MOMENT}
    return [_strip(each) for each in value] if isinstance(value, list) else value
