"""A pickup's day played at random: no order of acts lets a parcel leave twice, and every book tells the same story."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from edge.domain.facts import (
    PickupAccepted,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupFact,
    PickupReady,
)
from edge.domain.pickup import (
    CLOSED,
    DeclineReason,
    OrderState,
    ParcelState,
    ParcelUnits,
    Pickup,
    decide_accept,
    decide_cancel,
    decide_decline,
    decide_handover,
    decide_pick,
    decide_ready,
    decide_return,
    decide_short,
    decide_stage,
    fold,
    found_of,
    judge,
    loose_units,
    mark_cancel_asked,
    units_in,
)
from tests.cast.pickups import (
    AT,
    NOON_MS,
    ORDER,
    PASS,
    SOAP,
    TEA,
    accepted,
    adas_order,
    after,
    hand_over,
    label,
    pick,
    short,
    stage,
)

lines = st.integers(1, 2)
quantities = st.integers(0, 3)
parcels = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)


class PickupDay(RuleBasedStateMachine):
    """The hub decides and records; central judges and folds the same facts; the world counts what really left."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = adas_order()
        self.central = adas_order()
        self.recorded: list[PickupFact] = []
        self.gone: list[int] = []
        self.states = [self.hub.state]

    def record(self, fact: PickupFact) -> None:
        """Commit at the hub, deliver to central."""
        at_ms = NOON_MS + len(self.recorded)
        event_id = f"event-{len(self.recorded)}"
        assert judge(self.central, fact) is None
        self.hub = fold(self.hub, fact, event_id=event_id, occurred_at_ms=at_ms)
        self.central = fold(self.central, fact, event_id=event_id, occurred_at_ms=at_ms)
        assert fold(self.hub, fact, event_id=event_id, occurred_at_ms=at_ms) == self.hub
        self.recorded.append(fact)
        self.states.append(self.hub.state)

    @rule(soap=st.integers(0, 4), tea=st.integers(0, 4))
    def the_hub_accepts(self, soap: int, tea: int) -> None:
        if decide_accept(self.hub, {SOAP: soap, TEA: tea}) is None:
            left = {SOAP: soap - 2, TEA: tea - 3}
            assert min(left.values()) >= 0
            self.record(PickupAccepted(actor="hub:H1", at=AT, order=ORDER, available=left))

    @rule(line=lines, qty=quantities)
    def kim_picks(self, line: int, qty: int) -> None:
        if decide_pick(self.hub, line, qty) is None:
            self.record(pick(self.hub, line, qty))

    @rule(line=lines, qty=quantities)
    def kim_does_not_find(self, line: int, qty: int) -> None:
        if decide_short(self.hub, line, qty) is None:
            self.record(short(self.hub, line, qty))

    @rule(number=st.integers(1, 4), soap=quantities, tea=quantities, shelf=st.sampled_from(["", "B2"]))
    def kim_stages_some(self, number: int, soap: int, tea: int, shelf: str) -> None:
        units = tuple(ParcelUnits(line, qty) for line, qty in ((1, soap), (2, tea)) if qty)
        if decide_stage(self.hub, number, units, shelf) is None:
            self.record(stage(self.hub, number, units, shelf))

    @rule()
    def kim_stages_the_rest(self) -> None:
        units, number = loose_units(self.hub), self.hub.next_parcel_number
        if decide_stage(self.hub, number, units, "B3") is None:
            self.record(stage(self.hub, number, units, "B3"))

    @rule()
    def the_hub_says_ready(self) -> None:
        if decide_ready(self.hub) is None:
            self.record(PickupReady(actor="hub:H1", at=AT, order=ORDER))

    @rule(numbers=parcels)
    def kim_hands_over(self, numbers: list[int]) -> None:
        refusal = decide_handover(self.hub, PASS, tuple(label(number) for number in numbers), NOON_MS, True)
        if refusal is None:
            assert self.hub.marks.cancel_asked_at_ms is None
            self.record(hand_over(self.hub, *numbers))
            self.gone += numbers

    @rule()
    def central_asks_to_cancel(self) -> None:
        self.hub = mark_cancel_asked(self.hub, NOON_MS)
        self.central = mark_cancel_asked(self.central, NOON_MS)

    @precondition(lambda self: self.hub.marks.cancel_asked_at_ms is not None and not self.hub.closed)
    @rule(shopper_is_here=st.booleans())
    def the_hub_answers_the_ask(self, shopper_is_here: bool) -> None:
        refusal = decide_cancel(self.hub)
        if refusal is None and not shopper_is_here:
            self.record(PickupCancelGranted(actor="hub:H1", at=AT, order=ORDER, ask_id="ask-1"))
            return
        reason = refusal.reason if refusal else "shopper_is_here"
        found = found_of(self.hub)
        self.record(PickupCancelRefused(actor="hub:H1", at=AT, order=ORDER, ask_id="ask-1", reason=reason, found=found))

    @rule()
    def kim_declines(self) -> None:
        if decide_decline(self.hub) is None:
            self.record(PickupDeclined(actor="clerk:kim", at=AT, order=ORDER, reason=DeclineReason.damaged))

    @invariant()
    def no_parcel_left_twice(self) -> None:
        assert len(self.gone) == len(set(self.gone))
        assert sorted(self.gone) == sorted(parcel.number for parcel in self.hub.parcels_left)

    @invariant()
    def both_books_tell_the_same(self) -> None:
        assert self.hub == self.central

    @invariant()
    def every_unit_is_in_one_place(self) -> None:
        for line in self.hub.lines:
            assert min(line.picked_qty, line.short_qty, line.to_pick_qty) >= 0
            loose = sum(units.qty for units in loose_units(self.hub) if units.line == line.line)
            assert loose + units_in(self.hub.parcels, line.line) == line.picked_qty

    @invariant()
    def handed_over_means_that_nothing_is_left_here(self) -> None:
        if self.hub.state is OrderState.handed_over:
            assert self.hub.parcels_left
            assert not self.hub.parcels_here
            assert not loose_units(self.hub)
        if self.hub.state in (OrderState.staged, OrderState.ready):
            assert self.hub.parcels_here
            assert not loose_units(self.hub)

    @invariant()
    def what_was_closed_stayed_closed(self) -> None:
        assert all(later is earlier for earlier, later in pairwise(self.states) if earlier in CLOSED)

    @invariant()
    def no_more_comes_back_than_left(self) -> None:
        for line in self.hub.lines:
            left = units_in(self.hub.parcels_left, line.line)
            assert decide_return(self.hub, [(line.line, line.gtin, left + 1)], {}) is not None
            assert left == 0 or decide_return(self.hub, [(line.line, line.gtin, left)], {}) is None

    def teardown(self) -> None:
        """The whole story told again, each fact twice, is the same story."""
        again = adas_order()
        for number, fact in [*enumerate(self.recorded)] * 2:
            again = fold(again, fact, event_id=f"event-{number}", occurred_at_ms=NOON_MS + number)
        assert (again.lines, again.parcels, again.state) == (self.hub.lines, self.hub.parcels, self.hub.state)


PickupDay.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
test_a_day_of_a_pickup = PickupDay.TestCase


def units_one_by_one() -> list[tuple[str, int]]:
    return [("pick", 1), ("short", 1), ("pick", 2), ("pick", 2), ("short", 2)]


@given(order=st.permutations(units_one_by_one()))
def test_acts_in_any_legal_order_end_in_the_same_book(order: list[tuple[str, int]]) -> None:
    book = accepted()
    for act, line in order:
        decide, fact = (decide_pick, pick) if act == "pick" else (decide_short, short)
        assert decide(book, line, 1) is None
        book = after(book, fact(book, line, 1))
    units = loose_units(book)
    book = after(book, stage(book, 1, units))
    assert units == (ParcelUnits(1, 1), ParcelUnits(2, 2))
    assert [(line.picked_qty, line.short_qty) for line in book.lines] == [(1, 1), (2, 1)]
    assert book.state is OrderState.staged


@given(counters=st.lists(st.integers(1, 3), min_size=2, max_size=6))
def test_two_counters_that_ask_one_hub_get_one_yes(counters: list[int]) -> None:
    book: Pickup = accepted()
    for line in book.lines:
        book = after(book, pick(book, line.line, line.qty))
    for number, units in enumerate(([ParcelUnits(1, 2)], [ParcelUnits(2, 2)], [ParcelUnits(2, 1)]), start=1):
        book = after(book, stage(book, number, tuple(units)))
    said_yes = []
    for number in counters:
        if decide_handover(book, PASS, (label(number),), NOON_MS, True) is None:
            said_yes.append(number)
            book = after(book, hand_over(book, number))
    assert sorted(said_yes) == sorted(set(counters))
    assert {parcel.number for parcel in book.parcels if parcel.state is ParcelState.handed_over} == set(counters)
