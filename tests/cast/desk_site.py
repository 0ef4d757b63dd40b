"""The hub's own site with the staff and ops screens, served over real HTTP on a free port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from devices.label import PdfLabelPrinter
from devices.qr import qr_svg
from edge.api import Trust, create_app
from kiosk_ui import design, ops, staff
from sync.nonces import NonceStore
from sync.signing import Signer
from tests.cast.counter import Counter


class Quiet(WSGIRequestHandler):
    """A server that keeps its requests to itself."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def desk_app(counter: Counter) -> Flask:
    """The application as wiring builds it, without its process."""
    signer = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)), "hub:S001/H1", counter.rng)
    trust = Trust(
        signer=signer,
        public_url="http://hub.test",
        nonces=NonceStore(counter.folder / "nonces.db", counter.clock.now_ms() // 1000),
    )
    screens = (design.blueprint(), staff.blueprint(counter.hub, qr_svg, PdfLabelPrinter()), ops.blueprint(counter.hub))
    return create_app(counter.hub, trust, screens)


@contextmanager
def served(counter: Counter) -> Iterator[str]:
    """The site's address while the block runs."""
    server = make_server("127.0.0.1", 0, desk_app(counter), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
