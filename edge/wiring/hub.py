"""Builds a store's hub: its files and clock, central as its peer, the screens it serves, and its loops."""

from pathlib import Path
from typing import Any

import kiosk_ui.design
import kiosk_ui.ops
import kiosk_ui.staff
from devices.qr import qr_svg
from edge.api import Trust, create_app
from edge.app.hub import Hub, open_hub
from edge.app.keep_files import say_set_aside
from edge.app.keep_line import clock_floor_ms
from edge.domain.clock import SystemClock
from edge.gateway.central import CentralClient
from edge.loops import Loops, Peers
from edge.settings import HubSettings, load
from edge.store.databases import open_state
from edge.wiring.before_serving import look_before_serving
from edge.wiring.keys import node_key
from edge.wiring.labels import label_printer
from edge.wiring.logs import log_json
from edge.wiring.places import keep_statement
from edge.wiring.randomness import system_rng
from edge.wiring.second_disk import backup_plan
from edge.wiring.serve import Running, serve
from sync.ballast import Ballast
from sync.http_client import Peer, Timeouts
from sync.nonces import NonceStore
from sync.signing import PrivateKey, Signer, parse_public, public_bytes, public_text

SETTINGS = "hub.toml"
MIB = 1024 * 1024

WHILE_SOMEBODY_WAITS = Timeouts(connect_s=1.0, read_s=2.0)
"""A shopper stands before the screen: past three seconds it must have said something."""

BEAT = Timeouts(connect_s=1.0, read_s=2.0)
"""A beat that takes longer is a line that is not there."""


def run_hub(folder: Path, given: dict[str, Any]) -> None:
    """Serve the hub whose folder this is until told to stop."""
    settings = load(HubSettings, folder / SETTINGS, **given)
    look_before_serving(folder)
    log_json("hub")
    serve(lambda: build_hub(folder, settings), settings.host, settings.port)


def build_hub(folder: Path, settings: HubSettings) -> Running:
    """Everything a hub is, ready to be served."""
    key = node_key(folder, "hub").private
    state = open_state(folder)
    clock = SystemClock(floor_ms=clock_floor_ms(state))
    keep_statement(folder, state, public_text(public_bytes(key)))
    state.close()

    def central(timeouts: Timeouts) -> Peer:
        return _central(settings, key, clock, timeouts)

    hub = open_hub(
        folder,
        store=settings.store,
        node=settings.node,
        clock=clock,
        rng=system_rng,
        central=CentralClient(central(WHILE_SOMEBODY_WAITS)),
        public_key=public_text(public_bytes(key)),
        journal_key=key,
        journal_days=settings.journal_days,
        backups=backup_plan(settings),
        ballast=Ballast(folder / "ballast", settings.ballast_mb * MIB) if settings.ballast_mb else None,
        outbox_quota_bytes=settings.outbox_quota_mb * MIB,
    )
    say_set_aside(hub)
    loops = Loops(
        hub,
        Peers(beat=central(BEAT), push=central(Timeouts()), pull=central(Timeouts())),
        heartbeat_s=settings.heartbeat_s,
        poll_wait_s=settings.poll_wait_s,
        batch_rows=settings.push_batch,
    )

    def stop() -> None:
        loops.stop()
        hub.close()

    return Running(_app(hub, folder, settings, key), start=loops.start, stop=stop)


def _app(hub: Hub, folder: Path, settings: HubSettings, key: PrivateKey) -> Any:
    trust = Trust(
        signer=Signer(key, f"hub:{settings.store}/{settings.node}", system_rng),
        public_url=settings.signed_as,
        nonces=NonceStore(folder / "nonces.db", hub.clock.now_ms() // 1000),
    )
    screens = (
        kiosk_ui.design.blueprint(),
        kiosk_ui.staff.blueprint(hub, qr_svg, label_printer(settings)),
        kiosk_ui.ops.blueprint(hub),
    )
    return create_app(hub, trust, screens)


def _central(settings: HubSettings, key: PrivateKey, clock: SystemClock, timeouts: Timeouts) -> Peer:
    return Peer(
        settings.central_url,
        now_ms=clock.now_ms,
        signer=Signer(key, f"hub:{settings.store}/{settings.node}", system_rng),
        peer_public=parse_public(settings.central_public_key),
        via=settings.central_via or None,
        timeouts=timeouts,
    )
