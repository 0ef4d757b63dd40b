"""The hub over HTTP as its callers use it: a kiosk's visit, a desk's day, facts passed on, events as they happen."""

import threading
from collections.abc import Iterator

import msgspec
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from edge.app.live import STREAMS_MAX
from edge.domain.fact_base import at_of
from edge.domain.facts import KioskVisitEnded, PickupReady, VisitEnd, encode
from sync.envelope import Envelope, Origin, schema_urn, sequence_text, write_time
from sync.wire import PushBody
from tests.cast.counter import STORE, gtin_of
from tests.cast.floor import Desk, Floor, Machine


@pytest.fixture
def app(floor: Floor) -> Flask:
    """The hub's HTTP."""
    return floor.app()


def test_a_visit_at_the_kiosk_from_code_to_bye(floor: Floor, app: Flask) -> None:
    floor.keeps(floor.ada, ("l1", 1, 2))
    kiosk = Machine(floor, app)
    press = floor.press()
    body = msgspec.json.encode({"event_id": press, "scan": floor.ada.code(floor.clock.now_ms())})
    opened = kiosk.ask("POST", "/v1/visits", body)
    assert (opened.status_code, opened.get_json()["visit_id"]) == (201, press)
    assert opened.headers["Cache-Control"] == "no-store"
    line = opened.get_json()["cart"]["lines"][0]
    change = {
        "event_id": floor.press(),
        "line": line["line"],
        "gtin": line["gtin"],
        "target_qty": 4,
        "line_version": line["line_version"],
        "seen_price_minor": line["price_minor"],
    }
    changed = kiosk.ask("POST", f"/v1/visits/{press}/changes", msgspec.json.encode(change))
    assert changed.get_json()["cart"]["lines"][0]["qty"] == 4
    wish = kiosk.ask("GET", f"/v1/wishes/{change['event_id']}").get_json()
    assert wish["state"] == "asked"
    assert kiosk.ask("DELETE", f"/v1/visits/{press}").status_code == 204
    assert kiosk.ask("GET", f"/v1/visits/{press}").status_code == 404


def test_a_desks_day_from_accept_to_return(floor: Floor, app: Flask) -> None:
    order = floor.order((1, 2), (0, 900))
    desk = Desk(floor, app, desk="2")
    at = f"/v1/pickups/{order.order_id}"
    assert desk.post(f"{at}/accept", {"event_id": floor.press()}).get_json()["reason"] == "no_stock"
    accepted = desk.post(f"{at}/accept", {"event_id": floor.press(), "vouched": True})
    assert accepted.get_json()["state"] == "accepted"
    picks = [
        {"event_id": floor.press(), "line": 1, "qty": 2, "gtin": gtin_of(1)},
        {"event_id": floor.press(), "line": 2, "qty": 899, "gtin": gtin_of(0)},
    ]
    assert desk.post(f"{at}/picks", {"picks": picks}).get_json()["picked_units"] == 901
    short = {"event_id": floor.press(), "line": 2, "qty": 1, "reason": "not_found"}
    assert desk.post(f"{at}/shorts", short).get_json()["short_units"] == 1
    staged = desk.post(f"{at}/parcels", {"event_id": floor.press(), "shelf": "A-1", "units": None}).get_json()
    assert (staged["state"], staged["parcel"], staged["units"]) == ("ready", 1, 901)
    body = {"event_id": floor.press(), "pass": floor.pass_of(order), "labels": [staged["label"]]}
    done = desk.post("/v1/handovers", body)
    assert (done.status_code, done.get_json()["state"]) == (200, "handed_over")
    assert desk.post("/v1/handovers", body).get_json() == done.get_json()
    line = {"order_id": order.order_id, "line": 1, "gtin": gtin_of(1), "qty": 1, "amount_minor": 19_000}
    back = desk.post("/v1/returns", {"event_id": floor.press(), "lines": [line], "refund_minor": 19_000})
    assert back.get_json()["units"] == 1
    (handed,) = [row for row in floor.envelopes() if b"pickup.handed_over" in row]
    assert b'"desk":"2"' in handed
    assert b'"actor":"clerk:kim"' in handed


def test_an_answer_to_a_kiosk_is_signed_so_that_nobody_can_speak_for_the_hub(floor: Floor, app: Flask) -> None:
    reply = Machine(floor, app).ask("GET", "/v1/status")
    assert reply.headers["Signature-Input"].startswith('sf=("@status" "content-digest")')


def pushed(floor: Floor, kiosk: Machine, kind: str, data: bytes) -> TestResponse:
    envelope = Envelope(
        id=floor.press(),
        source=f"/{STORE}/K1",
        type=kind,
        subject="K1",
        time=write_time(floor.clock.now_ms()),
        dataschema=schema_urn(kind, 1),
        data=msgspec.Raw(data),
        sequence=sequence_text(1),
        recordedtime=write_time(floor.clock.now_ms()),
    )
    origin = Origin(store=STORE, node="K1", epoch="e1", lane=2)
    batch = PushBody(origin=origin, previous=None, rows=[msgspec.Raw(msgspec.json.encode(envelope))])
    return kiosk.ask("POST", "/v1/push", msgspec.json.encode(batch))


def test_what_a_kiosk_recorded_is_passed_on_under_its_own_origin(floor: Floor, app: Flask) -> None:
    kiosk = Machine(floor, app)
    fact = KioskVisitEnded(actor="kiosk:K1", at=at_of(floor.clock), how=VisitEnd.idle, seconds=40)
    reply = pushed(floor, kiosk, fact.KIND, encode(fact))
    assert [each["verdict"] for each in reply.get_json()["receipts"]] == ["recorded"]
    with floor.hub.state.reading() as conn:
        rows = conn.execute(
            "SELECT o.node, o.standing, r.kind FROM outbox_rows r JOIN outbox_origins o USING (origin)"
        ).fetchall()
    assert [tuple(row) for row in rows] == [("K1", "relayed", "kiosk.visit_ended")]


def test_goods_never_move_because_a_kiosk_says_so(floor: Floor, app: Flask) -> None:
    order, _ = floor.ready((1, 1))
    before = floor.dump()["state.pickups"]
    fact = PickupReady(actor="kiosk:K1", at=at_of(floor.clock), order=order.order_id)
    reply = pushed(floor, Machine(floor, app), fact.KIND, encode(fact))
    assert [each["verdict"] for each in reply.get_json()["receipts"]] == ["flagged"]
    assert floor.dump()["state.pickups"] == before


def test_a_fact_that_cannot_be_read_is_parked_and_never_refused(floor: Floor, app: Flask) -> None:
    reply = pushed(floor, Machine(floor, app), "kiosk.visit_ended", b'{"how":"asleep"}')
    assert [each["verdict"] for each in reply.get_json()["receipts"]] == ["unreadable"]


def events(reply: TestResponse) -> Iterator[bytes]:
    return (chunk for chunk in reply.iter_encoded() if b"event:" in chunk)


def test_a_screen_hears_of_an_act_as_it_happens(floor: Floor, app: Flask) -> None:
    desk = Desk(floor, app)
    order = floor.order((1, 1))
    reply = desk.client.get(f"/v1/live?after={floor.hub.live.version}")
    assert reply.content_type.startswith("text/event-stream")
    stream = events(reply)
    heard: list[bytes] = []
    listener = threading.Thread(target=lambda: heard.append(next(stream)))
    listener.start()
    floor.pick(order)
    listener.join(10)
    reply.close()
    assert heard[0].startswith(b"id: ")
    assert b"event: order\n" in heard[0]
    assert order.order_id.encode() in heard[0]
    assert floor.hub.live.open_streams == 0


def test_the_forty_first_screen_is_told_to_come_back(floor: Floor, app: Flask) -> None:
    desk = Desk(floor, app)
    taken = [floor.hub.live.open(None, board=True) for _ in range(STREAMS_MAX)]
    reply = desk.client.get("/v1/live")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    assert taken[0] is not None
    taken[0].close()
    again = desk.client.get("/v1/live")
    assert again.status_code == 200
    again.close()
