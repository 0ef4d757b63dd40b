"""A clerk at the pickup desk: signs in with her PIN, picks, stages, hands over by pass and parcel, takes back."""

from typing import Any

from edge.domain.clock import SystemClock
from edge.domain.ids import Rng, event_id
from edge.tools.asking import Browser, Refused
from edge.tools.replay.acts import Acts, Book
from edge.tools.replay.phone import Collectable
from edge.tools.uci_plan import Return

CONDITION = "unknown"
"""The file does not say in which condition something came back."""


class Desk:
    """One clerk's browser, signed in."""

    def __init__(self, hub_url: str, staff_id: str, pin: str, rng: Rng, acts: Acts) -> None:
        self._browser = Browser(hub_url)
        self._rng = rng
        self._acts = acts
        self._clock = SystemClock()
        session = self._browser.must("POST", "/v1/staff/sign-in", {"staff_id": staff_id, "pin": pin, "desk": "1"})
        self._browser.header("X-CSRF-Token", session["csrf"])

    def _new_id(self) -> str:
        return event_id(self._clock.now_ms(), self._rng)

    def ops(self) -> dict[str, Any]:
        """What the ops page shows: the line, what is owed, how far each feed was read."""
        return dict(self._browser.must("GET", "/v1/ops"))

    def detail(self, order_id: str) -> dict[str, Any] | None:
        """One order, or None while it has not arrived."""
        answer = self._browser.ask("GET", f"/v1/pickups/{order_id}")
        if answer.status == 404:
            return None
        if not answer.ok:
            raise Refused(f"order {order_id}: {answer.status} {answer.body}")
        return dict(answer.body)

    def pick(self, order: Collectable) -> None:
        """Pick every line in one request, each line its own fact."""
        picks = [
            {"event_id": self._new_id(), "line": number, "qty": line.qty, "gtin": line.gtin}
            for number, line in enumerate(order.sale.lines, start=1)
        ]
        self._browser.must("POST", f"/v1/pickups/{order.order_id}/picks", {"picks": picks})
        self._acts.answered(Book.hub, [str(pick["event_id"]) for pick in picks])

    def stage(self, order: Collectable, shelf: str) -> None:
        """Put everything picked into one parcel on a shelf."""
        asked = self._new_id()
        body = {"event_id": asked, "shelf": shelf, "units": None}
        got = self._browser.must("POST", f"/v1/pickups/{order.order_id}/parcels", body)
        self._acts.answered(Book.hub, [asked])
        order.labels = [got["label"]]

    def hand_over(self, order: Collectable, *, is_cut: bool) -> None:
        """Scan the pass, scan the parcel, confirm once."""
        asked = self._new_id()
        self._browser.must(
            "POST", "/v1/handovers", {"event_id": asked, "pass": order.pass_text, "labels": order.labels}
        )
        self._acts.answered(Book.hub, [asked])
        if is_cut:
            self._acts.handed_over_while_cut.add(asked)

    def take_back(self, one: Return, order_of: dict[str, str], line_of: dict[tuple[str, int], int]) -> None:
        """Book one return document; a line without a sale is a return without order."""
        asked = self._new_id()
        lines = [
            {
                "order_id": order_of[line.sale_invoice] if line.sale_invoice else None,
                "line": line_of[line.sale_invoice, line.sale_place]
                if line.sale_invoice and line.sale_place is not None
                else None,
                "gtin": line.gtin,
                "qty": line.qty,
                "amount_minor": line.amount_minor,
                "condition": CONDITION,
            }
            for line in one.lines
        ]
        charges = [{"code": charge.code, "amount_minor": charge.amount_minor} for charge in one.charges]
        body = {"event_id": asked, "lines": lines, "charges": charges, "refund_minor": one.refund_minor}
        self._browser.must("POST", "/v1/returns", body)
        self._acts.answered(Book.hub, [asked])
