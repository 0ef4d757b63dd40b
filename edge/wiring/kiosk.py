"""Builds a kiosk: the shopper's screen on localhost, a client of the hub, and an outbox that carries telemetry only."""

import threading
from pathlib import Path
from typing import Any

import structlog

import kiosk_ui.kiosk
import kiosk_ui.signage
from devices.scanner_keyboard import read_keyboard_scan
from edge.domain.clock import SystemClock
from edge.domain.fact_base import at_of
from edge.domain.facts import KioskVisitEnded, VisitEnd, encode
from edge.domain.ids import event_id
from edge.gateway.hub import HubClient
from edge.settings import KioskSettings, load
from edge.wiring.keys import node_key
from edge.wiring.logs import log_json
from edge.wiring.randomness import system_rng
from edge.wiring.serve import Running, serve
from sync import outbox
from sync.backoff import delay_after_ms
from sync.db import Database
from sync.errors import SyncError
from sync.http_client import Peer, Timeouts
from sync.push import Incident, Pusher, push_round
from sync.signing import Signer, parse_public

SETTINGS = "kiosk.toml"
STATE_FILE = "state.db"

WHILE_SOMEBODY_WAITS = Timeouts(connect_s=1.0, read_s=2.0)
"""Three seconds after a press the screen must have said something (architecture.md, section 3)."""

PUSH_EVERY_S = 2.0
"""Telemetry waits for nobody; two seconds keep a drained kiosk from asking all the time."""

log = structlog.get_logger("edge.wiring.kiosk")


def run_kiosk(folder: Path, given: dict[str, Any]) -> None:
    """Serve the kiosk whose folder this is until told to stop."""
    settings = load(KioskSettings, folder / SETTINGS, **given)
    log_json("kiosk")
    serve(lambda: build_kiosk(folder, settings), settings.host, settings.port)


def build_kiosk(folder: Path, settings: KioskSettings) -> Running:
    """Everything a kiosk is, ready to be served."""
    clock = SystemClock()
    signer = Signer(node_key(folder, "kiosk").private, f"kiosk:{settings.store}/{settings.node}", system_rng)
    state = Database(folder / STATE_FILE, migrations=(outbox.MIGRATIONS,))
    with state.writing() as conn:
        outbox.prepare(conn, store=settings.store, node=settings.node, rng=system_rng)
    hub = HubClient(_hub(settings, signer, clock, WHILE_SOMEBODY_WAITS))
    telemetry = Telemetry(state, settings.node, clock, _hub(settings, signer, clock, Timeouts()))
    kiosk = kiosk_ui.kiosk.Kiosk(
        settings=settings,
        clock=clock,
        rng=system_rng,
        hub=hub,
        visit_log=telemetry,
        read_scan=read_keyboard_scan,
    )
    app = kiosk_ui.kiosk.create_app(kiosk, [kiosk_ui.signage.blueprint(hub)])
    return Running(app, start=telemetry.start, stop=telemetry.stop)


def _hub(settings: KioskSettings, signer: Signer, clock: SystemClock, timeouts: Timeouts) -> Peer:
    public = parse_public(settings.hub_public_key)
    return Peer(settings.hub_url, now_ms=clock.now_ms, signer=signer, peer_public=public, timeouts=timeouts)


class Telemetry:
    """The kiosk's own facts: how visits ended. Kept in its outbox, pushed to the hub by a thread of its own."""

    def __init__(self, state: Database, node: str, clock: SystemClock, hub: Peer) -> None:
        self._state = state
        self._node = node
        self._clock = clock
        self._pusher = Pusher(db=state, peer=hub, now_ms=clock.now_ms, rng=system_rng, on_incident=_say)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kiosk-push", daemon=True)

    def ended(self, how: str, seconds: int) -> None:
        """Record the end of one visit: how and how long, never who or what."""
        fact = KioskVisitEnded(actor=f"kiosk:{self._node}", at=at_of(self._clock), how=VisitEnd(how), seconds=seconds)
        now_ms = self._clock.now_ms()
        with self._state.writing() as conn:
            outbox.append(
                conn,
                lane=fact.LANE,
                kind=fact.KIND,
                subject=self._node,
                data=encode(fact),
                event_id=event_id(now_ms, system_rng),
                occurred_at_ms=now_ms,
                now_ms=now_ms,
            )

    def start(self) -> None:
        """Begin to push."""
        self._thread.start()

    def stop(self) -> None:
        """End after the turn in progress, and close the file."""
        self._stopping.set()
        self._thread.join(PUSH_EVERY_S)
        self._state.close()

    def _run(self) -> None:
        failures, wait_s = 0, PUSH_EVERY_S
        while not self._stopping.wait(wait_s):
            try:
                push_round(self._pusher)
                if failures:
                    log.info("hub is back")
                failures, wait_s = 0, PUSH_EVERY_S
            except SyncError as error:
                failures += 1
                if failures == 1:
                    log.warning("hub is away", error=type(error).__name__)
                wait_s = PUSH_EVERY_S + delay_after_ms(error, failures, system_rng) / 1000


def _say(_tx: object, incident: Incident) -> None:
    """A kiosk has no page for incidents; its log says it, and the hub's ops page shows the kiosk as silent."""
    log.error("push trouble", trouble=incident.trouble.value, origin=incident.origin, detail=incident.detail)
