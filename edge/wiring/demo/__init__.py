"""`storefloor demo`: central, hub, kiosk and a stand-in phone on one machine, with an invented Korean store and a line to cut."""

import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click
from werkzeug.serving import BaseWSGIServer, make_server

from central.shopper_app import PhoneSettings
from edge.domain.clock import SystemClock
from edge.settings import write
from edge.tools.asking import Browser
from edge.wiring.demo.page import create_page
from edge.wiring.demo.seed import STAFF, Clerk, Shopping, put_goods, put_shoppers, put_store
from edge.wiring.demo.shop import STORE, demo_products, demo_shoppers
from edge.wiring.demo.walk import enrol_beacon, play_walk
from edge.wiring.importing import operator_at
from edge.wiring.world import Ports, World

SEEDED = "seeded"
"""Written when the invented shop is in the books, so that a demo that was interrupted while seeding starts over."""


def run_demo(folder: Path, *, fresh: bool) -> None:
    """Start everything, say what to try, and serve until Ctrl-C."""
    say = _Progress()
    if fresh or not (folder / SEEDED).exists():
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    world = World(folder.resolve(), store=STORE, ports=Ports())
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    page: BaseWSGIServer | None = None
    try:
        begin(world, say)
        page = show_page(world)
        _say_what_to_try(world)
        walk = play_walk(world, stopped)
        stopped.wait()
        walk.join(1.0)
        click.echo("\nStopping …")
    finally:
        if page is not None:
            page.shutdown()
        world.stop()


def begin(world: World, say: Callable[[str], None]) -> None:
    """Start the processes, and put the invented shop in when the folder is new."""
    is_new = not (world.folder / SEEDED).exists()
    say("head office")
    world.start_central()
    phones = world.folder / "phones"
    phones.mkdir(exist_ok=True)
    owners = []
    shopping = Shopping(world.central_url, phones, demo_products(), SystemClock().now_ms)
    if is_new:
        say("80 invented products, ten shoppers, two of staff")
        operator = operator_at(world.central_url, world.operator_key)
        put_store(operator)
        put_goods(operator, demo_products(), SystemClock().now_ms())
        owners = put_shoppers(operator, demo_shoppers(), phones)
        for staff_id, name, role, pin in STAFF:
            world.add_staff(staff_id, name, role, pin)
    say("the store's hub and kiosk")
    world.start_store(before_hub=lambda: enrol_beacon(world))
    if is_new:
        say("what happened so far: carts, orders, a parcel on its shelf")
        orders = [
            (shopper, shopping.order(owner, shopper)) for owner, shopper in zip(owners, demo_shoppers(), strict=True)
        ]
        for owner, shopper in zip(owners, demo_shoppers(), strict=True):
            shopping.fill_cart(owner, shopper)
        clerk = Clerk(world.hub_url, SystemClock().now_ms)
        for place, (shopper, order_id) in enumerate(orders, start=1):
            if order_id is not None:
                clerk.bring(order_id, shopper.order_state, f"A-{place:02d}")
        (world.folder / SEEDED).write_text("yes\n", "utf-8")
    say("the stand-in phone")
    write(phones / "phone.toml", PhoneSettings(store=STORE, central_url=world.central_url, port=world.ports.phone))
    world.processes.start("phone", ("phone", "--dir", str(phones)), world.phone_url)


class _Progress:
    """One line per step while the demo starts, with the seconds it took so far."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()

    def __call__(self, what: str) -> None:
        click.echo(f"  {time.monotonic() - self._began_s:5.1f} s  {what}")


def show_page(world: World) -> BaseWSGIServer:
    """Serve the demo's own page in a thread; `shutdown()` ends it."""
    urls = {
        "phone": f"{world.phone_url}/",
        "kiosk": f"{world.kiosk_url}/",
        "staff": f"{world.hub_url}/staff/",
        "ops": f"{world.hub_url}/ops/",
        "central": f"{world.central_url}/",
        "signage": f"{world.kiosk_url}/signage",
    }
    server = make_server("127.0.0.1", world.ports.page, create_page(world.line, urls), threaded=True)
    threading.Thread(target=server.serve_forever, name="demo-page", daemon=True).start()
    return server


def _say_what_to_try(world: World) -> None:
    click.echo(
        f"""
The demo store is open. Everything is on one page: {world.page_url}/
  1  Phone    {world.phone_url}/   choose 김민준, open "내 QR", copy its text
  2  Kiosk    {world.kiosk_url}/   paste it: his online cart as a way through the shop; change it, make it a pickup
  3  Staff    {world.hub_url}/staff/   number kim, PIN 246810: pick, put on a shelf, hand over by pass and parcel
  4  Cut the line on the page (or: storefloor line cut) and hand something over; restore it and look at the phone
  5  Ops      {world.hub_url}/ops/   head office {world.central_url}/   Ctrl-C ends everything
"""
    )


def ask_line_switch(control: str, action: str) -> str:
    """Cut or restore the demo's line through its page, or ask how it is; gives what it is now."""
    browser = Browser(control)
    answer = browser.must("GET", "/status") if action == "status" else browser.must("POST", f"/{action}")
    return f"the line is {answer['line']}"
