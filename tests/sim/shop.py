"""What people do in a simulated shop, on phones, at the kiosk and behind the counter; each act is thrown by the day's dice."""

import msgspec

from central.app.cancel_order import CancelAnswer
from central.app.change_cart import AskedChange, CartChanged
from central.app.issue_pass import Pass
from central.app.place_order import AskedOrder, Placed
from edge.app.ask_cart_change import CartAfter, ChangeAsked, ask_cart_change
from edge.app.ask_order import OrderLineAsked, OrderWishAsked, ask_order
from edge.app.call_staff import CallAsked, call_staff
from edge.app.check_in import CheckInAsked, check_in
from edge.app.end_visit import end_visit
from edge.app.hand_over import HandedOver, HandOverAsked, hand_over
from edge.app.look_up_cart import LookUpAsked, VisitView, look_up_cart
from edge.app.move_pickup import OrderNow
from edge.app.pick_line import Pick, PicksAsked, pick_line
from edge.app.short_pick import ShortAsked, short_pick
from edge.app.stage_parcel import StageAsked, Staged, stage_parcel
from edge.app.take_back import ReturnAsked, ReturnLineAsked, TakenBack, take_back
from edge.app.wish_state import WishView
from edge.domain.cart import Outcome
from edge.domain.errors import Refusal
from edge.domain.pickup import OrderState, Pickup, ShortReason
from edge.passes import step_of, write_label, write_u1
from tests.cast.office import STORE
from tests.cast.pickups import SOAP, TEA
from tests.sim.box import Box
from tests.sim.day import Day, Weather
from tests.sim.template import Person
from tests.sim.told import Deed, Grant, Wish

KIM, KIOSK = "clerk:kim", "K1"
GOODS = (SOAP, TEA)
HALF_A_MINUTE_MS = 31_000
"""An app's code counts once, and the next one comes with the next half minute."""


def phone_fills_cart(day: Day) -> None:
    """A new line, or another quantity on one that is there."""
    person = _person(day)
    line = day.dice.choice([None, *day.office.cart(person).lines])
    event = day.office.new_id()
    asked = AskedChange(event_id=event, gtin=day.dice.choice(GOODS), target_qty=day.dice.choice((1, 1, 2)))
    if line is not None:
        asked = AskedChange(
            event_id=event,
            line=line.line,
            gtin=line.gtin,
            target_qty=day.dice.randrange(4),
            line_version=line.version,
        )
    _change(day, person, asked)


def _change(day: Day, person: Person, asked: AskedChange) -> None:
    told = day.office.change(person, asked)
    if isinstance(told, CartChanged) and told.answers[0].outcome is Outcome.granted:
        change = (asked.line or asked.event_id, asked.target_qty)
        day.told.grant(person.cart, Grant(version=told.answers[0].version, lines=(change,)))


def phone_orders(day: Day) -> None:
    """Everything in the cart becomes a pickup, if it is still to be had."""
    person = _person(day)
    before = day.office.cart(person)
    told = day.office.order(person, AskedOrder(event_id=day.office.new_id(), store=STORE))
    if isinstance(told, Placed):
        gone = tuple((line.line, 0) for line in before.lines)
        day.told.grant(person.cart, Grant(version=day.office.cart(person).version, lines=gone))
        day.told.orders[told.order.order_id] = person.identity
        day.say(f"a phone orders {told.order.display_code}")


def phone_cancels(day: Day) -> None:
    """One of the orders, whatever its state."""
    if day.told.orders:
        order = day.dice.choice(list(day.told.orders))
        owner = next(each for each in day.people if each.identity == day.told.orders[order])
        told = day.office.cancel(owner, order, day.office.new_id())
        if isinstance(told, CancelAnswer) and told.order.state is OrderState.cancelled:
            day.told.cancelled.add(order)
        day.say(f"a phone cancels {order}: {type(told).__name__}")


def kiosk_wishes(day: Day) -> None:
    """Another quantity on one line."""
    _wish(day, day.box(), _person(day))


def _wish(day: Day, box: Box, person: Person) -> None:
    visit = _visit(day, box, person)
    if visit is None or not visit.cart.lines:
        return
    line = day.dice.choice(visit.cart.lines)
    asked = ChangeAsked(
        event_id=day.press_id(box),
        visit_id=visit.visit_id,
        line=line.line,
        gtin=line.gtin,
        target_qty=day.dice.randrange(4),
        line_version=line.line_version,
        seen_price_minor=line.price_minor,
    )
    told = day.press_and_go(box, lambda hub: ask_cart_change(hub, asked, kiosk=KIOSK))
    made = Wish(box=box.name, lines=((line.line, asked.target_qty),))
    _note_wish(day, asked.event_id, made, None if told is None else isinstance(told, CartAfter))
    _bye(day, box, visit)


def kiosk_orders(day: Day) -> None:
    """The whole cart as a pickup."""
    box = day.box()
    visit = _visit(day, box, _person(day))
    lines = [line for line in visit.cart.lines if line.qty > 0] if visit else []
    if visit is None or not lines:
        return
    asked = OrderWishAsked(
        event_id=day.press_id(box),
        visit_id=visit.visit_id,
        lines=tuple(
            OrderLineAsked(
                line=line.line, line_version=line.line_version, qty=line.qty, seen_price_minor=line.price_minor
            )
            for line in lines
        ),
    )
    told = day.press_and_go(box, lambda hub: ask_order(hub, asked, kiosk=KIOSK))
    made = Wish(box=box.name, lines=tuple((line.line, 0) for line in lines))
    _note_wish(day, asked.event_id, made, None if told is None else isinstance(told, WishView))
    _bye(day, box, visit)


def staff_picks(day: Day) -> None:
    """Kim picks what one order still wants, or finds that some of it is not there."""
    box = day.box()
    order = _order(day, box, OrderState.accepted, OrderState.picking)
    wanted = [line for line in order.lines if line.to_pick_qty] if order else []
    if order is None or not wanted:
        return
    if day.dice.random() < 0.1:
        short = ShortAsked(
            event_id=day.press_id(box),
            order_id=order.order_id,
            line=wanted[0].line,
            qty=1,
            reason=ShortReason.not_found,
        )
        _note(day, box, order, [short.event_id], "short", day.press(box, lambda hub: short_pick(hub, short, KIM)))
        return
    some = day.dice.random() < 0.3  # the rest is for a second parcel
    picks = tuple(
        Pick(event_id=day.press_id(box), line=line.line, qty=1 if some else line.to_pick_qty, gtin=line.gtin)
        for line in wanted
    )
    asked = PicksAsked(order_id=order.order_id, picks=picks)
    told = day.press(box, lambda hub: pick_line(hub, asked, KIM))
    _note(day, box, order, [pick.event_id for pick in picks], "picked", told)


def staff_stages(day: Day) -> None:
    """Kim puts what is picked into a parcel, on a shelf."""
    box = day.box()
    order = _order(day, box, OrderState.picking)
    if order is None:
        return
    asked = StageAsked(event_id=day.press_id(box), order_id=order.order_id, shelf="A-1")
    told = day.press(box, lambda hub: stage_parcel(hub, asked, KIM))
    if isinstance(told, Staged):
        day.told.shelf[order.order_id, told.parcel] += 1
        day.told.units[box.name, order.order_id, told.parcel] = told.units
    _note(day, box, order, [asked.event_id], "staged", told)


def staff_hands_over(day: Day) -> None:
    """Somebody shows a pass with the parcels that stand on the shelf; or comes back with one that left before."""
    box = day.box()
    orders = [order for order in box.orders() if order.parcels]
    if not orders:
        return
    order = day.dice.choice(orders)
    numbers = [each.number for each in order.parcels if day.told.shelf[order.order_id, each.number] > 0]
    if not numbers and day.weather is Weather.plain:
        numbers = [each.number for each in order.parcels]
    if day.dice.random() < 0.3:
        numbers = numbers[:1]  # she comes back for the rest with the same pass
    shown = _pass_of(day, order)
    if shown is None or not numbers:
        return
    labels = tuple(write_label(order.order_id, number, order.revision) for number in numbers)
    asked = HandOverAsked(event_id=day.press_id(box), pass_text=shown, labels=labels)
    told = day.press(box, lambda hub: hand_over(hub, asked, actor=KIM, desk="1"))
    if isinstance(told, HandedOver):
        day.told.handed[asked.event_id] = (box.name, order.order_id, told.parcels)
        for number in told.parcels:
            day.told.shelf[order.order_id, number] -= 1
    _note(day, box, order, [asked.event_id], "handed over", told)


def staff_takes_back(day: Day) -> None:
    """Somebody brings one unit of a collected order back, perhaps for the second time."""
    box = day.box()
    order = _order(day, box, OrderState.handed_over)
    if order is None:
        return
    line = day.dice.choice(order.lines)
    back = ReturnLineAsked(order_id=order.order_id, line=line.line, gtin=line.gtin, qty=1, amount_minor=1)
    asked = ReturnAsked(event_id=day.press_id(box), lines=(back,), refund_minor=1)
    told = day.press(box, lambda hub: take_back(hub, asked, KIM))
    if isinstance(told, TakenBack):
        day.told.brought_back[order.order_id, line.line] += 1
    _note(day, box, order, [asked.event_id], "brought back", told)


def shopper_checks_in(day: Day) -> None:
    """Somebody shows a pass to the kiosk."""
    box = day.box()
    orders = box.orders()
    shown = _pass_of(day, day.dice.choice(orders)) if orders else None
    if shown is not None:
        asked = CheckInAsked(event_id=day.press_id(box), scan=shown)
        day.press(box, lambda hub: check_in(hub, asked, kiosk=KIOSK))


def kiosk_writes_down(day: Day) -> None:
    """A visit ended at the kiosk; it tells whichever hub answers."""
    day.told.sighted.add(day.kiosk.write_down(day.office.clock.now_ms()))
    box = day.box()
    day.say(f"the kiosk tells {box.name}: {day.kiosk.push(box)}")


def everybody_says_one_more(day: Day) -> None:
    """After books or a disk were put back each lane says one more thing: a gap is only seen by the row behind it."""
    for person in day.people:
        _change(day, person, AskedChange(event_id=day.office.new_id(), gtin=SOAP, target_qty=1))
    day.heal()
    for box in day.boxes:
        back = ReturnLineAsked(gtin=SOAP, qty=1, amount_minor=1)
        asked = ReturnAsked(event_id=day.press_id(box), lines=(back,), refund_minor=1)
        if isinstance(take_back(box.hub, asked, KIM), TakenBack):
            day.told.yes(asked.event_id, Deed(box=box.name, kind="brought back"))
        for person in day.people:
            _wish(day, box, person)
        call_staff(box.hub, CallAsked(event_id=day.press_id(box), screen="1"), kiosk=KIOSK)
    kiosk_writes_down(day)


def _note(day: Day, box: Box, order: Pickup, events: list[str], kind: str, told: msgspec.Struct) -> None:
    if isinstance(told, Refusal):
        day.say(f"{box.name}: {order.display_code} not {kind}: {told.reason}")
        return
    assert isinstance(told, (OrderNow, Staged, HandedOver, TakenBack))
    for event in events:
        day.told.yes(event, Deed(box=box.name, kind=kind, order=order.order_id))
    day.say(f"{box.name}: {order.display_code} {kind}")


def _note_wish(day: Day, event: str, made: Wish, taken: bool | None) -> None:
    """`taken` None: the plug was pulled before anybody was told."""
    if taken:
        day.told.wish(event, made)
    elif taken is None:
        day.told.unsaid[event] = made
    day.say(f"{made.box}: a wish at the kiosk, {event}, taken: {taken}")


def _person(day: Day) -> Person:
    return day.dice.choice(day.people)


def _order(day: Day, box: Box, *states: OrderState) -> Pickup | None:
    found = [order for order in box.orders() if order.state in states]
    return day.dice.choice(found) if found else None


def _pass_of(day: Day, order: Pickup) -> str | None:
    """What her phone shows; the line at the counter has no part in it."""
    if order.order_id not in day.told.passes:
        for person in day.people:
            shown = day.office.pass_of(person, order.order_id)
            if isinstance(shown, Pass):
                day.told.passes[order.order_id] = shown.pass_text
    return day.told.passes.get(order.order_id)


def _visit(day: Day, box: Box, person: Person) -> VisitView | None:
    """She shows her app to the kiosk; None when the hub cannot tell who she is."""
    day.pass_time(HALF_A_MINUTE_MS)
    code = write_u1(person.secret, person.identity, step_of(day.office.clock.now_ms()))
    seen = look_up_cart(box.hub, LookUpAsked(event_id=day.press_id(box), scan=code), kiosk=KIOSK)
    return seen if isinstance(seen, VisitView) else None


def _bye(day: Day, box: Box, visit: VisitView) -> None:
    if day.dice.random() < 0.8:
        end_visit(box.hub, visit.visit_id, kiosk=KIOSK)
