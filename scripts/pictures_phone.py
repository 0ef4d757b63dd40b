"""Photograph the stand-in phone, the demo's own page and central's page of stores."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from edge.wiring.world import World

PHONE_SIZE = (390, 844)
PHONE_SCALE = 2.0
DESK_SIZE = (1440, 900)

SHOPPING = (("cart", "/cart"), ("browse", "/browse"), ("qr", "/qr"), ("more", "/more"))
COLLECTING = (("orders", "/orders"), ("messages", "/messages"))
OWNERS = {"ko": ("김민준", "박서연"), "en": ("Ada Lovelace", "최지호")}
"""Who shops and who collects on the pictures of each language."""

PageFactory = Callable[..., Page]
"""A fresh browser page of that many CSS pixels, and device pixels per CSS pixel."""


def take(world: World, out_dir: Path, page_factory: PageFactory) -> list[Path]:
    """Photograph every page in ko and en; gives the files."""
    out_dir.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []

    def shoot(page: Page, name: str, lang: str) -> None:
        page.evaluate("document.fonts.ready")
        taken.append(out_dir / f"{name}-{lang}.png")
        page.screenshot(path=taken[-1], animations="disabled")

    for lang, (shopper, collector) in OWNERS.items():
        phone = page_factory(*PHONE_SIZE, PHONE_SCALE)
        for owner, pages in ((shopper, SHOPPING), (collector, COLLECTING)):
            phone.goto(f"{world.phone_url}/?lang={lang}")
            if owner == shopper:
                shoot(phone, "phone-choose", lang)
            phone.get_by_role("button", name=owner, exact=True).click()
            phone.wait_for_url("**/cart*")
            for name, path in pages:
                phone.goto(f"{world.phone_url}{path}?lang={lang}")
                shoot(phone, f"phone-{name}", lang)
        phone.goto(f"{world.phone_url}/orders")
        phone.locator("a[href^='/orders/']").first.click()
        phone.wait_for_selector(".p-pass")
        shoot(phone, "phone-pass", lang)
        guest = page_factory(*PHONE_SIZE, PHONE_SCALE)
        guest.goto(f"{world.phone_url}/guest?lang={lang}")
        shoot(guest, "phone-guest", lang)
        desk = page_factory(*DESK_SIZE)
        desk.goto(f"{world.page_url}/?lang={lang}")
        shoot(desk, "demo", lang)
        desk.goto(f"{world.central_url}/?lang={lang}")
        shoot(desk, "central-stores", lang)
        for page in (phone, guest, desk):
            page.context.close()
    return taken
