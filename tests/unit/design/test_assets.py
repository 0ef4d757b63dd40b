"""How the design files go out: one hash over all, strict types, nothing that a strict policy would refuse."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

import kiosk_ui.design
from kiosk_ui.design import UnknownAsset, asset_url, blueprint, icon, mark
from kiosk_ui.design.assets import FACES, load_bundle

HERE = Path(kiosk_ui.design.__file__).parent
BUNDLE = load_bundle()


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask(__name__)
    app.register_blueprint(blueprint())
    with app.test_request_context():
        yield app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("tokens.css", "text/css; charset=utf-8"),
        ("face-kiosk.css", "text/css; charset=utf-8"),
        ("live.mjs", "text/javascript; charset=utf-8"),
        ("icons.svg", "image/svg+xml; charset=utf-8"),
        ("fonts/storefloor-sans.woff2", "font/woff2"),
        ("fonts/OFL.txt", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_goes_out_under_its_hash_with_its_own_type_to_be_kept_for_ever(
    browser: FlaskClient, name: str, media_type: str
) -> None:
    reply = browser.get(asset_url(name))
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == media_type
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "immutable" in reply.headers["Cache-Control"]
    assert reply.data == BUNDLE.assets[name].body


def test_an_old_hash_and_no_hash_get_the_present_file_but_may_not_keep_it(browser: FlaskClient) -> None:
    for address in ("/design/v-0123456789ab/tokens.css", "/design/tokens.css"):
        reply = browser.get(address)
        assert reply.data == BUNDLE.assets["tokens.css"].body
        assert reply.headers["Cache-Control"] == "no-cache"


def test_an_unchanged_file_is_not_sent_twice(browser: FlaskClient) -> None:
    first = browser.get("/design/tokens.css")
    again = browser.get("/design/tokens.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "address",
    [
        "/design/assets.py",
        "/design/../__init__.py",
        "/design/%2e%2e/assets.py",
        "/design/sources/marks.svg",
        "/design/fonts/",
        "/design/",
    ],
)
def test_nothing_but_the_design_files_goes_out(browser: FlaskClient, address: str) -> None:
    assert browser.get(address).status_code == 404


def test_any_change_to_any_file_changes_the_address_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FACES, "kiosk", FACES["kiosk"][:-1])
    assert load_bundle().digest != BUNDLE.digest


def test_a_face_is_its_parts_in_order() -> None:
    static = HERE / "static"
    for face, parts in FACES.items():
        joined = BUNDLE.assets[f"face-{face}.css"].body
        assert joined == b"\n".join((static / part).read_bytes() for part in parts)


def test_whatever_a_stylesheet_names_lies_beside_it(browser: FlaskClient) -> None:
    named = 0
    for name, asset in BUNDLE.assets.items():
        if not name.endswith(".css"):
            continue
        for target in re.findall(r'url\("([^"]+)"\)', asset.body.decode()):
            assert browser.get(urljoin(asset_url(name), target)).status_code == 200
            named += 1
    assert named > 0


def test_modules_go_out_as_what_they_do_without_the_lines_that_explain_it() -> None:
    for name in ("live.mjs", "scan.mjs"):
        served, kept = BUNDLE.assets[name].body.decode(), (HERE / "static" / name).read_text(encoding="utf-8")
        lines = [line.strip() for line in kept.splitlines()]
        assert served.splitlines() == [line for line in lines if line and not line.startswith(("//", "/**"))]
        assert len(gzip.compress(served.encode())) <= 1500


def test_every_colour_length_and_duration_of_the_parts_is_a_token() -> None:
    for path in (HERE / "static").glob("*.css"):
        if path.name == "tokens.css":
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(", text), path.name
        loops = re.findall(r"(?<![\w-])\d*\.?\d+m?s\b", text)
        assert loops in ([], ["1.6s"]), path.name  # the arrow that shows where to scan is the only loop


def test_every_token_that_a_part_uses_is_defined() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (HERE / "static").glob("*.css")}
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(texts.values())))
    for name, text in texts.items():
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined, name
    sprite = BUNDLE.assets["icons.svg"].body.decode()
    assert set(re.findall(r"var\((--[\w-]+)", sprite)) <= defined


def test_the_sprite_holds_what_its_sources_name_and_nothing_that_runs_or_loads() -> None:
    wanted = {f"i-{name}" for name in (HERE / "sources" / "icons.txt").read_text(encoding="utf-8").split()}
    wanted |= set(re.findall(r'<symbol id="(m-[\w-]+)"', (HERE / "sources" / "marks.svg").read_text(encoding="utf-8")))
    assert wanted == BUNDLE.symbols
    sprite = BUNDLE.assets["icons.svg"].body.decode()
    assert not re.search(r"<script|href|style=|\son\w+=|<foreignObject", sprite)


def test_the_notices_of_other_peoples_work_are_shipped() -> None:
    assert b"SIL OPEN FONT LICENSE" in BUNDLE.assets["fonts/OFL.txt"].body
    assert b"Reserved Font Name" in BUNDLE.assets["fonts/OFL.txt"].body
    assert b"ISC License" in BUNDLE.assets["LUCIDE-LICENSE.txt"].body
    assert b"Cole Bemis" in BUNDLE.assets["LUCIDE-LICENSE.txt"].body


def test_an_icon_is_hidden_from_assistive_technology_and_points_into_the_sprite(
    app: Flask, browser: FlaskClient
) -> None:
    drawn = icon("bell-ring", "mark-ok")
    assert 'class="i mark-ok"' in drawn
    assert 'aria-hidden="true"' in drawn
    address = re.search(r'href="([^"#]+)#i-bell-ring"', drawn)
    assert address
    assert browser.get(address[1]).status_code == 200


def test_a_class_or_a_mark_from_outside_cannot_break_out_of_the_element(app: Flask) -> None:
    assert '"><script>' not in icon("check", '"><script>')
    assert mark('"><script>') == mark("generic")


def test_a_mark_that_we_do_not_know_is_the_plain_box(app: Flask) -> None:
    assert "#m-tube" in mark("tube")
    assert "#m-generic" in mark("spaceship")


def test_a_template_that_names_nothing_real_fails_where_it_is_rendered(app: Flask) -> None:
    with pytest.raises(UnknownAsset, match=r"tokens\.scss"):
        asset_url("tokens.scss")
    with pytest.raises(UnknownAsset, match="i-spaceship"):
        icon("spaceship")


def test_the_styleguide_shows_every_mark_and_nothing_inline(browser: FlaskClient) -> None:
    reply = browser.get("/design/styleguide?theme=contrast")
    assert 'data-theme="contrast"' in reply.text
    assert {name for name in BUNDLE.symbols if name.startswith("m-")} <= set(re.findall(r"#(m-[\w-]+)", reply.text))
    assert not re.search(r"<style|style=|<script|\son\w+=", reply.text)
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
