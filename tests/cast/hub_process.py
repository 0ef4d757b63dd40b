"""A hub as a real process on a folder that was prepared before, without any central: a store in the middle of a cut."""

import contextlib
import socket
from pathlib import Path

import requests

from edge.settings import HubSettings, write
from edge.wiring.keys import node_key
from edge.wiring.processes import Process
from tests.cast.counter import PIN, STORE


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class HubProcess:
    """`storefloor hub` on `folder`; it may be killed and started again as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        port, nobody = free_port(), free_port()
        key = node_key(folder, "hub")
        settings = HubSettings(
            store=STORE,
            central_url=f"http://127.0.0.1:{nobody}",
            central_public_key=key.public_text,
            port=port,
        )
        write(folder / "hub.toml", settings)
        self.url = f"http://127.0.0.1:{port}"
        self.process = Process("hub", ("hub", "--dir", str(folder)), self.url, folder / "hub.log")


class DeskOverWire:
    """Kim's screen, whose requests may get no answer; the sign-in survives the hub's restarts."""

    def __init__(self, hub_url: str) -> None:
        self._url = hub_url
        self._session = requests.Session()
        self._session.trust_env = False
        entered = self._session.post(
            f"{hub_url}/v1/staff/sign-in", json={"staff_id": "kim", "pin": PIN, "desk": "1"}, timeout=20
        )
        entered.raise_for_status()
        self._headers = {"X-CSRF-Token": str(entered.json()["csrf"])}

    def post(self, path: str, body: object) -> tuple[int, dict[str, object]] | None:
        """Status and answer, or None when no whole answer came: the hub may or may not have done it."""
        with contextlib.suppress(requests.RequestException, ValueError):
            reply = self._session.post(self._url + path, json=body, headers=self._headers, timeout=20)
            return reply.status_code, reply.json()
        return None

    def close(self) -> None:
        """Close the connections."""
        self._session.close()
