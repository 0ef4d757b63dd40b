"""The phone says when an order will be ready and where else to collect it; without a valid word it says that, and no time."""

import pytest

from tests.cast.office import STORE
from tests.cast.phone_site import PhoneSite
from tests.cast.pickups import SOAP
from tests.unit.central.test_promises import MINUTE_MS, PLACES, put, says, stock

UNKNOWN = {
    "ko": "이 매장은 지금 확인이 늦어요. 준비가 확정되면 알려 드릴게요.",
    "en": "This store is slow to answer right now. We will tell you as soon as the time is certain.",
}
READY = {"ko": "오늘 15시 00분까지 준비돼요", "en": "Ready today by 15:00"}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_cart_says_by_when_the_store_is_ready(site: PhoneSite, lang: str) -> None:
    says(site.office)
    site.office.ada.put_in(SOAP, 1)
    page = site.hand("ada").look(f"/cart?lang={lang}")
    assert READY[lang] in page
    assert UNKNOWN[lang] not in page


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_without_a_valid_word_the_cart_says_so_and_no_time(site: PhoneSite, lang: str) -> None:
    says(site.office)
    site.office.clock.advance(16 * MINUTE_MS)
    site.office.ada.put_in(SOAP, 1)
    page = site.hand("ada").look(f"/cart?lang={lang}")
    assert UNKNOWN[lang] in page
    assert READY[lang] not in page


def test_another_store_is_chosen_and_the_order_goes_there(site: PhoneSite) -> None:
    for store in PLACES:
        put(site.office, store)
    stock(site.office, "S002", SOAP, 3)
    site.office.ada.put_in(SOAP, 1)
    hand = site.hand("ada")
    page = hand.look("/stores?lang=ko")
    assert page.index(STORE) < page.index("S002") < page.index("S003")
    assert page.count("장바구니 상품이 모두 있지는 않아요") == 1
    hand.press("/stores", store="S002")
    assert hand.press("/order", event_id=site.office.new_id(), store="S002").status_code == 200
    with site.office.central.books.reading() as tx:
        assert tx.exec_driver_sql("SELECT store_id FROM orders").scalars().all() == ["S002"]


def test_a_time_that_went_void_between_page_and_press_is_not_silently_another_day(site: PhoneSite) -> None:
    site.office.ada.put_in(SOAP, 1)
    says(site.office)
    hand = site.hand("ada")
    assert 'name="same_day" value="yes"' in hand.look("/cart")
    site.office.clock.advance(16 * MINUTE_MS)
    refused = hand.press("/order", event_id=site.office.new_id(), store=STORE, same_day="yes")
    assert refused.status_code == 409
    assert "It cannot be ready today" in refused.get_data(as_text=True)
    assert site.office.count("orders") == 0
