"""live.mjs in a real Chromium against a real server that cuts, hangs, refuses and comes back."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from flask import Response
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from tests.unit.design.conftest import Site, collect, eventually, said

pytestmark = pytest.mark.browser

KINDS = ("live", "live-open", "live-dim", "live-fresh", "live-refused")


@pytest.fixture
def screen(page: Page, site: Site) -> Iterator[Page]:
    """A screen that has just opened its stream; the test answers its requests."""
    site.start_over()
    page.goto(site.address)
    collect(page, *KINDS)
    page.evaluate("async () => { window.close_live = (await import('/design/live.mjs')).openLive('/live'); }")
    yield page
    page.evaluate("window.close_live()")
    site.release()


def asked_again(screen: Page, site: Site, times: int) -> None:
    """Let the page's time run until it has asked this often."""

    def has_asked() -> bool:
        screen.clock.run_for(100)
        return len(site.asked) == times

    eventually(has_asked)


def heard(screen: Page, kind: str) -> list[Any]:
    return [detail for found, detail in said(screen) if found == kind]


def state(screen: Page) -> str:
    return str(screen.evaluate("document.documentElement.dataset.live"))


def test_what_the_server_says_arrives_as_it_was_said(screen: Page, site: Site) -> None:
    stream = site.stream()
    stream.put('event: board\nid: 41\ndata: {"version": 7}\n\n')
    stream.put(": beat\n\n")
    stream.put("event: line\nid: 42\ndata: 연결이\ndata: 끊겼어요\n\n")
    eventually(lambda: len(heard(screen, "live")) == 2)
    assert heard(screen, "live-open") == [{"again": False}]
    assert heard(screen, "live") == [
        {"kind": "board", "data": '{"version": 7}', "id": "41"},
        {"kind": "line", "data": "연결이\n끊겼어요", "id": "42"},
    ]
    assert state(screen) == "fresh"
    stream.put(None)


def test_after_a_cut_it_comes_back_and_asks_for_what_it_missed(screen: Page, site: Site) -> None:
    first = site.stream()
    first.put("id: 41\ndata: x\n\n")
    eventually(lambda: len(heard(screen, "live")) == 1)
    second = site.stream()
    first.put(None)
    asked_again(screen, site, 2)
    assert site.asked[0].get("Last-Event-ID") is None
    assert site.asked[1]["Last-Event-ID"] == "41"
    second.put("id: 42\ndata: y\n\n")
    eventually(lambda: len(heard(screen, "live")) == 2)
    assert heard(screen, "live-open") == [{"again": False}, {"again": True}]
    second.put(None)


def test_a_busy_server_is_given_the_seconds_that_it_asked_for(screen: Page, site: Site) -> None:
    site.answers.put(Response("full", 503, headers={"Retry-After": "20"}))
    eventually(lambda: len(site.asked) == 1 and site.answers.empty())
    screen.wait_for_load_state("networkidle")
    screen.clock.run_for(19_900)
    assert len(site.asked) == 1
    stream = site.stream()
    screen.clock.run_for(700)
    eventually(lambda: len(site.asked) == 2)
    stream.put(None)


@pytest.mark.parametrize("status", [401, 403])
def test_signed_out_it_says_so_once_and_stays_closed(screen: Page, site: Site, status: int) -> None:
    site.answers.put(Response("no", status))
    eventually(lambda: heard(screen, "live-refused") == [{"status": status}])
    screen.clock.run_for(120_000)
    assert len(site.asked) == 1
    assert heard(screen, "live-dim") == []


def test_a_portal_that_answers_with_a_page_is_not_taken_for_the_stream(screen: Page, site: Site) -> None:
    site.answers.put(Response("<h1>Wi-Fi</h1>\n\ndata: x\n\n", 200, content_type="text/html"))
    eventually(lambda: len(site.asked) == 1)
    stream = site.stream()
    asked_again(screen, site, 2)
    stream.put(": beat\n\n")
    eventually(lambda: len(heard(screen, "live-open")) == 1)
    assert heard(screen, "live") == []
    stream.put(None)


def test_16_seconds_of_silence_dim_the_screen_with_the_age_and_the_next_word_lights_it(
    screen: Page, site: Site
) -> None:
    first = site.stream()
    first.put(": beat\n\n")
    eventually(lambda: state(screen) == "fresh")
    screen.clock.run_for(15_000)
    assert heard(screen, "live-dim") == []
    second = site.stream()
    screen.clock.run_for(3_000)
    ages = [detail["ageS"] for detail in heard(screen, "live-dim")]
    assert ages[0] == 16
    asked_again(screen, site, 2)
    second.put(": beat\n\n")
    eventually(lambda: state(screen) == "fresh")
    assert heard(screen, "live-fresh") == [{}]
    first.put(None)
    second.put(None)


def test_a_line_that_hangs_before_the_first_word_is_let_go_and_tried_again(screen: Page, site: Site) -> None:
    eventually(lambda: len(site.asked) == 1)
    screen.clock.run_for(17_000)
    asked_again(screen, site, 2)
    screen.clock.run_for(17_000)
    asked_again(screen, site, 3)
    ages = [detail["ageS"] for detail in heard(screen, "live-dim")]
    assert ages == sorted(ages)
    assert ages[-1] >= 32


def test_closed_it_stays_closed(screen: Page, site: Site) -> None:
    stream = site.stream()
    stream.put(": beat\n\n")
    eventually(lambda: len(heard(screen, "live-open")) == 1)
    screen.evaluate("window.close_live()")
    stream.put(None)
    screen.clock.run_for(120_000)
    assert len(site.asked) == 1
    assert heard(screen, "live-dim") == []


WORDS = st.text(st.sampled_from("ab: 가\N{SNOWMAN}"), max_size=6)
EVENTS = st.lists(st.tuples(st.sampled_from(["board", "call"]), st.lists(WORDS, min_size=1, max_size=3)), max_size=4)


@settings(max_examples=60)
@given(EVENTS, st.sampled_from(["\n", "\r\n", "\r"]), st.lists(st.integers(0, 200), max_size=12))
def test_however_the_network_cuts_the_text_the_events_are_the_same(
    page: Page, events: list[tuple[str, list[str]]], end: str, cuts: list[int]
) -> None:
    text = ""
    for kind, data in events:
        text += f"event: {kind}{end}" + "".join(f"data: {line}{end}" for line in data) + f":beat{end}{end}"
    text += f":last{end}"
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[one:other] for one, other in pairwise(places)]
    found = page.evaluate(
        "async (pieces) => { const found = []; const { createReader } = await import('/design/live.mjs');"
        " const read = createReader(({ kind, data }) => found.push([kind, data])); pieces.forEach(read); return found; }",
        pieces,
    )
    assert found == [[kind, "\n".join(data)] for kind, data in events]


def test_a_line_without_end_is_not_collected_for_ever(page: Page) -> None:
    message = page.evaluate(
        "async () => { const { createReader } = await import('/design/live.mjs'); const read = createReader(() => {});"
        " try { for (let i = 0; i < 3000; i += 1) read('x'.repeat(1000)); return ''; } catch (fault) { return fault.name; } }"
    )
    assert message == "RangeError"
