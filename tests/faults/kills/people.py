"""Desks and a kiosk that go on pressing while their hub dies under them, and remember what they were told."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from edge.domain.clock import SystemClock
from edge.domain.ids import event_id
from edge.domain.truth import OrderDown
from edge.gateway.hub import Called, HubAway, HubClient
from edge.wiring.randomness import system_rng
from tests.cast.counter import GOODS, gtin_of
from tests.cast.hub_process import DeskOverWire, HubProcess

PAUSE_S = 0.01
"""Between two tries at a hub that is not there."""

Reply = tuple[int, dict[str, object]]


@dataclass
class Sheet:
    """What was pressed and what was answered, by event_id; written by the one thread whose press it is."""

    answered: dict[str, tuple[str, dict[str, object], Reply]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    tries: int = 0

    @property
    def total(self) -> int:
        """How many presses were answered."""
        return len(self.answered) + len(self.calls)


def new_id() -> str:
    """An event_id."""
    return event_id(SystemClock().now_ms(), system_rng)


class Desk:
    """Kim at one desk, signed in: works orders off to the end, then takes goods back for as long as she is let."""

    def __init__(self, hub: HubProcess, sheet: Sheet, orders: list[tuple[OrderDown, str]], desk: str) -> None:
        self._sheet, self._orders, self._desk = sheet, orders, desk
        self._wire = DeskOverWire(hub.url)

    def work(self, stopping: threading.Event) -> None:
        """Press until told to stop; a press that was begun is pressed until it is answered."""
        acts = self._acts()
        while not stopping.is_set():
            path, body = next(acts)
            reply = self._until_answered(path, body)
            for name in _names(body):
                self._sheet.answered[name] = (path, body, reply)
        self._wire.close()

    def _until_answered(self, path: str, body: dict[str, object]) -> Reply:
        while True:
            self._sheet.tries += 1
            reply = self._wire.post(path, body)
            if reply is not None and reply[0] < 500:
                return reply
            time.sleep(PAUSE_S)

    def _acts(self) -> Iterator[tuple[str, dict[str, object]]]:
        for place, (order, pass_text) in enumerate(self._orders):
            yield from self._order(order, pass_text, f"{self._desk}-{place % 90:02d}")
        while True:
            line = {"gtin": gtin_of(0), "qty": 1, "amount_minor": GOODS[0][6], "condition": "as_new"}
            yield "/v1/returns", {"event_id": new_id(), "lines": [line], "refund_minor": GOODS[0][6]}

    def _order(self, order: OrderDown, pass_text: str, shelf: str) -> Iterator[tuple[str, dict[str, object]]]:
        path = f"/v1/pickups/{order.order_id}"
        for line in order.lines:
            pick = {"event_id": new_id(), "line": line.line, "qty": line.qty, "gtin": line.gtin}
            yield f"{path}/picks", {"picks": [pick]}
        stage = new_id()
        yield f"{path}/parcels", {"event_id": stage, "shelf": shelf}
        _, _, (_, staged) = self._sheet.answered[stage]
        yield "/v1/handovers", {"event_id": new_id(), "pass": pass_text, "labels": [staged["label"]]}


class Kiosk:
    """A kiosk whose shoppers keep calling for somebody."""

    def __init__(self, hub: HubClient, sheet: Sheet) -> None:
        self._hub, self._sheet = hub, sheet

    def work(self, stopping: threading.Event) -> None:
        """Call until told to stop; a call that was begun is repeated until it is answered."""
        while not stopping.is_set():
            name = new_id()
            while isinstance(answer := self.call(name), HubAway):
                self._sheet.tries += 1
                time.sleep(PAUSE_S)
            assert answer == Called(call_id=name), answer
            self._sheet.calls.append(name)

    def call(self, name: str) -> object:
        """Call, or call again, under this event_id."""
        return self._hub.call_staff(name, visit_id=None, screen="welcome")


def _names(body: dict[str, object]) -> list[str]:
    picks = body.get("picks")
    if isinstance(picks, list):
        return [str(pick["event_id"]) for pick in picks]
    return [str(body["event_id"])]


class AtWork:
    """Everybody at work, each on a thread; whatever ends one of them early is kept."""

    def __init__(self, *people: Callable[[threading.Event], None]) -> None:
        self._stopping = threading.Event()
        self.broke_off: list[BaseException] = []
        self._threads = [threading.Thread(target=self._work, args=(work,), daemon=True) for work in people]
        for thread in self._threads:
            thread.start()

    def _work(self, work: Callable[[threading.Event], None]) -> None:
        try:
            work(self._stopping)
        except BaseException as error:  # noqa: BLE001 - the campaign asks for it
            self.broke_off.append(error)

    def stop(self, timeout_s: float) -> list[str]:
        """Let everybody finish the press in hand; who did not get through."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout_s)
        stuck = [f"{thread.name} never got an answer" for thread in self._threads if thread.is_alive()]
        return [*stuck, *map(repr, self.broke_off)]
