"""Whatever is sent to central, the answer is clear, nothing is written, and nothing ends in a 500."""

from typing import Any

import pytest

from tests.cast.office import STORE, Office, Voice
from tests.cast.pickups import SOAP

EVENT = "01a1fc7e-54db-7fff-bfff-ffffffffffff"

BODIES: list[tuple[str, str, str, object]] = [
    ("ada", "POST", "/v1/me/cart/changes", b"{"),
    ("ada", "POST", "/v1/me/cart/changes", b"\xff\xfe"),
    ("ada", "POST", "/v1/me/cart/changes", b"[" * 5000),
    ("ada", "POST", "/v1/me/cart/changes", {"changes": [{"event_id": EVENT, "gtin": "1", "target_qty": 1}]}),
    ("ada", "POST", "/v1/me/cart/changes", {"changes": [{"event_id": EVENT, "gtin": SOAP, "target_qty": -1}]}),
    ("ada", "POST", "/v1/me/cart/changes", {"changes": [{"event_id": EVENT, "gtin": SOAP, "target_qty": 10**30}]}),
    ("ada", "POST", "/v1/me/cart/changes", {"changes": [{"event_id": "x", "gtin": SOAP, "target_qty": 1}]}),
    ("ada", "POST", "/v1/me/orders", {"event_id": EVENT, "store": "../" + STORE}),
    ("ada", "POST", "/v1/me/orders", {"event_id": EVENT, "store": STORE, "lines": ["never-was-a-line"]}),
    ("ada", "POST", "/v1/me/orders", {"event_id": EVENT, "store": "S404"}),
    ("ada", "POST", "/v1/me/orders", {"event_id": EVENT, "store": STORE, "unknown": 1}),
    ("ada", "PUT", "/v1/me/consents", {"event_id": EVENT, "purpose": "world", "channel": "store", "given": True}),
    ("ada", "PUT", "/v1/me/store", {"store": "S404"}),
    ("ada", "GET", "/v1/me/messages?after=soon", None),
    ("ada", "GET", "/v1/me/orders/AAAAAAAAAAAAA", None),
    ("anyone", "POST", "/v1/guest/orders", {"event_id": EVENT, "store": STORE, "phone": "1", "lines": []}),
    ("anyone", "POST", "/v1/guest/orders", {"event_id": EVENT, "store": STORE, "lines": [{"gtin": SOAP, "qty": 0}]}),
    ("anyone", "GET", "/v1/catalogue?limit=0", None),
    ("anyone", "GET", "/v1/catalogue?limit=99999999999999999999", None),
    ("anyone", "GET", "/v1/orders/%00", None),
    ("anyone", "GET", "/v1/nothing", None),
    ("anyone", "DELETE", "/v1/catalogue", None),
    ("hub", "POST", "/v1/push", b"{}"),
    ("hub", "POST", "/v1/push", {"origin": {"store": STORE, "node": "H1", "epoch": "e", "lane": 7}, "rows": []}),
    ("hub", "POST", "/v1/identify", {"u1": "x" * 5000}),
    ("hub", "GET", "/v1/changes?cursor=nonsense", None),
    ("hub", "GET", "/v1/changes?cursor=%7B%7D&limit=0", None),
    ("hub", "GET", "/v1/shoppers/%F0%9F%98%80/cart", None),
    ("operator", "PUT", "/v1/products", {"products": [{"gtin": "09521234500019", "name": {"ko": "x"}}]}),
    ("operator", "PUT", "/v1/stores/S%2F1", {"store_number": 1}),
    (
        "operator",
        "PUT",
        "/v1/stores/S003",
        {"store_number": 3, "name": {"ko": "x"}, "currency": "KRW", "timezone": "Asia/Nowhere"},
    ),
    (
        "operator",
        "PUT",
        "/v1/stores/S003",
        {
            "store_number": 3,
            "name": {"ko": "x"},
            "currency": "KRW",
            "timezone": "Asia/Seoul",
            "hours": {"weekly": [[[600, 500]]] * 7},
        },
    ),
    ("operator", "PUT", f"/v1/stores/{STORE}/stock", {"stock": [{"gtin": SOAP, "on_hand": 10**40}]}),
    ("operator", "PUT", "/v1/stores/S404/stock", {"stock": []}),
    ("operator", "PUT", f"/v1/stores/{STORE}/staff", {"list": [{"staff_id": "k", "name": "K", "role": "king"}]}),
    ("operator", "PUT", "/v1/profiles", {"profiles": [{"name": "A", "app_public_key": "ed25519:short"}]}),
    ("operator", "GET", "/v1/admin/totals", None),
]


@pytest.mark.parametrize(("who", "method", "path", "body"), BODIES)
def test_bad_input_is_answered_in_words_and_changes_nothing(
    office: Office, who: str, method: str, path: str, body: object
) -> None:
    voice: Voice = getattr(office, who)
    before = books(office)
    reply = voice.ask(method, path, body)
    problem = reply.get_json()
    assert 400 <= reply.status_code < 500, reply.get_data(as_text=True)
    assert reply.content_type == "application/problem+json"
    assert problem["status"] == reply.status_code
    assert problem["type"] == f"urn:storefloor:problem:{problem['reason'].replace('_', '-')}"
    assert books(office) == before


def books(office: Office) -> dict[str, Any]:
    """Everything but when somebody was last heard."""
    return {name: rows for name, rows in office.dump().items() if name != "nodes"}


def test_a_body_too_large_is_refused_before_it_is_read(office: Office) -> None:
    reply = office.anyone.ask("POST", "/v1/guest/orders", b" " * (5 * 1024 * 1024))
    assert reply.status_code == 413


def test_every_answer_to_a_signed_request_is_signed_the_noes_too(office: Office) -> None:
    for path in ("/v1/me", "/v1/me/orders/AAAAAAAAAAAAA", "/v1/admin/feeds"):
        reply = office.ada.ask("GET", path)
        assert reply.headers["Signature-Input"].startswith('sf=("@status" "content-digest")')
