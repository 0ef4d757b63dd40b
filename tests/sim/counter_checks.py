"""What must hold at the counter once everything healed: one answer each, no refund of what was collected, goods in one place."""

from collections import Counter, defaultdict

import msgspec

from edge.domain.pickup import OrderState
from sync import wire
from tests.sim.day import Day

_ANSWERS = ("pickup.cancel_granted", "pickup.cancel_refused", "pickup.question_answered")


def each_question_has_one_answer(day: Day) -> None:
    """No ask to cancel and no question to a shopper was answered twice; none that was asked is left without a word."""
    answers: Counter[str] = Counter()
    kinds = ", ".join(f"'{kind}'" for kind in _ANSWERS)
    for (raw,) in day.office.rows(f"SELECT envelope FROM ledger WHERE kind IN ({kinds})"):
        said: dict[str, str] = msgspec.json.decode(wire.read_envelope(bytes(raw)).data)
        answers[said.get("ask_id") or said["question_id"]] += 1
    twice = {asked: count for asked, count in answers.items() if count > 1}
    assert not twice, f"answered more than once: {twice}"
    waiting = {order for box in day.boxes for (order,) in box.rows(_WAITING)}
    served = {order.order_id for box in day.boxes for order in box.orders()}
    for order, ask in day.office.rows("SELECT order_id, cancel_ask_id FROM orders WHERE cancel_ask_id IS NOT NULL"):
        if order not in served:
            continue  # central cancelled it by itself before any store heard of it
        assert answers[ask] == 1 or order in waiting, f"nobody answered {ask} about {order}, and no card waits for it"


_WAITING = "SELECT order_id FROM pickups WHERE cancel_ask_open = 1"


def nothing_collected_is_refunded(day: Day) -> None:
    """A cancel was granted only of orders of which nothing is out of the shop."""
    refunded = day.office.rows(
        f"SELECT o.order_id, p.parcel FROM orders o JOIN parcels p USING (store_id, order_id)"
        f" WHERE o.state = '{OrderState.cancelled}' AND p.left_event IS NOT NULL"
    )
    assert not refunded, f"cancelled and collected: {refunded}"


def units_add_up(day: Day) -> None:
    """Per line at both ends: what was ordered is picked, short, replaced or still wanted; what came instead is what was replaced."""
    lines = [("central", *row) for row in day.office.rows(_LINES.format("order_lines"))]
    for box in day.boxes:
        lines += [(box.name, *row) for row in box.rows(_LINES.format("pickup_lines"))]
    instead: defaultdict[tuple[str, str, int], int] = defaultdict(int)
    for book, order, _, for_line, qty, *_ in lines:
        if for_line is not None:
            instead[book, order, for_line] += qty
    contradicted = _contradicted(day)
    for book, order, line, _, qty, picked, short, replaced in lines:
        assert 0 <= picked + short + replaced <= qty, f"{book}: line {line} of {order} has too many units"
        assert order in contradicted or instead[book, order, line] == replaced, (
            f"{book}: {replaced} of {order} replaced, {instead} came"
        )


def _contradicted(day: Day) -> set[str]:
    """Orders of which a fact contradicts another: a person looks at them, and until then each end believes itself."""
    return {order for (order,) in day.office.rows("SELECT subject FROM ledger WHERE verdict = 'flagged'")}


_LINES = "SELECT order_id, line, for_line, qty, picked_qty, short_qty, substituted_qty FROM {}"


def what_was_taken_back_is_the_same(day: Day) -> None:
    """Questions, their answers and acts that were undone: the shop's book says what head office says."""
    there = _of_the_counter(
        day.office.rows(_QUESTIONS.format("order_questions")), day.office.rows(_PAST.format("order_past"))
    )
    box = day.boxes[0]
    here = _of_the_counter(box.rows(_QUESTIONS.format("questions")), box.rows(_PAST.format("pickup_past")))
    for order in (here.keys() | there.keys()) - _contradicted(day):
        assert here[order] == there[order], f"{order}: {here[order]} here, {there[order]} there"


_QUESTIONS = "SELECT order_id, question_id, choice, gtin FROM {} ORDER BY question_id"
_PAST = "SELECT order_id, event_id, became FROM {}"


def _of_the_counter(*tables: list[tuple[object, ...]]) -> defaultdict[object, set[tuple[object, ...]]]:
    found: defaultdict[object, set[tuple[object, ...]]] = defaultdict(set)
    for rows in tables:
        for order, *rest in rows:
            found[order].add(tuple(rest))
    return found
