"""Builds the stand-in phone: the drawer of phones in a folder, served as one small web application."""

from pathlib import Path
from typing import Any

from central.shopper_app import Phones, PhoneSettings, create_app
from edge.domain.clock import SystemClock
from edge.settings import load
from edge.wiring.logs import log_json
from edge.wiring.randomness import system_rng
from edge.wiring.serve import Running, serve

SETTINGS = "phone.toml"


def run_phone(folder: Path, given: dict[str, Any]) -> None:
    """Serve the phones that lie in `folder` until told to stop."""
    settings = load(PhoneSettings, folder / SETTINGS, **given)
    log_json("phone")

    def built() -> Running:
        return Running(create_app(Phones(folder, settings, SystemClock().now_ms, system_rng)))

    serve(built, settings.host, settings.port)
