"""What people do at the screens of a shop: Min-jun and Ada at phone and kiosk, Kim at the desk; codes are read off the glass."""

import io
import re

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from edge.wiring.demo.seed import STAFF
from edge.wiring.demo.shop import demo_shoppers
from tests.cast.kiosk_screen import TYPE_SCAN
from tests.cast.shop import Shop

REMEMBER = "() => { window.sameAsBefore = true; }"
IS_SAME = "() => window.sameAsBefore === true"


def photographed(code: Locator) -> str:
    """What a camera reads off the glass."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())))
    return str(found.text)


def scan(page: Page, text: str) -> None:
    """Hold a code before the scanner of this screen."""
    page.evaluate(TYPE_SCAN, text)


class Phone:
    """One shopper's phone."""

    def __init__(self, shop: Shop, key: str) -> None:
        self.page = shop.window(390, 844, 2.0)
        self.base = shop.world.phone_url
        self.name = next(one.name for one in demo_shoppers() if one.key == key)
        self.page.goto(f"{self.base}/")
        self.page.get_by_role("button", name=self.name, exact=True).click()
        expect(self.page).to_have_url(re.compile("/cart"))

    def open(self, path: str) -> None:
        """Go to one of its pages."""
        self.page.goto(self.base + path)

    def my_qr(self) -> str:
        """Her code of this half minute."""
        self.open("/qr")
        return photographed(self.page.locator("#qr"))

    def line(self, name: str) -> Locator:
        """A line of her cart."""
        return self.page.locator("li[data-line]").filter(has_text=name)

    def quantity(self, name: str) -> Locator:
        """How many of it are in her cart."""
        return self.line(name).locator("output")

    def add_one(self, name: str) -> None:
        """Press plus once, and wait for the answer."""
        before = int(self.quantity(name).inner_text())
        self.line(name).get_by_role("button").last.click()
        expect(self.quantity(name)).to_have_text(str(before + 1))

    def order_for_pickup(self) -> str:
        """Order what is in the cart; gives the order's id, which the address of its page ends with."""
        self.open("/cart")
        self.page.locator("form[action='/order'] button").click()
        expect(self.page).to_have_url(re.compile("/orders/[A-Z2-7]{13}$"))
        return self.page.url.rpartition("/")[2]

    def order_page(self, order_id: str) -> Locator:
        """The state that stands above an order's pass."""
        self.open(f"/orders/{order_id}")
        return self.page.locator("[data-state]")

    def pass_of(self, order_id: str) -> str:
        """The pass of an order, read off its page."""
        self.open(f"/orders/{order_id}")
        return photographed(self.page.locator(".p-pass .qr"))

    def copy_text(self) -> None:
        """Press the button that copies the text of the code on this page."""
        button = self.page.locator("[data-copy]")
        button.click()
        expect(button).to_have_text(button.get_attribute("data-done") or "")

    def messages(self, kind: str) -> Locator:
        """Her messages of one kind."""
        self.open("/messages")
        return self.page.locator(f"[data-kind='{kind}']")


class KioskScreen:
    """The kiosk, by its real size."""

    def __init__(self, shop: Shop) -> None:
        self.page = shop.window(1080, 1920)
        self.page.goto(shop.world.kiosk_url)
        self.page.wait_for_selector("html[data-awake]")

    def scan(self, text: str) -> None:
        """Hold a code before its scanner."""
        scan(self.page, text)

    def cart_of(self, phone: Phone) -> None:
        """Show her code; the cart comes up."""
        self.scan(phone.my_qr())
        expect(self.page.locator("#walk")).to_be_visible()

    def item(self, name: str) -> Locator:
        """A line of the walking list."""
        return self.page.locator("article.item").filter(has_text=name)

    def add_one(self, name: str) -> None:
        """Press plus at one line."""
        self.item(name).locator("button[id^=more-]").click()

    def wish(self, name: str) -> Locator:
        """What the line says about the last change asked for it."""
        return self.item(name).locator(".wish")

    def sees_cut(self) -> None:
        """Wait until the cart says that it is a stored one."""
        expect(self.page.locator(".k-note")).to_be_visible()

    def make_pickup(self) -> None:
        """Reserve everything that is here."""
        self.page.locator("#to-order").click()
        self.page.locator("#place").click()


class Desk:
    """The staff screen at desk 1, signed in as Kim."""

    def __init__(self, shop: Shop) -> None:
        self.page = shop.window(1920, 1080)
        self.base = f"{shop.world.hub_url}/staff"
        staff_id, _, _, pin = STAFF[0]
        self.page.goto(f"{self.base}/")
        self.page.locator("#staff").fill(staff_id)
        self.page.locator("#pin").fill(pin)
        self.page.locator("[type=submit]").click()
        self.waits_live()

    def waits_live(self) -> None:
        """Wait for the board with its open stream; from now on news must come by themselves."""
        expect(self.page.locator("#board")).to_be_visible()
        expect(self.page.locator("html")).to_have_attribute("data-live", "fresh")
        self.page.evaluate(REMEMBER)

    def board(self) -> None:
        """Go back to the board."""
        self.page.goto(f"{self.base}/")
        self.waits_live()

    def was_not_loaded_again(self) -> bool:
        """True while the page is the one that `waits_live` saw."""
        return bool(self.page.evaluate(IS_SAME))

    def card(self, order_id: str, lane: str = "") -> Locator:
        """An order's card, anywhere or in one lane."""
        return self.page.locator(f"{lane} [data-order='{order_id}']")

    def pick(self, order_id: str) -> None:
        """Scan every product of the order at its shelf."""
        self.page.goto(f"{self.base}/pick?order={order_id}")
        stops = self.page.locator(".pick-now .gtin")
        while stops.count():
            gtin = stops.inner_text()
            scan(self.page, gtin)
            expect(self.page.locator(".pick-now .gtin", has_text=gtin)).to_have_count(0)
        expect(self.page.locator(".pick-done")).to_be_visible()

    def stage(self, order_id: str, shelf: str) -> str:
        """Put everything picked on a shelf; gives what the parcel's label says."""
        self.page.locator(f".pick-stage a[href*='{order_id}']").click()
        self.page.locator("#shelf").fill(shelf)
        self.page.locator(".packing [type=submit]").click()
        return photographed(self.page.locator(".label-paper"))

    def bring(self, order_id: str, shelf: str) -> str:
        """Pick and stage; gives the label."""
        self.pick(order_id)
        return self.stage(order_id, shelf)

    def hand_over(self, pass_text: str, label: str) -> None:
        """Pass, parcel, confirm."""
        scan(self.page, pass_text)
        expect(self.page.locator("#hand .steps .done")).to_have_count(1)
        scan(self.page, label)
        confirm = self.page.locator("#hand [type=submit]")
        expect(confirm).to_be_enabled()
        confirm.click()
        expect(self.page.locator("#board")).to_be_visible()

    def refusal(self) -> str:
        """What the full-screen no says; and let it go."""
        dialog = self.page.locator("#refuse")
        expect(dialog).to_be_visible()
        words = dialog.inner_text()
        dialog.locator("[data-close]").click()
        expect(dialog).to_be_hidden()
        return words

    def sees_line(self, *, cut: bool) -> None:
        """Wait until the board says that the line to head office is cut, or no longer."""
        banner = self.page.locator("[data-part=line] .s-off")
        expect(banner).to_have_count(1 if cut else 0)

    def owed(self) -> Locator:
        """The count of what has still to go up."""
        return self.page.locator("[data-part=owed]")

    def take_back(self, pass_text: str, product: str) -> None:
        """One unit of `product`, of the order that the pass names, comes back."""
        self.page.goto(f"{self.base}/take-back")
        scan(self.page, pass_text)
        row = self.page.locator("#lines li").filter(has_text=product)
        row.locator("[data-step='1']").click()
        self.page.locator("[data-back] [type=submit]").click()
        expect(self.page.locator("#lines li")).to_have_count(0)
