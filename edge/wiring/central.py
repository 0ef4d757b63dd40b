"""Builds central, the profile service, and does at its folder what only its own machine may do: trust hubs, add staff."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from central.api import create_app
from central.app.add_staff import add_staff
from central.app.build import build
from central.app.central import Central
from central.app.enrol_node import enrol
from central.app.replace_hub import EpochChosen, choose_epoch, replace_hub
from central.app.show_hubs import read_hubs
from central.app.upkeep import Upkeep
from central.errors import CentralError
from central.settings import CentralSettings
from edge.domain.clock import SystemClock
from edge.domain.errors import Refusal
from edge.settings import load
from edge.wiring.before_serving import serve_alone
from edge.wiring.logs import log_json
from edge.wiring.randomness import system_rng
from edge.wiring.serve import Running, serve

SETTINGS = "central.toml"


def run_central(folder: Path, given: dict[str, Any]) -> None:
    """Serve central from its folder until it is told to stop."""
    settings = _settings(folder, given)
    if settings.database == "sqlite":
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        serve_alone(folder)
    log_json("central")

    def built() -> Running:
        central = build(settings, SystemClock(confirmed=True), system_rng)
        upkeep = Upkeep(central)

        def stop() -> None:
            upkeep.stop()
            central.close()

        return Running(create_app(central), start=upkeep.start, stop=stop)

    serve(built, settings.host, settings.port)


def prepare_central(folder: Path) -> str:
    """Make central's books and keys if they are not there; gives its public key, which hubs are configured with."""
    with opened_central(folder) as central:
        return central.public_key


def trust_hub_at(folder: Path, *, store: str, node: str, public: str) -> None:
    """Let this hub speak for its store from now on. Central may be running meanwhile."""
    with opened_central(folder) as central:
        enrol(central, role="hub", node=node, store=store, public_text=public)


def add_staff_at(folder: Path, *, store: str, staff_id: str, name: str, role: str, pin: str) -> str:
    """Add a person to a store's signed list of staff, or replace her entry; says what was done."""
    if not (pin.isascii() and pin.isdigit() and len(pin) == 6):
        raise click.ClickException("a PIN is six digits")
    with opened_central(folder) as central:
        add_staff(central, store, staff_id, name, role=role, pin=pin)
    return f"{role} {staff_id} may sign in at {store} once its hub has heard of it"


def give_place_away(folder: Path, *, store: str, node: str, stolen: bool) -> list[str]:
    """What to type on the new machine. Central may be running meanwhile."""
    with opened_central(folder) as central:
        given = replace_hub(central, store, node, stolen=stolen)
        url = central.settings.signed_as
    if isinstance(given, Refusal):
        raise click.ClickException(f"no hub of {store} is called {node}")
    typed = f"storefloor claim --at hub --central {url} --central-key {given.central_public_key}"
    return [
        f"{node} of {store} is put aside: it hands nothing over from now on.",
        "On the new machine, within 15 minutes:",
        f"  {typed} --store {store} --id {node} --code {given.code}",
    ]


def settle(folder: Path, *, store: str, node: str, epoch: str | None) -> list[str]:
    """Every epoch of this hub, after the one named was said to go on."""
    with opened_central(folder) as central:
        hubs = [hub for hub in read_hubs(central, store).hubs if hub.node == node]
        if not hubs:
            raise click.ClickException(f"no hub of {store} is called {node}")
        if epoch is not None:
            chosen = choose_epoch(central, store, EpochChosen(node=node, term=hubs[0].term, epoch=epoch))
            if isinstance(chosen, Refusal):
                raise click.ClickException(f"{node} of {store} was never heard under epoch {epoch}")
            hubs = [hub for hub in read_hubs(central, store).hubs if hub.node == node]
    return [f"term {each.term} epoch {each.epoch}: {each.place}" for each in hubs[0].epochs]


def _settings(folder: Path, given: dict[str, Any]) -> CentralSettings:
    return load(CentralSettings, folder / SETTINGS, directory=str(folder), **given)


@contextmanager
def opened_central(folder: Path) -> Iterator[Central]:
    """Central's books and keys, for a command at its folder; closed at the end of the block. Raises click.ClickException."""
    try:
        central = build(_settings(folder, {}), SystemClock(confirmed=True), system_rng)
        try:
            yield central
        finally:
            central.close()
    except CentralError as error:
        raise click.ClickException(str(error)) from error
