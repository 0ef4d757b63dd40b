"""The rule book of the counter: questions, substitutes, one step back, voids, and orders nobody came for."""

from msgspec.structs import replace

from edge.domain.facts import PickupFact
from edge.domain.pickup import (
    Choice,
    LineState,
    OrderState,
    ParcelState,
    Pickup,
    decide_answer,
    decide_expire,
    decide_handover,
    decide_pick,
    decide_reopen,
    decide_stage,
    decide_substitute,
    decide_undo,
    decide_unpack,
    decide_void,
    loose_units,
    step_back,
)
from tests.cast import counter_acts as acts
from tests.cast.pickups import (
    NOON_MS,
    PASS,
    SOAP,
    accepted,
    after,
    collected,
    event_of,
    hand_over,
    label,
    pick,
    picked,
    ready,
    reason_of,
    short,
    stage,
)

COFFEE = acts.COFFEE


def undone(pickup: Pickup, fact: PickupFact) -> Pickup:
    """The order after this act of it was taken back."""
    what = step_back(fact, event_of(fact))
    assert what is not None
    assert decide_undo(pickup, what) is None
    return after(pickup, acts.undo(pickup, what))


def test_units_that_were_asked_about_wait_for_the_answer() -> None:
    asked = acts.ask(accepted(), 2, 2)
    waiting = after(accepted(), asked)
    assert decide_pick(waiting, 2, 1) is None
    assert reason_of(decide_pick(waiting, 2, 2)) == "question_open"
    question = event_of(asked)
    assert reason_of(decide_answer(waiting, question, Choice.substitute, SOAP)) == "not_offered"
    assert decide_answer(waiting, question, Choice.substitute, COFFEE) is None
    answered = after(waiting, acts.answer(question, Choice.substitute, COFFEE))
    assert reason_of(decide_answer(answered, question, Choice.refund, None)) == "question_answered"
    assert decide_pick(answered, 2, 3) is None


def test_a_second_answer_that_came_all_the_same_changes_nothing() -> None:
    asked = acts.ask(accepted(), 2, 2)
    once = after(after(accepted(), asked), acts.answer(event_of(asked), Choice.refund))
    assert after(once, acts.answer(event_of(asked), Choice.substitute, COFFEE)) == once


def test_what_comes_instead_stands_on_its_own_line_and_costs_no_more() -> None:
    book = accepted()
    too_dear = decide_substitute(book, 2, 3, new_line=3, gtin=COFFEE, price_minor=3_001)
    assert reason_of(too_dear) == "price_too_high"
    book = after(book, acts.substitute(book, 2, 3))
    replaced, instead = book.lines[1], book.lines[2]
    assert (replaced.state, instead.state) == (LineState.substituted, LineState.picked)
    assert (instead.for_line, instead.gtin, instead.qty, instead.price_minor) == (2, COFFEE, 3, 2_500)


def test_a_step_back_is_taken_once_and_not_from_under_a_bag() -> None:
    fact = pick(accepted(), 1, 2)
    one = after(accepted(), fact)
    bag = stage(one, 1, loose_units(one))
    packed = after(one, bag)
    what = step_back(fact, event_of(fact))
    assert what is not None
    assert reason_of(decide_undo(packed, what)) == "already_packed"
    back = undone(undone(packed, bag), fact)
    assert (back.lines[0].picked_qty, back.parcels[0].state) == (0, ParcelState.unpacked)
    assert reason_of(decide_undo(back, what)) == "already_undone"
    for old in (fact, bag):
        assert after(back, old) == back


def test_an_undone_pick_stays_undone_when_an_older_one_is_heard_again() -> None:
    first = pick(accepted(), 2, 1)
    one = after(accepted(), first)
    second = pick(one, 2, 1)
    back = undone(after(one, second), first)
    assert back.lines[1].picked_qty == 1
    for old in (first, second):
        assert after(back, old).lines[1].picked_qty == 1


def test_a_line_that_was_heard_before_steps_were_counted_is_raised_and_never_lowered() -> None:
    old = pick(accepted(), 2, 2)
    old = replace(old, found=replace(old.found, lines=tuple(replace(each, step=None) for each in old.found.lines)))
    assert after(accepted(), old).lines[1].picked_qty == 2
    newer = after(accepted(), pick(accepted(), 2, 3))
    assert after(newer, old) == newer


def test_a_void_brings_the_parcels_back_and_opens_the_order() -> None:
    left = hand_over(ready(), 1)
    event, book = event_of(left), collected()
    assert book.state is OrderState.handed_over
    assert decide_void(book, event, [1]) is None
    here = after(book, acts.void(book, event, 1))
    assert (here.state, here.parcels[0].state, here.parcels[0].left_event) == (
        OrderState.ready,
        ParcelState.shelved,
        None,
    )
    assert reason_of(decide_void(here, event, [1])) == "already_undone"
    assert after(here, left) == here
    assert decide_handover(here, PASS, (label(),), NOON_MS, True) is None


def test_a_void_names_the_handover_it_takes_back() -> None:
    book = collected()
    assert reason_of(decide_void(book, "event-of-another", [1])) == "not_left"
    assert after(book, acts.void(book, "event-of-another", 1)).parcels == book.parcels


def test_a_parcel_that_moved_before_it_left_comes_back_to_its_newest_shelf() -> None:
    moved = acts.reshelve(ready(), 1, "C4")
    left = hand_over(after(ready(), moved), 1)
    gone_first = after(after(ready(), left), moved)
    assert gone_first.parcels[0].state is ParcelState.handed_over
    here = after(gone_first, acts.void(gone_first, event_of(left), 1))
    assert (here.parcels[0].state, here.parcels[0].shelf) == (ParcelState.shelved, "C4")


def test_what_nobody_fetched_is_closed_and_opened_again_by_the_same_run() -> None:
    book = ready()
    assert decide_expire(book) is None
    over = after(book, acts.expire(book, "run-1"))
    assert (over.state, over.parcels[0].restocked, over.closed_reason) == (OrderState.expired, True, "run-1")
    assert reason_of(decide_reopen(over, "run-2")) == "not_expired"
    again = after(over, acts.reopen(over, "run-1"))
    assert (again.state, again.parcels[0].state, again.closed_at_ms) == (OrderState.ready, ParcelState.shelved, None)
    assert after(again, acts.expire(book, "run-1")) == again


def test_goods_go_back_to_the_sales_floor_only_when_nobody_wants_them() -> None:
    book = ready()
    assert reason_of(decide_unpack(book, [1], restocked=True)) == "order_open"
    loose = after(book, acts.unpack(book, 1, restocked=False))
    assert (loose.state, len(loose_units(loose))) == (OrderState.picking, 2)
    assert decide_stage(loose, 2, loose_units(loose), "B2") is None


def test_the_rest_that_nobody_fetched_closes_the_order_as_handed_over() -> None:
    book = picked()
    for number, line in ((1, 0), (2, 1)):
        book = after(book, stage(book, number, (loose_units(book)[0],)))
        assert book.parcels[line].number == number
    book = after(book, hand_over(book, 1))
    over = after(book, acts.expire(book, "run-1"))
    assert book.marks.partly_handed_over
    assert (over.state, over.marks.partly_handed_over) == (OrderState.handed_over, False)
    assert over.parcels[1].restocked


def test_a_short_line_can_be_found_after_all() -> None:
    missing = short(accepted(), 1, 2)
    found = undone(after(accepted(), missing), missing)
    assert (found.lines[0].state, found.lines[0].short_reason) == (LineState.to_pick, None)
