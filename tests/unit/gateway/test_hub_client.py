"""What the kiosk hears from its hub: types, an expected no, and silence, which is also what every impostor amounts to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Response
from werkzeug.serving import make_server

from edge.domain.errors import Refusal
from edge.gateway.hub import Called, HubAway, HubClient, HubStatus, HubVisit, LineState
from sync.http_client import Peer, Timeouts
from sync.signing import Signer
from tests.cast.counter import STORE
from tests.cast.kiosk_site import HUB_KEY, KIOSK_KEY, KioskSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[KioskSite]:
    kiosk_site = KioskSite(tmp_path)
    yield kiosk_site
    kiosk_site.close()


@contextmanager
def impostor(status: int, body: bytes, media_type: str) -> Iterator[str]:
    """Somebody else who answers on the hub's address."""
    app = Flask("impostor")
    app.add_url_rule(
        "/<path:asked>",
        "any",
        lambda **_asked: Response(body, status, content_type=media_type),
        methods=["GET", "POST"],
    )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def client_at(site: KioskSite, address: str) -> HubClient:
    signer = Signer(KIOSK_KEY, f"kiosk:{STORE}/K1", site.counter.rng)
    public = HUB_KEY.public_key().public_bytes_raw()
    return HubClient(
        Peer(
            address,
            now_ms=site.clock.now_ms,
            signer=signer,
            peer_public=public,
            timeouts=Timeouts(connect_s=0.5, read_s=0.5),
        )
    )


def test_the_status_names_the_store_its_aisles_and_the_line(site: KioskSite) -> None:
    status = site.kiosk.hub.status()
    assert isinstance(status, HubStatus)
    assert (status.line, status.store.name["ko"], status.store.aisles) == (LineState.UP, "성수 플래그십", (1, 3, 5, 6))
    assert status.now_ms == site.clock.now_ms()


def test_the_same_event_id_opens_the_same_visit(site: KioskSite) -> None:
    event_id, code = site.counter.press(), site.min_jun.qr(site.clock.now_ms())
    first, second = (site.kiosk.hub.open_visit(event_id, code) for _ in range(2))
    assert isinstance(first, HubVisit)
    assert first == second


def test_a_wish_is_a_type_and_an_unknown_one_a_no(site: KioskSite) -> None:
    hub = site.kiosk.hub
    visit = hub.open_visit(site.counter.press(), site.min_jun.qr(site.clock.now_ms()))
    assert isinstance(visit, HubVisit)
    wish = hub.ask_order(visit.visit_id, site.counter.press(), ())
    assert isinstance(wish, Refusal)  # an order without lines
    assert hub.wish(site.counter.press()) == Refusal("unknown_wish")
    assert hub.visit("nobody") == Refusal("unknown_visit")


def test_closing_a_visit_forgets_it_at_the_hub(site: KioskSite) -> None:
    hub = site.kiosk.hub
    visit = hub.open_visit(site.counter.press(), site.min_jun.qr(site.clock.now_ms()))
    assert isinstance(visit, HubVisit)
    hub.close_visit(visit.visit_id)
    assert hub.visit(visit.visit_id) == Refusal("unknown_visit")
    hub.close_visit(visit.visit_id)


def test_a_call_twice_with_one_event_id_is_one_call(site: KioskSite) -> None:
    event_id = site.counter.press()
    calls = [site.kiosk.hub.call_staff(event_id, visit_id=None, screen="attract") for _ in range(2)]
    assert calls == [Called(call_id=event_id)] * 2


@pytest.mark.parametrize(
    "status,body,media_type",
    [
        (200, b"<html>Please accept the terms of this network</html>", "text/html"),
        (200, b"", "application/json"),
        (200, b'{"line":"up"}', "application/json"),
        (302, b"", "text/html"),
        (500, b"", "text/html"),
        (403, b"{}", "application/json"),
        (409, b'{"reason":"unknown_code"}', "application/problem+json"),
    ],
)
def test_whoever_cannot_sign_as_the_hub_is_silence(site: KioskSite, status: int, body: bytes, media_type: str) -> None:
    with impostor(status, body, media_type) as address:
        assert isinstance(client_at(site, address).status(), HubAway)
        assert isinstance(client_at(site, address).open_visit(site.counter.press(), "x"), HubAway)


def test_a_kiosk_that_was_never_enrolled_hears_nothing_it_could_show(site: KioskSite) -> None:
    stranger = HubClient(site.peer(key=Ed25519PrivateKey.from_private_bytes(b"s" * 32)))
    assert isinstance(stranger.status(), HubAway)


def test_a_cut_cable_is_silence_and_heals(site: KioskSite) -> None:
    site.line.cut()
    assert isinstance(site.kiosk.hub.status(), HubAway)
    site.line.restore()
    assert isinstance(site.kiosk.hub.status(), HubStatus)
