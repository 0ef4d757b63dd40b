"""The last unit on the shelf: twenty people want it at the same moment, one gets it, nineteen are told why not.

Central sells at most what the shop last said is free, less what waits for the shop's answer; the shop's own accept is the
reservation. Each is asked by twenty connections at once, fifty times over, in running processes.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import requests

from edge.domain.clock import SystemClock
from edge.domain.ids import ALPHABET, event_id, id_text
from edge.domain.product import with_check_digit
from edge.domain.stock import StockHere
from edge.domain.truth import OrderDown, OrderDownLine, StoreDown, StoreSettings
from edge.tools.asking import SignedCaller
from edge.wiring.importing import operator_at
from edge.wiring.randomness import system_rng
from edge.wiring.world import World, free_ports
from tests.cast.counter import PIN, STORE, Counter
from tests.cast.hub_process import HubProcess
from tests.cast.shop import rows_of

PEOPLE, TIMES = 20, 50
PRICE_MINOR = 12_000

Ask = Callable[[requests.Session, int], tuple[int, Any]]


def gtin(number: int) -> str:
    """A product of which there is one."""
    return with_check_digit(f"0952000{number:06d}")


def new_id() -> str:
    """A fresh event_id."""
    return event_id(SystemClock().now_ms(), system_rng)


class Crowd:
    """Twenty people, each with a connection of their own, who ask at the same moment, round after round."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(PEOPLE)
        self._start = Barrier(PEOPLE)
        self._sessions = [requests.Session() for _ in range(PEOPLE)]
        for session in self._sessions:
            session.trust_env = False

    @property
    def sessions(self) -> Sequence[requests.Session]:
        """Everybody's connection, for signing in."""
        return self._sessions

    def ask(self, ask: Ask) -> Tally[tuple[int, str]]:
        """Everybody asks at once; how often each answer was given."""

        def one(place: int) -> tuple[int, str]:
            self._start.wait()
            status, body = ask(self._sessions[place], place)
            return status, "" if status < 300 else str(body["reason"])

        return Tally(self._pool.map(one, range(PEOPLE)))

    def close(self) -> None:
        """Hang up."""
        self._pool.shutdown()
        for session in self._sessions:
            session.close()


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    crowd = Crowd()
    yield crowd
    crowd.close()


@pytest.fixture
def central(tmp_path: Path) -> Iterator[World]:
    """Head office of a store that has one of each of fifty products."""
    world = World(tmp_path / "world", store=STORE, ports=free_ports())
    try:
        world.start_central()
        _put_shop(operator_at(world.central_url, world.operator_key))
        yield world
    finally:
        world.stop()


def _put_shop(operator: SignedCaller) -> None:
    store = {
        "store_number": 1,
        "name": {"ko": "성수 플래그십", "en": "Seongsu Flagship"},
        "currency": "KRW",
        "timezone": "Asia/Seoul",
    }
    operator.must("PUT", f"/v1/stores/{STORE}", store)
    numbers = range(1, TIMES + 1)
    products = [
        {"gtin": gtin(number), "name": {"ko": "머그컵", "en": "Mug"}, "price_minor": PRICE_MINOR, "currency": "KRW"}
        for number in numbers
    ]
    operator.must("PUT", "/v1/products", {"products": products})
    now_ms = SystemClock().now_ms()
    stock = [
        {
            "gtin": gtin(number),
            "on_hand": 1,
            "as_of_ms": now_ms,
            "price_minor": PRICE_MINOR,
            "price_as_of_ms": now_ms,
        }
        for number in numbers
    ]
    operator.must("PUT", f"/v1/stores/{STORE}/stock", {"stock": stock})


def order(session: requests.Session, central_url: str, *lines: tuple[str, int]) -> tuple[int, Any]:
    """A guest orders so many of each product."""
    body = {"event_id": new_id(), "store": STORE, "lines": [{"gtin": each, "qty": qty} for each, qty in lines]}
    reply = session.post(f"{central_url}/v1/guest/orders", json=body, timeout=60)
    return reply.status_code, reply.json()


def test_of_twenty_orders_for_the_last_unit_one_is_placed_and_nineteen_are_told(central: World, crowd: Crowd) -> None:
    for number in range(1, TIMES + 1):

        def buy(session: requests.Session, _: int, wanted: int = number) -> tuple[int, Any]:
            return order(session, central.central_url, (gtin(wanted), 1))

        assert crowd.ask(buy) == {(200, ""): 1, (409, "sold_out"): PEOPLE - 1}, f"product {number}"

    book = central.folder / "central" / "central.db"
    sold = rows_of(book, "SELECT gtin, SUM(qty) FROM order_lines GROUP BY gtin")
    assert sorted(sold) == [(gtin(number), 1) for number in range(1, TIMES + 1)]
    assert rows_of(book, "SELECT COUNT(*) FROM orders") == [(TIMES,)], "a no leaves no order behind"


def test_two_lines_of_one_product_are_one_wish(central: World) -> None:
    with requests.Session() as session:
        session.trust_env = False
        twice = order(session, central.central_url, (gtin(1), 1), (gtin(2), 1), (gtin(1), 1))
        once = order(session, central.central_url, (gtin(1), 1), (gtin(2), 1))
        again = order(session, central.central_url, (gtin(2), 1))
    assert (twice[0], twice[1]["reason"]) == (409, "sold_out")
    assert once[0] == 200, "the refused order held nothing back"
    assert (again[0], again[1]["reason"]) == (409, "sold_out")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    """The shop's hub in the middle of a cut: three of each of fifty products, twenty orders of two for each, no yes without a clerk."""
    counter = Counter(tmp_path)
    now_ms = counter.clock.now_ms()
    by_hand = StoreDown(
        store=STORE,
        store_number=1,
        name={"ko": "성수 플래그십", "en": "Seongsu Flagship"},
        settings=StoreSettings(auto_accept=False),
        currency="KRW",
        timezone="Asia/Seoul",
    )
    counter.down((f"config:{STORE}", "store", STORE, by_hand))
    for number in range(1, TIMES + 1):
        here = StockHere(
            gtin=gtin(number),
            on_hand=3,
            as_of_ms=now_ms,
            safety=0,
            place=None,
            price_minor=PRICE_MINOR,
            price_as_of_ms=now_ms,
        )
        orders = [waiting_order(number, place, now_ms) for place in range(PEOPLE)]
        counter.down(
            (f"stock:{STORE}", "stock", here.gtin, here),
            *((f"store:{STORE}", "order", each.order_id, each) for each in orders),
        )
    counter.close()
    process = HubProcess(tmp_path)
    process.process.start()
    yield process
    process.process.stop()


def order_name(number: int, place: int) -> str:
    """The id of one order."""
    return id_text((number * 1_000 + place).to_bytes(8, "big"))


def waiting_order(number: int, place: int, now_ms: int) -> OrderDown:
    """Two units of a product, asked for in two lines."""
    return OrderDown(
        order_id=order_name(number, place),
        store=STORE,
        store_number=1,
        display_code=f"{ALPHABET[number // 25]}{ALPHABET[number % 25]}{ALPHABET[place]}2",
        revision=1,
        lines=tuple(OrderDownLine(line=line, gtin=gtin(number), qty=1, price_minor=PRICE_MINOR) for line in (1, 2)),
        currency="KRW",
        total_minor=2 * PRICE_MINOR,
        placed_at_ms=now_ms,
        guest=True,
    )


def test_of_twenty_orders_for_what_fills_one_a_shop_that_is_cut_off_accepts_one(
    hub: HubProcess, crowd: Crowd, tmp_path: Path
) -> None:
    first = crowd.sessions[0]
    entered = first.post(f"{hub.url}/v1/staff/sign-in", json={"staff_id": "kim", "pin": PIN, "desk": "1"}, timeout=60)
    for session in crowd.sessions:
        session.cookies.update(first.cookies)
        session.headers["X-CSRF-Token"] = str(entered.json()["csrf"])

    for number in range(1, TIMES + 1):

        def accept(session: requests.Session, place: int, wanted: int = number) -> tuple[int, Any]:
            path = f"/v1/pickups/{order_name(wanted, place)}/accept"
            reply = session.post(hub.url + path, json={"event_id": new_id()}, timeout=60)
            return reply.status_code, reply.json()

        assert crowd.ask(accept) == {(200, ""): 1, (409, "no_stock"): PEOPLE - 1}, f"product {number}"

    state = tmp_path / "state.db"
    reserved = rows_of(state, "SELECT gtin, SUM(reserved) FROM reservations GROUP BY gtin")
    assert sorted(reserved) == [(gtin(number), 2) for number in range(1, TIMES + 1)]
    accepted = rows_of(state, "SELECT COUNT(*) FROM outbox_rows WHERE kind = 'pickup.accepted'")
    assert accepted == [(TIMES,)], "every yes is a fact, and no other"
