"""The hard cases that need both ends, played one by one; each test begins with the name of its case."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.app.answer_cancel import CancelAnswered, answer_cancel
from edge.app.ask_cart_change import CartAfter, ChangeAsked, ask_cart_change
from edge.app.ask_order import OrderLineAsked, OrderWishAsked, ask_order
from edge.app.forget import Forgotten, forget
from edge.app.hand_over import HandOverAsked, hand_over
from edge.app.keep_line import confirm_time
from edge.app.look_up_cart import VisitView
from edge.app.wish_state import WishView, wish_state
from edge.domain.clock import SimClock
from edge.domain.errors import Refusal
from edge.domain.pickup import OrderState
from edge.passes import write_label
from tests.cast.office import STORE
from tests.cast.pickups import NOON_MS, SOAP, TEA
from tests.sim.world import KIM, KIOSK, World

DAY_MS = 86_400_000


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A whole line, two shoppers, an empty shop."""
    world = World(tmp_path, 1)
    world.line.trouble = 0.0
    world.heal()
    yield world
    world.close()


def visit(world: World) -> VisitView:
    seen = world.visit_of(world.office.ada)
    assert seen is not None
    return seen


def change(world: World, seen: VisitView, qty: int) -> str:
    line = seen.cart.lines[0]
    asked = ChangeAsked(
        event_id=world.press(),
        visit_id=seen.visit_id,
        line=line.line,
        gtin=line.gtin,
        target_qty=qty,
        line_version=line.line_version,
        seen_price_minor=line.price_minor,
    )
    assert isinstance(ask_cart_change(world.hub, asked, kiosk=KIOSK), CartAfter)
    return asked.event_id


def stands(world: World, wish: str) -> tuple[str, str | None]:
    state = wish_state(world.hub, wish)
    assert isinstance(state, WishView)
    return state.state.value, state.reason


def hers(world: World) -> list[dict[str, object]]:
    return list(world.office.ada.must("GET", "/v1/me/cart")["cart"]["lines"])


def cancel(world: World, order: str) -> int:
    path = f"/v1/me/orders/{order}/cancel"
    return world.office.ada.ask("POST", path, {"event_id": world.office.new_id()}).status_code


def test_wish_crossed_by_phone_is_refused_and_the_later_state_stands(world: World) -> None:
    line = world.office.ada.put_in(SOAP, 1)
    world.heal()
    seen = visit(world)
    world.line.cut = True
    wish = change(world, seen, 3)
    version = hers(world)[0]["version"]
    by_phone = {"event_id": world.office.new_id(), "line": line, "gtin": SOAP, "target_qty": 2, "line_version": version}
    world.office.ada.must("POST", "/v1/me/cart/changes", {"changes": [by_phone]})
    assert stands(world, wish) == ("asked", None)
    world.heal()
    assert stands(world, wish) == ("refused", "line_changed")
    assert [each["qty"] for each in hers(world)] == [2]
    assert any(message["kind"] == "wish_refused" for message in world.office.ada.messages())


def test_a_wish_nobody_crossed_is_granted_when_the_line_is_back(world: World) -> None:
    world.office.ada.put_in(SOAP, 1)
    world.heal()
    seen = visit(world)
    world.line.cut = True
    wish = change(world, seen, 3)
    world.heal()
    assert stands(world, wish) == ("granted", None)
    assert [each["qty"] for each in hers(world)] == [3]


def test_price_rises_during_cut_and_is_not_paid_without_asking(world: World) -> None:
    world.office.ada.put_in(SOAP, 1)
    world.heal()
    seen = visit(world)
    world.line.cut = True
    line = seen.cart.lines[0]
    asked = OrderWishAsked(
        event_id=world.press(),
        visit_id=seen.visit_id,
        lines=(
            OrderLineAsked(line=line.line, line_version=line.line_version, qty=1, seen_price_minor=line.price_minor),
        ),
    )
    ask_order(world.hub, asked, kiosk=KIOSK)
    dearer = {"gtin": SOAP, "name": {"ko": "비누", "en": "Soap"}, "price_minor": 9_000, "currency": "KRW"}
    world.office.operator.must("PUT", "/v1/products", {"products": [dearer]})
    world.heal()
    assert stands(world, asked.event_id) == ("refused", "price_rose")
    assert len(hers(world)) == 1


def test_cancel_before_served_is_centrals_alone(world: World) -> None:
    world.office.ada.put_in(SOAP, 1)
    order = world.office.ada.order()["order_id"]
    assert cancel(world, order) == 200
    world.heal()
    assert world.orders() == []
    assert world.incident_kinds() == []


def test_cancel_after_served_is_answered_by_its_store_once(world: World) -> None:
    world.office.ada.put_in(SOAP, 1)
    order = world.office.ada.order()["order_id"]
    world.heal()
    world.line.cut = True
    assert cancel(world, order) == 200
    assert world.state_at_central(order) == "accepted"
    world.heal()
    assert (world.state_at_central(order), world.orders()[0].state) == ("cancelled", OrderState.cancelled)
    assert world.facts("pickup.cancel_granted") == 1


def test_pass_before_order_releases_nothing(world: World) -> None:
    world.line.cut = True
    world.office.ada.put_in(SOAP, 1)
    order = world.office.ada.order()
    shown = world.office.ada.must("GET", f"/v1/me/orders/{order['order_id']}/pass")["pass"]
    label = write_label(order["order_id"], 1, 1)
    for _ in range(2):
        asked = HandOverAsked(event_id=world.press(), pass_text=shown, labels=(label,))
        no = hand_over(world.hub, asked, actor=KIM, desk="1")
        assert isinstance(no, Refusal)
        assert no.reason == "unknown_order"
    world.heal()
    assert world.facts("pickup.pass_seen") == 1
    assert [each.state for each in world.orders()] == [OrderState.accepted]


def test_last_unit_sold_twice_is_handed_out_once(world: World) -> None:
    stock = {"gtin": TEA, "on_hand": 1, "as_of_ms": NOON_MS, "price_minor": 3_000, "price_as_of_ms": NOON_MS}
    world.office.operator.must("PUT", f"/v1/stores/{STORE}/stock", {"stock": [stock]})
    world.heal()
    for shopper in (world.office.ada, world.office.min_jun):
        shopper.put_in(TEA, 1)
        shopper.ask("POST", "/v1/me/orders", {"event_id": world.office.new_id(), "store": STORE, "lines": None})
    world.heal()
    assert [order.state for order in world.orders()] == [OrderState.accepted]


@pytest.mark.parametrize("off_ms", [3 * DAY_MS, -3 * DAY_MS], ids=["three_days_ahead", "three_days_behind"])
def test_a_hub_whose_clock_is_wrong_refuses_no_pass_and_erases_nothing(world: World, off_ms: int) -> None:
    world.office.ada.put_in(SOAP, 1)
    order = world.office.ada.order()
    shown = world.office.ada.must("GET", f"/v1/me/orders/{order['order_id']}/pass")["pass"]
    world.heal()
    wrong_clock(world, off_ms)
    assert forget(world.hub) == Forgotten(), "an unconfirmed clock erases nothing"
    assert world.visit_of(world.office.ada) is None, "and proves nobody's app"
    assert hand_over_by_pass(world, order, shown) == "handed_over"
    world.heal()
    assert world.state_at_central(order["order_id"]) == "handed_over"


def test_corrected_before_push_the_fact_keeps_its_label_and_central_hears_by_how_much_it_was_off(world: World) -> None:
    world.office.ada.put_in(SOAP, 1)
    order = world.office.ada.order()
    shown = world.office.ada.must("GET", f"/v1/me/orders/{order['order_id']}/pass")["pass"]
    world.heal()
    wrong_clock(world, -3 * DAY_MS)
    labelled_ms = world.hub.clock.now_ms()
    assert hand_over_by_pass(world, order, shown) == "handed_over"
    confirm_time(world.hub, world.office.clock.now_ms())
    assert world.hub.clock.now_ms() == world.office.clock.now_ms()
    world.heal()
    with world.office.central.books.reading() as tx:
        ((at_ms, raw),) = tx.exec_driver_sql(
            "SELECT occurred_at_ms, envelope FROM ledger WHERE kind = 'pickup.handed_over'"
        ).all()
        ((correction,),) = tx.exec_driver_sql("SELECT envelope FROM ledger WHERE kind = 'clock.corrected'").all()
    said = msgspec.json.decode(correction)["data"]
    fact = msgspec.json.decode(raw)["data"]
    assert (at_ms, fact["at"]["confirmed"]) == (labelled_ms, False)
    assert (said["boot_id"], said["offset_ms"]) == (fact["at"]["boot_id"], 3 * DAY_MS)


def wrong_clock(world: World, off_ms: int) -> None:
    """The hub starts with the line cut and a wall clock that is off; nobody has told it the time."""
    world.restart(SimClock(world.office.clock.now_ms() + off_ms, confirmed=False, boot_id="boot-2"))
    world.line.cut = True


def hand_over_by_pass(world: World, order: dict[str, Any], shown: str) -> str:
    """Kim packs the order and gives it to whoever shows the pass; how it stands then."""
    world.staff_picks()
    world.staff_stages()
    label = write_label(order["order_id"], 1, order["revision"])
    done = hand_over(
        world.hub, HandOverAsked(event_id=world.press(), pass_text=shown, labels=(label,)), actor=KIM, desk="1"
    )
    assert not isinstance(done, Refusal), done.reason
    return world.orders()[0].state.value


@pytest.mark.parametrize("ask_comes_first", [True, False], ids=["ask first", "handover first"])
def test_cancel_vs_handover_hub_gives_exactly_one_answer(world: World, ask_comes_first: bool) -> None:
    world.office.ada.put_in(SOAP, 1)
    order = world.office.ada.order()
    shown = world.office.ada.must("GET", f"/v1/me/orders/{order['order_id']}/pass")["pass"]
    world.heal()
    world.staff_picks()
    world.staff_stages()
    assert cancel(world, order["order_id"]) == 200
    if ask_comes_first:
        world.heal()
    label = write_label(order["order_id"], 1, order["revision"])
    asked = HandOverAsked(event_id=world.press(), pass_text=shown, labels=(label,))
    done = hand_over(world.hub, asked, actor=KIM, desk="1")
    granting = CancelAnswered(event_id=world.press(), order_id=order["order_id"], grant=True)
    if ask_comes_first:
        assert isinstance(done, Refusal)
        assert done.reason == "cancel_asked"
        assert not isinstance(answer_cancel(world.hub, granting, KIM), Refusal)
        again = msgspec.structs.replace(granting, event_id=world.press())
        assert isinstance(answer_cancel(world.hub, again, KIM), Refusal), "one ask, one answer"
    world.heal()
    one = "pickup.cancel_granted" if ask_comes_first else "pickup.cancel_refused"
    assert answers_to_cancel(world, order["order_id"]) == [one]
    assert world.state_at_central(order["order_id"]) == ("cancelled" if ask_comes_first else "handed_over")


def answers_to_cancel(world: World, order_id: str) -> list[str]:
    """The kinds of the facts that answered central's ask about this order."""
    with world.office.central.books.reading() as tx:
        found = tx.exec_driver_sql(
            "SELECT kind FROM ledger WHERE subject = ? AND kind LIKE 'pickup.cancel_%'", (order_id,)
        )
        return list(found.scalars())


def test_order_for_a_cut_store_is_taken_without_a_time(world: World) -> None:
    world.line.cut = True
    world.office.ada.put_in(SOAP, 1)
    order = world.office.ada.order()
    seen = world.office.ada.must("GET", f"/v1/me/orders/{order['order_id']}")["order"]
    assert (seen["state"], seen["promised_at_ms"]) == ("placed", None)
    world.heal()
    assert [each.state for each in world.orders()] == [OrderState.accepted]
