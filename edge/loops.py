"""The hub's loops: push what is owed, pull what changed, beat, look after the second disk. Each is a thread without end.

What goes wrong in a turn is counted and logged, and the next turn comes after a random wait; a thing that goes is said
once, and once when it is back. After an outage push goes before pull.
"""

import threading
from collections import Counter
from collections.abc import Callable

import msgspec
import structlog

from edge.app.accept_order import accept_waiting
from edge.app.answer_question import answer_due
from edge.app.apply_changes import read_unread_again
from edge.app.apply_copies import drop_unused_keys
from edge.app.board import read_line
from edge.app.compare_digest import compare_when_due
from edge.app.forget import forget
from edge.app.hub import Hub
from edge.app.keep_audit import SIGN_EVERY_MS, sign_head
from edge.app.keep_backup import AFTER_FAILURE_S, LOOK_S, Looked, look_after_second_disk
from edge.app.keep_files import FileWatch
from edge.app.keep_line import (
    confirm_time,
    note_beat,
    note_push_trouble,
    note_refused,
    note_start,
    tell_line,
    write_down_time,
)
from edge.app.keep_promises import Promised, keep_promises
from edge.app.keep_room import Kept, keep_room
from edge.app.put_aside import hear_place, note_superseded
from edge.app.read_truth import read_truth
from edge.app.recover import Step, notice_old_file, recover
from edge.app.standing import on_the_line
from edge.app.tell_devices import tell_devices
from sync import outbox
from sync.backoff import delay_after_ms
from sync.errors import CursorTooOld, PeerBusy, PeerRefusedUs, SupersededHub, SyncError
from sync.http_client import Peer
from sync.http_server import TimeNow
from sync.link import LinkState
from sync.pull import Standing
from sync.push import Pusher, push_round
from sync.waiting import Bell

log = structlog.get_logger("edge.loops")

PUSH_LOOK_S = 2.0
"""Every act rings the push loop; this is only how long a ring by another process can go unheard."""
WRITE_DOWN_MS = 10_000
"""How often the clock's floor is written: a box without a battery wakes up at most ten seconds in its past."""
FORGET_MS = 3_600_000
"""How often retention is looked after; everything forgotten is kept for at least a day."""
PROMISE_MS = 30_000
"""How often promises are looked at: what will be missed is said within half a minute of being seen."""
PUSH_FIRST_S = 10.0
"""How long a pull waits for the push after an outage; a peer that takes nothing must not keep truth from coming down."""
SUPERSEDED_WAIT_S = 10.0
"""A hub that was put aside asks for its orders so often again: a person may decide that it goes on."""
DIGEST_LOOK_S = 60.0
"""How often the loop that compares looks whether a day is over."""
JOIN_S = 0.5
"""The server gives a stop two seconds in all; a loop in a long poll ends with the process, its file closed under it."""


class Peers(msgspec.Struct, frozen=True, kw_only=True):
    """Central as each loop speaks to it: a beat must fail quickly, a poll may wait."""

    beat: Peer
    push: Peer
    pull: Peer


class Loops:
    """Start and stop the loops of one hub. `counts` says how many turns went how, per loop."""

    def __init__(self, hub: Hub, peers: Peers, *, heartbeat_s: float, poll_wait_s: float, batch_rows: int) -> None:
        self.counts: Counter[str] = Counter()
        self._hub = hub
        self._peers = peers
        self._heartbeat_s = heartbeat_s
        self._poll_wait_s = poll_wait_s
        self._pusher = Pusher(
            db=hub.state,
            peer=peers.push,
            now_ms=hub.clock.now_ms,
            rng=hub.rng,
            on_incident=lambda tx, incident: note_push_trouble(hub, tx, incident),
            standing=on_the_line,
            batch_rows=batch_rows,
        )
        self._stopping = threading.Event()
        self._line_is_up = Bell()
        self._pushed = threading.Event()
        self._written_ms = self._forgot_ms = self._promises_ms = -FORGET_MS
        self._promised = Promised()
        self._signed_ms = hub.clock.monotonic_ms()
        self._owed_told = -1
        self._looked_back = False
        self._files = FileWatch(hub)
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start all three, after looking whether this version understands more than the last."""
        for feed in read_unread_again(self._hub):
            log.info("feed is read again", feed=feed)
        drop_unused_keys(self._hub)
        accept_waiting(self._hub)  # a plug pulled between an order's page and its accept
        note_start(self._hub)
        turns = {
            "beat": self._beat,
            "push": self._push,
            "pull": self._pull,
            "disk": self._disk,
            "digest": self._digest,
        }
        for name, turn in turns.items():
            thread = threading.Thread(target=self._run, args=(name, turn), name=f"hub-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Ask all three to end and wait a moment for them."""
        self._stopping.set()
        self._line_is_up.ring()
        self._hub.bell.ring()
        for thread in self._threads:
            thread.join(JOIN_S / len(self._threads))

    def _run(self, name: str, turn: Callable[[], float]) -> None:
        """Turn after turn: a turn gives the seconds to wait before the next."""
        failures, said = 0, set[type[Exception]]()
        while not self._stopping.is_set():
            heard = self._line_is_up.heard()
            wakes = name != "beat"
            try:
                wait_s = turn()
                if failures:
                    log.info("loop is back", loop=name, failures=failures)
                failures = 0
                said.clear()
                self.counts[f"{name}.done"] += 1
            except Exception as error:  # noqa: BLE001 - a loop outlives whatever one turn of it meets
                self.counts[f"{name}.{type(error).__name__}"] += 1
                if type(error) not in said:
                    self._say(name, error)
                said.add(type(error))
                failures = 1 if isinstance(error, SyncError) and error.settled else failures + 1
                wait_s = delay_after_ms(error, failures, self._hub.rng) / 1000
                wakes = wakes and not isinstance(error, PeerBusy)  # the time a peer names is its own, line or no line
            if failures and wakes:
                self._line_is_up.wait(heard, wait_s)  # woken early by the beat that finds the line again
            else:
                self._stopping.wait(wait_s)

    def _say(self, name: str, error: Exception) -> None:
        expected = isinstance(error, SyncError)
        log.warning("loop failed", loop=name, error=type(error).__name__, exc_info=not expected)
        if isinstance(error, PeerRefusedUs):
            note_refused(self._hub, error.reason)

    def _beat(self) -> float:
        hub = self._hub
        try:
            with hub.state.reading() as conn:
                owed, standing = outbox.owed(conn).per_lane, on_the_line(conn)
            asked = f"/v1/time?owed={owed[0]},{owed[1]},{owed[2]}{standing.query}"
            now = self._peers.beat.get(asked, TimeNow)
            confirm_time(hub, now.now_ms)
            hear_place(hub, now.superseded)
            passed = True
        except SyncError:
            passed = False
        self._say_line(note_beat(hub, passed=passed))
        self._look_after()
        return self._heartbeat_s

    def _say_line(self, changed: LinkState | None) -> None:
        if changed is LinkState.UP:
            log.info("line is up")
            self._line_is_up.ring()
            self._hub.bell.ring()
        elif changed is LinkState.CUT:
            log.warning("line is cut")
            self._pushed.clear()

    def _look_after(self) -> None:
        """What is due by time and not by an act: what screens say is owed, the clock's floor, retention."""
        hub, now_ms = self._hub, self._hub.clock.monotonic_ms()
        tell_devices(hub)
        if stated := answer_due(hub):
            log.info("questions answered as their orders state", questions=stated)
        kept = keep_room(hub)
        if kept != Kept():
            log.warning("room on the disk", gone=kept.gone, ballast=kept.ballast)
        owed = read_line(hub).owed
        if owed != self._owed_told:
            self._owed_told = owed
            tell_line(hub)
        if now_ms - self._written_ms >= WRITE_DOWN_MS:
            self._written_ms = now_ms
            write_down_time(hub)
        if now_ms - self._signed_ms >= SIGN_EVERY_MS:
            self._signed_ms = now_ms
            sign_head(hub)
        if now_ms - self._promises_ms >= PROMISE_MS and hub.clock.confirmed():
            self._promises_ms = now_ms
            said = keep_promises(hub, self._promised)
            if said.renewed or said.reminded:
                log.info("promises", renewed=said.renewed, reminded=said.reminded)
        if now_ms - self._forgot_ms >= FORGET_MS and hub.clock.confirmed():
            self._forgot_ms = now_ms
            gone = forget(hub)
            log.info("forgot", names=gone.names, orders=gone.orders, facts=gone.facts, sightings=gone.sightings)

    def _push(self) -> float:
        heard = self._hub.bell.heard()
        report = push_round(self._pusher)
        self._pushed.set()
        if report.settled:
            log.info("pushed", settled=report.settled, flagged=report.flagged, unreadable=report.unreadable)
        if report.held_back:
            return PUSH_LOOK_S
        self._hub.bell.wait(heard, PUSH_LOOK_S)
        return 0.0

    def _pull(self) -> float:
        self._pushed.wait(PUSH_FIRST_S)
        with self._hub.state.reading() as conn:
            standing = on_the_line(conn)
        try:
            if self._finds_out(standing):
                return 0.0
            page = read_truth(self._hub, self._peers.pull, wait_s=self._poll_wait_s, standing=standing)
        except SupersededHub as aside:
            note_superseded(self._hub, aside.why, aside.since_ms)
            return SUPERSEDED_WAIT_S
        if isinstance(page, CursorTooOld):
            log.warning("feed began anew", feed=page.feed)
            return 0.0
        if page.rows:
            log.info("pulled", rows=len(page.rows))
        return page.come_back_ms / 1000

    def _finds_out(self, standing: Standing) -> bool:
        """Before anything is pulled: a hub whose file is old learns what it did; True when it just did a step of that."""
        if not self._looked_back:
            if notice_old_file(self._hub, self._peers.pull, standing):
                log.warning("the file of this hub is an old one")
            self._looked_back = True
        step = recover(self._hub, self._peers.pull, standing)
        if step is not Step.NOTHING:
            log.info("recovering", step=step.value)
        return step is not Step.NOTHING

    def _digest(self) -> float:
        found = compare_when_due(self._hub, self._peers.push)
        if found is not None:
            log.info("compared", facts=found.facts, feeds=found.feeds, differing=len(found.differing))
        return DIGEST_LOOK_S

    def _disk(self) -> float:
        self._files.look()
        looked = look_after_second_disk(self._hub)
        if looked is not Looked.NOTHING:
            log.info("second disk", found=looked.value)
        return AFTER_FAILURE_S if looked is Looked.FAILED else LOOK_S
