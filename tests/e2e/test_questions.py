"""Something is missing while the clerk stands at the shelf: phone, desk and head office as real processes, with a line that is cut."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from central.shopper_app.phones import Owner, phone_key
from edge.domain.clock import SystemClock
from edge.domain.ids import event_id
from edge.tools.asking import Browser, SignedCaller
from edge.wiring.demo.seed import STAFF
from edge.wiring.demo.shop import demo_products
from edge.wiring.randomness import system_rng
from edge.wiring.world import World
from tests.cast.shop import demo_world, eventually

pytestmark = pytest.mark.slow

GTINS = {one.name["ko"]: one.gtin for one in demo_products()}
BLUSHER, PALETTE = GTINS["담온 단풍 블러셔"], GTINS["담온 흙빛 아이 팔레트"]
PENCIL, LINER = GTINS["무아결 결 브로우 펜슬"], GTINS["무아결 먹 아이라이너"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo's shop; Ha-eun's order of five lines is being picked."""
    with demo_world(tmp_path_factory.mktemp("shop")) as world:
        yield world


class HaEun:
    """Her phone and her open order."""

    def __init__(self, world: World) -> None:
        phones = world.folder / "phones"
        owner = _owner(phones / "ha-eun.json")
        key = phone_key(phones, "ha-eun", system_rng)
        self._phone = SignedCaller(world.central_url, key, f"app:{owner.identity}", system_rng)
        self.order_id: str = self._phone.must("GET", "/v1/me/orders")["orders"][0]["order_id"]

    def order(self) -> Any:
        """Her order as her phone shows it."""
        return self._phone.must("GET", f"/v1/me/orders/{self.order_id}")["order"]

    def question(self, question: str) -> Any:
        """What the store asks, or None before her phone knows of it."""
        return next((each for each in self.order()["questions"] if each["question_id"] == question), None)

    def choose(self, question: str, choice: str, gtin: str | None = None) -> None:
        """Press a choice."""
        body = {"event_id": new_id(), "choice": choice, "gtin": gtin}
        self._phone.must("POST", f"/v1/me/orders/{self.order_id}/questions/{question}", body)

    def cart(self) -> list[str]:
        """The products in her online cart."""
        return [line["gtin"] for line in self._phone.must("GET", "/v1/me/cart")["cart"]["lines"]]

    def messages(self) -> list[str]:
        """The kinds of what she was told."""
        return [one["kind"] for one in self._phone.must("GET", "/v1/me/messages")["messages"]]


class Kim:
    """The clerk with a handheld."""

    def __init__(self, world: World, order: str) -> None:
        self._browser, self._order = Browser(world.hub_url), order
        staff_id, _, _, pin = STAFF[0]
        session = self._browser.must("POST", "/v1/staff/sign-in", {"staff_id": staff_id, "pin": pin, "desk": "2"})
        self._browser.header("X-CSRF-Token", session["csrf"])

    def post(self, path: str, **body: object) -> Any:
        """Press something about the order."""
        return self._browser.ask("POST", f"/v1/pickups/{self._order}/{path}", {"event_id": new_id(), **body})

    def pick(self, line: int, qty: int, gtin: str) -> None:
        """Scan a product of the order."""
        picks = [{"event_id": new_id(), "line": line, "qty": qty, "gtin": gtin}]
        self._browser.must("POST", f"/v1/pickups/{self._order}/picks", {"picks": picks})

    def list(self) -> Any:
        """The pick list of the order."""
        return self._browser.must("GET", f"/v1/pick-lists?order={self._order}")

    def lines(self) -> dict[str, Any]:
        """The order's lines by product."""
        detail = self._browser.must("GET", f"/v1/pickups/{self._order}")
        return {line["gtin"]: line for line in detail["lines"]}


def new_id() -> str:
    """A fresh event_id."""
    return event_id(SystemClock().now_ms(), system_rng)


def _owner(path: Path) -> Owner:
    return msgspec.json.decode(path.read_bytes(), type=Owner)


def test_her_phone_answers_while_the_clerk_goes_on_and_of_two_answers_the_first_counts(world: World) -> None:
    ha_eun = HaEun(world)
    kim = Kim(world, ha_eun.order_id)
    lines = kim.lines()
    asked = kim.post("questions", line=lines[PENCIL]["line"], qty=1, reason="not_found").body
    missing = kim.post("questions", line=lines[BLUSHER]["line"], qty=1, reason="damaged").body
    assert [each["gtin"] for each in asked["offers"]] == [LINER]
    for gtin, line in lines.items():
        if gtin not in (PENCIL, BLUSHER) and line["qty"] > line["picked_qty"]:
            kim.pick(line["line"], line["qty"] - line["picked_qty"], gtin)
    eventually(lambda: ha_eun.question(missing["question_id"]) is not None, "her phone shows both questions")

    ha_eun.choose(asked["question_id"], "substitute", LINER)
    eventually(lambda: bool(kim.list()["stops"]), "her choice is on the clerk's list")
    (stop,) = kim.list()["stops"]
    assert (stop["gtin"], stop["instead_of"]["gtin"]) == (LINER, PENCIL)
    late = kim.post(f"questions/{asked['question_id']}/answer", choice="refund")
    assert (late.status, late.body["reason"], late.body["found"]["how"]) == (409, "question_answered", "phone")
    wrong = kim.post("substitutions", line=lines[PENCIL]["line"], qty=1, gtin_scanned=PALETTE)
    assert (wrong.status, wrong.body["reason"]) == (409, "wrong_product")
    assert kim.post("substitutions", line=lines[PENCIL]["line"], qty=1, gtin_scanned=LINER).ok

    world.line.cut()
    ha_eun.choose(missing["question_id"], "other_store")
    said = kim.post(f"questions/{missing['question_id']}/answer", choice="refund")
    assert said.ok, said.body
    world.line.restore()
    eventually(
        lambda: ha_eun.question(missing["question_id"])["choice"] == "refund", "the store's word is on her phone"
    )
    assert BLUSHER not in ha_eun.cart()

    assert kim.post("parcels", shelf="Q-01", units=None).ok
    eventually(lambda: ha_eun.order()["state"] == "ready", "her phone says ready")
    instead = next(line for line in ha_eun.order()["lines"] if line["for_line"] == lines[PENCIL]["line"])
    assert (instead["gtin"], instead["price_minor"]) == (LINER, 11_000)
    told = ["question_asked", "question_asked", "line_substituted", "line_short", "order_ready"]
    assert ha_eun.messages()[-5:] == told
