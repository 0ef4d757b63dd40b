"""Runs under the fresh environment, away from the tree: serve the demo's whole world once, and look at every face."""

import sys
import urllib.request
from pathlib import Path

from edge.wiring.demo import begin
from edge.wiring.demo.shop import STORE
from edge.wiring.world import World, free_ports

FACES = {"central": ("/",), "hub": ("/staff", "/ops", "/healthz"), "kiosk": ("/",), "phone": ("/",)}


def look(url: str) -> None:
    """Load a page; anything but 200 raises."""
    with urllib.request.urlopen(url, timeout=30) as reply:
        assert reply.read(), url


def main() -> None:
    """Start, look, stop."""
    assert "site-packages" in str(sys.modules["edge.wiring.demo"].__file__)
    world = World(Path(sys.argv[1]), store=STORE, ports=free_ports())
    try:
        begin(world, print)
        for name, paths in FACES.items():
            for path in paths:
                look(world.processes.running[name].url + path)
    finally:
        world.stop()
    print("every process answered")


if __name__ == "__main__":
    main()
