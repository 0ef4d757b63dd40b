"""The kiosk as wiring builds it: after a whole visit its files hold how it ended, and not one byte about her."""

from pathlib import Path

import msgspec
from flask import Flask

from edge.settings import KioskSettings
from edge.store import devices
from edge.wiring.keys import node_key
from edge.wiring.kiosk import build_kiosk
from sync.db import Database
from tests.cast.counter import GOODS, STORE
from tests.cast.kiosk_site import HUB_KEY, KioskSite, public_of


def test_shopping_never_touches_the_kiosks_disk(site: KioskSite, tmp_path: Path) -> None:
    folder = tmp_path / "kiosk"
    folder.mkdir()
    with site.hub.state.writing() as conn:
        devices.enrol(
            conn, node="K2", role="kiosk", public=node_key(folder, "kiosk").public_text, now_ms=site.clock.now_ms()
        )
    settings = KioskSettings(store=STORE, node="K2", hub_url=site.line.url, hub_public_key=public_of(HUB_KEY))
    running = build_kiosk(folder, settings)
    running.start()
    assert isinstance(running.app, Flask)
    browser = running.app.test_client()
    asked = {"Accept": "application/json", "Content-Type": "application/json"}
    scan = site.min_jun.qr(site.clock.now_ms())
    visit = msgspec.json.decode(browser.post("/scan", json={"scan": scan}, headers=asked).data)
    change = {key: value for key, value in site.change_fields(0, 4).items() if key != "here"}
    changed = msgspec.json.decode(browser.post("/cart/changes", json=change, headers=asked).data)
    browser.post("/orders", json={}, headers=asked)
    browser.get("/cart")
    browser.post("/wipe", json={"how": "finished"}, headers=asked)
    running.stop()

    secrets = [scan, visit["visit_id"], visit["cart"]["cart_id"], changed["event_id"], site.min_jun.identity, "김*준"]
    secrets += [text for place in (0, 1, 4) for text in (GOODS[place][1], GOODS[place][2], f"L1{place}")]
    secrets += [line["gtin"] for line in visit["cart"]["lines"]]
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert [text for text in secrets if text.encode() in written] == []
    state = Database(folder / "state.db")
    with state.reading() as conn:
        kinds = [row[0] for row in conn.execute("SELECT kind FROM outbox_rows")]
    state.close()
    assert set(kinds) <= {"kiosk.visit_ended"}
