"""What the clerk of a rough week does beyond picking and handing over, and what only the manager may."""

from typing import Any

from edge.tools.asking import Answer, Refused
from edge.tools.replay.acts import Book
from edge.tools.replay.desk import Desk
from edge.tools.replay.phone import Collectable
from edge.tools.replay.rough.plan import Missing, OrderPlan

CANCEL_ASKED = "cancel_asked"
REASON = "not_found"


class RoughDesk(Desk):
    """One member of staff's browser."""

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        """One act with an event_id of its own, filed once it was answered with a yes. Raises Refused."""
        asked = self._new_id()
        got = self._browser.must("POST", path, {"event_id": asked, **body})
        self._acts.answered(Book.hub, [asked])
        return got

    def pick_what_is_there(self, order: Collectable, plan: OrderPlan) -> None:
        """Pick every unit that is there in one request, each line its own fact; then say what is missing."""
        picks = [
            {"event_id": self._new_id(), "line": number, "qty": qty, "gtin": line.gtin}
            for number, line in enumerate(order.sale.lines, start=1)
            if (qty := line.qty - (plan.missing[number].qty if number in plan.missing else 0)) > 0
        ]
        self._browser.must("POST", f"/v1/pickups/{order.order_id}/picks", {"picks": picks})
        self._acts.answered(Book.hub, [str(pick["event_id"]) for pick in picks])
        for number, missing in plan.missing.items():
            if missing.gtin is None:
                self._short(order, number, missing)
            else:
                self._replace(order, number, missing)

    def _short(self, order: Collectable, line: int, missing: Missing) -> None:
        body = {"line": line, "qty": missing.qty, "reason": REASON}
        self._post(f"/v1/pickups/{order.order_id}/shorts", body)

    def _replace(self, order: Collectable, line: int, missing: Missing) -> None:
        """Ask, hear from the shopper that the other product will do, scan it."""
        path = f"/v1/pickups/{order.order_id}"
        asked = self._post(f"{path}/questions", {"line": line, "qty": missing.qty, "reason": REASON})
        if missing.gtin not in {offer["gtin"] for offer in asked["offers"]}:
            raise Refused(f"{order.sale.invoice} line {line}: {missing.gtin} is not offered: {asked}")
        chosen = {"choice": "substitute", "gtin": missing.gtin}
        self._post(f"{path}/questions/{asked['question_id']}/answer", chosen)
        self._post(f"{path}/substitutions", {"line": line, "qty": missing.qty, "gtin_scanned": missing.gtin})

    def stage_in_two(self, order: Collectable, line: int, shelf: str) -> None:
        """One unit of a line in a bag of its own, the rest in another."""
        path = f"/v1/pickups/{order.order_id}/parcels"
        first = self._post(path, {"shelf": shelf, "units": [{"line": line, "qty": 1}]})
        rest = self._post(path, {"shelf": shelf, "units": None})
        order.labels = [first["label"], rest["label"]]

    def hand_over_parcels(self, order: Collectable, labels: list[str], *, is_cut: bool, proxy: bool = False) -> None:
        """Scan the pass, scan these parcels, confirm once."""
        answer = self.try_to_hand_over(order, labels, is_cut=is_cut, proxy=proxy)
        if not answer.ok:
            raise Refused(f"{order.sale.invoice} was not handed over: {answer.status} {answer.body}")

    def try_to_hand_over(self, order: Collectable, labels: list[str], *, is_cut: bool, proxy: bool = False) -> Answer:
        """The same where a no is expected too."""
        asked = self._new_id()
        body = {"event_id": asked, "pass": order.pass_text, "labels": labels, "proxy": proxy}
        answer = self._browser.ask("POST", "/v1/handovers", body)
        if answer.ok:
            self._acts.answered(Book.hub, [asked])
            if is_cut:
                self._acts.handed_over_while_cut.add(asked)
        return answer

    def answer_cancel(self, order: Collectable, *, grant: bool) -> None:
        """Grant the cancellation that stands on the order, or say that the shopper is here and takes it."""
        self._post(f"/v1/pickups/{order.order_id}/cancel", {"grant": grant})

    def no_shows(self) -> list[str]:
        """Who a run would close, by order."""
        return [each["order_id"] for each in self._browser.must("GET", "/v1/no-shows")["orders"]]

    def unpack(self, order: Collectable) -> None:
        """Put what is in the parcels of a closed order back where it came from."""
        body = {"parcels": list(range(1, len(order.labels) + 1)), "restocked": True}
        self._post(f"/v1/pickups/{order.order_id}/unpack", body)

    def expire_no_shows(self, limit: int) -> tuple[str, int]:
        """Close at most so many; gives the run and how many it closed. Each order it closes is a fact, the run is none."""
        body = {"event_id": self._new_id(), "limit": limit}
        done = self._browser.must("POST", "/v1/no-shows", body)
        return str(done["run_id"]), int(done["expired"])

    def undo_run(self, run_id: str) -> int:
        """Take a run back; gives how many orders lie on their shelves again."""
        done = self._browser.must("POST", f"/v1/no-shows/{run_id}/undo", {"event_id": self._new_id()})
        return int(done["reopened"])

    def take_some_back(self, order: Collectable, line: int, qty: int) -> str:
        """Take units of a collected line back, as good as new; gives the document."""
        sold = order.sale.lines[line - 1]
        amount_minor = qty * sold.price_minor
        back = {
            "order_id": order.order_id,
            "line": line,
            "gtin": sold.gtin,
            "qty": qty,
            "amount_minor": amount_minor,
            "condition": "as_new",
        }
        done = self._post("/v1/returns", {"lines": [back], "charges": [], "refund_minor": amount_minor})
        return str(done["return_id"])
