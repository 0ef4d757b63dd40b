"""Bad input to running processes: each gets a clear answer, and the books of kiosk, hub and central are what they were."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from central.shopper_app import Phones, PhoneSettings
from edge.domain.clock import SystemClock
from edge.domain.ids import event_id, id_text
from edge.passes import write_label, write_pass
from edge.tools.asking import Answer, Browser
from edge.wiring.demo.seed import STAFF
from edge.wiring.demo.shop import STORE_NUMBER
from edge.wiring.randomness import system_rng
from edge.wiring.world import World
from sync.signing import load_or_make_key
from tests.cast.ledgers import at_rest, changed, goods_and_money, owes_nothing
from tests.cast.shop import demo_world, eventually, rows_of

pytestmark = pytest.mark.slow

DAY_MS = 86_400_000
LONG = "A" * 5_000
IN_THE_MIDDLE_BYTES = 1_700
"""The first push takes about 2,000 bytes on the line, and no more than one question for the time goes before it."""


@dataclass
class Counter:
    """A kiosk and a desk of the running shop, spoken to as their pages speak, and the codes that are held before them."""

    world: World

    def __post_init__(self) -> None:
        self.kiosk = Browser(self.world.kiosk_url)
        self.desk = Browser(self.world.hub_url)
        staff_id, _, _, pin = STAFF[0]
        signed_in = self.desk.must("POST", "/v1/staff/sign-in", {"staff_id": staff_id, "pin": pin, "desk": "1"})
        self.csrf = signed_in["csrf"]
        self.desk.header("X-CSRF-Token", self.csrf)
        self.phones = Phones(self.world.folder / "phones", PhoneSettings(), now_ms, system_rng)

    def press(self) -> str:
        """An event_id of a press."""
        return event_id(now_ms(), system_rng)

    def ready(self) -> tuple[str, str]:
        """An order on its shelf, and the label of its parcel."""
        found = "SELECT order_id, revision FROM pickups WHERE state = 'ready' ORDER BY order_id LIMIT 1"
        ((order, revision),) = rows_of(self.world.folder / "hub" / "state.db", found)
        return str(order), write_label(str(order), 1, int(str(revision)))

    def pass_of(self, order: str, *, store_number: int = STORE_NUMBER, days: int = 7) -> str:
        """A pass that central could have written."""
        key = load_or_make_key(self.world.folder / "central" / "pass-1.key", system_rng)
        return write_pass(
            key.private_bytes_raw(),
            key_id=1,
            store_number=store_number,
            order_id=order,
            revision=1,
            expires_at_ms=now_ms() + days * DAY_MS,
            pass_id=system_rng(3),
        )

    def my_qr(self, key: str) -> str:
        """What a shopper's app shows now."""
        phone = self.phones.of(key)
        assert phone is not None
        return phone.code(now_ms())[0]

    def at_the_desk(self, pass_text: str, label: str) -> Answer:
        """Pass and parcel in one request."""
        body = {"event_id": self.press(), "pass": pass_text, "labels": [label]}
        return self.desk.ask("POST", "/v1/handovers", body)

    def at_the_kiosk(self, code: str) -> Answer:
        """Anything held before the kiosk's scanner."""
        return self.kiosk.ask("POST", "/scan", {"event_id": self.press(), "scan": code})


def now_ms() -> int:
    return SystemClock().now_ms()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with demo_world(tmp_path_factory.mktemp("shop")) as world:
        yield world


@pytest.fixture(scope="module")
def counter(world: World) -> Counter:
    return Counter(world)


def reason_of(answer: Answer) -> str:
    """The reason of an expected no, which every API of the house spells alike."""
    assert answer.status == 409, answer
    assert answer.body["type"] == f"urn:storefloor:problem:{answer.body['reason'].replace('_', '-')}"
    return str(answer.body["reason"])


@pytest.mark.parametrize(
    ("what", "at_the_desk", "at_the_kiosk"),
    [
        ("unknown QR", "not_a_pass", "unknown_code"),
        ("another store's pass", "other_store", "other_store"),
        ("5,000 characters", "not_a_pass", "unknown_code"),
    ],
)
def test_a_bad_code_is_answered_by_its_name_and_changes_no_book(
    world: World, counter: Counter, what: str, at_the_desk: str, at_the_kiosk: str
) -> None:
    order, label = counter.ready()
    code = {
        "unknown QR": "HELLO-WORLD",
        "another store's pass": counter.pass_of(order, store_number=STORE_NUMBER + 1),
        "5,000 characters": LONG,
    }[what]
    before = at_rest(world)
    assert reason_of(counter.at_the_desk(code, label)) == at_the_desk
    assert reason_of(counter.at_the_kiosk(code)) == at_the_kiosk
    assert changed(before, at_rest(world)) == set()


def test_an_expired_pass_hands_nothing_over_and_says_since_when(world: World, counter: Counter) -> None:
    order, label = counter.ready()
    before = at_rest(world)
    answer = counter.at_the_desk(counter.pass_of(order, days=-2), label)
    assert reason_of(answer) == "pass_expired"
    assert now_ms() - 3 * DAY_MS < answer.body["found"]["expired_ms"] < now_ms()
    assert changed(before, at_rest(world)) == set()


def test_a_pass_for_an_unknown_order_leaves_one_pass_seen_in_both_books_and_nothing_else(
    world: World, counter: Counter
) -> None:
    _, label = counter.ready()
    code = counter.pass_of(id_text(system_rng(8)))
    before = at_rest(world)
    assert reason_of(counter.at_the_desk(code, label)) == "unknown_order"
    assert reason_of(counter.at_the_kiosk(code)) == "unknown_order"
    assert reason_of(counter.at_the_desk(code, label)) == "unknown_order"
    after = at_rest(world)
    recorded = {"hub.pass_seen", "hub.audit_rows", "hub.outbox_rows", "hub.outbox_origins", "central.ledger"}
    recorded |= {"central.origins"}
    assert changed(before, after) == recorded
    for book in ("central.ledger", "hub.outbox_rows"):
        (row,) = set(after[book]) - set(before[book])
        assert "'pickup.pass_seen'" in row
        assert len(after[book]) == len(before[book]) + 1


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b"[" * 20_000, b'{"scan": 7}', LONG.encode()],
    ids=["cut short", "no UTF-8", "too deep", "a number for a text", "no JSON"],
)
def test_malformed_json_is_a_clear_400_of_kiosk_hub_and_central_and_changes_no_book(
    world: World, counter: Counter, body: bytes
) -> None:
    before = at_rest(world)
    hub = {"X-CSRF-Token": counter.csrf, "Cookie": f"sf_staff={cookie_of(counter)}", "Origin": world.hub_url}
    for url, headers in (
        (f"{world.kiosk_url}/scan", {}),
        (f"{world.hub_url}/v1/handovers", hub),
        (f"{world.hub_url}/v1/returns", hub),
        (f"{world.central_url}/v1/guest/orders", {}),
    ):
        reply = requests.post(url, data=body, headers={"Content-Type": "application/json", **headers}, timeout=60)
        assert (reply.status_code, reply.headers["Content-Type"]) == (400, "application/problem+json"), url
        assert reply.json()["title"]
    assert changed(before, at_rest(world)) == set()


def cookie_of(counter: Counter) -> str:
    """The session the clerk signed in to."""
    return str(counter.desk._session.cookies["sf_staff"])


def test_a_line_cut_in_the_middle_of_a_push_ends_like_a_run_without_the_cut(
    world: World, counter: Counter, tmp_path: Path
) -> None:
    world.line.cut()
    a_busy_hour(counter)
    world.stop()
    whole = healed(world, tmp_path / "whole", cut=False)
    broken = healed(world, tmp_path / "broken", cut=True)
    assert {name for name in whole if whole[name] != broken[name]} == set()
    assert len(whole["central.ledger"]) > recorded(world)


def recorded(world: World) -> int:
    """How many facts about goods and money central has."""
    return len(rows_of(world.folder / "central" / "central.db", "SELECT 1 FROM ledger WHERE lane < 2"))


def a_busy_hour(counter: Counter) -> None:
    """Facts of lanes 0 and 1 that all wait for the line: picks, parcels, handovers, a return, wishes."""
    for order, state in rows_of(counter.world.folder / "hub" / "state.db", "SELECT order_id, state FROM pickups"):
        if state != "ready":
            detail = counter.desk.must("GET", f"/v1/pickups/{order}")
            picks = [pick_of(counter, line) for line in detail["lines"] if line["picked_qty"] < line["qty"]]
            counter.desk.must("POST", f"/v1/pickups/{order}/picks", {"picks": picks})
            body = {"event_id": counter.press(), "shelf": "C-09", "units": None}
            counter.desk.must("POST", f"/v1/pickups/{order}/parcels", body)
        label = counter.desk.must("GET", f"/v1/pickups/{order}")["parcels"][0]["label"]
        assert counter.at_the_desk(counter.pass_of(str(order)), label).ok
    line = {
        "order_id": None,
        "line": None,
        "gtin": "09521234500019",
        "qty": 1,
        "amount_minor": 1,
        "condition": "opened",
    }
    counter.desk.must(
        "POST", "/v1/returns", {"event_id": counter.press(), "lines": [line], "charges": [], "refund_minor": 1}
    )
    for key in ("min-jun", "do-yun", "grace"):
        cart = counter.kiosk.must("POST", "/scan", {"event_id": counter.press(), "scan": counter.my_qr(key)})["cart"]
        for each in cart["lines"]:
            wish = {name: each[name] for name in ("line", "gtin", "line_version")}
            wish |= {"target_qty": each["qty"] + 1, "seen_price_minor": each["price_minor"]}
            counter.kiosk.must("POST", "/cart/changes", {"event_id": counter.press(), **wish})
        counter.kiosk.must("POST", "/wipe", {"how": "finished"})


def pick_of(counter: Counter, line: dict[str, Any]) -> dict[str, Any]:
    """The scan that confirms what is left of a line."""
    left = line["qty"] - line["picked_qty"]
    return {"event_id": counter.press(), "line": line["line"], "qty": left, "gtin": line["gtin"]}


def healed(world: World, folder: Path, *, cut: bool) -> dict[str, list[str]]:
    """The books after a copy of this shop came back to its line, if wanted with a cut in the middle of the first push."""
    shutil.copytree(world.folder, folder)
    again = World(folder, store=world.store, ports=world.ports)
    try:
        again.start_central()
        again.start_store(before_hub=lambda: again.line.cut_after(IN_THE_MIDDLE_BYTES) if cut else None)
        if cut:
            eventually(lambda: again.line.is_cut, "the line is cut while the hub pushes")
            assert recorded(again) == recorded(world), "cut before the first push was whole"
            assert not owes_nothing(again)
            again.line.restore()
        at_rest(again)
        return goods_and_money(again)
    finally:
        again.stop()
