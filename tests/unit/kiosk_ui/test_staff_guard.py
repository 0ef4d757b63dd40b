"""Who gets in: nothing of a shopper without a sign-in, strict headers on everything, and nothing kept by the browser."""

import pytest

from kiosk_ui.staff.frame import POLICY
from tests.cast.counter import Counter
from tests.cast.desk_site import StaffDesk, desk_app, words_of

PAGES = ("/staff/board", "/staff/pick", "/staff/take-back", "/staff/orders/AAAAAAAAAAAAA", "/ops/")
PIECES = ("/staff/board/parts", "/staff/pick/parts", "/staff/bar/parts", "/ops/parts")


def test_without_a_sign_in_pages_lead_to_it_and_pieces_say_401(counter: Counter) -> None:
    app = desk_app(counter)
    client = app.test_client()
    for page in PAGES:
        reply = client.get(page)
        assert reply.status_code == 303, page
        assert reply.location.startswith("/staff/sign-in")
    for piece in PIECES:
        assert client.get(piece).status_code == 401, piece
    posts = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff/") and "POST" in (rule.methods or ())
    ]
    assert len(posts) > 3
    for question in posts:
        assert client.post(question, json={}).status_code == 401, question


@pytest.mark.parametrize("path", [*PAGES, *PIECES, "/staff/sign-in", "/staff/static/core.mjs"])
def test_every_answer_carries_the_strict_policy_and_no_name_stays_in_a_cache(desk: StaffDesk, path: str) -> None:
    reply = desk.client.get(path)
    assert reply.headers["Content-Security-Policy"] == POLICY
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["Cache-Control"] == ("no-cache" if "static" in path else "no-store")


def test_no_page_holds_a_script_or_a_style_of_its_own(desk: StaffDesk) -> None:
    order, _ = desk.counter.ready((0, 1))
    paths = ["/staff/board", "/staff/pick", "/staff/take-back", "/staff/sign-in", "/ops/"]
    paths += [f"/staff/orders/{order.order_id}{rest}" for rest in ("", "/stage", "/parcels/1")]
    for path in paths:
        html = desk.page(path)
        for forbidden in ("<style", " style=", "onclick", "javascript:", "<script>"):
            assert forbidden not in html, (path, forbidden)


def test_after_sign_in_only_pages_of_ours_are_led_to(counter: Counter) -> None:
    client = desk_app(counter).test_client()
    assert 'data-next="/ops/"' in client.get("/staff/sign-in?next=/ops/").get_data(as_text=True)
    for elsewhere in ("https://example.com/", "//example.com", "/v1/board", ""):
        html = client.get("/staff/sign-in", query_string={"next": elsewhere}).get_data(as_text=True)
        assert 'data-next="/staff/board"' in html


def test_another_language_keeps_the_rest_of_the_address(counter: Counter, desk: StaffDesk) -> None:
    html = desk_app(counter).test_client().get("/staff/sign-in?next=/ops/").get_data(as_text=True)
    assert 'href="?next=%2Fops%2F&amp;lang=en"' in html
    assert 'href="?order=AAA&amp;order=BBB&amp;theme=contrast"' in desk.page(
        "/staff/board?order=AAA&order=BBB&theme=light"
    )


def test_a_screen_remembers_its_language_theme_desk_and_glass(desk: StaffDesk) -> None:
    client = desk.client
    client.get("/staff/sign-in?lang=en&theme=contrast&desk=2&glass=27x1920x1080")
    html = client.get("/staff/sign-in").get_data(as_text=True)
    assert '<html lang="en" data-device="board" data-theme="contrast">' in html
    assert 'value="2"' in html
    assert "device.css?kind=board&amp;diagonal=27&amp;w=1920&amp;h=1080" in html
    nonsense = client.get("/staff/sign-in?lang=xx&theme=pink&glass=9x9x9").get_data(as_text=True)
    assert 'lang="en"' in nonsense
    assert "device.css" not in nonsense


def test_the_sign_in_page_names_the_shop_and_nobody_who_works_there(counter: Counter) -> None:
    html = desk_app(counter).test_client().get("/staff/sign-in").get_data(as_text=True)
    assert "성수 플래그십" in html
    assert "김직원" not in words_of(html)
    assert "kim" not in html


def test_the_modules_go_out_without_their_explanations_and_are_checked_by_etag(desk: StaffDesk) -> None:
    reply = desk.client.get("/staff/static/core.mjs")
    assert reply.mimetype == "text/javascript"
    lines = reply.get_data(as_text=True).splitlines()
    assert [line for line in lines if not line.strip() or line.startswith((" ", "//", "/**"))] == []
    again = desk.client.get("/staff/static/core.mjs", headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304
    assert desk.client.get("/staff/static/none.mjs").status_code == 404
