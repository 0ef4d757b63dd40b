"""The hub's second disk as the hub sees it: a journal that follows every commit, backups now and then, and whether it is there.

A disk that fails or hangs never stops the shop: it is left alone, said to be away, and caught up with when it is back.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec

from edge.store import backups, heard_rows
from edge.store.backups import BackedUp
from edge.store.journal import Begins, Journal
from sync.db import Database

PATIENCE_S = 2.0
"""How long one commit waits for the second disk. A clerk who waits longer presses again; a disk that needs longer is away."""

HOUR_MS = 3_600_000


class BackupPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Where the second disk is, how often a backup is made and how many are kept."""

    folder: Path
    every_h: int = 24
    keep: int = 7


class SecondDiskNow(msgspec.Struct, frozen=True, kw_only=True):
    """How the second disk is; `away` says what it answered when it last failed, None while it keeps up."""

    folder: str
    away: str | None
    backup_at_ms: int | None
    backups: int
    segment: int


class SecondDisk:
    """Backups and journal of one hub, as planned. `follow` is what state.db calls after each commit."""

    def __init__(
        self,
        plan: BackupPlan,
        hub_folder: Path,
        db: Database,
        *,
        store: str,
        node: str,
        now_ms: Callable[[], int],
    ) -> None:
        self.folder = plan.folder
        self.away: str | None = None
        self._hub_folder = hub_folder
        self._db = db
        self._now_ms = now_ms
        self._every_ms = plan.every_h * HOUR_MS
        self._keep = plan.keep
        self._journal = Journal(plan.folder, db, store=store, node=node)
        # One thread: what a hanging disk holds is this thread, and not the clerk's.
        self._hands = ThreadPoolExecutor(max_workers=1, thread_name_prefix="second-disk")
        self._stuck: Future[object] | None = None

    def start(self) -> None:
        """Open the journal and catch up; from then on every commit is followed. A disk that is away is only noted."""
        self._do(lambda: self._journal.open(self._now_ms()), PATIENCE_S * 10)
        self._db.after_commit = self.follow

    def follow(self) -> None:
        """Bring what was just committed to the second disk, before anybody is answered."""
        if self.away is None:
            self._do(self._journal.catch_up, PATIENCE_S)

    def try_again(self) -> bool:
        """Once the disk was away: open it again and catch up; True when it is there."""
        if self._stuck is not None and not self._stuck.done():
            return False
        self._stuck = None
        self.away = None
        self._do(lambda: self._journal.open(self._now_ms()), PATIENCE_S * 10)
        return self.away is None

    def back_up_if_due(self) -> BackedUp | None:
        """Make a backup when the last one is older than it should be, or the journal began anew; None when none is due."""
        if self.away is not None:
            return None
        newest = max(backups.numbers(self.folder), default=-1)
        if newest > self._journal.segment:  # `storefloor backup` made it beside the running hub
            self._begin(newest)
        newest_ms = backups.newest_at_ms(self.folder) or 0
        is_fresh = 0 <= self._now_ms() - newest_ms < self._every_ms
        return None if is_fresh and newest >= self._journal.segment else self.back_up()

    def back_up(self) -> BackedUp:
        """Make one now. Raises what `backups.make` raises; the journal goes on in its new segment all the same."""
        number = self._journal.segment
        if number <= max(backups.numbers(self.folder), default=-1):
            number = backups.next_number(self.folder)
            self._begin(number)
        if self.away is not None:
            raise OSError(self.away)
        heard = self._journal.heard()
        done = backups.make(self._hub_folder, self.folder, number, self._now_ms())
        backups.keep_newest(self.folder, self._keep)
        with self._db.writing() as conn:
            heard_rows.forget(conn, heard)
        return done

    def now(self) -> SecondDiskNow:
        """How it is, for a person."""
        known: list[int] = [] if self.away else backups.numbers(self.folder)
        return SecondDiskNow(
            folder=str(self.folder),
            away=self.away,
            backup_at_ms=backups.newest_at_ms(self.folder) if known else None,
            backups=len(known),
            segment=self._journal.segment,
        )

    def stop(self) -> None:
        """Follow no more."""
        self._db.after_commit = None
        self._hands.shutdown(wait=False, cancel_futures=True)
        if self._stuck is None:
            self._journal.close()

    def _begin(self, number: int) -> None:
        self._do(lambda: self._journal.begin_segment(number, Begins.BACKUP, self._now_ms()), PATIENCE_S * 10)

    def _do(self, work: Callable[[], object], patience_s: float) -> None:
        doing: Future[object] = self._hands.submit(work)
        try:
            doing.result(patience_s)
        except TimeoutError:
            self.away, self._stuck = f"no answer within {patience_s:g} s", doing
        except OSError as error:
            self.away = f"{type(error).__name__}: {error.strerror or error}"
