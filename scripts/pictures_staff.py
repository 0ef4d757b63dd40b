"""Photograph every staff screen and the ops page at its real size, by working as a clerk does."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Page

from edge.passes import write_label
from edge.wiring.demo.seed import STAFF

BOARD_SIZE = (1920, 1080)
TABLET_SIZE = (1280, 800)
HANDHELD_SIZE = (390, 844)
OPS_SIZE = (1440, 1200)
PATIENCE_MS = 20_000
TYPED_CODE = "K7M2QR4T"
BROUGHT_BACK = "09520000000011"
"""A product of the demo that somebody brings back without a receipt."""

PageFactory = Callable[[int, int], Page]
"""A fresh browser page of that many CSS pixels."""


class Shop(Protocol):
    """The running shop behind the desk, as far as pictures need it."""

    def pass_of(self, shopper: str) -> str:
        """A pickup pass on that shopper's phone."""
        ...

    def order_of(self, shopper: str) -> str:
        """The id of that shopper's open order."""
        ...

    def cut(self) -> None:
        """Cut the line between the store and central, and wait until the store says so."""
        ...

    def restore(self) -> None:
        """Bring the line back, and wait until the store says so."""
        ...


class Clerk:
    """A signed-in desk screen in one language."""

    def __init__(self, page: Page, base_url: str, out_dir: Path, lang: str) -> None:
        self.page, self.base_url, self.out_dir, self.lang = page, base_url, out_dir, lang
        self.taken: list[Path] = []
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{base_url}/staff/sign-in?lang={lang}")

    def sign_in(self) -> None:
        """Number and PIN, as at the start of a shift."""
        staff_id, _, _, pin = STAFF[0]
        self.page.fill("#staff", staff_id)
        self.page.fill("#pin", pin)
        self.page.click("[type=submit]")
        self.page.wait_for_selector("#board")

    def open(self, path: str, then: str) -> None:
        """Go to a page of the hub and wait for what it is about."""
        self.page.goto(self.base_url + path)
        self.page.wait_for_selector(then)

    def scan(self, text: str, then: str) -> None:
        """Hold a code before the scanner and wait for what follows."""
        self.page.evaluate("text => document.dispatchEvent(new CustomEvent('scan', { detail: { text } }))", text)
        self.page.wait_for_selector(then)

    def press(self, name: str, then: str) -> None:
        """Press what the page of the floor calls by this name and wait for what follows."""
        self.page.click(f"[data-press='{name}']:visible")
        self.page.wait_for_selector(then)

    def resize(self, size: tuple[int, int]) -> None:
        """The same clerk at another glass."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def shoot(self, name: str) -> None:
        """Take the picture once the font is there and nothing moves."""
        self.page.evaluate("document.fonts.ready")
        path = self.out_dir / f"{name}-{self.lang}.png"
        self.page.screenshot(path=path, animations="disabled")
        self.taken.append(path)


def take(base_url: str, out_dir: Path, page_factory: PageFactory, shop: Shop) -> list[Path]:
    """Photograph board, picking, shelving, handing over, taking back and ops in ko and en. The line is up afterwards."""
    out_dir.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    for lang in ("ko", "en"):
        clerk = Clerk(page_factory(*BOARD_SIZE), base_url, out_dir, lang)
        clerk.shoot("staff-sign-in")
        clerk.sign_in()
        clerk.shoot("staff-board")
        for name in ("shift", "review", "no-shows"):
            clerk.open(f"/staff/{name}", "[data-live=fresh] .report")
            clerk.shoot(f"staff-{name}")
        _pick(clerk, shop)
        _shelf(clerk, shop)
        _hand_over(clerk, shop)
        clerk.resize(BOARD_SIZE)
        clerk.open("/staff/take-back", "[data-live=fresh] #lines")
        clerk.scan(BROUGHT_BACK, "#lines li")
        clerk.shoot("staff-take-back")
        _cut(clerk, shop)
        taken += clerk.taken
        clerk.page.context.close()
    return taken


def _pick(clerk: Clerk, shop: Shop) -> None:
    order = shop.order_of("ha-eun")
    clerk.resize(TABLET_SIZE)
    clerk.open(f"/staff/pick?order={order}", ".pick-now")
    clerk.shoot("staff-pick")
    clerk.scan("09520000000011", "#refuse[open]")
    clerk.shoot("staff-wrong-product")
    for press in ("short", "instead"):
        clerk.open(f"/staff/pick?order={order}", "[data-live=fresh] .pick-now")
        clerk.press(press, "#panel form")
        clerk.shoot(f"staff-{press}")
    clerk.resize(HANDHELD_SIZE)
    clerk.open(f"/staff/pick?order={order}", "[data-live=fresh] .pick-now")
    clerk.shoot("staff-pick-handheld")
    clerk.press("short", "#panel form")
    clerk.shoot("staff-short-handheld")
    clerk.resize(BOARD_SIZE)
    clerk.open(f"/staff/orders/{order}", ".op-way")
    clerk.shoot("staff-order")


def _shelf(clerk: Clerk, shop: Shop) -> None:
    orders = [shop.order_of(shopper) for shopper in ("seo-yeon", "ji-ho")]
    clerk.resize(TABLET_SIZE)
    clerk.open(f"/staff/orders/{orders[0]}", ".op-way")
    clerk.shoot("staff-order-tablet")
    clerk.open(f"/staff/orders/{orders[0]}/parcels/1", "[data-live=fresh] .label-paper")
    clerk.shoot("staff-parcel")
    clerk.open("/staff/shelf-count", "[data-live=fresh] .count")
    clerk.scan(write_label(orders[0], 1, 1), ".chip.is-here")
    clerk.shoot("staff-shelf-count")
    clerk.scan(write_label(orders[1], 1, 1), ".chip.is-here ~ .chip.is-here, li:has(.is-here) ~ li .is-here")
    clerk.press("finish", ".counted-head")
    clerk.shoot("staff-shelf-counted")
    clerk.resize(BOARD_SIZE)


def _hand_over(clerk: Clerk, shop: Shop) -> None:
    clerk.open("/staff/board", "#board")
    clerk.scan(shop.pass_of("seo-yeon"), "#hand .steps")
    clerk.shoot("staff-handover")
    clerk.scan(write_label(shop.order_of("ji-ho"), 1, 1), "#refuse[open]")
    clerk.shoot("staff-wrong-parcel")
    clerk.open(f"/staff/board#{shop.order_of('seo-yeon')}", "#hand .steps")
    clerk.page.keyboard.press("F4")
    clerk.page.wait_for_selector("[data-post='/v1/handovers/by-name']")
    clerk.scan(write_label(shop.order_of("seo-yeon"), 1, 1), "#digits")
    clerk.shoot("staff-no-pass")
    clerk.open("/staff/board", "[data-live=fresh] #board")
    clerk.page.keyboard.press("F2")
    clerk.page.wait_for_selector("#typed:focus")
    clerk.page.keyboard.type(TYPED_CODE, delay=60)
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_selector(".digits-form")
    clerk.shoot("staff-typed-code")


def _cut(clerk: Clerk, shop: Shop) -> None:
    shop.cut()
    try:
        clerk.open("/staff/pick", "[data-live=fresh] .pick-now .pick-what")
        before = clerk.page.inner_text("[data-part=progress]")
        clerk.scan(clerk.page.text_content(".pick-now .gtin") or "", f"[data-part=progress]:not(:has-text('{before}'))")
        clerk.open("/staff/board", "[data-part=owed] .s-unsent")
        clerk.shoot("staff-board-cut")
        clerk.resize(OPS_SIZE)
        clerk.open("/ops/", "main")
        clerk.shoot("ops-cut")
    finally:
        shop.restore()
