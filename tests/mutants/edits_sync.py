"""Edits against the exchange: facts lost, doubled or believed without a receipt."""

from tests.mutants.edit import Edit

RULE = "tests/unit/sync/test_ledger_rule.py::"
LEDGER = "tests/contract/test_ledger_contract.py::"
FEED = "tests/contract/test_feed_contract.py::"
LINE = "tests/faults/test_exchange_line.py::"
POISON = "tests/faults/test_exchange_poison.py::"
LOOPS = "tests/sim/test_loops.py::"
SIGNING = "tests/unit/sync/test_signing.py::"
ADMISSION = "tests/unit/sync/test_admission.py::"
DB = "tests/unit/sync/test_db.py::"
HTTP = "tests/contract/test_http_contract.py::"

SYNC: tuple[Edit, ...] = (
    Edit(
        name="settle-before-send",
        breaks="only a receipt removes a row from the outbox",
        file="sync/delivery.py",
        old='    reply = pusher.peer.request("POST", "/v1/push", body=_body(pusher, load))\n',
        new=(
            '    sent = [Receipt(event_id=r.event_id, sequence=r.sequence, verdict="recorded") for r in load.batch.rows]\n'
            "    with pusher.db.writing() as tx:\n"
            "        outbox.settle(tx, load.batch.number, sent, pusher.now_ms())\n"
            '    reply = pusher.peer.request("POST", "/v1/push", body=_body(pusher, load))\n'
        ),
        caught_by=(
            LINE + "test_without_a_receipt_every_row_stays_owed_and_a_second_try_records_each_once",
            LINE + "test_a_line_that_is_down_raises_and_changes_nothing",
        ),
    ),
    Edit(
        name="no-dedupe-over-epochs",
        breaks="an event is applied once, whatever origin brings it",
        file="sync/ledger.py",
        old="        elif event_id in seen:\n",
        new="        elif False:\n",
        caught_by=(RULE + "test_an_event_held_under_another_number_only_moves_the_mark",),
    ),
    Edit(
        name="a-number-is-proof-enough",
        breaks="two histories under one origin are a fork, not duplicates",
        file="sync/ledger.py",
        old="            if held.get(sequence) != event_id:\n",
        new="            if False:\n",
        caught_by=(RULE + "test_two_histories_under_one_origin_are_a_fork",),
    ),
    Edit(
        name="previous-not-compared",
        breaks="a copied disk that counts on is found out",
        file="sync/ledger.py",
        old="    if batch.first == mark.sequence + 1 and batch.previous != mark.event_id:\n",
        new="    if False:\n",
        caught_by=(
            RULE + "test_a_copied_disk_that_counts_on_is_a_fork_and_not_ten_duplicates",
            LEDGER + "test_a_copied_disk_is_a_fork_and_nothing_of_it_is_applied",
        ),
    ),
    Edit(
        name="a-gap-is-jumped",
        breaks="rows beyond a hole wait for the rows before them",
        file="sync/ledger.py",
        old="    if batch.first > mark.sequence + 1:\n",
        new="    if False:\n",
        caught_by=(
            RULE + "test_rows_beyond_a_hole_are_not_applied_and_the_next_number_is_named",
            LEDGER + "test_a_gap_applies_nothing_and_names_the_number",
        ),
    ),
    Edit(
        name="a-nonce-counts-twice",
        breaks="a recorded request cannot be played again",
        file="sync/signing.py",
        old="    if not nonces.is_new(keyid, nonce, created_s, now_s):\n",
        new="    if False:\n",
        caught_by=(SIGNING + "test_the_same_request_counts_once",),
    ),
    Edit(
        name="read-then-insert-dedupe",
        breaks="what is held is read under the lock of the mark, in the transaction that writes",
        file="sync/ledger.py",
        old="            steps = plan(mark, batch, _held(tx, batch), _known(tx, batch))\n",
        new=(
            "            held, known = _held(tx, batch), _known(tx, batch)\n"
            "        with self._db.writing() as tx:\n"
            "            steps = plan(mark, batch, held, known)\n"
        ),
        caught_by=(LEDGER + "test_four_connections_that_send_the_same_at_once_have_one_effect",),
    ),
    Edit(
        name="a-failed-act-is-committed",
        breaks="an act and its outbox row commit together or not at all",
        file="sync/group_commit.py",
        old='        if self._conn.in_transaction:\n            self._conn.execute("ROLLBACK")\n',
        new='        if self._conn.in_transaction:\n            self._conn.execute("COMMIT")\n',
        caught_by=(
            DB + "test_an_exception_rolls_back",
            LEDGER + "test_a_judge_that_breaks_leaves_nothing_behind",
        ),
    ),
    Edit(
        name="feed-read-by-row-id",
        breaks="a feed is read by the number its transaction took, so a changed row is met again",
        file="sync/feed.py",
        old='                " WHERE feed = ? AND seq > ? ORDER BY seq LIMIT ?",\n',
        new='                " WHERE feed = ? AND rowid > ? ORDER BY rowid LIMIT ?",\n',
        caught_by=(
            FEED + "test_a_change_takes_a_new_number_and_its_old_state_is_gone",
            "tests/property/test_feed.py::test_the_copy_ends_equal_to_the_truth",
        ),
    ),
    Edit(
        name="cursor-runs-ahead-of-its-page",
        breaks="the cursor of a page stands where its rows end",
        file="sync/feed.py",
        old="    after = dict(cursor) if more else {feed: heads[feed] for feed in cursor}\n",
        new="    after = {feed: heads[feed] for feed in cursor}\n",
        caught_by=(
            FEED + "test_a_page_is_cut_and_says_that_there_is_more",
            "tests/property/test_feed.py::test_the_copy_ends_equal_to_the_truth",
        ),
    ),
    Edit(
        name="page-leaves-before-it-is-noted",
        breaks="what a page holds is committed as served before the page leaves",
        file="sync/feed.py",
        old="                    self._on_serve(tx, feed, last_seq)\n",
        new="                    pass\n",
        caught_by=(FEED + "test_what_leaves_is_noted_as_served_and_nothing_else_is",),
    ),
    Edit(
        name="a-status-is-a-receipt",
        breaks="a 200 without receipts settles nothing",
        file="sync/delivery.py",
        old="    answer = reply.read(PushReply)\n",
        new=(
            '    believed = [Receipt(event_id=r.event_id, sequence=r.sequence, verdict="recorded") for r in batch.rows]\n'
            "    answer = PushReply(receipts=tuple(believed), mark=0, mark_event_id=None)\n"
        ),
        caught_by=(LINE + "test_a_hub_that_cannot_prove_its_peer_believes_receipts_alone_too",),
    ),
    Edit(
        name="receipts-of-other-rows",
        breaks="receipts settle exactly the rows that were sent",
        file="sync/delivery.py",
        old="    if [(r.sequence, r.event_id) for r in answer.receipts] != due:\n",
        new="    if not due:\n",
        caught_by=(LINE + "test_receipts_that_are_not_those_of_the_rows_settle_none_of_them",),
    ),
    Edit(
        name="commit-does-not-wait-for-the-disk",
        breaks="what was committed survives a power cut",
        file="sync/db.py",
        old='        synchronous: Synchronous = "FULL",\n',
        new='        synchronous: Synchronous = "NORMAL",\n',
        caught_by=(DB + "test_a_commit_waits_for_the_disk_and_deleted_bytes_are_wiped",),
    ),
    Edit(
        name="deleted-bytes-stay",
        breaks="what was deleted cannot be read from the file",
        file="sync/db.py",
        old='    conn.execute("PRAGMA secure_delete=ON")',
        new='    conn.execute("PRAGMA secure_delete=OFF")',
        caught_by=(DB + "test_a_commit_waits_for_the_disk_and_deleted_bytes_are_wiped",),
    ),
    Edit(
        name="anybody-may-say-no",
        breaks="an answer the peer did not sign is no answer of the peer",
        file="sync/http_client.py",
        old="        if self._peer_public is not None and not signed and status != 413:\n",
        new="        if False:\n",
        caught_by=(LINE + "test_without_a_receipt_every_row_stays_owed_and_a_second_try_records_each_once",),
    ),
    Edit(
        name="a-portal-sets-the-clock",
        breaks="only signed time corrects a node's clock",
        file="sync/http_client.py",
        old="        if not reply.signed or reply.problem().reason != SignatureRefusal.STALE:\n",
        new="        if reply.problem().reason != SignatureRefusal.STALE:\n",
        caught_by=(HTTP + "test_time_that_is_not_proven_corrects_nothing",),
    ),
    Edit(
        name="a-node-speaks-for-others",
        breaks="rows are taken only from the node they were born at, or from its hub",
        file="sync/http_server/views.py",
        old='    return batch.origin.store == who.store and (who.role == "hub" or batch.origin.node == who.node)\n',
        new="    return batch.origin.store == who.store\n",
        caught_by=(HTTP + "test_a_kiosk_speaks_for_itself_alone_and_a_hub_for_its_store",),
    ),
    Edit(
        name="fork-keeps-the-old-numbers",
        breaks="after a fork what is owed goes on under a new epoch",
        file="sync/delivery.py",
        old="        return _forked(pusher, load) if load.origin.own else _wait_for_a_person(pusher, load, reply.status)\n",
        new="        return _wait_for_a_person(pusher, load, reply.status)\n",
        caught_by=(HTTP + "test_a_copied_disk_makes_a_new_epoch_says_so_once_and_loses_nothing",),
    ),
    Edit(
        name="a-late-fork-forks-again",
        breaks="a push on its way while a new history began does not begin another",
        file="sync/delivery.py",
        old="        if not outbox.is_own(tx, load.batch.number):",
        new="        if False and not outbox.is_own(tx, load.batch.number):",
        caught_by=(HTTP + "test_a_push_on_its_way_while_a_new_history_began_begins_no_second_one",),
    ),
    Edit(
        name="a-mark-is-proof-enough",
        breaks="a row at or below the mark is a duplicate only if that very event is held there",
        file="sync/ledger.py",
        old="    for row in batch.rows:\n        event_id, sequence = row.envelope.id, row.envelope.number\n",
        new=(
            "    for row in batch.rows:\n"
            "        event_id, sequence = row.envelope.id, row.envelope.number\n"
            "        if sequence <= mark.sequence:\n"
            "            steps.append(Step.SEEN_HERE)\n"
            "            continue\n"
        ),
        caught_by=(
            RULE + "test_a_copied_disk_that_counts_on_is_a_fork_and_not_ten_duplicates",
            LEDGER + "test_a_copied_disk_is_a_fork_and_nothing_of_it_is_applied",
        ),
    ),
    Edit(
        name="pushed-is-noted-after-the-push",
        breaks="what the peer may know is written down before its bytes leave",
        file="sync/delivery.py",
        old="    outbox.mark_pushed(tx, batch.number, batch.last)\n",
        new="    outbox.mark_pushed(tx, batch.number, batch.rows[0].sequence - 1)\n",
        caught_by=(POISON + "test_what_is_about_to_be_in_a_push_is_written_down_before_its_bytes_leave",),
    ),
    Edit(
        name="any-failure-counts-against-a-row",
        breaks="a row is given up only while the peer records others in between",
        file="sync/pace.py",
        old="        return last is not None and self._recorded > last[0]\n",
        new="        return last is not None\n",
        caught_by=(POISON + "test_a_peer_that_takes_nothing_at_all_makes_nobody_give_up_a_row",),
    ),
    Edit(
        name="a-stretch-moves-the-mark-by-one",
        breaks="a skipped row stands for all of its numbers",
        file="sync/envelope.py",
        old="        return self.skipped().last if self.type == SKIPPED else self.number\n",
        new="        return self.number\n",
        caught_by=(
            RULE + "test_a_skipped_stretch_is_applied_and_the_mark_stands_at_its_end",
            LEDGER + "test_a_skipped_stretch_is_recorded_with_its_reason_and_has_no_effect",
        ),
    ),
    Edit(
        name="the-line-for-a-push-has-no-end",
        breaks="only so many pushes stand in line; the rest are told when to come back",
        file="sync/http_server/admission.py",
        old="        if in_line < self._depth and in_line * self._each_s < PATIENCE_S:\n",
        new="        if in_line < 100_000:\n",
        caught_by=(
            ADMISSION + "test_so_many_work_so_many_stand_in_line_and_the_next_is_told_when_to_come_back",
            ADMISSION + "test_nobody_stands_in_line_for_longer_than_a_caller_waits",
        ),
    ),
    Edit(
        name="a-ring-shortens-a-promised-time",
        breaks="the time a busy peer names always wins",
        file="edge/loops.py",
        old="                wakes = wakes and not isinstance(error, PeerBusy)",
        new="                wakes = wakes and True",
        caught_by=(LOOPS + "test_the_time_that_a_busy_peer_named_is_waited_even_when_the_line_goes_and_comes_back",),
    ),
    Edit(
        name="cursor-saved-before-its-page",
        breaks="the cursor moves in the transaction that applies its rows, or not at all",
        file="edge/app/apply_changes.py",
        old="    in_one_transaction(hub, lambda tx: _apply_owned(tx, page, owned))\n",
        new=(
            "    with hub.state.writing() as early:\n"
            "        cursor.save(early, owned)\n"
            "    in_one_transaction(hub, lambda tx: _apply_owned(tx, page, owned))\n"
        ),
        caught_by=("tests/unit/app/test_apply_changes.py::test_the_cursor_moves_with_its_rows_or_not_at_all",),
    ),
)
