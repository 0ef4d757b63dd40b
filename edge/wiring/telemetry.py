"""A kiosk's own facts: how visits ended and how wrong its clock was. Kept in its outbox, pushed to the hub by one thread."""

import threading

import structlog

from edge.domain.clock import SystemClock
from edge.domain.fact_base import Fact, at_of
from edge.domain.facts import ClockCorrected, KioskVisitEnded, VisitEnd, encode
from edge.domain.ids import event_id
from edge.wiring.randomness import system_rng
from sync import outbox, quota
from sync.backoff import delay_after_ms
from sync.db import Database
from sync.errors import OutboxFull, SyncError
from sync.http_client import Peer
from sync.http_server import TimeNow
from sync.push import Incident, Pusher, push_round

PUSH_EVERY_S = 2.0
"""Telemetry waits for nobody; two seconds keep a drained kiosk from asking all the time."""

log = structlog.get_logger("edge.wiring.kiosk")


class Telemetry:
    """Facts of lane 2 and no others: what moves goods or carts is asked of the hub."""

    def __init__(self, state: Database, node: str, clock: SystemClock, hub: Peer) -> None:
        self._state = state
        self._node = node
        self._clock = clock
        self._hub = hub
        self._pusher = Pusher(db=state, peer=hub, now_ms=clock.now_ms, rng=system_rng, on_incident=_say)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kiosk-push", daemon=True)

    def ended(self, how: str, seconds: int) -> None:
        """Record the end of one visit: how and how long, never who or what."""
        at = at_of(self._clock)
        self._record(KioskVisitEnded(actor=self._actor, at=at, how=VisitEnd(how), seconds=seconds))

    def start(self) -> None:
        """Begin to push."""
        self._thread.start()

    def stop(self) -> None:
        """End after the turn in progress, and close the file."""
        self._stopping.set()
        self._thread.join(PUSH_EVERY_S)
        self._state.close()

    @property
    def _actor(self) -> str:
        return f"kiosk:{self._node}"

    def _run(self) -> None:
        failures, wait_s = 0, PUSH_EVERY_S
        while not self._stopping.wait(wait_s):
            try:
                self._confirm_time()
                push_round(self._pusher)
                if failures:
                    log.info("hub is back")
                failures, wait_s = 0, PUSH_EVERY_S
            except SyncError as error:
                failures += 1
                if failures == 1:
                    log.warning("hub is away", error=type(error).__name__)
                wait_s = PUSH_EVERY_S + delay_after_ms(error, failures, system_rng) / 1000

    def _confirm_time(self) -> None:
        """Take the hub's time once the hub has it confirmed itself; what was labelled before can then be corrected."""
        now = self._hub.get("/v1/time", TimeNow)
        if not now.confirmed:
            return
        is_first = not self._clock.confirmed()
        offset_ms = self._clock.confirm(now.now_ms)
        if is_first:
            boot = self._clock.boot_id
            self._record(ClockCorrected(actor=self._actor, at=at_of(self._clock), offset_ms=offset_ms, boot_id=boot))

    def _record(self, fact: Fact) -> None:
        """Owe it, or count what there is no room for; what is owed already makes room before that."""
        now_ms = self._clock.now_ms()
        with self._state.writing() as conn:
            quota.make_room(conn, now_ms)
            try:
                outbox.append(
                    conn,
                    lane=fact.LANE,
                    kind=fact.KIND,
                    subject=fact.subject or self._node,
                    data=encode(fact),
                    event_id=event_id(now_ms, system_rng),
                    occurred_at_ms=now_ms,
                    now_ms=now_ms,
                )
            except OutboxFull:
                quota.count_refused(conn)


def _say(_tx: object, incident: Incident) -> None:
    """A kiosk has no page for incidents; its log says it, and the hub's ops page shows the kiosk as silent."""
    log.error("push trouble", trouble=incident.trouble.value, origin=incident.origin, detail=incident.detail)
