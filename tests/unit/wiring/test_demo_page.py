"""The demo's own page: the switch cuts a real line, strangers cannot press it, and every sentence is in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import edge.wiring.demo
from edge.tools.line_switch import LineSwitch
from edge.wiring.demo.page import create_page

ROOM = Path(edge.wiring.demo.__file__).parent
SCREENS = ("phone", "kiosk", "staff", "ops", "central", "signage")
ASKED = re.compile(r"""\bt\("([a-z_.]+[a-z_])"\)""")
PAGE = "http://localhost"


@pytest.fixture
def line() -> Iterator[LineSwitch]:
    switch = LineSwitch(("127.0.0.1", 9))
    yield switch
    switch.close()


@pytest.fixture
def browser(line: LineSwitch) -> FlaskClient:
    return create_page(line, {name: f"http://screens.example/{name}" for name in SCREENS}).test_client()


def catalogue(lang: str) -> dict[str, str]:
    with (ROOM / "translations" / lang / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return {str(message.id): str(message.string) for message in read_po(source, locale=lang) if message.id}


def test_the_button_cuts_and_restores_the_line_and_the_page_says_which(line: LineSwitch, browser: FlaskClient) -> None:
    assert "본사와 연결됨" in browser.get("/").text
    said = browser.post("/cut", headers={"Origin": PAGE, "Accept": "text/html"}, follow_redirects=True).text
    assert line.is_cut
    assert "본사와 연결 끊김" in said
    assert 'action="/restore"' in said
    browser.post("/restore", headers={"Origin": PAGE, "Accept": "text/html"})
    assert not line.is_cut


def test_the_command_gets_json_of_the_same_addresses(line: LineSwitch, browser: FlaskClient) -> None:
    program = {"Origin": PAGE, "Accept": "application/json"}
    assert browser.post("/cut", headers=program).get_json() == {"line": "cut"}
    assert browser.get("/status").get_json() == {"line": "cut"}
    assert browser.post("/restore", headers=program).get_json() == {"line": "up"}
    assert not line.is_cut


def test_another_sites_form_cuts_nothing(line: LineSwitch, browser: FlaskClient) -> None:
    assert browser.post("/cut", headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert not line.is_cut


def test_every_screen_is_one_press_away_and_the_policy_is_strict(browser: FlaskClient) -> None:
    reply = browser.get("/?lang=en")
    assert all(f'href="http://screens.example/{name}"' in reply.text for name in SCREENS)
    assert "The line is up" in reply.text
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
    assert reply.headers["Cache-Control"] == "no-store"
    assert "The line is up" in browser.get("/").text, "the choice is kept"


def test_both_catalogues_hold_exactly_what_the_page_says() -> None:
    asked = set(ASKED.findall((ROOM / "templates" / "demo.html").read_text("utf-8")))
    asked |= {f"demo.{half}.{name}" for half in ("screen", "hint") for name in SCREENS}
    asked |= {f"demo.try.{step}" for step in range(1, 6)}
    korean, english = catalogue("ko"), catalogue("en")
    assert korean.keys() == english.keys() == asked
    assert all(words.strip() for words in (*korean.values(), *english.values()))
