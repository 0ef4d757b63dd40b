"""Who may act at a kiosk, what a browser may keep of it, and what a scanner may send."""

import itertools
import json
from typing import Any

from werkzeug.test import TestResponse

from tests.cast.counter import GOODS
from tests.cast.kiosk_site import KioskSite

PAGES = (
    "/",
    "/cart",
    "/order",
    "/order/result",
    "/check-in",
    "/check-in/done",
    "/called",
    "/notice",
    "/trying",
    "/signage",
)
SAME = {"Sec-Fetch-Site": "same-origin"}


def opened(site: KioskSite) -> None:
    site.scan(site.min_jun.qr(site.clock.now_ms()))


def test_every_page_is_strict_and_kept_by_no_browser(site: KioskSite) -> None:
    opened(site)
    for path in PAGES:
        is_strict(site.browser.get(path, follow_redirects=True))


def is_strict(reply: TestResponse) -> None:
    policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert " style=" not in reply.text
    assert "<script>" not in reply.text


def test_the_cookie_is_opaque_strict_and_unreadable_for_scripts(site: KioskSite) -> None:
    opened(site)
    reply = site.press("/settings", set="easy", here="/cart")
    site.browser.get("/")
    cookie = site.browser.get_cookie("sf_visit")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert len(cookie.value) == 32
    assert site.min_jun.identity not in reply.text


STRANGE: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "http://evil.test"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
)
ACTS = ("/scan", "/cart/changes", "/orders", "/check-in", "/call", "/wipe", "/settings")


def test_a_form_from_elsewhere_changes_nothing(site: KioskSite) -> None:
    opened(site)
    for path, headers in itertools.product(ACTS, STRANGE):
        reply = site.browser.post(path, data={"set": "easy", "scan": "x"}, headers=headers)
        assert reply.status_code == 403, (path, headers)
        assert json.loads(reply.data)["reason"] == "cross_origin"
    assert "김*준" in site.browser.get("/cart").text


def test_a_form_without_this_visits_token_leads_to_the_start_and_changes_nothing(site: KioskSite) -> None:
    opened(site)
    reply = site.browser.post("/orders", data={"form_token": "0" * 32}, headers=SAME)
    assert (reply.status_code, reply.headers["Location"]) == (303, "/")
    with site.hub.state.reading() as conn:
        assert conn.execute("SELECT count(*) FROM wishes").fetchone()[0] == 0


def test_a_page_never_leads_anywhere_but_to_our_own(site: KioskSite) -> None:
    opened(site)
    for elsewhere in ("//evil.test/", "https://evil.test", "/cart?next=//evil.test", "javascript:alert(1)"):
        token = site._token()
        reply = site.browser.post(
            "/settings", data={"set": "easy", "here": elsewhere, "form_token": token}, headers=SAME
        )
        assert reply.headers["Location"] == "/"


NO_CODES = (
    "",
    "x",
    "8" * 13,
    "U1" + "A" * 124,
    "P1" + "A" * 133,
    "PK1" + "A" * 21,
    "가나다라마바",
    "A" * 5000,
    "P1" + "A" * 5000,
    "\x00\x1b[2J",
)


def test_any_scan_gets_a_clear_answer_in_words(site: KioskSite) -> None:
    for scan in NO_CODES:
        page = site.scan(scan)
        assert page.status_code == 200, scan
        assert "찾지 못했어요" in page.text, scan
        status, answer = site.ask("POST", "/scan", {"scan": scan})
        assert (status, answer["reason"]) in (
            (409, "unknown_code"),
            (409, "not_a_pass"),
            (409, "unknown_key"),
            (409, "pass_is_no_person"),
        ), scan


MALFORMED = (
    b"",
    b"{",
    b"[]",
    b'{"scan": 5}',
    b'{"gtin": "x"}',
    b"\xff\xfe",
    b'{"event_id": "no", "scan": "x"}',
    b"[" * 100_000,
)


def test_a_malformed_body_is_a_clear_400(site: KioskSite) -> None:
    opened(site)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    for path, body in itertools.product(("/scan", "/cart/changes"), MALFORMED):
        reply = site.browser.post(path, data=body, headers=headers)
        assert reply.status_code == 400, (path, body[:20])
        assert reply.mimetype == "application/problem+json"
        document: dict[str, Any] = json.loads(reply.data)
        assert document["type"] == "urn:storefloor:problem:bad-request"
        assert document["detail"]


def test_a_body_without_end_and_a_page_that_is_none_are_problems_too(site: KioskSite) -> None:
    large = site.browser.post("/scan", data=b" " * 600_000, headers={"Content-Type": "application/json"})
    assert large.status_code == 413
    assert site.ask("GET", "/admin")[0] == 404
    assert site.ask("GET", "/scan")[0] == 405


def test_a_person_is_led_to_the_start_where_a_program_reads_a_problem(site: KioskSite) -> None:
    assert site.browser.get("/admin", headers={"Accept": "text/html"}).headers["Location"] == "/"
    assert site.press("/settings", set="nonsense").request.path == "/"


def test_a_page_that_did_not_change_is_not_sent_again(site: KioskSite) -> None:
    opened(site)
    tag = site.browser.get("/cart").headers["ETag"]
    again = site.browser.get("/cart", headers={"If-None-Match": tag, "X-Idle": "3"})
    assert (again.status_code, again.data) == (304, b"")
    site.press("/cart/changes", **site.change_fields(0, 2))
    assert site.browser.get("/cart", headers={"If-None-Match": tag, "X-Idle": "3"}).status_code == 200


def test_after_the_wipe_nothing_of_her_is_left_in_the_kiosk_or_at_the_hub(site: KioskSite) -> None:
    opened(site)
    known = site.visit().known
    assert known is not None
    visit_id = known.visit_id
    site.clock.advance(7000)
    site.press("/wipe", how="finished")
    assert len(site.kiosk.visits) == 0
    assert site.hub.visits.get(visit_id, "K1") is None
    assert site.log.ends == [("finished", 7)]
    assert site.browser.get_cookie("sf_visit") is None
    page = site.browser.get("/cart", follow_redirects=True).text
    assert "김*준" not in page
    assert GOODS[0][1] not in page


def test_a_visit_nobody_touches_ends_and_a_page_that_refreshes_itself_does_not_keep_it(site: KioskSite) -> None:
    opened(site)
    for idle_s in (60, 120, 160):
        site.clock.advance(40_000 if idle_s == 160 else 60_000)
        site.browser.get("/cart", headers={"X-Idle": str(idle_s)})
    site.clock.advance(10_000)
    site.browser.get("/")
    assert [how for how, _ in site.log.ends] == ["idle"]


def test_the_next_persons_scan_ends_the_visit_before(site: KioskSite) -> None:
    opened(site)
    page = site.scan(site.ada.qr(site.clock.now_ms())).text
    assert "김*준" not in page
    assert "A*a" in page
    assert [how for how, _ in site.log.ends] == ["next_scan"]
    assert len(site.kiosk.visits) == 1


def test_an_unknown_code_during_a_visit_keeps_the_cart(site: KioskSite) -> None:
    opened(site)
    assert "장바구니 보기" in site.scan("nothing of ours").text
    assert "김*준" in site.browser.get("/cart").text


def test_a_code_counts_once(site: KioskSite) -> None:
    code = site.min_jun.qr(site.clock.now_ms())
    site.scan(code)
    site.press("/wipe", how="left")
    assert "이미 쓴 QR이에요" in site.scan(code).text
