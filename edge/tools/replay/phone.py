"""The phones of the play: a shopper's app fills her cart and holds her passes, a guest's browser orders and holds one pass."""

from typing import Any

import msgspec

from edge.domain.clock import SystemClock
from edge.domain.ids import Rng, event_id
from edge.tools.asking import Browser, Refused, SignedCaller
from edge.tools.fresh_codes import FreshCodes
from edge.tools.replay.acts import Acts, Book
from edge.tools.uci_plan import ChargeLine, Sale
from sync.signing import PrivateKey


class Collectable(msgspec.Struct, kw_only=True):
    """An order on its way through the shop: what was sold, and what opens it."""

    sale: Sale
    asked_by: str
    order_id: str = ""
    token: str | None = None
    pass_text: str = ""
    labels: list[str] = []


class Phone:
    """One shopper's app, with its own key."""

    def __init__(self, central_url: str, identity: str, key: PrivateKey, rng: Rng, acts: Acts) -> None:
        self.identity = identity
        self._central = SignedCaller(central_url, key, f"app:{identity}", rng)
        self._rng = rng
        self._acts = acts
        self._clock = SystemClock()
        self._codes = FreshCodes(key.private_bytes_raw(), identity)

    def new_id(self) -> str:
        """An event_id for something she presses."""
        return event_id(self._clock.now_ms(), self._rng)

    def fill(self, sale: Sale) -> dict[int, str]:
        """Put the lines and charges of a sale into her cart; gives the cart line of each place in the file."""
        lines = {line.place: self.new_id() for line in sale.lines}
        changes = [
            {
                "event_id": lines[line.place],
                "line": None,
                "gtin": line.gtin,
                "target_qty": line.qty,
                "agreed_price_minor": line.price_minor,
            }
            for line in sale.lines
        ]
        charges = [
            {**charge_body(charge), "event_id": self.new_id(), "lines": list(lines.values())} for charge in sale.charges
        ]
        self._central.must("POST", "/v1/me/cart/changes", {"changes": changes, "charges": charges})
        self._acts.answered(Book.central, lines.values())
        return lines

    def order_charges_only(self, sale: Sale, store: str) -> None:
        """Order what has no product: central keeps it, no store hears of it."""
        asked = self.new_id()
        body = {
            "event_id": asked,
            "store": store,
            "lines": [],
            "charges": [charge_body(charge) for charge in sale.charges],
        }
        self._central.must("POST", "/v1/me/orders", body)
        self._acts.answered(Book.central, [asked])

    def orders(self) -> list[dict[str, Any]]:
        """Her orders as central tells them."""
        listed = self._central.must("GET", "/v1/me/orders")
        return list(listed["orders"])

    def pass_of(self, order_id: str) -> str:
        """The pass of an order."""
        return str(self._central.must("GET", f"/v1/me/orders/{order_id}/pass")["pass"])

    def cancel(self, order_id: str) -> bool:
        """Ask to have an order cancelled; False when central knows already that it has left the shop."""
        answer = self._central.ask("POST", f"/v1/me/orders/{order_id}/cancel", {"event_id": self.new_id()})
        if answer.status not in (200, 409):
            raise Refused(f"order {order_id} could not be cancelled: {answer.status} {answer.body}")
        return answer.ok

    def code(self) -> str:
        """A "my QR" that was not shown yet; waits for the next half minute when all that count now were."""
        return self._codes.next()


class Guest:
    """Somebody without an account: her browser orders, and the answer's token is all she has."""

    def __init__(self, central_url: str, rng: Rng, acts: Acts) -> None:
        self._browser = Browser(central_url)
        self._rng = rng
        self._acts = acts
        self._clock = SystemClock()

    def order(self, sale: Sale, store: str) -> Collectable:
        """Order a sale for pickup."""
        asked = event_id(self._clock.now_ms(), self._rng)
        lines = [{"gtin": line.gtin, "qty": line.qty, "agreed_price_minor": line.price_minor} for line in sale.lines]
        charges = [charge_body(charge) for charge in sale.charges]
        body = {"event_id": asked, "store": store, "lines": lines, "charges": charges}
        got = self._browser.must("POST", "/v1/guest/orders", body)
        self._acts.answered(Book.central, [asked])
        return Collectable(sale=sale, asked_by=asked, order_id=got["order"]["order_id"], token=got["order_token"])

    def pass_of(self, order: Collectable) -> str:
        """The pass, opened with the token."""
        self._browser.header("Authorization", f"Bearer {order.token}")
        return str(self._browser.must("GET", f"/v1/orders/{order.order_id}/pass")["pass"])


def charge_body(charge: ChargeLine) -> dict[str, str | int]:
    """A charge as the wire names it."""
    return {"code": charge.code, "text": charge.text, "qty": charge.qty, "price_minor": charge.price_minor}
