"""Shoppers at the kiosk: each shows her QR, sees her cart, makes the lines of a sale a pickup, and the screen is wiped."""

import time
from collections.abc import Callable
from typing import Any

from edge.tools.asking import Browser, Refused
from edge.tools.replay.acts import Acts, Book
from edge.tools.replay.phone import Collectable, Phone
from edge.tools.uci_plan import Sale

TIME_NOT_CONFIRMED = "not_proven"
VISIT_FORGOTTEN = "unknown_visit"
LOOK_AGAIN_S = 0.1
PATIENCE_S = 120.0


class Visit:
    """One shopper's visit at the kiosk; begins anew when the hub was killed and forgot it."""

    def __init__(self, kiosk_url: str, phone: Phone, acts: Acts, confirm_time: Callable[[], None]) -> None:
        self._kiosk_url = kiosk_url
        self._phone = phone
        self._acts = acts
        self._confirm_time = confirm_time
        self._enter()

    def _enter(self) -> None:
        self._browser = Browser(self._kiosk_url)
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            answer = self._browser.ask("POST", "/scan", {"scan": self._phone.code(), "event_id": self._phone.new_id()})
            if answer.ok:
                self._cart = answer.body["cart"]
                return
            if time.monotonic() > deadline_s:
                raise Refused(f"the kiosk did not open a visit: {answer.status} {answer.body}")
            if answer.body.get("reason") == TIME_NOT_CONFIRMED:
                # A hub that was restarted while cut does not believe its own clock: look-ups wait for the line.
                self._confirm_time()
            time.sleep(LOOK_AGAIN_S)

    def make_pickup(self, sale: Sale, lines: dict[int, str]) -> Collectable:
        """Ask for the lines of this sale as a pickup here; the wish is asked when the hub has committed it."""
        asked_by = self._phone.new_id()
        while True:
            answer = self._browser.ask("POST", "/orders", {"event_id": asked_by, "lines": self._as_seen(sale, lines)})
            if answer.ok:
                self._acts.answered(Book.hub, [asked_by])
                return Collectable(sale=sale, asked_by=asked_by)
            if answer.body.get("reason") != VISIT_FORGOTTEN:
                raise Refused(f"{sale.invoice} could not be made a pickup: {answer.status} {answer.body}")
            self._enter()

    def _as_seen(self, sale: Sale, lines: dict[int, str]) -> list[dict[str, Any]]:
        seen = {line["line"]: line for line in self._cart["lines"]}
        missing = [place for place, line in lines.items() if line not in seen]
        if missing:
            raise Refused(f"{sale.invoice}: the kiosk shows no line for places {missing}")
        return [
            {
                "line": lines[line.place],
                "line_version": seen[lines[line.place]]["line_version"],
                "qty": line.qty,
                "seen_price_minor": seen[lines[line.place]]["price_minor"],
            }
            for line in sale.lines
        ]

    def leave(self) -> None:
        """Press "done": the kiosk forgets her."""
        self._browser.ask("POST", "/wipe", {})
