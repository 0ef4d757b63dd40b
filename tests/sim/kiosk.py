"""A kiosk that writes down telemetry by itself and pushes it to whichever hub answers, through a line of its own."""

import random
from pathlib import Path
from typing import cast

from edge.domain.fact_base import At
from edge.domain.facts import KioskVisitEnded, encode
from edge.domain.facts_shop import VisitEnd
from edge.domain.ids import event_id
from sync import outbox, quota
from sync.db import Connection, Database
from sync.errors import PeerUnreachable, SyncError
from sync.http_client import Peer, Reply
from sync.push import Incident, Pusher, push_round
from tests.cast.office import STORE
from tests.sim.box import Box

ROOM_BYTES = 2**20


class Kiosk:
    """Its own file, its own epoch; `trouble` is the share of its requests that are lost before or after they counted."""

    def __init__(self, file: Path, dice: random.Random) -> None:
        self._dice = dice
        self._db = Database(file, migrations=(outbox.MIGRATIONS,))
        self.trouble = 0.2
        self.incidents: list[str] = []
        with self._db.writing() as conn:
            outbox.prepare(conn, store=STORE, node="K1", rng=dice.randbytes)
            quota.set_quota(conn, dice.choice((3_000, ROOM_BYTES)))

    def write_down(self, now_ms: int) -> str:
        """A visit ended; gives the fact's event_id."""
        event = event_id(now_ms, self._dice.randbytes)
        at = At(boot_id="kiosk-1", monotonic_ms=now_ms, confirmed=True)
        fact = KioskVisitEnded(actor="kiosk:K1", at=at, how=VisitEnd.idle, seconds=self._dice.randrange(90))
        with self._db.writing() as conn:
            quota.make_room(conn, now_ms)
            outbox.append(
                conn,
                lane=fact.LANE,
                kind=fact.KIND,
                subject="K1",
                data=encode(fact),
                event_id=event,
                occurred_at_ms=now_ms,
                now_ms=now_ms,
            )
        return event

    def push(self, box: Box) -> str:
        """One round of pushing to this hub; gives what stopped it, or "done"."""
        pusher = Pusher(
            db=self._db,
            peer=cast("Peer", _ToHub(self, box)),
            now_ms=box.clock.now_ms,
            rng=self._dice.randbytes,
            on_incident=self._note,
        )
        try:
            push_round(pusher)
        except SyncError as error:
            return type(error).__name__
        return "done"

    def owed(self) -> int:
        """Facts without a receipt."""
        with self._db.reading() as conn:
            return outbox.owed(conn).total

    def fate(self) -> str:
        """What happens to the next request."""
        return self._dice.choice(("request lost", "answer lost")) if self._dice.random() < self.trouble else "well"

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _note(self, _tx: Connection, incident: Incident, /) -> None:
        self.incidents.append(incident.trouble.value)


class _ToHub:
    def __init__(self, kiosk: Kiosk, box: Box) -> None:
        self._kiosk, self._box = kiosk, box

    def request(self, _method: str, _target: str, *, body: bytes = b"", **_more: object) -> Reply:
        fate = self._kiosk.fate()
        if fate == "request lost":
            raise PeerUnreachable(fate)
        reply = self._box.take_from_kiosk(body)
        if fate == "answer lost":
            raise PeerUnreachable(fate)
        return reply
