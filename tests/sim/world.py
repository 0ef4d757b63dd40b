"""A shop and its head office in one process, on one clock and one pair of dice: the real hub, the real central, a bad line."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from edge.app.apply_changes import apply_page, cursor_of
from edge.app.ask_cart_change import ChangeAsked, ask_cart_change
from edge.app.ask_order import OrderLineAsked, OrderWishAsked, ask_order
from edge.app.check_in import CheckInAsked, check_in
from edge.app.end_visit import end_visit
from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.hub import Hub, open_hub
from edge.app.keep_line import note_beat, note_push_trouble
from edge.app.look_up_cart import LookUpAsked, VisitView, look_up_cart
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.stage_parcel import StageAsked, Staged, stage_parcel
from edge.app.take_back import ReturnAsked, ReturnLineAsked, take_back
from edge.domain.cart import Cart
from edge.domain.clock import SimClock
from edge.domain.errors import Refusal
from edge.domain.ids import event_id
from edge.domain.pickup import OrderState, Pickup
from edge.gateway.central import CentralClient
from edge.passes import step_of, write_label, write_u1
from edge.store import incidents, people, pickups
from sync import outbox
from sync.errors import SyncError
from sync.http_client import Peer
from sync.pull import pull_once
from sync.push import Pusher, push_round
from tests.cast.office import STORE, Office, Shopper
from tests.cast.pickups import NOON_MS, SOAP, TEA
from tests.sim.wire import LossyLine

KIM = "clerk:kim"
KIOSK = "K1"
GOODS = (SOAP, TEA)
DRAIN_ROUNDS = 60
"""Far above what a line without trouble needs; a world that is not drained by then never will be."""


class World:
    """One run. `play` throws the dice; `heal` ends every trouble and lets both sides tell each other everything."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        (folder / "office").mkdir()
        (folder / "hub").mkdir()
        self._folder = folder
        self.office = Office(folder / "office")
        stock = {"gtin": SOAP, "on_hand": 60, "as_of_ms": NOON_MS, "price_minor": 6_000, "price_as_of_ms": NOON_MS}
        self.office.operator.must("PUT", f"/v1/stores/{STORE}/stock", {"stock": [stock]})  # soap for all, tea runs out
        self.clock = SimClock(NOON_MS)
        self.line = LossyLine(lambda: self.office.hub, self.dice)
        self.hub = self._open_hub()
        self.trail: list[str] = []  # what happened, for whoever reads a failed run
        self.wishes: list[str] = []
        self.handed_over: list[str] = []  # event_ids that were answered with yes

    def play(self, acts: int) -> None:
        """So many acts of shoppers, staff, line and plug, in the order the dice say; more until something left and something was lost."""
        table: tuple[tuple[int, Callable[[], object]], ...] = (
            (8, self.phone_fills_cart),
            (5, self.phone_orders),
            (3, self.phone_cancels),
            (8, self.kiosk_wishes),
            (4, self.kiosk_orders),
            (10, self.staff_picks),
            (10, self.staff_stages),
            (10, self.staff_hands_over),
            (3, self.staff_takes_back),
            (3, self.shopper_checks_in),
            (14, self.sync),
            (4, self.line_changes),
            (2, self.plug_is_pulled),
        )
        weighed = [act for weight, act in table for _ in range(weight)]
        while len(self.trail) < acts or not (self.handed_over and self.line.lost):
            assert len(self.trail) < 20 * acts, "this shop hands nothing over"
            act = self.dice.choice(weighed)
            self.trail.append(act.__name__)
            act()
            passed_ms = self.dice.randrange(200, 40_000)
            self.clock.advance(passed_ms)
            self.office.clock.advance(passed_ms)

    def heal(self) -> None:
        """The line is whole again; both sides talk until nothing is left to say."""
        self.line.trouble, self.line.cut = 0.0, False
        for _ in range(DRAIN_ROUNDS):
            before = (self.owed(), cursor_of(self.hub))
            self.sync()
            if self.owed() == 0 and before == (0, cursor_of(self.hub)):
                return
        raise AssertionError(f"{self.owed()} facts are still owed")

    def sync(self) -> None:
        """One beat, one round of pushing, pages until there are none; whatever the line does to them."""
        peer = cast("Peer", self.line)
        pusher = Pusher(
            db=self.hub.state,
            peer=peer,
            now_ms=self.clock.now_ms,
            rng=self.hub.rng,
            on_incident=lambda tx, incident: note_push_trouble(self.hub, tx, incident),
            batch_rows=self.dice.choice((1, 3, 20, 200)),
        )
        try:
            push_round(pusher)
            for _ in range(50):
                page = pull_once(peer, cursor_of(self.hub), limit=self.dice.choice((1, 7, 500)))
                apply_page(self.hub, page)
                if not page.more:
                    break
            note_beat(self.hub, passed=True)
        except SyncError:
            note_beat(self.hub, passed=False)

    def owed(self) -> int:
        """Facts without a receipt."""
        with self.hub.state.reading() as conn:
            return outbox.owed(conn).total

    def orders(self) -> list[Pickup]:
        """Every order the hub holds."""
        with self.hub.state.reading() as conn:
            ids = [row[0] for row in conn.execute("SELECT order_id FROM pickups ORDER BY placed_at_ms, order_id")]
            return pickups.get_many(conn, ids)

    def facts(self, kind: str) -> int:
        """How many facts of a kind central's ledger holds."""
        with self.office.central.books.reading() as tx:
            return int(tx.exec_driver_sql("SELECT COUNT(*) FROM ledger WHERE kind = ?", (kind,)).scalar_one())

    def state_at_central(self, order_id: str) -> str:
        """An order's state in central's books."""
        return str(self.office.ada.must("GET", f"/v1/me/orders/{order_id}")["order"]["state"])

    def incident_kinds(self) -> list[str]:
        """What a person at the hub should look at."""
        with self.hub.state.reading() as conn:
            return [each.kind for each in incidents.waiting(conn)]

    def cart_copy(self, identity: str) -> Cart | None:
        """The hub's copy of a cart."""
        with self.hub.replica.reading() as conn:
            stored = people.cart_of(conn, self.hub.keys, identity)
        return stored.cart if stored else None

    def close(self) -> None:
        """Close both."""
        self.hub.close()
        self.office.close()

    def phone_fills_cart(self) -> None:
        """On the phone: a new line, or another quantity on one that is there."""
        shopper = self._shopper()
        lines = shopper.must("GET", "/v1/me/cart")["cart"]["lines"]
        line = self.dice.choice([None, *lines])
        change = {"event_id": self.office.new_id(), "line": None, "gtin": self.dice.choice(GOODS), "target_qty": 1}
        if line is not None:
            change |= {"line": line["line"], "gtin": line["gtin"], "line_version": line["version"]}
            change["target_qty"] = self.dice.randrange(4)
        shopper.ask("POST", "/v1/me/cart/changes", {"changes": [change]})

    def phone_orders(self) -> None:
        """On the phone: everything in the cart becomes a pickup, if it is still to be had."""
        asked = {"event_id": self.office.new_id(), "store": STORE, "lines": None}
        self._shopper().ask("POST", "/v1/me/orders", asked)

    def phone_cancels(self) -> None:
        """On the phone: one of her orders, whatever its state."""
        shopper = self._shopper()
        orders = shopper.must("GET", "/v1/me/orders")["orders"]
        if orders:
            order = self.dice.choice(orders)["order_id"]
            shopper.ask("POST", f"/v1/me/orders/{order}/cancel", {"event_id": self.office.new_id()})

    def kiosk_wishes(self) -> None:
        """At the kiosk: another quantity on one line."""
        visit = self.visit_of(self._shopper())
        if visit is not None and visit.cart.lines:
            line = self.dice.choice(visit.cart.lines)
            asked = ChangeAsked(
                event_id=self.press(),
                visit_id=visit.visit_id,
                line=line.line,
                gtin=line.gtin,
                target_qty=self.dice.randrange(4),
                line_version=line.line_version,
                seen_price_minor=line.price_minor,
            )
            if not isinstance(ask_cart_change(self.hub, asked, kiosk=KIOSK), Refusal):
                self.wishes.append(asked.event_id)
        self._bye(visit)

    def kiosk_orders(self) -> None:
        """At the kiosk: the whole cart as a pickup."""
        visit = self.visit_of(self._shopper())
        lines = [line for line in visit.cart.lines if line.qty > 0] if visit else []
        if visit is not None and lines:
            asked = OrderWishAsked(
                event_id=self.press(),
                visit_id=visit.visit_id,
                lines=tuple(
                    OrderLineAsked(
                        line=line.line,
                        line_version=line.line_version,
                        qty=line.qty,
                        seen_price_minor=line.price_minor,
                    )
                    for line in lines
                ),
            )
            if not isinstance(ask_order(self.hub, asked, kiosk=KIOSK), Refusal):
                self.wishes.append(asked.event_id)
        self._bye(visit)

    def staff_picks(self) -> None:
        """Kim picks what one order still wants."""
        order = self._order(OrderState.accepted, OrderState.picking)
        if order is not None:
            wanted = [line for line in order.lines if line.to_pick_qty]
            picks = tuple(
                Pick(event_id=self.press(), line=line.line, qty=line.to_pick_qty, gtin=line.gtin) for line in wanted
            )
            if picks:
                pick_line(self.hub, PicksAsked(order_id=order.order_id, picks=picks), KIM)

    def staff_stages(self) -> None:
        """Kim puts what is picked on a shelf."""
        order = self._order(OrderState.picking)
        if order is not None:
            asked = StageAsked(event_id=self.press(), order_id=order.order_id, shelf="A-1")
            done = stage_parcel(self.hub, asked, KIM)
            assert isinstance(done, Staged | Refusal)

    def staff_hands_over(self) -> None:
        """Somebody shows a pass for some order, collected or not; a press whose answer got lost is pressed again."""
        orders = [order for order in self.orders() if order.parcels]
        if not orders:
            return
        order = self.dice.choice(orders)
        shown = self._pass_of(order)
        if shown is None:
            return
        labels = tuple(write_label(order.order_id, parcel.number, order.revision) for parcel in order.parcels)
        asked = HandOverAsked(event_id=self.press(), pass_text=shown, labels=labels)
        done = hand_over(self.hub, asked, actor=KIM, desk="1")
        if self.dice.random() < 0.3:
            assert hand_over(self.hub, asked, actor=KIM, desk="1") == done
        if isinstance(done, HandedOver):
            self.handed_over.append(asked.event_id)

    def staff_takes_back(self) -> None:
        """Somebody brings one unit of a collected order back, perhaps for the second time."""
        order = self._order(OrderState.handed_over)
        if order is not None:
            line = self.dice.choice(order.lines)
            back = ReturnLineAsked(order_id=order.order_id, line=line.line, gtin=line.gtin, qty=1, amount_minor=1)
            take_back(self.hub, ReturnAsked(event_id=self.press(), lines=(back,), refund_minor=1), KIM)

    def shopper_checks_in(self) -> None:
        """Somebody shows a pass to the kiosk."""
        order = self.dice.choice([None, *self.orders()])
        shown = self._pass_of(order) if order is not None else None
        if shown is not None:
            check_in(self.hub, CheckInAsked(event_id=self.press(), scan=shown), kiosk=KIOSK)

    def line_changes(self) -> None:
        """The line is cut, comes back whole, or comes back bad."""
        self.line.cut = self.dice.random() < 0.4
        self.line.trouble = self.dice.choice((0.1, 0.3, 0.6))

    def plug_is_pulled(self) -> None:
        """The hub starts again from its files; people at the kiosk are forgotten."""
        self.restart(self.clock)

    def restart(self, clock: SimClock) -> None:
        """The hub starts again, by this clock."""
        self.hub.close()
        self.clock = clock
        self.hub = self._open_hub()

    def _open_hub(self) -> Hub:
        central = CentralClient(cast("Peer", self.line))
        return open_hub(
            self._folder / "hub", store=STORE, node="H1", clock=self.clock, rng=self.dice.randbytes, central=central
        )

    def press(self) -> str:
        """A fresh event_id."""
        return event_id(self.clock.now_ms(), self.dice.randbytes)

    def _shopper(self) -> Shopper:
        return self.dice.choice((self.office.ada, self.office.min_jun))

    def visit_of(self, shopper: Shopper) -> VisitView | None:
        """She shows her app to the kiosk; None when the hub cannot tell who she is."""
        self.clock.advance(31_000)
        self.office.clock.advance(31_000)
        code = write_u1(shopper.secret, shopper.identity, step_of(self.clock.now_ms()))
        seen = look_up_cart(self.hub, LookUpAsked(event_id=self.press(), scan=code), kiosk=KIOSK)
        return seen if isinstance(seen, VisitView) else None

    def _bye(self, visit: VisitView | None) -> None:
        if visit is not None and self.dice.random() < 0.8:
            end_visit(self.hub, visit.visit_id, kiosk=KIOSK)

    def _order(self, *states: OrderState) -> Pickup | None:
        found = [order for order in self.orders() if order.state in states]
        return self.dice.choice(found) if found else None

    def _pass_of(self, order: Pickup) -> str | None:
        for shopper in (self.office.ada, self.office.min_jun):
            reply = shopper.ask("GET", f"/v1/me/orders/{order.order_id}/pass")
            if reply.status_code == 200:
                given: dict[str, Any] = reply.get_json()
                return str(given["pass"])
        return None
