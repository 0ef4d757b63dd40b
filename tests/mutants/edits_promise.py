"""Edits against promises and against closing what nobody came for."""

from tests.mutants.edit import Edit

DOMAIN = "tests/unit/domain/test_promise.py::"
NO_SHOWS = "tests/unit/app/test_no_shows.py::"
CENTRAL = "tests/unit/central/test_promises.py::"

PROMISE: tuple[Edit, ...] = (
    Edit(
        name="ready-when-the-shop-is-shut",
        breaks="a promise leaves time to collect before closing, or is made for the next opening",
        file="edge/domain/promise.py",
        old="        if ready_ms <= closes_ms - COLLECT_MS:\n",
        new="        if begins_ms <= closes_ms - COLLECT_MS:\n",
        caught_by=(
            DOMAIN + "test_a_promise_is_whole_before_closing_or_made_for_the_next_opening",
            DOMAIN + "test_second_sunday_a_store_closed_by_law_promises_monday_and_never_today",
        ),
    ),
    Edit(
        name="promise-without-the-queue",
        breaks="a promise stands behind what the shop has taken on before",
        file="edge/app/promise.py",
        old="        self._queued += sum(units_to_reserve(pickup).values())\n",
        new="",
        caught_by=(
            "tests/unit/app/test_promises.py::test_an_order_taken_without_a_time_is_promised_one_when_it_is_accepted",
        ),
    ),
    Edit(
        name="missed-in-silence",
        breaks="a promise that will be missed is made anew before it is due",
        file="edge/domain/promise.py",
        old="    if expected_ms is None or expected_ms <= promised_ms or promised_ms - now_ms > LOOK_AHEAD_MS:\n",
        new="    if expected_ms is None or expected_ms <= promised_ms or promised_ms > now_ms:\n",
        caught_by=(DOMAIN + "test_a_promise_that_will_be_missed_is_renewed_before_it_is_due_and_only_then",),
    ),
    Edit(
        name="today-on-a-void-word",
        breaks="a store whose word is void takes no same-day order",
        file="central/store/promises.py",
        old='_ONE = sql("SELECT * FROM store_promises WHERE store_id = :store AND valid_until_ms > :now_ms")\n',
        new='_ONE = sql("SELECT * FROM store_promises WHERE store_id = :store AND :now_ms > 0")\n',
        caught_by=(CENTRAL + "test_a_same_day_order_is_taken_only_while_the_store_promises_today",),
    ),
    Edit(
        name="closed-days-count",
        breaks="an order is kept for so many open hours",
        file="edge/app/no_show.py",
        old="    over_ms = opening_hours(store).before_open_ms(now_ms, keep * HOUR_MS) if keep else now_ms\n",
        new="    over_ms = now_ms - keep * HOUR_MS\n",
        caught_by=(NO_SHOWS + "test_a_week_of_open_hours_counts_from_when_she_was_told_and_never_closed_ones",),
    ),
    Edit(
        name="closed-by-a-wrong-clock",
        breaks="unconfirmed time closes no order",
        file="edge/app/no_show.py",
        old="    if not hub.clock.confirmed():\n",
        new="    if hub.clock.now_ms() < 0:\n",
        caught_by=(NO_SHOWS + "test_a_wrong_clock_or_an_old_book_closes_nothing[time_unconfirmed]",),
    ),
    Edit(
        name="a-run-without-an-end",
        breaks="a run closes no more than the store allows",
        file="edge/app/no_show.py",
        old="due[: min(asked.limit, store.settings.expire_run_limit)]]\n",
        new="due[: max(asked.limit, store.settings.expire_run_limit)]]\n",
        caught_by=(NO_SHOWS + "test_a_run_closes_no_more_than_asked_nor_than_the_store_allows",),
    ),
    Edit(
        name="goods-taken-back-from-somebody",
        breaks="taking a run back does not take goods that were promised to somebody else",
        file="edge/app/no_show.py",
        old="    return all(left[gtin] >= qty for gtin, qty in wanted.items())\n",
        new="    return all(left[gtin] >= -qty for gtin, qty in wanted.items())\n",
        caught_by=(NO_SHOWS + "test_goods_that_were_promised_to_somebody_else_do_not_come_back",),
    ),
    Edit(
        name="refund-of-a-run-taken-back",
        breaks="a refund is withdrawn when the goods lie on the shelf again",
        file="central/app/hear_of_time.py",
        old="            withdraw_refund(tx, after.store, after.order_id, fact.run_id, now_ms)\n",
        new="",
        caught_by=(CENTRAL + "test_what_nobody_came_for_is_refunded_once_and_not_after_the_run_is_taken_back",),
    ),
)
