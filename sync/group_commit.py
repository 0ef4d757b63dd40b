"""Lets writers that come at the same moment share one COMMIT, so that a slow disk is waited for once and not once each.

The first member of a group opens the transaction, every later one writes inside a savepoint of its own, and each is let
go only after the group's COMMIT: an answer is never given for what a power cut could still take. What a member wrote is
seen by the members after it and by nobody else; all of them commit together or none does. A lone writer pays nothing:
no savepoint, no waiting.
"""

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

#: A group is closed at this many members, and this long after its first was done: nobody waits for an endless row of
#: others. 64 is every thread a hub serves with.
MEMBERS_MOST = 64
OPEN_MOST_S = 0.02

#: How long the last member waits for those who shared the group before: as long as the last COMMIT took, because waiting
#: as long as the thing saved would have cost is at most twice the cost of knowing the future. Never longer than this.
GATHER_MOST_S = 0.01

#: How long the size of the last group says anything about the next. Writers that come back come within milliseconds.
EXPECT_S = 0.05

#: A member that left its write to one who had already asked for the turn looks after it itself if that one never came.
LOOK_S = 0.05


class Transactional(Protocol):
    """What is needed of the one writing connection."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        ...

    def execute(self, sql: str, /) -> object:
        """Run one statement."""
        ...


class Group:
    """The members of one open transaction. Touched only by whoever has the turn; `error` is read after it.

    Each member that waits has a lock of its own in `waiting`, released when all is done: sixteen that wake up must not
    queue for one lock again.
    """

    __slots__ = ("error", "gather_until_s", "members", "open_until_s", "waiting")

    def __init__(self) -> None:
        self.members = 1
        self.open_until_s = 0.0
        self.gather_until_s = 0.0
        self.waiting: list[threading.Lock] = []
        self.error: Exception | None = None


class GroupCommit:
    """The turn to write on one connection. Each `enter` is followed by exactly one `leave` or `fail`, in its thread."""

    def __init__(self, conn: Transactional, on_commit: Callable[[], None]) -> None:
        """`on_commit` runs after each COMMIT, before any member goes on."""
        self._conn = conn
        self._on_commit = on_commit
        self._turn = threading.Lock()
        self._door = threading.Lock()
        self._arriving = 0
        self._group: Group | None = None
        self._expected = 1
        self._expected_until_s = 0.0
        self._commit_s = 0.0

    def enter(self) -> Group:
        """Wait for the turn and join the open transaction, or open one. Raises what the database raises."""
        with self._door:
            self._arriving += 1
        try:
            self._turn.acquire()
        finally:
            with self._door:
                self._arriving -= 1
        try:
            group = self._group
            if group is None:
                self._conn.execute("BEGIN IMMEDIATE")
                self._group = group = Group()
            else:
                self._conn.execute("SAVEPOINT member")
                group.members += 1
        except BaseException:
            self._turn.release()
            raise
        return group

    def leave(self, group: Group) -> None:
        """The member's block ended well: return once its group is committed; raises what COMMIT raised, in every member."""
        done = None
        try:
            if group.members > 1:
                self._conn.execute("RELEASE member")
            if wait_s := self._patience_s(group):
                done = threading.Lock()
                done.acquire()
                group.waiting.append(done)
            else:
                self._commit(group)
        except BaseException as error:
            self._lose(group, error)
            raise
        finally:
            self._turn.release()
        if done is not None:
            self._await(group, done, wait_s)
        if group.error is not None:
            raise copy.copy(group.error) from group.error

    def fail(self, group: Group, error: BaseException) -> None:
        """The member's block raised `error`: take back what it wrote, and nothing of the others."""
        try:
            if not self._conn.in_transaction:  # a full disk: SQLite has rolled all of it back by itself
                self._lose(group, error)
            elif group.members == 1:
                self._lose(group, None)
            else:
                self._conn.execute("ROLLBACK TO member")
                self._conn.execute("RELEASE member")
                if not self._arriving:
                    self._commit(group)
        except BaseException as worse:
            self._lose(group, worse)
            raise
        finally:
            self._turn.release()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the turn with no transaction open: what a group had written so far is committed first."""
        with self._turn:
            if self._group is not None:
                self._commit(self._group)
            yield

    def _patience_s(self, group: Group) -> float:
        """How long the transaction may stay open for others; 0.0 means commit it now."""
        if not self._arriving and group.members >= self._expected:
            return 0.0
        now_s = monotonic()
        group.open_until_s = group.open_until_s or now_s + OPEN_MOST_S
        if self._arriving:
            return LOOK_S if group.members < MEMBERS_MOST and now_s < group.open_until_s else 0.0
        if now_s >= self._expected_until_s:
            return 0.0
        group.gather_until_s = group.gather_until_s or now_s + min(self._commit_s, GATHER_MOST_S)
        return max(0.0, group.gather_until_s - now_s)

    def _commit(self, group: Group) -> None:
        began_s = monotonic()
        try:
            self._conn.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whatever COMMIT raised, every member of the group must hear it
            self._lose(group, error)
            return
        self._on_commit()
        self._group = None
        ended_s = monotonic()
        self._commit_s = ended_s - began_s
        self._expected = group.members + self._arriving
        self._expected_until_s = ended_s + EXPECT_S
        for done in group.waiting:
            done.release()

    def _lose(self, group: Group, error: BaseException | None) -> None:
        """Nothing of the group is kept: roll back what is still open and let every member raise."""
        if self._group is not group:
            return
        self._group = None
        if self._conn.in_transaction:
            self._conn.execute("ROLLBACK")
        if error is not None:
            group.error = error if isinstance(error, Exception) else RuntimeError("the committing thread was stopped")
        for done in group.waiting:
            done.release()

    def _await(self, group: Group, done: threading.Lock, wait_s: float) -> None:
        while not done.acquire(timeout=wait_s):
            with self._turn:
                if self._group is group:
                    self._commit(group)
