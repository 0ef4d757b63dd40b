"""For the time by which an order will be ready: opening hours, cut-off, what is in the queue and how fast it is picked.

All of it is in open hours of the store. Nothing is promised for the last minutes before closing, because nobody could
come for it; what does not fit before closing is promised for the next opening.
"""

from itertools import pairwise

import msgspec

from edge.domain.hours import OpeningHours

VALID_MS = 15 * 60_000
"""How long a promise a store published counts; afterwards it is offered without a time."""
COLLECT_MS = 15 * 60_000
"""What is ready later than this before closing is of no use on that day."""
STEP_MS = 5 * 60_000
"""Promises are said in steps a person would say: 14:35, not 14:33."""
PACK_MS = 5 * 60_000
"""From the last picked unit to the shelf."""
LOOK_AHEAD_MS = 30 * 60_000
"""A promise is looked at so long before it is due: early enough to say so, late enough to be sure."""

START_UNITS = 30
"""The start value counts as much as so many picked units: a pace of three units is no pace."""
IDLE_MS = 5 * 60_000
"""Between two picks of a clerk who is picking lies less; a longer break counts as this much."""
SLOWEST_PER_H, FASTEST_PER_H = 1, 3_600


class Pace(msgspec.Struct, frozen=True):
    """What was picked in the last hours: units, and the time somebody was picking."""

    units: int
    busy_ms: int


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a store promises by: `prep_ms` is the least it asks for, `cut_off_min` a minute of its day."""

    hours: OpeningHours
    prep_ms: int
    cut_off_min: int | None
    capacity_per_h: int


class NextPromise(msgspec.Struct, frozen=True, kw_only=True):
    """What a store can promise to the next order: when, until when an order is ready the same day (None: not today)."""

    next_free_ms: int
    same_day_until_ms: int | None
    capacity_per_h: int


def pace_of(moments_ms: list[tuple[int, int]]) -> Pace:
    """The pace of picks given as (when, units) in order; a break counts as at most IDLE_MS."""
    busy_ms = 0
    for (before_ms, _), (at_ms, _) in pairwise(moments_ms):
        busy_ms += min(at_ms - before_ms, IDLE_MS)
    return Pace(sum(units for _, units in moments_ms), busy_ms)


def capacity_per_h(start_per_h: int, pace: Pace) -> int:
    """Units an hour: the start value, outweighed by what was measured the more of it there is."""
    hours = START_UNITS / max(1, start_per_h) + pace.busy_ms / 3_600_000
    return max(SLOWEST_PER_H, min(FASTEST_PER_H, round((START_UNITS + pace.units) / hours)))


def work_ms(terms: Terms, units: int) -> int:
    """How long it takes to pick so many units."""
    return units * 3_600_000 // max(1, terms.capacity_per_h)


def promise(terms: Terms, now_ms: int, units: int) -> int | None:
    """When an order that comes now is ready, `units` being the queue and its own; None for a store that will not open.

    At least the preparation time from when the shop can begin, and whole before closing; else from the next opening on.
    """
    starts_ms = _may_begin(terms, now_ms)
    left_ms, prep_ms = work_ms(terms, units), terms.prep_ms
    for opens_ms, closes_ms in terms.hours.spans_from(starts_ms):
        begins_ms = max(opens_ms, starts_ms)
        ready_ms = _step_up(begins_ms + max(left_ms, prep_ms))
        if ready_ms <= closes_ms - COLLECT_MS:
            return ready_ms
        left_ms = max(0, left_ms - (closes_ms - begins_ms))
        if closes_ms - opens_ms < prep_ms + COLLECT_MS:  # it fits into no such day whole: it is carried over
            prep_ms = max(0, prep_ms - (closes_ms - begins_ms))
    return None


def next_promise(terms: Terms, now_ms: int, units: int) -> NextPromise | None:
    """What is published: the next order's promise, and until when orders are still ready the same day."""
    next_free_ms = promise(terms, now_ms, units)
    if next_free_ms is None:
        return None
    return NextPromise(
        next_free_ms=next_free_ms,
        same_day_until_ms=_same_day_until(terms, now_ms, units, next_free_ms),
        capacity_per_h=terms.capacity_per_h,
    )


def behind(hours: OpeningHours, next_free_ms: int, *, capacity_per_h: int, units: int) -> int | None:
    """A published promise for an order behind `units` more that the store did not know of; None when it will not open."""
    ready_ms = hours.after_open_ms(next_free_ms, units * 3_600_000 // max(1, capacity_per_h))
    return None if ready_ms is None else _step_up(ready_ms)


def is_same_day(hours: OpeningHours, now_ms: int, promised_ms: int) -> bool:
    """Whether a promise made now is for the store's own today."""
    return now_ms <= promised_ms < hours.midnight_after(now_ms)


def ready_by(terms: Terms, now_ms: int, units: int) -> int | None:
    """When an order that is already in hand will be on its shelf, `units` being what is to be picked up to and with it."""
    return terms.hours.after_open_ms(now_ms, work_ms(terms, units) + PACK_MS)


def renewed(terms: Terms, now_ms: int, units: int, promised_ms: int) -> int | None:
    """The new promise for an order whose old one will be missed; None while the old one stands.

    One that is not due within LOOK_AHEAD_MS is left alone: a queue may shrink as it grew. The new one is later than what
    is expected now by half of what is still to be picked, so that nobody is told twice.
    """
    expected_ms = ready_by(terms, now_ms, units)
    if expected_ms is None or expected_ms <= promised_ms or promised_ms - now_ms > LOOK_AHEAD_MS:
        return None
    later_ms = terms.hours.after_open_ms(now_ms, (work_ms(terms, units) + PACK_MS) * 3 // 2)
    return _step_up(max(expected_ms, later_ms or expected_ms))


def _may_begin(terms: Terms, now_ms: int) -> int:
    """Now, or after the cut-off the store's next day."""
    if terms.cut_off_min is None or now_ms < terms.hours.moment_on(now_ms, terms.cut_off_min):
        return now_ms
    return terms.hours.midnight_after(now_ms)


def _same_day_until(terms: Terms, now_ms: int, units: int, next_free_ms: int) -> int | None:
    if not is_same_day(terms.hours, now_ms, next_free_ms):
        return None
    midnight_ms = terms.hours.midnight_after(now_ms)
    needs_ms = max(work_ms(terms, units), terms.prep_ms) + COLLECT_MS
    ends = [min(closes_ms, midnight_ms) for opens_ms, closes_ms in _today(terms.hours, now_ms, midnight_ms)]
    last_ms = max([now_ms, *(end_ms - needs_ms for end_ms in ends)])
    if terms.cut_off_min is not None:
        last_ms = min(last_ms, terms.hours.moment_on(now_ms, terms.cut_off_min) - 1)
    return last_ms


def _today(hours: OpeningHours, now_ms: int, midnight_ms: int) -> list[tuple[int, int]]:
    spans = []
    for span in hours.spans_from(now_ms):
        if span[0] >= midnight_ms:
            break
        spans.append(span)
    return spans


def _step_up(at_ms: int) -> int:
    return -(-at_ms // STEP_MS) * STEP_MS
