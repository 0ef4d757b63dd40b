"""Edits that the simulated shop must notice by itself, in the twenty-five seeds of one block."""

from tests.mutants.edit import Edit

DAYS = "tests/sim/test_seeds.py::test_after_bad_days_nothing_told_is_lost_nothing_counts_twice_and_the_books_agree"
HELD = (
    "tests/unit/central/test_hold_place.py::test_two_requests_of_an_old_history_that_arrive_late_are_no_second_machine"
)
BLOCK = (f"{DAYS}[seeds 1 to 25]",)

SIM: tuple[Edit, ...] = (
    Edit(
        name="a-fork-forgets-what-is-owed",
        breaks="what a copied disk owes reaches central under its new epoch",
        file="sync/mending.py",
        old='            _move_owed(conn, origin, f"{store}/{node}/{epoch}/{int(lane)}", lane, settled, pushed)\n',
        new="            pass\n",
        caught_by=BLOCK,
    ),
    Edit(
        name="a-late-request-turns-the-mark-back",
        breaks="a request that arrives hours after newer ones changes nothing",
        file="sync/ledger.py",
        old="    return mark if batch.last <= mark.sequence else Mark(batch.last, batch.rows[-1].envelope.id)\n",
        new="    return Mark(batch.last, batch.rows[-1].envelope.id)\n",
        caught_by=BLOCK,
    ),
    Edit(
        name="telemetry-goes-without-a-word",
        breaks="what is dropped leaves a row that says so under its own numbers",
        file="sync/quota.py",
        old="        skip(conn, number, stretch, now_ms)\n",
        new=(
            '        conn.execute("DELETE FROM outbox_rows WHERE origin = ? AND sequence BETWEEN ? AND ?",\n'
            "            (number, stretch.first, stretch.last))\n"
        ),
        caught_by=BLOCK,
    ),
    Edit(
        name="a-wish-is-taken-and-not-answered",
        breaks="every wish has one answer, also at the store that took it",
        file="central/app/take_wish.py",
        old="    down.answer(record.store, record.answer)\n",
        new="",
        caught_by=BLOCK,
    ),
    Edit(
        name="a-page-in-another-order",
        breaks="a page ends where its cursor says",
        file="central/store/feeds.py",
        old="ORDER BY seq LIMIT :limit",
        new="ORDER BY key LIMIT :limit",
        caught_by=BLOCK,
    ),
    Edit(
        name="cancelled-goods-stay-reserved",
        breaks="a unit is in exactly one of reserved, staged, gone, or may be promised",
        file="edge/app/keep_ledger.py",
        old="    if pickup.closed or pickup.state is OrderState.placed:\n",
        new="    if pickup.state is OrderState.placed:\n",
        caught_by=BLOCK,
    ),
    Edit(
        name="facts-come-back-and-are-not-folded",
        breaks="a disk that was put back learns what its shop did",
        file="edge/app/recover.py",
        old="        _fold(tx, envelope)\n",
        new="        pass\n",
        caught_by=BLOCK,
    ),
    Edit(
        name="a-held-request-is-a-living-hub",
        breaks="a request that was held on the way speaks of the moment it was made",
        file="central/app/hold_place.py",
        old="        made_ms = min(now_ms, (who.created_s + 1) * 1000) if who.created_s else now_ms\n",
        new="        made_ms = now_ms\n",
        caught_by=(f"{HELD}[held on the way]",),
    ),
)
