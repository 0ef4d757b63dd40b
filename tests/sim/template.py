"""A shop that was set up once and is copied for every seed: head office with its keys, two shoppers, a hub that has read everything."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import msgspec

from edge.app.keep_line import write_down_time
from tests.cast.office import STORE
from tests.cast.pickups import NOON_MS, SOAP, TEA
from tests.sim.world import World

QUICK_DISK = Path("/dev/shm")
"""Where there is one: thousands of small commits, and what a disk forgets at a power cut is thrown for by dice anyway."""

STOCK = {SOAP: 80, TEA: 6}
"""Soap for all; tea runs out."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A shopper's phone: who she is, and the raw key it signs its codes with."""

    identity: str
    cart: str
    secret: bytes


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """Two folders to copy, the people who are known in both, the orders that came down and whose they are, and the time."""

    office: Path
    hub: Path
    people: tuple[Person, ...]
    orders: tuple[tuple[str, str], ...]
    now_ms: int


@cache
def template() -> Template:
    """The shop, built on first use and removed when this process ends."""
    folder = Path(new_folder())
    world = World(folder, 0)
    stock = [
        {"gtin": gtin, "on_hand": qty, "as_of_ms": NOON_MS, "price_minor": 6_000, "price_as_of_ms": NOON_MS}
        for gtin, qty in STOCK.items()
    ]
    world.office.operator.must("PUT", f"/v1/stores/{STORE}/stock", {"stock": stock})
    _put_shop(world)
    orders = []
    for shopper in (world.office.ada, world.office.min_jun):
        for gtin in (SOAP, TEA, SOAP):
            shopper.put_in(gtin, 1)
            orders.append((shopper.order()["order_id"], shopper.identity))
        shopper.put_in(SOAP, 2)
    world.heal()
    write_down_time(world.hub)
    people = tuple(
        Person(identity=each.identity, cart=each.cart, secret=each.secret)
        for each in (world.office.ada, world.office.min_jun)
    )
    world.close()
    return Template(
        office=folder / "office", hub=folder / "hub", people=people, orders=tuple(orders), now_ms=world.clock.now_ms()
    )


def _put_shop(world: World) -> None:
    """Soap and tea may stand in for each other, and whatever nobody fetched may be closed at once."""
    instead = {SOAP: TEA, TEA: SOAP}
    products = [
        {
            "gtin": gtin,
            "name": {"ko": ko, "en": en},
            "price_minor": 6_000,
            "currency": "KRW",
            "substitutes": [instead[gtin]],
        }
        for gtin, ko, en in ((SOAP, "비누", "Soap"), (TEA, "차", "Tea"))
    ]
    world.office.operator.must("PUT", "/v1/products", {"products": products})
    store = {
        "store_number": 1,
        "name": {"ko": "성수 플래그십", "en": "Seongsu Flagship"},
        "settings": {"keep_open_hours": 0},
        "currency": "KRW",
        "timezone": "Asia/Seoul",
    }
    world.office.operator.must("PUT", f"/v1/stores/{STORE}", store)


def new_folder() -> str:
    """A folder for this process alone, gone when it ends."""
    folder = tempfile.mkdtemp(prefix="storefloor-sim-", dir=QUICK_DISK if QUICK_DISK.is_dir() else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
