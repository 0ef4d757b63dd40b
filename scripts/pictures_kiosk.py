"""Photograph every screen of the kiosk and the signage at its real size, by using it as shoppers do."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Page

KIOSK_SIZE = (1080, 1920)
SIGNAGE_SIZE = (1920, 1080)
PATIENCE_MS = 20_000

PageFactory = Callable[[int, int], Page]
"""A fresh browser page of that many CSS pixels."""


class Shop(Protocol):
    """The running shop behind the kiosk, as far as pictures need it."""

    def qr_of(self, shopper: str) -> str:
        """What "my QR" on that shopper's phone shows now."""
        ...

    def pass_of(self, shopper: str) -> str:
        """A pickup pass on that shopper's phone."""
        ...

    def cut(self) -> None:
        """Cut the line between the store and central, and wait until the store says so."""
        ...

    def restore(self) -> None:
        """Bring the line back, and wait until the store says so."""
        ...


class Camera:
    """One kiosk screen in one language; every picture is named after what it shows."""

    def __init__(self, page: Page, base_url: str, out_dir: Path, lang: str) -> None:
        self.page, self.base_url, self.out_dir, self.lang = page, base_url, out_dir, lang
        self.taken: list[Path] = []

    def start(self) -> None:
        """Nobody is here, and the screen speaks this camera's language."""
        self.page.context.clear_cookies()
        self.page.goto(self.base_url)
        self.page.wait_for_selector(".k-attract", timeout=PATIENCE_MS)
        if self.page.get_attribute("html", "lang") != self.lang:
            self.press("#tool-language", f"html[lang={self.lang}]")

    def scan(self, text: str, then: str) -> None:
        """Hold a code before the scanner and wait for what follows."""
        self.page.wait_for_selector("html[data-awake]", timeout=PATIENCE_MS)
        self.page.evaluate("text => document.dispatchEvent(new CustomEvent('scan', { detail: { text } }))", text)
        self.page.wait_for_selector(then, timeout=PATIENCE_MS)

    def press(self, selector: str, then: str) -> None:
        """Press something and wait for what follows."""
        self.page.click(selector)
        self.page.wait_for_selector(then, timeout=PATIENCE_MS)

    def shoot(self, name: str) -> None:
        """Take the picture once the font is there and nothing moves."""
        self.page.evaluate("document.fonts.ready")
        path = self.out_dir / f"kiosk-{name}-{self.lang}.png"
        self.page.screenshot(path=path, animations="disabled")
        self.taken.append(path)


def take(base_url: str, out_dir: Path, page_factory: PageFactory, shop: Shop) -> list[Path]:
    """Photograph kiosk and signage in ko and en; gives the files. The shop is left with its line up."""
    out_dir.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    for lang, changer, buyer, collector in (("ko", "min-jun", "do-yun", "seo-yeon"), ("en", "ada", "grace", "ji-ho")):
        camera = Camera(page_factory(*KIOSK_SIZE), base_url, out_dir, lang)
        _before_anybody(camera)
        _with_the_line_up(camera, shop, changer, buyer)
        _to_collect(camera, shop, collector)
        _with_the_line_cut(camera, shop, changer)
        taken += camera.taken
        camera.page.context.close()
    return taken + _signage(base_url, out_dir, page_factory)


def _before_anybody(camera: Camera) -> None:
    camera.start()
    camera.shoot("attract")
    camera.scan("a code of somebody else's", ".k-notice")
    camera.shoot("unknown-code")
    camera.start()
    camera.press("#call", ".k-called")
    camera.shoot("called")


def _with_the_line_up(camera: Camera, shop: Shop, changer: str, buyer: str) -> None:
    camera.start()
    camera.scan(shop.qr_of(changer), ".k-cart .item")
    camera.shoot("cart")
    camera.press("#tool-contrast", "html[data-theme=contrast]")
    camera.shoot("cart-contrast")
    camera.press("#tool-contrast", "html[data-theme=light]")
    camera.press("#tool-large", "html[data-text='200'] .one-name")
    camera.shoot("cart-large")
    camera.press("#tool-large", "html[data-text='100'] .item")
    camera.press("#tool-easy", "html[data-easy=on]")
    camera.shoot("cart-easy")
    camera.press("#tool-easy", "html[data-easy=off]")
    camera.press("[id^=more-]", ".wish .i, .wish")
    camera.page.wait_for_selector(".wish.state-ok", timeout=PATIENCE_MS)
    camera.shoot("cart-granted")
    camera.page.evaluate("document.querySelector('#still').showModal()")
    camera.shoot("still-there")
    camera.start()
    camera.scan(shop.qr_of(buyer), "#to-order")
    camera.press("#to-order", ".k-order")
    camera.shoot("order")
    camera.press("#place", ".done-code .code")
    camera.shoot("order-granted")


def _to_collect(camera: Camera, shop: Shop, collector: str) -> None:
    camera.start()
    camera.press("#to-check-in", ".k-check-in")
    camera.shoot("check-in")
    camera.scan(shop.pass_of(collector), ".done-code .code")
    camera.shoot("checked-in")


def _with_the_line_cut(camera: Camera, shop: Shop, changer: str) -> None:
    shop.cut()
    try:
        camera.start()
        camera.scan(shop.qr_of(changer), ".k-cart .item")
        camera.press("[id^=more-]", ".wish.state-warn")
        camera.shoot("cart-cut")
        camera.press("#to-order", ".k-order")
        camera.shoot("order-cut")
    finally:
        shop.restore()


def _signage(base_url: str, out_dir: Path, page_factory: PageFactory) -> list[Path]:
    taken = []
    for lang in ("ko", "en"):
        page = page_factory(*SIGNAGE_SIZE)
        page.goto(f"{base_url}/signage?lang={lang}")
        page.evaluate("document.fonts.ready")
        taken.append(out_dir / f"signage-{lang}.png")
        page.screenshot(path=taken[-1], animations="disabled")
        page.context.close()
    return taken
