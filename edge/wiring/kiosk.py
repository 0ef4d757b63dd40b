"""Builds a kiosk: the shopper's screen on localhost, a client of the hub, and an outbox that carries telemetry only."""

from pathlib import Path
from typing import Any

import kiosk_ui.kiosk
import kiosk_ui.signage
from devices.scanner_keyboard import read_keyboard_scan
from edge.domain.clock import SystemClock
from edge.gateway.hub import HubClient
from edge.gateway.known_hub import HubPeer, KnownHub, ask_for_introduction
from edge.settings import KioskSettings, load
from edge.wiring.before_serving import serve_alone
from edge.wiring.keys import node_key
from edge.wiring.logs import log_json
from edge.wiring.randomness import system_rng
from edge.wiring.serve import Running, serve
from edge.wiring.telemetry import Telemetry
from sync import outbox
from sync.db import Database
from sync.http_client import Peer, Timeouts
from sync.signing import Signer, parse_public

SETTINGS = "kiosk.toml"
STATE_FILE = "state.db"

WHILE_SOMEBODY_WAITS = Timeouts(connect_s=1.0, read_s=2.0)
"""Three seconds after a press the screen must have said something (architecture.md, section 3)."""


def run_kiosk(folder: Path, given: dict[str, Any]) -> None:
    """Serve the kiosk whose folder this is until told to stop."""
    settings = load(KioskSettings, folder / SETTINGS, **given)
    serve_alone(folder)
    log_json("kiosk")
    serve(lambda: build_kiosk(folder, settings), settings.host, settings.port)


def build_kiosk(folder: Path, settings: KioskSettings) -> Running:
    """Everything a kiosk is, ready to be served."""
    clock = SystemClock()
    signer = Signer(node_key(folder, "kiosk").private, f"kiosk:{settings.store}/{settings.node}", system_rng)
    state = Database(folder / STATE_FILE, migrations=(outbox.MIGRATIONS,))
    with state.writing() as conn:
        outbox.prepare(conn, store=settings.store, node=settings.node, rng=system_rng)
    known = _known_hub(folder, settings, clock)

    def peer(timeouts: Timeouts) -> Peer:
        return HubPeer(settings.hub_url, known, now_ms=clock.now_ms, signer=signer, timeouts=timeouts)

    hub = HubClient(peer(WHILE_SOMEBODY_WAITS))
    telemetry = Telemetry(state, settings.node, clock, peer(Timeouts()))
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


def _known_hub(folder: Path, settings: KioskSettings, clock: SystemClock) -> KnownHub:
    unproven = Peer(settings.hub_url, now_ms=clock.now_ms, timeouts=WHILE_SOMEBODY_WAITS)
    return KnownHub(
        folder,
        store=settings.store,
        configured=parse_public(settings.hub_public_key),
        central_public=parse_public(settings.central_public_key) if settings.central_public_key else None,
        introduced=lambda: ask_for_introduction(unproven),
        monotonic_ms=clock.monotonic_ms,
    )
