"""What the store asks about a pickup, at the kiosk: one question per screen, one press, and whoever was first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.app.ask_shopper import QuestionNow
from edge.domain.pickup import Choice
from tests.cast import asking
from tests.cast.counter import gtin_of
from tests.cast.kiosk_site import KioskSite

ESSENCE, STICK, FOAM = 0, 1, 2


@pytest.fixture
def site(tmp_path: Path) -> Iterator[KioskSite]:
    site = KioskSite(tmp_path)
    asking.allow(site.counter, ESSENCE, FOAM)
    yield site
    site.close()


def asked(site: KioskSite) -> QuestionNow:
    """Min-jun's essence is missing, and he stands at the kiosk."""
    order = site.order_for(site.min_jun, (ESSENCE, 2), (STICK, 1))
    question = asking.ask(site.counter, order)
    site.scan(site.min_jun.qr(site.clock.now_ms()))
    return question


def test_the_cart_leads_to_the_question_and_one_press_is_the_answer(site: KioskSite) -> None:
    question = asked(site)
    assert 'id="to-question"' in site.browser.get("/cart").text
    page = site.browser.get("/question").text
    assert "여백결 쑥 진정 에센스" in page
    assert "16,000원 덜 내요" in page
    done = site.press("/question", question_id=question.question_id, choice=f"substitute {gtin_of(FOAM)}").text
    assert "대신 이 상품을 담아 드릴게요" in done
    assert "담온 쌀 세안 폼" in done
    assert 'id="to-question"' not in site.browser.get("/cart").text


def test_a_press_whose_answer_was_lost_is_asked_again_and_answers_once(site: KioskSite) -> None:
    question = asked(site)
    site.loses_next_answer = True
    site.press("/question", question_id=question.question_id, choice="refund")
    site.line.restore()
    again = site.browser.get("/trying", headers={"X-Idle": "1"}, follow_redirects=True).text
    assert "이 상품은 환불해 드릴게요" in again


def test_who_reads_a_question_that_was_answered_elsewhere_is_told_so(site: KioskSite) -> None:
    question = asked(site)
    site.browser.get("/question")
    asking.choose_on_phone(site.counter, question, Choice.refund)
    page = site.browser.get("/question", follow_redirects=True).text
    assert "이미 답을 받았어요" in page
    assert site.browser.get("/question").headers["Location"] == "/cart"


def test_what_has_just_gone_leaves_the_question_open(site: KioskSite) -> None:
    question = asked(site)
    asking.stock(site.counter, FOAM, 0)
    no = site.press("/question", question_id=question.question_id, choice=f"substitute {gtin_of(FOAM)}").text
    assert "방금 다 나갔어요" in no
    yes = site.press("/question", question_id=question.question_id, choice="other_store").text
    assert "장바구니에 다시 담아 둘게요" in yes


def test_a_program_answers_by_type_and_nobody_elses_question(site: KioskSite) -> None:
    question = asked(site)
    status, body = site.ask("POST", "/question", {"question_id": question.question_id, "choice": "refund"})
    assert (status, body["choice"], body["question_id"]) == (200, "refund", question.question_id)
    other = asking.ask(site.counter, site.order_for(site.ada, (ESSENCE, 1), (STICK, 1)))
    status, body = site.ask("POST", "/question", {"question_id": other.question_id, "choice": "refund"})
    assert (status, body["reason"]) == (409, "unknown_order")
    status, body = site.ask("POST", "/question", {"question_id": other.question_id, "choice": "everything"})
    assert (status, body["reason"]) == (400, "bad_request")


def test_without_a_visit_there_is_no_question(site: KioskSite) -> None:
    assert site.browser.get("/question").headers["Location"] == "/"
    assert site.ask("POST", "/question", {"question_id": "x", "choice": "refund"})[0] == 409
