"""Edits against what comes down: a cursor ahead of its rows, copies that are neither old nor new, orders thrown away."""

from tests.mutants.edit import Edit

APPLY = "tests/unit/app/test_apply_changes.py::"
OPEN = "tests/unit/app/test_apply_open_orders.py::"
SNAPSHOT = "tests/sim/test_snapshot.py::"
CONTRACT = "tests/contract/test_feed_contract.py::"
WISHES = "tests/sim/test_hard_cases.py::"
KILLS = SNAPSHOT + "test_snapshot_with_owed_facts_survives_a_kill_at_every_step"

FEEDS: tuple[Edit, ...] = (
    Edit(
        name="cursor-saved-before-the-page",
        breaks="the cursor moves with its rows or not at all",
        file="edge/app/apply_changes.py",
        old="    apply_copies.drop_keys(hub, taken, copies)\n    in_one_transaction",
        new=(
            "    apply_copies.drop_keys(hub, taken, copies)\n"
            "    in_one_transaction(hub, lambda tx: cursor.save(tx.conn, owned))\n"
            "    in_one_transaction"
        ),
        caught_by=(APPLY + "test_the_cursor_moves_with_its_rows_or_not_at_all",),
    ),
    Edit(
        name="snapshot-built-over-the-copies",
        breaks="a snapshot is built beside the copies and renamed",
        file="sync/replaceable.py",
        old='        self.new_path = Path(f"{path}{NEW}")\n',
        new="        self.new_path = Path(path)\n",
        caught_by=(KILLS + "[while rows come-before]",),
    ),
    Edit(
        name="snapshot-over-the-books",
        breaks="a snapshot replaces copies and nothing this store owns",
        file="edge/app/take_snapshot.py",
        old="    apply_copies.drop_unused_keys(hub)\n",
        new=(
            "    apply_copies.drop_unused_keys(hub)\n"
            "    with hub.state.writing() as conn:\n"
            '        conn.execute("DELETE FROM outbox_rows")\n'
        ),
        caught_by=(SNAPSHOT + "test_snapshot_with_owed_facts_replaces_the_copies_and_touches_nothing_else",),
    ),
    Edit(
        name="the-end-of-a-snapshot-is-not-asked-for",
        breaks="nothing of a snapshot is used before its end proved it",
        file="sync/snapshot.py",
        old="    told.check_ended()\n    digest",
        new="    return\n    digest",
        caught_by=(SNAPSHOT + "test_a_snapshot_that_is_cut_anywhere_or_changed_leaves_everything_as_it_was",),
    ),
    Edit(
        name="keys-kept-after-the-swap",
        breaks="whatever is sealed in the copies can be opened after a kill at any moment",
        file="edge/app/take_snapshot.py",
        old="    hub.replica.replace(check=lambda: hub.keys.keep(ring, hub.clock.now_ms()))\n",
        new="    hub.replica.replace()\n    hub.keys.keep(ring, hub.clock.now_ms())\n",
        caught_by=(KILLS + "[when keys are kept-before]",),
    ),
    Edit(
        name="an-order-central-does-not-list-is-closed",
        breaks="an open order missing from central's list is looked at by a person, never deleted",
        file="edge/app/apply_open_orders.py",
        old="    for order_id in sorted(before - listed):\n",
        new=(
            "    for order_id in sorted(before - listed):\n"
            '        tx.conn.execute("UPDATE pickups SET closed_at_ms = 1 WHERE order_id = ?", (order_id,))\n'
        ),
        caught_by=(OPEN + "test_an_order_that_is_missing_from_the_list_stays_and_is_looked_at",),
    ),
    Edit(
        name="the-list-of-open-orders-is-not-written-down-as-served",
        breaks="what is on the list of open orders belongs to the store from then on",
        file="central/store/feeds.py",
        old="            page = self._whole(tx, feed)\n            for name, seq in _owned(page).items():\n",
        new="            page = self._whole(tx, feed)\n            for name, seq in ():\n",
        caught_by=("tests/unit/central/test_open_orders.py::test_an_order_on_the_list_can_only_be_asked_about",),
    ),
    Edit(
        name="feed-read-by-key-order",
        breaks="a reader never passes by a row that is still to come",
        file="sync/feed.py",
        old='                " WHERE feed = ? AND seq > ? ORDER BY seq LIMIT ?",\n',
        new='                " WHERE feed = ? AND seq > ? ORDER BY key LIMIT ?",\n',
        caught_by=(CONTRACT + "test_a_reader_that_follows_four_writers_misses_no_last_state",),
    ),
)
