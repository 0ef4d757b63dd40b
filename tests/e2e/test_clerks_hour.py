"""A clerk's whole hour in a real Chromium, by scanner and keyboard alone: no mouse is touched, and the books agree at the end.

Twenty guests order at head office. Kim picks them, in waves, shelves them and hands them over: one product is not there, one
is swapped, one pass is another shop's, one parcel another order's, one phone is dead, somebody sends her brother, one
handover is undone, and for the last six the line to head office is cut.
"""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from edge.domain.ids import event_id
from edge.passes import write_label
from edge.tools.asking import Browser
from edge.wiring.demo.seed import STAFF
from edge.wiring.demo.shop import STORE, demo_products
from edge.wiring.randomness import system_rng
from tests.cast.screens import scan
from tests.cast.shop import Shop, eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ORDERS = 20
CUT_AFTER = 14
REACH_MS = 100
CREAM, SERUM_PADS, MISSING, SWAPPED = (
    "솔내 유자 핸드크림",
    "담온 살구 각질 패드 60매",
    "솔내 솔잎 진정 패드 60매",
    "담온 쌀뜨물 토너 패드 70매",
)
WITH_SWAP, WITH_SHORT = 3, 5
PHONE = "010-9000-{:04d}"
NOW_MS = 1_795_237_200_000
"""Only names presses; the shop has its own clock."""


@dataclass(frozen=True)
class Collected:
    """One guest's order, with what she holds in her hand at the counter."""

    order_id: str
    code: str
    pass_text: str
    digits: str

    @property
    def label(self) -> str:
        """What the label on her only parcel says."""
        return write_label(self.order_id, 1, 1)


class Keys:
    """Kim's screen, and her two hands on scanner and keyboard."""

    def __init__(self, shop: Shop) -> None:
        self.page: Page = shop.window(1920, 1080)
        self.base = f"{shop.world.hub_url}/staff"
        self.page.goto(f"{self.base}/")
        self.type(STAFF[0][0])
        self.type(STAFF[0][3])
        self.on_board()

    def on_board(self) -> None:
        """Wait for the board with its open stream."""
        expect(self.page.locator("#board")).to_be_visible()
        expect(self.page.locator("html")).to_have_attribute("data-live", "fresh")

    def on_page(self, address: str) -> None:
        """Wait for another page of the desk with its open stream: from then on it hears scans."""
        self.page.wait_for_url(address)
        expect(self.page.locator("html")).to_have_attribute("data-live", "fresh")

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type it as a person does, and Enter."""
        self.page.keyboard.type(text, delay=45)
        self.press("Enter")

    def tab_to(self, selector: str) -> None:
        """Tab until the focus stands there."""
        for _ in range(80):
            if self.page.evaluate("what => !!document.activeElement?.closest(what)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"the keyboard never reaches {selector}")

    def find(self, known: str) -> None:
        """F2, and what the shopper knows."""
        self.press("F2")
        expect(self.page.locator("#typed")).to_be_focused()
        self.type(known)

    def sees(self, selector: str, words: str) -> None:
        """Wait until this element says these words."""
        expect(self.page.locator(selector).first).to_contain_text(words)

    def scan(self, text: str) -> None:
        """Hold a code before the scanner; no hand is there sooner after a key than a scanner's keys after each other."""
        self.page.wait_for_timeout(REACH_MS)
        scan(self.page, text)

    def lets_go(self) -> None:
        """Escape the full-screen no."""
        self.press("Escape")
        expect(self.page.locator("#refuse")).to_be_hidden()

    def shows(self, order: Collected) -> None:
        """Scan her pass and her parcel; the confirm has the focus."""
        self.scan(order.pass_text)
        self.sees("#hand .hand-who .code", order.code)
        self.scan(order.label)
        expect(self.page.locator("#hand [type=submit]")).to_be_focused()

    def done(self, order: Collected) -> None:
        """Enter, and the foot says so."""
        self.press("Enter")
        self.sees("[data-part=last]", f"{order.code} 전달했어요")
        expect(self.page.locator("#board")).to_be_visible()


@pytest.fixture
def orders(shop: Shop) -> list[Collected]:
    """Twenty guests, who order at head office and get their passes on their own screens."""
    return [_ordered(shop, number) for number in range(ORDERS)]


def _ordered(shop: Shop, number: int) -> Collected:
    guest = Browser(shop.world.central_url)
    gtins = gtin_by_name()
    phone = PHONE.format(1000 + number)
    wanted = [SWAPPED] if number == WITH_SWAP else [CREAM if number % 3 else SERUM_PADS]
    wanted += [MISSING] if number == WITH_SHORT else []
    body = {
        "event_id": event_id(NOW_MS + number, system_rng),
        "store": STORE,
        "name": f"손님{number}",
        "phone": phone,
        "lines": [{"gtin": gtins[name], "qty": 1} for name in wanted],
        "if_short": "substitute",
    }
    placed = guest.must("POST", "/v1/guest/orders", body)
    guest.header("Authorization", f"Bearer {placed['order_token']}")
    order_id, code = placed["order"]["order_id"], placed["order"]["display_code"]
    shown = guest.must("GET", f"/v1/orders/{order_id}/pass")
    return Collected(order_id, code, shown["pass"], phone[-4:])


def gtin_by_name() -> dict[str, str]:
    """The demo's products by what they are called."""
    return {one.name["ko"]: one.gtin for one in demo_products()}


def pick_everything(kim: Keys) -> None:
    """Wave after wave by the scanner; what is not there is written down, what may be swapped is swapped."""
    gtins = gtin_by_name()
    stop = kim.page.locator(".pick-now .gtin")
    left = {gtins[MISSING], gtins[SWAPPED]}
    for _ in range(60):
        expect(kim.page.locator(".pick-now .gtin, .pick-done").first).to_be_attached()
        if not stop.count():
            return
        gtin = stop.text_content() or ""
        if gtin not in left:
            kim.scan(gtin)
        elif gtin == gtins[MISSING]:
            left.discard(gtin)
            kim.press("F4")
            kim.tab_to("[data-form=missing] [name=then][value=record]:not([hidden])")
            kim.press("Enter")
        else:
            left.discard(gtin)
            kim.press("F6")
            expect(kim.page.locator(".offers")).to_be_visible()
            kim.scan(gtins[SERUM_PADS])
        expect(kim.page.locator(".pick-now .gtin", has_text=gtin)).to_have_count(0)
    raise AssertionError("the waves never end")


def shelve(kim: Keys, order: Collected, shelf: str) -> None:
    """From its card on the board to its label, and back."""
    card = f"[data-order='{order.order_id}'] > .btn"
    expect(kim.page.locator(card)).to_have_text("선반에 두기")
    kim.tab_to(card)
    kim.press("Enter")
    kim.on_page("**/stage*")
    expect(kim.page.locator("#shelf")).to_be_focused()
    kim.type(shelf)
    kim.on_page("**/parcels/1*")
    kim.tab_to("a[href$='/staff/board']")
    kim.press("Enter")
    kim.on_board()


def undo_once(kim: Keys, order: Collected) -> None:
    """Handed over, taken back by F8, handed over again."""
    kim.shows(order)
    kim.done(order)
    kim.press("F8")
    kim.sees("[data-part=last]", "전달을 되돌렸어요")
    kim.shows(order)
    kim.done(order)


def after_wrong_ones(kim: Keys, order: Collected, other: Collected) -> None:
    """A spoiled pass, then the right one with another order's parcel, then the right parcel."""
    spoiled = order.pass_text[:-1] + ("A" if order.pass_text[-1] != "A" else "B")
    kim.scan(spoiled)
    kim.scan(order.pass_text)
    kim.sees("#hand .hand-who .code", order.code)
    kim.scan(other.label)
    kim.sees("#refuse h1", "다른 주문의 봉투예요")
    kim.lets_go()
    kim.scan(order.label)
    expect(kim.page.locator("#hand [type=submit]")).to_be_focused()
    kim.done(order)


def to_her_brother(kim: Keys, order: Collected) -> None:
    """Somebody else collects: a tick that goes with the act."""
    kim.shows(order)
    kim.press("Shift+Tab")
    kim.tab_to("[name=proxy]")
    kim.press("Space")
    kim.tab_to("#hand [type=submit]")
    kim.done(order)


def with_a_dead_phone(kim: Keys, order: Collected) -> None:
    """Found by the last four digits; the name is looked at, and the manager enters her PIN."""
    kim.find(order.digits)
    kim.sees("#hand .hand-who .code", order.code)
    kim.press("F4")
    kim.sees("#hand .hand-who", "패스 없이 전달")
    kim.scan(order.label)
    expect(kim.page.locator("#digits")).to_be_focused()
    kim.page.keyboard.type(order.digits, delay=45)
    kim.tab_to("[name='manager.staff_id']")
    kim.page.keyboard.type(STAFF[1][0], delay=45)
    kim.press("Tab")
    kim.page.keyboard.type(STAFF[1][3], delay=45)
    kim.tab_to("[name=name_checked]")
    kim.press("Space")
    kim.tab_to("#hand [type=submit]")
    kim.done(order)


def test_a_clerks_whole_hour_needs_no_mouse_and_every_book_agrees(shop: Shop, orders: list[Collected]) -> None:
    kim = Keys(shop)
    for order in orders:
        expect(kim.page.locator(f"[data-order='{order.order_id}']")).to_be_visible()
    while kim.page.locator("[data-part=preparing] a[href*='/staff/pick']").count():
        kim.press("F7")
        kim.on_page("**/staff/pick*")
        pick_everything(kim)
        kim.tab_to("a[href$='/staff/board']")
        kim.press("Enter")
        kim.on_board()
    for number, order in enumerate(orders):
        shelve(kim, order, f"C-{number:02d}")

    undo_once(kim, orders[0])
    after_wrong_ones(kim, orders[1], orders[2])
    to_her_brother(kim, orders[2])
    with_a_dead_phone(kim, orders[3])
    for order in orders[4:CUT_AFTER]:
        kim.shows(order)
        kim.done(order)

    shop.world.line.cut()
    expect(kim.page.locator("[data-part=line] .s-off")).to_be_visible()
    for order in orders[CUT_AFTER:]:
        kim.shows(order)
        kim.done(order)
    expect(kim.page.locator("[data-part=owed] .s-unsent")).to_be_visible()
    kim.scan(orders[0].pass_text)
    kim.sees("#refuse", "kim 직원이 전달했어요")
    kim.lets_go()

    shop.world.line.restore()
    expect(kim.page.locator("[data-part=owed] .s-unsent")).to_have_count(0)
    books_agree(shop, orders)


def books_agree(shop: Shop, orders: list[Collected]) -> None:
    """Every order left once in both books, and the shift report says how."""
    held = ", ".join("?" * len(orders))
    ids = [order.order_id for order in orders]
    asked = f"SELECT count(*) FROM orders WHERE state = 'handed_over' AND order_id IN ({held})"
    eventually(lambda: shop.central(asked, *ids) == [(ORDERS,)], "head office knows of every parcel")
    facts = f"SELECT kind, count(*) FROM ledger WHERE subject IN ({held}) GROUP BY kind"
    counted = {str(kind): number for kind, number in shop.central(facts, *ids)}
    assert (counted["pickup.handed_over"], counted["pickup.voided"]) == (ORDERS + 1, 1)
    assert (counted["pickup.short"], counted["pickup.substituted"]) == (1, 1)
    assert shop.central("SELECT kind FROM ledger WHERE verdict <> 'recorded'") == []
    how = "SELECT how, count(*) FROM handovers WHERE voided_at_ms IS NULL GROUP BY how ORDER BY how"
    assert shop.hub(how) == [("manual", 1), ("pass", ORDERS - 1)]
