"""A pickup's day with second thoughts, played at random: undo, void, expiry, questions and substitutes break no promise."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from edge.app.keep_ledger import held_by
from edge.domain.facts import (
    ArrivedHow,
    PickupAccepted,
    PickupArrived,
    PickupCancelGranted,
    PickupCancelRefused,
    PickupDeclined,
    PickupFact,
    PickupHandedOver,
    PickupQuestionAnswered,
    PickupReady,
    PickupReminded,
)
from edge.domain.pickup import (
    Choice,
    DeclineReason,
    OrderState,
    ParcelState,
    Pickup,
    decide_accept,
    decide_answer,
    decide_ask_question,
    decide_cancel,
    decide_check_in,
    decide_decline,
    decide_expire,
    decide_extend,
    decide_handover,
    decide_pick,
    decide_promise,
    decide_ready,
    decide_reopen,
    decide_reshelve,
    decide_short,
    decide_stage,
    decide_substitute,
    decide_undo,
    decide_unpack,
    decide_void,
    fold,
    found_of,
    judge,
    loose_units,
    mark_cancel_asked,
    step_back,
)
from tests.cast import counter_acts as acts
from tests.cast.pickups import (
    AT,
    NOON_MS,
    ORDER,
    PASS,
    adas_order,
    hand_over,
    label,
    pick,
    short,
    stage,
)

COFFEE = acts.COFFEE
lines = st.integers(1, 3)
quantities = st.integers(1, 3)
numbers = st.integers(1, 4)
some = st.lists(numbers, min_size=1, max_size=3, unique=True)
which = st.integers(0, 50)


class CounterDay(RuleBasedStateMachine):
    """The hub decides and records; central judges and folds the same facts; the world knows where the parcels are."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = self.central = adas_order()
        self.recorded: list[tuple[str, PickupFact]] = []
        self.books = [self.hub]
        self.out: dict[int, str] = {}
        self.run: str | None = None

    def record(self, fact: PickupFact) -> str:
        """Commit at the hub, deliver to central."""
        at_ms = NOON_MS + len(self.recorded)
        event = f"event-{len(self.recorded)}"
        assert judge(self.central, fact) is None
        self.hub = fold(self.hub, fact, event_id=event, occurred_at_ms=at_ms)
        self.central = fold(self.central, fact, event_id=event, occurred_at_ms=at_ms)
        self.recorded.append((event, fact))
        self.books.append(self.hub)
        return event

    @initialize(accepts=st.booleans(), picked=st.integers(0, 3))
    def the_morning(self, accepts: bool, picked: int) -> None:
        """Most days begin when something has been done already: the interesting part comes later."""
        if accepts or picked:
            self.the_hub_accepts()
        if picked > 0:
            self.kim_picks_all_she_may()
        if picked > 1:
            self.record(stage(self.hub, 1, loose_units(self.hub)[: picked - 1], "B2"))
        if picked > 2:
            self.the_hub_says_ready()

    @precondition(lambda self: self.hub.state is OrderState.placed)
    @rule()
    def the_hub_accepts(self) -> None:
        if decide_accept(self.hub, None) is None:
            self.record(PickupAccepted(actor="hub:H1", at=AT, order=ORDER, available={}))

    @rule(line=lines, qty=quantities)
    def kim_picks(self, line: int, qty: int) -> None:
        if decide_pick(self.hub, line, qty) is None:
            self.record(pick(self.hub, line, qty))

    @precondition(lambda self: any(line.to_pick_qty for line in self.hub.lines))
    @rule()
    def kim_picks_all_she_may(self) -> None:
        for line in self.hub.lines:
            if decide_pick(self.hub, line.line, line.to_pick_qty) is None:
                self.record(pick(self.hub, line.line, line.to_pick_qty))

    @rule(line=lines, qty=quantities)
    def kim_does_not_find(self, line: int, qty: int) -> None:
        if decide_short(self.hub, line, qty) is None:
            self.record(short(self.hub, line, qty))

    @rule(line=lines, qty=quantities)
    def kim_asks_ada(self, line: int, qty: int) -> None:
        if decide_ask_question(self.hub, line, qty) is None:
            self.record(acts.ask(self.hub, line, qty))

    @precondition(lambda self: self.hub.questions)
    @rule(place=which, choice=st.sampled_from(Choice))
    def ada_answers(self, place: int, choice: Choice) -> None:
        question = self.hub.questions[place % len(self.hub.questions)]
        gtin = COFFEE if choice is Choice.substitute else None
        if decide_answer(self.hub, question.question_id, choice, gtin) is None:
            self.record(acts.answer(question.question_id, choice, gtin))

    @rule(line=lines, qty=quantities)
    def kim_takes_something_else(self, line: int, qty: int) -> None:
        fact = acts.substitute(self.hub, line, qty)
        new_line, price_minor = fact.new_line, fact.price_minor
        if decide_substitute(self.hub, line, qty, new_line=new_line, gtin=COFFEE, price_minor=price_minor) is None:
            self.record(fact)

    @precondition(lambda self: bool(loose_units(self.hub)))
    @rule(shelf=st.sampled_from(["", "B2", "B3"]))
    def kim_packs_what_is_loose(self, shelf: str) -> None:
        units, number = loose_units(self.hub), self.hub.next_parcel_number
        if decide_stage(self.hub, number, units, shelf) is None:
            self.record(stage(self.hub, number, units, shelf))

    @precondition(lambda self: self.hub.state is OrderState.staged)
    @rule()
    def the_hub_says_ready(self) -> None:
        if decide_ready(self.hub) is None:
            self.record(PickupReady(actor="hub:H1", at=AT, order=ORDER, found=found_of(self.hub)))

    @rule()
    def ada_arrives(self) -> None:
        if decide_check_in(self.hub) is None:
            found = found_of(self.hub)
            self.record(PickupArrived(actor="kiosk:K1", at=AT, order=ORDER, how=ArrivedHow.kiosk, found=found))

    @precondition(lambda self: self.hub.parcels_here)
    @rule(place=which)
    def kim_hands_over_what_is_here(self, place: int) -> None:
        here = [parcel.number for parcel in self.hub.parcels_here]
        self.kim_hands_over(here[: 1 + place % len(here)])

    @rule(parcels=some)
    def kim_hands_over(self, parcels: list[int]) -> None:
        if decide_handover(self.hub, PASS, tuple(label(each) for each in parcels), NOON_MS, True) is None:
            assert not self.out.keys() & set(parcels), "a parcel that is out was handed over again"
            event = self.record(hand_over(self.hub, *parcels))
            self.out |= dict.fromkeys(parcels, event)

    @precondition(lambda self: self.recorded)
    @rule(place=which)
    def kim_undoes(self, place: int) -> None:
        event, fact = self.recorded[-1 - place % len(self.recorded)]
        what = step_back(fact, event)
        if what is not None and decide_undo(self.hub, what) is None:
            self.record(acts.undo(self.hub, what))
            assert decide_undo(self.hub, what) is not None

    @precondition(lambda self: self.out)
    @rule(place=which, whole=st.booleans())
    def the_parcel_is_here(self, place: int, whole: bool) -> None:
        number, event = sorted(self.out.items())[place % len(self.out)]
        back = [each for each, left in self.out.items() if left == event] if whole else [number]
        if decide_void(self.hub, event, back) is None:
            self.record(acts.void(self.hub, event, *back))
            for each in back:
                del self.out[each]
            assert decide_void(self.hub, event, back) is not None

    @precondition(lambda self: self.hub.parcels)
    @rule(number=numbers, shelf=st.sampled_from(["B2", "C4"]))
    def kim_puts_it_elsewhere(self, number: int, shelf: str) -> None:
        if decide_reshelve(self.hub, number, shelf) is None:
            self.record(acts.reshelve(self.hub, number, shelf))

    @precondition(lambda self: self.hub.parcels)
    @rule(parcels=some, restocked=st.booleans())
    def kim_unpacks(self, parcels: list[int], restocked: bool) -> None:
        if decide_unpack(self.hub, parcels, restocked=restocked) is None:
            self.record(acts.unpack(self.hub, *parcels, restocked=restocked))

    @precondition(lambda self: decide_expire(self.hub) is None)
    @rule()
    def nobody_came(self) -> None:
        if decide_expire(self.hub) is None:
            self.run = f"run-{len(self.recorded)}"
            self.record(acts.expire(self.hub, self.run))
            assert self.hub.state is (OrderState.handed_over if self.out else OrderState.expired)

    @precondition(lambda self: self.run and decide_reopen(self.hub, self.run) is None)
    @rule()
    def the_run_is_taken_back(self) -> None:
        assert self.run is not None
        if decide_reopen(self.hub, self.run) is None:
            self.record(acts.reopen(self.hub, self.run))
            assert not self.hub.closed or not self.hub.parcels_here

    @rule(minutes=st.integers(1, 90))
    def the_time_changes(self, minutes: int) -> None:
        if decide_promise(self.hub) is None:
            self.record(acts.promise(self.hub, NOON_MS + minutes * 60_000))
        if decide_extend(self.hub, NOON_MS + minutes * 60_000) is None:
            self.record(acts.extend(NOON_MS + minutes * 60_000))
            self.record(PickupReminded(actor="hub:H1", at=AT, order=ORDER))

    @precondition(lambda self: self.hub.marks.cancel_asked_at_ms is None)
    @rule(really=st.booleans())
    def central_asks_to_cancel(self, really: bool) -> None:
        if really:
            self.hub, self.central = mark_cancel_asked(self.hub, NOON_MS), mark_cancel_asked(self.central, NOON_MS)

    @precondition(lambda self: self.hub.marks.cancel_asked_at_ms is not None and not self.hub.closed)
    @rule(shopper_is_here=st.booleans())
    def the_hub_answers_the_ask(self, shopper_is_here: bool) -> None:
        refusal = decide_cancel(self.hub)
        if refusal is None and not shopper_is_here:
            assert not self.out, "a cancel was granted with a parcel out of the shop"
            self.record(PickupCancelGranted(actor="hub:H1", at=AT, order=ORDER, ask_id="ask-1"))
            return
        reason = refusal.reason if refusal else "shopper_is_here"
        found = found_of(self.hub)
        self.record(PickupCancelRefused(actor="hub:H1", at=AT, order=ORDER, ask_id="ask-1", reason=reason, found=found))

    @rule(really=st.integers(0, 9))
    def kim_declines(self, really: int) -> None:
        if really == 9 and decide_decline(self.hub) is None:
            self.record(PickupDeclined(actor="clerk:kim", at=AT, order=ORDER, reason=DeclineReason.damaged))

    @invariant()
    def a_parcel_is_out_exactly_when_the_world_says_so(self) -> None:
        assert {each.number: each.left_event for each in self.hub.parcels_left} == self.out

    @invariant()
    def both_books_tell_the_same(self) -> None:
        assert self.hub == self.central

    @invariant()
    def every_unit_is_in_one_place(self) -> None:
        loose = {each.line: each.qty for each in loose_units(self.hub)}
        for line in self.hub.lines:
            counted = (line.picked_qty, line.short_qty, line.substituted_qty, line.to_pick_qty)
            assert min(counted) >= 0
            assert sum(counted) == line.qty
            packed = sum(
                units.qty
                for parcel in self.hub.parcels
                if parcel.state is not ParcelState.unpacked or parcel.restocked
                for units in parcel.units
                if units.line == line.line
            )
            assert loose.get(line.line, 0) + packed == line.picked_qty

    @invariant()
    def what_came_instead_is_what_was_replaced(self) -> None:
        for line in self.hub.lines:
            instead = sum(each.qty for each in self.hub.lines if each.for_line == line.line)
            assert instead == line.substituted_qty
            assert line.for_line is None or (line.picked_qty == line.qty and self.hub.line(line.for_line) is not None)

    @invariant()
    def the_state_follows_from_lines_and_parcels(self) -> None:
        pickup = self.hub
        done = all(not line.to_pick_qty for line in pickup.lines) and not loose_units(pickup)
        in_parcels = bool(pickup.parcels_here or pickup.parcels_left)
        match pickup.state:
            case OrderState.placed | OrderState.accepted:
                assert not in_parcels
            case OrderState.picking:
                assert not (done and in_parcels)
            case OrderState.staged | OrderState.ready:
                assert done
                assert pickup.parcels_here
            case OrderState.handed_over:
                assert done
                assert pickup.parcels_left
                assert not pickup.parcels_here
            case _:
                assert not pickup.parcels_left

    @invariant()
    def the_ledger_holds_no_unit_twice(self) -> None:
        for line in self.hub.lines:
            held = held_by(self.hub)[line.line]
            assert held.reserved + held.staged + held.gone <= line.qty
            assert not self.hub.closed or held.reserved + held.staged == 0

    @invariant()
    def an_old_fact_heard_again_changes_nothing(self) -> None:
        for number, (event, fact) in enumerate(self.recorded):
            assert fold(self.hub, fact, event_id=event, occurred_at_ms=NOON_MS + number) == self.hub, (event, fact)

    def teardown(self) -> None:
        """One answer to each question; and a book of any hour, told the whole story, ends as this one."""
        answered = [fact.question_id for _, fact in self.recorded if isinstance(fact, PickupQuestionAnswered)]
        assert len(answered) == len(set(answered))
        left = [fact for _, fact in self.recorded if isinstance(fact, PickupHandedOver)]
        assert len(self.hub.parcels_left) <= sum(len(fact.parcels) for fact in left)
        for book in self.books[:: max(1, len(self.books) // 4)]:
            assert self.told(book) == self.told(self.hub)

    def told(self, book: Pickup) -> Pickup:
        """This book after the whole story once more, from its beginning; central's asks are no facts of the shop."""
        for number, (event, fact) in enumerate(self.recorded):
            book = fold(book, fact, event_id=event, occurred_at_ms=NOON_MS + number)
        return replace(book, marks=replace(book.marks, cancel_asked_at_ms=None))


CounterDay.TestCase.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
test_a_day_at_the_counter = CounterDay.TestCase
