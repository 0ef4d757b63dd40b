"""`make pictures`: photograph every screen of the running demo in ko and en at its real size, into docs/pictures.

Run from the command line with a folder to put them elsewhere. Everything on them was done through the screens themselves.
"""

import argparse
import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from central.shopper_app import Phones, PhoneSettings
from central.shopper_app.answers import OrdersAnswer, PassAnswer
from central.shopper_app.order_pages import has_pass
from central.shopper_app.phones import Phone
from edge.domain.clock import SystemClock
from edge.tools import asking
from edge.tools.fresh_codes import FreshCodes
from edge.wiring.demo import begin, show_page
from edge.wiring.demo.seed import STAFF
from edge.wiring.demo.shop import STORE
from edge.wiring.randomness import system_rng
from edge.wiring.world import World, free_ports
from scripts import pictures_kiosk, pictures_phone, pictures_staff
from scripts.catalogues import compile_catalogues
from scripts.steps import ROOT

OUT = ROOT / "docs" / "pictures"
PATIENCE_S = 30.0
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class PhotographedShop:
    """The demo's world as the cameras need it: codes, passes, a line to cut, and an authority on whether it is cut."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes: dict[str, FreshCodes] = {}
        settings = PhoneSettings(store=STORE, central_url=world.central_url)
        self._phones = Phones(world.folder / "phones", settings, SystemClock().now_ms, system_rng)
        self._desk = asking.Browser(world.hub_url)
        staff_id, _, _, pin = STAFF[0]
        self._desk.must("POST", "/v1/staff/sign-in", {"staff_id": staff_id, "pin": pin, "desk": "1"})

    def qr_of(self, shopper: str) -> str:
        """A "my QR" of that shopper's phone that was not shown yet."""
        phone = self._phone(shopper)
        codes = self._codes.setdefault(shopper, FreshCodes(phone.secret, phone.owner.identity))
        return codes.next()

    def order_of(self, shopper: str) -> str:
        """The id of that shopper's open order."""
        listed = self._phone(shopper).ask("GET", "/v1/me/orders", OrdersAnswer)
        assert isinstance(listed, OrdersAnswer), f"{shopper} has no orders: {listed}"
        return next(order.order_id for order in listed.orders if has_pass(order))

    def pass_of(self, shopper: str) -> str:
        """A pickup pass on that shopper's phone."""
        answer = self._phone(shopper).ask("GET", f"/v1/me/orders/{self.order_of(shopper)}/pass", PassAnswer)
        assert isinstance(answer, PassAnswer), f"{shopper} has no pass: {answer}"
        return answer.text

    def _phone(self, shopper: str) -> Phone:
        phone = self._phones.of(shopper)
        assert phone is not None, f"there is no phone of {shopper}"
        return phone

    def cut(self) -> None:
        """Cut the line between the store and central, and wait until the store says so."""
        self._world.line.cut()
        self._until("cut")

    def restore(self) -> None:
        """Bring the line back, and wait until the store says so."""
        self._world.line.restore()
        self._until("up")

    def _until(self, state: str) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while self._desk.must("GET", "/v1/ops")["line"]["state"] != state:
            assert time.monotonic() < deadline_s, f"the store never said that its line is {state}"
            time.sleep(0.1)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", nargs="?", type=Path, default=OUT)
    out = parser.parse_args().out
    compile_catalogues(ROOT)
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="storefloor-pictures-")))
        world = World(folder, store=STORE, ports=free_ports())
        held.callback(world.stop)
        begin(world, lambda step: print(f"  {step}", flush=True))
        page = show_page(world)
        held.callback(page.shutdown)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        playwright = held.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        held.callback(browser.close)
        for taken in photograph(world, browser, out):
            print(taken.relative_to(out), flush=True)


def photograph(world: World, browser: Browser, out: Path) -> list[Path]:
    """Take every picture; gives the files. The shop is left with its line up."""

    def window(width_px: int, height_px: int, scale: float = 1.0) -> Page:
        size = {"width": width_px, "height": height_px}
        return browser.new_context(viewport=size, device_scale_factor=scale).new_page()  # type: ignore[arg-type]  # sizes are what it wants

    shop = PhotographedShop(world)
    return [
        *pictures_phone.take(world, out, window),
        *pictures_kiosk.take(world.kiosk_url, out, window, shop),
        *pictures_staff.take(world.hub_url, out, window, shop),
    ]


if __name__ == "__main__":
    main()
