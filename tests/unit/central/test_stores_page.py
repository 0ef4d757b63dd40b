"""The page of stores: last heard, owed and flagged, in two languages, with nothing that a strict browser would refuse."""

import re

import pytest

from central.api.stores_page import SENTENCES, SILENT_AFTER_MS
from central.api.wording import LOCALES, Words
from central.store.incidents import IncidentKind
from tests.cast.carried import Carried
from tests.cast.office import STORE, Office
from tests.cast.pickups import SOAP


def page(office: Office, language: str = "ko") -> str:
    reply = office.app.test_client().get("/", headers={"Accept-Language": language})
    assert reply.status_code == 200
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    return reply.get_data(as_text=True)


def test_a_store_is_shown_in_the_browsers_language_and_korean_otherwise(office: Office) -> None:
    assert "성수 플래그십" in page(office)
    assert "Seongsu Flagship" in page(office, "en")
    assert "성수 플래그십" in page(office, "fr")
    english = office.app.test_client().get("/?lang=en").get_data(as_text=True)
    assert 'lang="en"' in english
    assert re.search(r">\w+\.\w+<", english) is None, "a raw key"


def test_it_says_what_a_hub_owes_and_when_it_fell_silent(office: Office) -> None:
    assert "아직 소식 없음" in page(office)
    office.hub.must("GET", "/v1/time?owed=3,2,40")
    told = page(office)
    assert "연결됨" in told
    assert re.search(r'class="r num b">45<', told)
    office.clock.advance(SILENT_AFTER_MS + 1)
    assert "소식이 끊겼어요" in page(office)


def test_a_flagged_fact_is_named_with_its_reason(office: Office) -> None:
    office.ada.put_in(SOAP, 1)
    office.ada.order()
    (body,) = [row["body"] for row in office.hub.pull() if row["kind"] == "order"]
    order = Carried(body).to_ready()
    staged = order.pickup
    order.hand_over()
    order.pickup = staged
    office.hub.push(*order.hand_over().owed())
    told = page(office, "en")
    assert "A parcel left that had left before" in told
    assert f"{STORE} · 2026-11-21 14:00 · pickup.handed_over" in told


def test_two_hubs_at_one_place_stand_at_the_top_until_somebody_looked(office: Office) -> None:
    for turn in range(16):
        office.hub.must("GET", f"/v1/time?term=1&epoch={'first' if turn % 2 else 'second'}")
        office.clock.advance(1_000)
    assert "허브 하나가 두 곳에서" in page(office)
    told = page(office, "en")
    assert "One hub runs in two places" in told
    assert told.index('id="incidents"') < told.index('id="review"')


@pytest.mark.parametrize("locale", LOCALES)
def test_every_flag_has_a_sentence_in_both_languages(locale: str) -> None:
    words = Words(locale)
    flags = (*(f"flag.{reason}" for reason in SENTENCES), "flag.other")
    for key in (*flags, *(f"incident.{kind}" for kind in IncidentKind), "incident.other"):
        assert words.text(key) != key


def test_the_page_needs_nothing_inline(office: Office) -> None:
    told = page(office)
    assert "<style" not in told
    assert " style=" not in told
    assert "<script" not in told
    for address in re.findall(r'(?:href|src)="(/design/[^"#]+)', told):
        assert office.app.test_client().get(address.replace("&amp;", "&")).status_code == 200
