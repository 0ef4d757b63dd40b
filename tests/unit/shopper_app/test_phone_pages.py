"""The stand-in's pages before a real central: what is pressed reaches it once, and its noes are said in words."""

import re

import pytest

from edge.domain.cart import CartChange
from edge.domain.facts import CartChangeAsked
from edge.domain.pickup import DeclineReason
from edge.passes import read_pass, read_u1_claim, verify_u1
from edge.passes.pickup_pass import PassRefusal
from sync.signing import load_or_make_key, public_bytes
from tests.cast.office import MUG, STORE
from tests.cast.phone_site import Hand, PhoneSite
from tests.cast.pickups import AT, SOAP, TEA

TEXT = re.compile(r"<textarea[^>]*>([A-Z0-9]+)</textarea>")
LINE = re.compile(r'data-line="([^"]+)"')


def code_on(page: str) -> str:
    """The text of the code that a page shows."""
    found = TEXT.search(page)
    assert found is not None
    return found[1]


def cart_of(site: PhoneSite, key: str) -> dict[str, int]:
    """What central holds."""
    cart = site.shopper(key).must("GET", "/v1/me/cart")["cart"]
    return {line["gtin"]: line["qty"] for line in cart["lines"]}


def ordered(site: PhoneSite, hand: Hand, key: str = "ada") -> str:
    """Two soaps and a tea are ordered; gives the order's id."""
    site.shopper(key).put_in(SOAP, 2)
    site.shopper(key).put_in(TEA, 1)
    hand.press("/order", event_id=hand.event_id("/cart"))
    return str(site.shopper(key).must("GET", "/v1/me/orders")["orders"][0]["order_id"])


def test_a_phone_is_chosen_once_and_speaks_its_owners_language(site: PhoneSite) -> None:
    ada, min_jun = site.hand("ada"), site.hand("min-jun")
    assert 'lang="en"' in ada.look("/cart")
    assert "Your cart is empty." in ada.look("/cart")
    assert "장바구니가 비어 있어요." in min_jun.look("/cart")
    assert "장바구니가 비어 있어요." in ada.look("/cart?lang=ko")
    assert "장바구니가 비어 있어요." in ada.look("/cart"), "the choice is kept"


def test_without_a_phone_the_pages_lead_to_the_drawer(site: PhoneSite) -> None:
    hand = site.hand()
    for path in ("/cart", "/browse", "/qr", "/orders", "/messages", "/more"):
        reply = hand.browser.get(path)
        assert (reply.status_code, "휴대폰을 먼저 골라 주세요" in reply.text) == (409, True), path
    assert hand.press("/use", key="../ada").status_code == 409
    assert "김민준" in hand.look("/")


def test_what_is_put_in_from_the_shelf_is_in_central_and_the_page_stays_where_it_was(site: PhoneSite) -> None:
    hand = site.hand("ada")
    page = hand.look("/browse?q=soap")
    assert "Soap" in page
    assert "Mug" not in page
    reply = hand.press(
        "/cart", event_id=hand.event_id("/browse?q=soap"), gtin=SOAP, target_qty=1, back="/browse?q=soap"
    )
    assert reply.request.full_path == "/browse?q=soap"
    assert "<output" in reply.text, "what is in the cart has its count there"
    assert cart_of(site, "ada") == {SOAP: 1}
    assert "Try another name" in hand.look("/browse?q=zzz")


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/browse?", "/more", ""])
def test_a_form_leads_back_to_its_own_pages_only(site: PhoneSite, back: str) -> None:
    hand = site.hand("ada")
    fields = {"event_id": hand.event_id("/browse"), "gtin": SOAP, "target_qty": 1, "back": back}
    reply = hand.browser.post("/cart", data=fields, headers={"Origin": "http://localhost"})
    assert (reply.status_code, reply.headers["Location"]) == (303, "/cart")


def test_the_same_press_sent_twice_counts_once(site: PhoneSite) -> None:
    hand = site.hand("ada")
    fields: dict[str, str | int] = {"event_id": hand.event_id("/browse"), "gtin": SOAP, "target_qty": 3}
    hand.press("/cart", **fields)
    hand.press("/cart", **fields)
    assert cart_of(site, "ada") == {SOAP: 3}


def test_a_line_changed_elsewhere_meanwhile_is_not_overwritten_and_she_is_told(site: PhoneSite) -> None:
    hand = site.hand("ada")
    line = site.office.ada.put_in(SOAP, 1)
    (shown,) = LINE.findall(hand.look("/cart"))
    assert shown == line
    event_id = hand.event_id("/cart")
    reply = hand.press("/cart", event_id=event_id, line=line, gtin=SOAP, line_version=0, target_qty=9)
    assert reply.status_code == 409
    assert "changed in the meantime" in reply.text
    assert cart_of(site, "ada") == {SOAP: 1}


def test_the_order_button_says_the_sum_and_leads_to_the_pass(site: PhoneSite) -> None:
    hand = site.hand("ada")
    site.office.ada.put_in(SOAP, 2)
    site.office.ada.put_in(TEA, 1)
    assert "₩15,000" in hand.look("/cart")
    reply = hand.press("/order", event_id=hand.event_id("/cart"))
    order = reply.request.path.rpartition("/")[2]
    seen = read_pass(
        code_on(reply.text), {1: public_bytes(load_or_make_key(site.folder / "pass-1.key", site.office.rng))}
    )
    assert not isinstance(seen, PassRefusal)
    assert seen.order_id == order
    assert cart_of(site, "ada") == {}
    assert order in hand.look("/orders")
    assert "Your pickup order is placed" in hand.look("/messages")


def test_an_order_of_nothing_is_refused_in_words(site: PhoneSite) -> None:
    hand = site.hand("ada")
    reply = hand.press("/order", event_id=site.office.new_id())
    assert (reply.status_code, "This cannot be done now" in reply.text) == (409, True)


def test_the_pass_goes_when_the_order_was_collected(site: PhoneSite) -> None:
    hand = site.hand("ada")
    order = ordered(site, hand)
    carried = site.at_the_store(order)
    site.office.hub.push(*carried.to_ready().owed())
    assert 'data-state="ready"' in hand.look(f"/orders/{order}")
    site.office.hub.push(*carried.hand_over().owed())
    page = hand.look(f"/orders/{order}")
    assert 'data-state="handed_over"' in page
    assert "<textarea" not in page
    assert hand.look("/messages").count('data-kind="order_collected"') == 1


def test_a_declined_order_says_why(site: PhoneSite) -> None:
    hand = site.hand("min-jun")
    order = ordered(site, hand, "min-jun")
    site.office.hub.push(*site.at_the_store(order).decline(DeclineReason.no_stock).owed())
    assert "재고가 없어요" in hand.look(f"/orders/{order}")
    assert "재고가 없어요" in hand.look("/messages")


def test_a_cancel_is_asked_behind_a_second_press_and_the_store_answers_it(site: PhoneSite) -> None:
    hand = site.hand("ada")
    order = ordered(site, hand)
    carried = site.at_the_store(order)
    site.office.hub.push(*carried.accept().owed())
    asked = hand.press(f"/orders/{order}/cancel", event_id=hand.event_id(f"/orders/{order}"))
    assert "Cancellation asked" in asked.text
    assert "Cancel this order" not in asked.text
    ask = next(row["body"]["ask_id"] for row in site.office.hub.pull() if row["kind"] == "cancel_asked")
    site.office.hub.push(*carried.grant_cancel(ask).owed())
    assert 'data-state="cancelled"' in hand.look(f"/orders/{order}")
    assert 'data-kind="order_cancelled"' in hand.look("/messages")


def test_a_refused_wish_from_the_store_names_product_and_reason(site: PhoneSite) -> None:
    hand = site.hand("ada")
    line = site.office.ada.put_in(MUG, 1)
    cart = site.office.ada.must("GET", "/v1/me/cart")["cart"]
    wish = CartChange(
        wish_id=site.office.new_id(),
        cart=cart["cart_id"],
        base_version=cart["version"],
        line=line,
        line_version=0,
        gtin=MUG,
        target_qty=5,
        seen_price_minor=15_000,
    )
    site.office.hub.pull()
    site.office.hub.push(CartChangeAsked.of(wish, actor="kiosk:K1", at=AT), ids=[wish.wish_id])
    page = hand.look("/messages")
    assert 'data-kind="wish_refused"' in page
    assert "<p>Mug</p>" in page
    assert "changed in the meantime" in page


def test_my_qr_is_proven_by_the_key_of_this_phone_and_is_new_at_each_half_minute(site: PhoneSite) -> None:
    hand = site.hand("ada")
    shown = code_on(hand.look("/qr"))
    claim = read_u1_claim(shown)
    assert claim is not None
    assert claim.identity_id == site.office.ada.identity
    public = public_bytes(load_or_make_key(site.folder / "ada.key", site.office.rng))
    assert verify_u1(claim, public, site.office.clock.now_ms()) is None
    first = hand.browser.get("/qr/now").get_json()
    assert (first["text"], 0 < first["left_ms"] <= 30_000) == (shown, True)
    site.office.clock.advance(30_000)
    assert hand.browser.get("/qr/now").get_json()["text"] != shown


def test_a_consent_is_given_and_taken_back(site: PhoneSite) -> None:
    hand = site.hand("ada")
    switch = {"purpose": "marketing", "channel": "push"}
    on = hand.press("/consents", event_id=hand.event_id("/more"), given="yes", **switch)
    assert on.text.count('aria-checked="true"') == 2
    off = hand.press("/consents", event_id=hand.event_id("/more"), given="no", **switch)
    assert off.text.count('aria-checked="true"') == 1


def test_a_guest_orders_and_only_her_browser_opens_the_pass(site: PhoneSite) -> None:
    guest, other = site.hand(), site.hand()
    fields: dict[str, str | int] = {"name": "홍길순", "phone": "010-1234-5678", SOAP: 2, TEA: 0}
    placed = guest.press("/guest", event_id=guest.event_id("/guest"), **fields)
    order = placed.request.path.rpartition("/")[2]
    assert code_on(placed.text)
    assert "12,000원" in placed.text
    carried = site.at_the_store(order)
    assert [(line.gtin, line.qty) for line in carried.pickup.lines] == [(SOAP, 2)]
    assert other.browser.get(f"/guest/orders/{order}").status_code == 409


@pytest.mark.parametrize(
    ("fields", "says"),
    [({SOAP: 0}, "고른 상품이 없어요"), ({SOAP: 1, "phone": "12"}, "적은 내용을 확인해 주세요")],
    ids=["nothing chosen", "no telephone number"],
)
def test_a_guests_order_that_cannot_be_is_refused_in_words(
    site: PhoneSite, fields: dict[str, str | int], says: str
) -> None:
    guest = site.hand()
    reply = guest.press("/guest", event_id=guest.event_id("/guest"), **fields)
    assert (reply.status_code, says in reply.text) == (409, True)
    assert site.office.count("orders") == 0


def test_without_central_every_page_says_so_and_what_still_works(site: PhoneSite) -> None:
    hand = site.hand("min-jun")
    site.lose_central()
    for path in ("/cart", "/browse", "/orders", "/messages", "/more"):
        reply = hand.browser.get(path)
        assert (reply.status_code, "매장에서는 픽업 패스로 받을 수 있어요" in reply.text) == (503, True), path
    assert code_on(hand.look("/qr")), "the proof of who she is needs no line"


def test_a_form_from_elsewhere_does_nothing(site: PhoneSite) -> None:
    hand = site.hand("ada")
    fields = {"event_id": hand.event_id("/browse"), "gtin": SOAP, "target_qty": "1"}
    for origin in ("https://elsewhere.example", "null"):
        assert hand.browser.post("/cart", data=fields, headers={"Origin": origin}).status_code == 403
    assert cart_of(site, "ada") == {}


def test_every_page_keeps_the_strict_policy_and_nothing_in_a_cache(site: PhoneSite) -> None:
    hand = site.hand("ada")
    order = ordered(site, hand)
    for path in ("/", "/cart", "/browse", "/qr", "/orders", f"/orders/{order}", "/messages", "/more", "/guest"):
        reply = hand.browser.get(path)
        policy = reply.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy
        assert reply.headers["Cache-Control"] == "no-store"
        assert STORE not in reply.text, "a store is called by its name"
