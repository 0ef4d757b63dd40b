"""Sends what is owed, oldest first, lane 0 first, and believes nothing but receipts.

Batches of one origin follow one another: the next is taken only after the receipts of the last were committed.
"""

from msgspec import Struct

from sync import outbox
from sync.db import Connection
from sync.delivery import (
    Incident,
    Load,
    OnIncident,
    Pushed,
    Pusher,
    PushOutcome,
    Trouble,
    count_refusal,
    load_of,
    push_once,
    send,
)
from sync.envelope import Receipt, Verdict
from sync.errors import BadWire, PeerBusy, PeerFailed, PeerUnreachable, SyncError
from sync.outbox import OwedOrigin

# Whoever pushes takes everything from here.
__all__ = [
    "Incident",
    "OnIncident",
    "PushOutcome",
    "Pusher",
    "RoundReport",
    "Trouble",
    "push_once",
    "push_round",
]

#: One fork renews all lanes. A peer that calls a fresh epoch forked as well is out of its mind, and must not make us fill
#: our file with epochs and a person's page with incidents; the next round comes after the loop's wait.
EPOCHS_PER_ROUND = 1

#: After these an origin waits for the next round; all others go on.
_HOLDS_BACK = (PushOutcome.ROW_REFUSED, PushOutcome.HELD_BACK)


class RoundReport(Struct, frozen=True):
    """One round over all origins: receipts by verdict, rows given up, origins that are held back."""

    settled: int = 0
    flagged: int = 0
    unreadable: int = 0
    held_back: int = 0
    given_up: int = 0


def push_round(pusher: Pusher) -> RoundReport:
    """Send until nothing is owed or every origin left is held back. Raises PeerUnreachable, BadWire, PeerRefusedUs.

    After each batch the order is asked for again, so a handover never waits behind telemetry. An origin whose push goes
    unanswered again and again is set aside for the round, in which every other one may then send once.
    """
    return _Round(pusher).run()


class _Round:
    """One walk over all origins that owe."""

    def __init__(self, pusher: Pusher) -> None:
        self._pusher = pusher
        self._held_back: set[int] = set()
        self._receipts: list[Receipt] = []
        self._given_up = 0
        self._epochs = 0
        self._doubted: PeerUnreachable | BadWire | None = None

    def run(self) -> RoundReport:
        """Walk until nothing is left to send. An error says how much was settled before it."""
        try:
            return self._walk()
        except SyncError as error:
            error.settled = len(self._receipts)
            raise

    def _walk(self) -> RoundReport:
        load = self._first()
        while load is not None and self._epochs <= EPOCHS_PER_ROUND:
            try:
                pushed = send(self._pusher, load, self._next)
            except PeerBusy:
                raise
            except (PeerUnreachable, BadWire) as error:
                self._set_aside(load, error)
                load = self._first()
                continue
            self._note(load, pushed)
            load = pushed.following or self._first()
        if self._doubted is not None and not self._receipts:
            raise self._doubted
        verdicts = [receipt.verdict for receipt in self._receipts]
        return RoundReport(
            settled=len(verdicts),
            flagged=verdicts.count(Verdict.FLAGGED),
            unreadable=verdicts.count(Verdict.UNREADABLE),
            held_back=len(self._held_back),
            given_up=self._given_up,
        )

    def _set_aside(self, load: Load, error: PeerUnreachable | BadWire) -> None:
        alone = len(load.batch.rows) == 1
        doubted = self._pusher.pace.unanswered(load.origin.number, len(load.batch.rows))
        if not doubted or self._doubted is not None:
            raise error
        self._doubted = error
        self._held_back.add(load.origin.number)
        if alone and isinstance(error, PeerFailed) and error.proven:
            self._note(load, count_refusal(self._pusher, load, error.status, is_sure=False))

    def _note(self, load: Load, pushed: Pushed) -> None:
        self._receipts.extend(pushed.receipts)
        self._given_up += pushed.outcome is PushOutcome.ROW_GIVEN_UP
        self._epochs += pushed.outcome is PushOutcome.NEW_EPOCH
        if pushed.outcome in _HOLDS_BACK:
            self._held_back.add(load.origin.number)

    def _first(self) -> Load | None:
        with self._pusher.db.reading() as conn:
            if self._choose(conn) is None:
                return None
        with self._pusher.db.writing() as tx:
            return self._next(tx)

    def _next(self, tx: Connection) -> Load | None:
        origin = self._choose(tx)
        if origin is None:
            return None
        if self._doubted is not None:
            self._held_back.add(origin.number)
        return load_of(self._pusher, tx, origin)

    def _choose(self, conn: Connection) -> OwedOrigin | None:
        now_ms = self._pusher.now_ms()
        for origin in outbox.owed_origins(conn):
            if self._pusher.pace.rests(origin.number, now_ms):
                self._held_back.add(origin.number)
            if origin.number not in self._held_back:
                return origin
        return None
