"""Edits against the exchange: facts lost, doubled or believed without a receipt."""

from tests.mutants.edit import Edit

RULE = "tests/unit/sync/test_ledger_rule.py::"
LEDGER = "tests/contract/test_ledger_contract.py::"
FEED = "tests/contract/test_feed_contract.py::"
LINE = "tests/faults/test_exchange_line.py::"
SIGNING = "tests/unit/sync/test_signing.py::"

SYNC: tuple[Edit, ...] = (
    Edit(
        name="settle-before-send",
        breaks="only a receipt removes a row from the outbox",
        file="sync/push.py",
        old='    reply = pusher.peer.request("POST", "/v1/push", body=_body(pusher, batch, owed))\n',
        new=(
            "    sent = [Receipt(event_id=r.event_id, sequence=r.sequence, verdict=Verdict.RECORDED) for r in batch.rows]\n"
            "    with pusher.db.writing() as tx:\n"
            "        outbox.settle(tx, batch.number, sent, pusher.now_ms())\n"
            '    reply = pusher.peer.request("POST", "/v1/push", body=_body(pusher, batch, owed))\n'
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
)
