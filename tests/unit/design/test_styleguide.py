"""The styleguide in a real Chromium: axe finds nothing, the policy refuses nothing, every part keeps its size."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.unit.design.conftest import Site

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(params=["light", "contrast"])
def guide(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if "favicon" not in line.location["url"] else None)
    page.goto(f"{site.address}/design/styleguide?theme={request.param}")
    page.evaluate("() => document.fonts.ready")
    yield page
    assert complaints == []
    page.close()


def test_axe_finds_no_fault_with_7_to_1_and_target_size_switched_on(guide: Page) -> None:
    found = Axe().run(
        guide,
        options={
            "runOnly": RULES,
            "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
        },
    )
    assert found.violations_count == 0, found.generate_report()


def test_the_font_is_ours_and_nothing_runs_out_of_the_page(guide: Page) -> None:
    assert guide.evaluate("() => document.fonts.check('16px \"Storefloor Sans\"', '가')")
    loaded = "() => [...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family)"
    assert [family.strip('"') for family in guide.evaluate(loaded)] == ["Storefloor Sans"]
    assert guide.evaluate("() => document.documentElement.scrollWidth") == 1440


def test_every_icon_is_drawn(guide: Page) -> None:
    boxes = guide.evaluate(
        "() => [...document.querySelectorAll('svg > use')].map((use) => [use.getAttribute('href'), use.getBBox().width])"
    )
    assert len(boxes) > 30
    assert [href for href, width in boxes if width == 0] == []


@pytest.mark.parametrize(("attribute", "value"), [("data-easy", "on"), ("data-text", "200")])
def test_easy_mode_stands_still_and_200_percent_doubles(guide: Page, attribute: str, value: str) -> None:
    before = guide.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
    guide.evaluate("([name, value]) => document.documentElement.setAttribute(name, value)", [attribute, value])
    after = guide.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
    fast = guide.evaluate("() => getComputedStyle(document.querySelector('.btn')).transitionDuration")
    assert after == pytest.approx(before * (2 if attribute == "data-text" else 1))
    assert fast == ("0s" if attribute == "data-easy" else "0.12s")
