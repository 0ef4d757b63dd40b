"""What a store asks, on the stand-in phone: the choices on the order's page, one press, and the store's own word after it."""

from edge.domain.pickup import AnsweredHow, Choice
from tests.cast.asked_facts import QUESTION, answered, asked
from tests.cast.carried import Carried
from tests.cast.phone_site import Hand, PhoneSite
from tests.cast.pickups import SOAP, TEA


def waiting(site: PhoneSite, hand: Hand) -> Carried:
    """Ada ordered two soaps, preferring something similar; one is missing, and the store asks."""
    site.office.ada.put_in(SOAP, 2)
    hand.press("/order", event_id=hand.event_id("/cart"), if_short="substitute")
    order = site.at_the_store(site.office.ada.must("GET", "/v1/me/orders")["orders"][0]["order_id"])
    site.office.hub.push(*order.accept().owed())
    site.office.hub.push(asked(order), ids=[QUESTION])
    return order


def test_the_orders_page_asks_and_a_press_is_on_its_way_until_the_store_says_so(site: PhoneSite) -> None:
    ada = site.hand("ada")
    order = waiting(site, ada)
    page = f"/orders/{order.order}"
    assert "Please choose" in ada.look("/orders")
    shown = ada.look(page)
    assert f'value="substitute {TEA}"' in shown
    assert "You pay ₩3,000 less" in shown
    assert "something similar, as you chose when ordering" in shown
    sent = ada.press(f"{page}/questions/{QUESTION}", event_id=ada.event_id(page), choice=f"substitute {TEA}").text
    assert "On its way to the store" in sent
    assert "Tea instead" in sent
    assert "Please choose by" not in ada.look("/orders")
    site.office.hub.push(answered(order, Choice.substitute, TEA, how=AnsweredHow.phone))
    assert "On its way to the store" not in ada.look(page)
    assert "We could not pack something" in ada.look("/messages")


def test_a_second_choice_is_told_that_there_is_an_answer(site: PhoneSite) -> None:
    ada = site.hand("ada")
    order = waiting(site, ada)
    page = f"/orders/{order.order}"
    press = ada.event_id(page)
    site.office.hub.push(answered(order, Choice.refund, how=AnsweredHow.staff))
    late = ada.press(f"{page}/questions/{QUESTION}", event_id=press, choice="other_store")
    assert (late.status_code, "There is an answer already" in late.text) == (409, True)


def test_a_guest_answers_on_the_page_the_token_opens(site: PhoneSite) -> None:
    guest = site.hand()
    guest.press("/guest", event_id=guest.event_id("/guest"), **{SOAP: 2})
    placed = next(row for row in site.office.hub.pull() if row["kind"] == "order")
    order = Carried(placed["body"])
    site.office.hub.push(*order.accept().owed())
    site.office.hub.push(asked(order), ids=[QUESTION])
    page = f"/guest/orders/{order.order}"
    shown = guest.look(page)
    assert 'value="refund"' in shown
    assert 'value="other_store"' not in shown
    press = guest.event_id(page)
    assert "매장에 전하고 있어요" in guest.press(f"{page}/questions/{QUESTION}", event_id=press, choice="refund").text
