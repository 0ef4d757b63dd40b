"""The hub as one value: its files, its clock, the line, live events, and the people at its kiosks right now."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from edge.app.live import Live
from edge.app.visits import Visits
from edge.domain.clock import Clock
from edge.domain.ids import Rng, event_id
from edge.domain.truth import CentralAway, CentralRefused, Identified
from edge.store.databases import Files, open_files
from edge.store.sealed import PersonKeys
from edge.store.second_disk import BackupPlan, SecondDisk
from sync import quota
from sync.ballast import Ballast
from sync.db import Database
from sync.link import Link
from sync.replaceable import ReplaceableDatabase
from sync.signing import PrivateKey
from sync.waiting import Bell


class NodeClock(Clock, Protocol):
    """A clock that can be told the signed time."""

    def confirm(self, signed_now_ms: int) -> int:
        """Take a signed time as now; gives how far the label was off, in ms."""
        ...


class CentralReads(Protocol):
    """What the hub may ask central while somebody waits: short timeouts, an absent central is a value."""

    def identify(self, u1: str) -> Identified | CentralRefused | CentralAway:
        """Prove an app code of a shopper whose card is not here."""
        ...

    def shopper(self, identity: str) -> Identified | CentralRefused | CentralAway:
        """The card and the cart of somebody who was identified here, as they are now."""
        ...


@dataclass
class Pulled:
    """When the last page from central was applied, by the label clock; 0 before the first since this start."""

    at_ms: int = 0


@dataclass(frozen=True)
class Hub:
    """One store's hub. Use cases are functions `verb(hub, …)`; each act is one transaction in `state`."""

    store: str  # S001
    node: str  # H1
    files: Files
    clock: NodeClock
    rng: Rng
    central: CentralReads
    link: Link
    live: Live
    visits: Visits
    tag_pepper: bytes
    started_at_ms: int  # the label of this start: what was labelled later moves with it when time is confirmed
    heard: dict[str, int] = field(default_factory=dict)  # node → when a device was heard last; written at the heartbeat
    bell: Bell = field(default_factory=Bell)  # rung after every commit that owes something
    pulled: Pulled = field(default_factory=Pulled)
    public_key: str = ""  # ed25519:… of this machine; by it central's word about a hub is known to be about this one
    journal_key: PrivateKey | None = None  # signs the head of the journal of acts; None in a tool, which signs nothing
    journal_days: int = 1_095  # how long acts stay in the journal of acts
    ballast: Ballast | None = None  # given up when the disk is full; None where none is kept
    second_disk: SecondDisk | None = None  # backups and journal; None where none is set

    @property
    def state(self) -> Database:
        """What this hub owns or owes."""
        return self.files.state

    @property
    def replica(self) -> ReplaceableDatabase:
        """Copies of what others own."""
        return self.files.replica

    @property
    def keys(self) -> PersonKeys:
        """Keys of persons."""
        return self.files.keys

    @property
    def actor(self) -> str:
        """How this hub signs what it does by itself."""
        return f"hub:{self.node}"

    def new_id(self) -> str:
        """An event_id for something that starts here and not with a press."""
        return event_id(self.clock.now_ms(), self.rng)

    def close(self) -> None:
        """Close the files; nothing may be used afterwards."""
        if self.second_disk is not None:
            self.second_disk.stop()
        self.files.close()


def open_hub(
    folder: Path,
    *,
    store: str,
    node: str,
    clock: NodeClock,
    rng: Rng,
    central: CentralReads,
    backups: BackupPlan | None = None,
    public_key: str = "",
    journal_key: PrivateKey | None = None,
    journal_days: int = 1_095,
    ballast: Ballast | None = None,
    outbox_quota_bytes: int | None = None,
) -> Hub:
    """Open (or begin) the hub whose files lie in `folder`; with `backups` its journal catches up before this returns."""
    files = open_files(folder, store=store, node=node, rng=rng)
    now_ms = clock.now_ms()
    if ballast is not None:
        ballast.keep()
        files.state.on_full = ballast.free
    if outbox_quota_bytes is not None:
        with files.state.writing() as conn:
            quota.set_quota(conn, outbox_quota_bytes)
    second_disk = None
    if backups is not None:
        second_disk = SecondDisk(backups, folder, files.state, store=store, node=node, now_ms=clock.now_ms)
        second_disk.start()
    return Hub(
        store=store,
        node=node,
        files=files,
        clock=clock,
        rng=rng,
        central=central,
        link=Link(now_ms),
        live=Live(first=now_ms),
        visits=Visits(clock),
        public_key=public_key,
        journal_key=journal_key,
        journal_days=journal_days,
        tag_pepper=files.keys.pepper("tags"),
        started_at_ms=now_ms,
        second_disk=second_disk,
        ballast=ballast,
    )
