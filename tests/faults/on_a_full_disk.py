"""What a child process does on a disk of a few megabytes (`full_disk.c`); it prints what it saw as one JSON object.

`python -m tests.faults.on_a_full_disk WALK FOLDER`; the test that started it judges what was printed.
"""

import dataclasses
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.keep_room import keep_room, read_disk
from edge.domain.errors import Refusal
from edge.store import incidents
from sync import outbox
from sync.ballast import Ballast, BallastState
from sync.db import Database, OperationalError, is_full
from tests.cast.counter import KIM
from tests.cast.floor import Floor
from tests.exchange.rows import MORNING_MS, open_hub

MIB = 1024 * 1024
NOTE = b'"' + b"x" * 2_000 + b'"'
EVEN_LATER = 40


def owe(db: Database, name: str) -> bool:
    """One fact of two kilobytes; False when the disk was full."""
    try:
        with db.writing() as conn:
            outbox.append(
                conn, lane=0, kind="k", subject="s", data=NOTE, event_id=name, occurred_at_ms=0, now_ms=MORNING_MS
            )
    except OperationalError as error:
        if not is_full(error):
            raise
        return False
    return True


def fill(db: Database, prefix: str, owed: list[str]) -> None:
    """Owe until the disk says no; `owed` gets what was acknowledged."""
    for n in range(100_000):
        if not owe(db, f"{prefix}{n}"):
            return
        owed.append(f"{prefix}{n}")


def every_row(db: Database) -> list[str]:
    """The event_ids in the file, in the order of their numbers."""
    with db.reading() as conn:
        return [name for (name,) in conn.execute("SELECT event_id FROM outbox_rows ORDER BY origin, sequence")]


def lone(folder: Path) -> dict[str, object]:
    """Fill the disk with facts: the ballast carries some more, then each is refused until there is room again."""
    filler = folder / "filler"
    filler.write_bytes(bytes(MIB))
    db, ballast = open_hub(folder / "state.db"), Ballast(folder / "ballast", MIB)
    states = [ballast.keep()]
    db.on_full = ballast.free
    first, second, third = list[str](), list[str](), list[str]()
    fill(db, "a", first)
    states.append(ballast.state)
    fill(db, "b", second)
    refused = sum(not owe(db, f"c{n}") for n in range(20))
    filler.unlink()
    for n in range(EVEN_LATER):
        if owe(db, f"d{n}"):
            third.append(f"d{n}")
    held = every_row(db)
    db.close()
    again = open_hub(folder / "state.db")
    with again.reading() as conn:
        checked = conn.execute("PRAGMA integrity_check").fetchone()[0]
    seen = {
        "states": states,
        "carried_by_ballast": len(second),
        "refused": refused,
        "later": len(third),
        "acknowledged": first + second + third,
        "held": held,
        "held_after_restart": every_row(again),
        "integrity": checked,
    }
    again.close()
    return seen


def together(folder: Path) -> dict[str, object]:
    """Eight threads fill the disk in shared commits: what was acknowledged is exactly what is there."""
    db, acknowledged = open_hub(folder / "state.db"), list[list[str]]()
    for _ in range(8):
        acknowledged.append([])
    threads = [threading.Thread(target=fill, args=(db, f"t{i}-", acknowledged[i])) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = every_row(db)
    db.close()
    return {"acknowledged": sorted(name for each in acknowledged for name in each), "held": sorted(held)}


def at_the_desk(folder: Path) -> dict[str, object]:
    """The disk fills up while Kim hands over: no press fails, the ops page says it, and it is over when there is room."""
    floor = Floor(folder)
    ready = [floor.ready((place % 6, 1), shelf=f"A-{place}") for place in range(20)]
    with floor.hub.state._turns.alone():  # what comes now makes files larger
        floor.hub.state._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ballast = Ballast(folder / "ballast", 4 * MIB)
    ballast.keep()
    floor.hub = dataclasses.replace(floor.hub, ballast=ballast)
    floor.hub.state.on_full = ballast.free
    asked = [
        HandOverAsked(event_id=floor.press(), pass_text=floor.pass_of(order), labels=(staged.label,))
        for order, staged in ready
    ]
    filler = folder / "filler"
    filler.write_bytes(bytes(max(0, ballast.disk_free_bytes() - 60_000)))
    answers = [hand_over(floor.hub, one, actor=KIM, desk="1") for one in asked]
    freed = ballast.state
    keep_room(floor.hub)
    said, disk = open_incidents(floor), shown(floor)
    filler.unlink()
    keep_room(floor.hub)
    return {
        "handed_over": sum(isinstance(answer, HandedOver) for answer in answers),
        "refused": [answer.reason for answer in answers if isinstance(answer, Refusal)],
        "freed": freed,
        "incidents": said,
        "shown": disk,
        "after": ballast.state,
        "incidents_after": open_incidents(floor),
        "facts": len(floor.facts("pickup.handed_over")),
    }


def open_incidents(floor: Floor) -> list[str]:
    """Kinds of what a person should look at."""
    with floor.hub.state.reading() as conn:
        return [each.kind for each in incidents.waiting(conn)]


def shown(floor: Floor) -> str:
    """What the ops page says of the ballast."""
    with floor.hub.state.reading() as conn:
        return read_disk(floor.hub, conn).ballast


WALKS: dict[str, Callable[[Path], dict[str, object]]] = {"lone": lone, "together": together, "desk": at_the_desk}

if __name__ == "__main__":
    assert set(BallastState) == {"held", "freed"}
    sys.stdout.write(json.dumps(WALKS[sys.argv[1]](Path(sys.argv[2]))))
