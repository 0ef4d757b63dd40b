"""Second thoughts behind a simulated counter: undo and void, questions and substitutes, other shelves, orders nobody fetched."""

import msgspec

from central.app.answer_question import AskedAnswer
from edge.app.answer_cancel import CancelAnswered, answer_cancel
from edge.app.answer_question import AnswerAsked, AnswerNow, answer_due, answer_for_staff
from edge.app.ask_shopper import QuestionAsked, QuestionNow, ask_shopper
from edge.app.move_pickup import OrderNow
from edge.app.no_show import Expired, NoShowAsked, Reopened, UndoRunAsked, expire_no_shows, undo_run
from edge.app.reshelve import ReshelveAsked, UnpackAsked, reshelve, unpack
from edge.app.substitute import SubstituteAsked, substitute
from edge.app.undo_step import UndoAsked, undo_step
from edge.app.void_handover import UndoHandoverAsked, Voided, undo_handover
from edge.domain.errors import Refusal
from edge.domain.pickup import Choice, OrderState, Pickup, Question, ShortReason
from tests.sim.box import Box
from tests.sim.day import Day
from tests.sim.told import Deed

KIM, KANG = "clerk:kim", "clerk:kang"
_BACK = ("picked", "short", "staged", "substituted", "asked", "arrived")


def staff_asks_ada(day: Day) -> None:
    """Kim does not find a unit, and asks what to do about it."""
    box = day.box()
    order = _order(day, box, OrderState.accepted, OrderState.picking)
    wanted = [line for line in order.lines if line.to_pick_qty] if order else []
    if order is None or not wanted:
        return
    asked = QuestionAsked(
        event_id=day.press_id(box),
        order_id=order.order_id,
        line=day.dice.choice(wanted).line,
        qty=1,
        reason=ShortReason.not_found,
    )
    _note(day, box, order, asked.event_id, "asked", day.press(box, lambda hub: ask_shopper(hub, asked, KIM)))


def phone_answers(day: Day) -> None:
    """Ada or Min-jun chooses on her phone; the store hears of it when it may."""
    for person in day.people:
        for order in day.office.orders(person):
            for question in order.open_questions:
                choice, gtin = _choice(day, question)
                asked = AskedAnswer(event_id=day.office.new_id(), choice=choice, gtin=gtin)
                told = day.office.answer(person, order.order_id, question.question_id, asked)
                day.say(f"a phone answers {order.display_code} with {choice}: {type(told).__name__}")
                return


def staff_answers(day: Day) -> None:
    """Kim has her on the telephone; or nobody answered in time, and the order's own word counts."""
    box = day.box()
    if day.dice.random() < 0.3:
        answer_due(box.hub)  # no press: a loop of the hub does it
        return
    asked_of = [order for order in box.orders() if order.questions]
    if not asked_of:
        return
    order = day.dice.choice(asked_of)
    question = day.dice.choice(order.questions)  # answered or not
    choice, gtin = _choice(day, question)
    asked = AnswerAsked(
        event_id=day.press_id(box),
        order_id=order.order_id,
        question_id=question.question_id,
        choice=choice,
        gtin=gtin,
    )
    told = day.press(box, lambda hub: answer_for_staff(hub, asked, KIM))
    _note(day, box, order, asked.event_id, "answered", told)


def staff_substitutes(day: Day) -> None:
    """Kim takes what she chose; now and then something else, which is refused."""
    box = day.box()
    order = _order(day, box, OrderState.accepted, OrderState.picking)
    chosen = [each for each in order.questions if each.gtin] if order else []
    if order is None or not chosen:
        return
    question = day.dice.choice(chosen)
    asked = SubstituteAsked(
        event_id=day.press_id(box),
        order_id=order.order_id,
        line=question.line,
        qty=question.qty,
        gtin_scanned=question.gtin or "",
    )
    told = day.press(box, lambda hub: substitute(hub, asked, KIM))
    _note(day, box, order, asked.event_id, "substituted", told)


def staff_undoes(day: Day) -> None:
    """Kim takes one of the last acts back, wherever it was done."""
    box = day.box()
    done = [(event, deed) for event, deed in day.told.deeds.items() if deed.kind in _BACK][-6:]
    if not done:
        return
    event, deed = day.dice.choice(done)
    before = {each.order_id: each for each in box.orders()}.get(deed.order)
    if before is None:
        return
    asked = UndoAsked(event_id=day.press_id(box), order_id=deed.order, undone=event)
    told = day.press(box, lambda hub: undo_step(hub, asked, KIM))
    _moved(day, box, before)
    _note(day, box, before, asked.event_id, f"undone ({deed.kind})", told)


def staff_voids(day: Day) -> None:
    """The bag that was handed over a moment ago is still here."""
    if not day.told.handed:
        return
    event, (name, order_id, parcels) = list(day.told.handed.items())[-1]
    box = next(each for each in day.boxes if each.name == name)
    before = {each.order_id: each for each in box.orders()}.get(order_id)
    if before is None:
        return
    asked = UndoHandoverAsked(event_id=day.press_id(box), handover_id=event)
    told = day.press(box, lambda hub: undo_handover(hub, asked, actor=KIM, desk="1"))
    if isinstance(told, Voided):
        assert set(told.parcels) <= set(parcels), f"voided {told.parcels}, handed over were {parcels}"
        day.told.come_back(event, told.parcels)
    _note(day, box, before, asked.event_id, "voided", told)


def staff_moves_a_parcel(day: Day) -> None:
    """Another shelf, or the bag is opened to be packed anew."""
    box = day.box()
    orders = [order for order in box.orders() if order.parcels_here]
    if not orders:
        return
    order = day.dice.choice(orders)
    number = day.dice.choice(order.parcels_here).number
    event = day.press_id(box)
    if day.dice.random() < 0.6:
        there = ReshelveAsked(event_id=event, order_id=order.order_id, number=number, shelf="B-2")
        told = day.press(box, lambda hub: reshelve(hub, there, KIM))
    else:
        opened = UnpackAsked(event_id=event, order_id=order.order_id, parcels=(number,), restocked=order.closed)
        told = day.press(box, lambda hub: unpack(hub, opened, KIM))
    _moved(day, box, order)
    _note(day, box, order, event, "moved", told)


def nobody_came(day: Day) -> None:
    """The manager closes what nobody fetched, and sometimes takes the run back."""
    box = day.box()
    before = box.orders()
    asked = NoShowAsked(event_id=day.press_id(box), limit=1)
    told = day.press(box, lambda hub: expire_no_shows(hub, asked, KANG))
    for order in before:
        _moved(day, box, order)
    day.say(f"{box.name}: nobody came: {told}")
    if isinstance(told, Expired) and told.expired:
        day.told.runs.append((box.name, told.run_id))


def the_run_is_taken_back(day: Day) -> None:
    """One of the runs, perhaps for the second time."""
    if not day.told.runs:
        return
    name, run_id = day.dice.choice(day.told.runs)
    box = next(each for each in day.boxes if each.name == name)
    before = box.orders()
    asked = UndoRunAsked(event_id=day.press_id(box), run_id=run_id)
    told = day.press(box, lambda hub: undo_run(hub, asked, KANG))
    for order in before:
        _moved(day, box, order)
    assert isinstance(told, (Reopened, Refusal))
    day.say(f"{box.name}: the run is taken back: {told}")


def staff_answers_a_cancel(day: Day) -> None:
    """The ask stands on a card: grant it, or the shopper is here."""
    box = day.box()
    asked_of = [order for order in box.orders() if order.marks.cancel_asked_at_ms is not None and not order.closed]
    if not asked_of:
        return
    order = day.dice.choice(asked_of)
    asked = CancelAnswered(event_id=day.press_id(box), order_id=order.order_id, grant=day.dice.random() < 0.6)
    told = day.press(box, lambda hub: answer_cancel(hub, asked, KIM))
    _note(day, box, order, asked.event_id, "cancel answered", told)


def _choice(day: Day, question: Question) -> tuple[Choice, str | None]:
    offered = [offer.gtin for offer in question.offers]
    if offered and day.dice.random() < 0.7:
        return Choice.substitute, day.dice.choice(offered)
    return (
        Choice.refund,
        None,
    )  # another store would put the units back into a cart, which this day keeps its own book of


def _moved(day: Day, box: Box, before: Pickup) -> None:
    """What of this order lies on a shelf now, and did not before, or the other way round."""
    after = {each.order_id: each for each in box.orders()}[before.order_id]
    was, now = ({parcel.number for parcel in each.parcels_here} for each in (before, after))
    for number in was - now:
        day.told.shelf[before.order_id, number] -= 1
    for number in now - was:
        day.told.shelf[before.order_id, number] += 1


def _order(day: Day, box: Box, *states: OrderState) -> Pickup | None:
    found = [order for order in box.orders() if order.state in states]
    return day.dice.choice(found) if found else None


def _note(day: Day, box: Box, order: Pickup, event: str, kind: str, told: msgspec.Struct) -> None:
    if isinstance(told, Refusal):
        day.say(f"{box.name}: {order.display_code} not {kind}: {told.reason}")
        return
    assert isinstance(told, (OrderNow, QuestionNow, AnswerNow, Voided))
    day.told.yes(event, Deed(box=box.name, kind=kind, order=order.order_id))
    day.say(f"{box.name}: {order.display_code} {kind}")
