"""Edits against backup, restore and recovering: numbers used twice, facts told twice, decisions taken from an old book."""

from tests.mutants.edit import Edit

RESTORED = "tests/sim/test_restore.py::"
JOURNAL = "tests/unit/store/test_journal.py::"
WHILE_CUT = (
    RESTORED + "test_line_down_and_recovering_pass_and_label_and_a_manager_hand_over_even_what_the_book_never_saw"
)

RESTORE: tuple[Edit, ...] = (
    Edit(
        name="a-restore-keeps-the-epoch",
        breaks="a restored file never counts on under the numbers of the old one",
        file="edge/app/put_back.py",
        old="        epoch = mending.start_epoch(tx.conn, tx.hub.rng)\n",
        new=(
            "        own = \"SELECT epoch FROM outbox_origins WHERE standing = 'own'\"\n"
            "        epoch = str(tx.conn.execute(own).fetchone()[0])\n"
        ),
        caught_by=(WHILE_CUT,),
    ),
    Edit(
        name="what-came-back-is-owed-again",
        breaks="facts that are read back are folded and not recorded again",
        file="edge/app/recover.py",
        old="        fold_fact(tx.conn, fact, event_id=envelope.id, at_ms=envelope.occurred_at_ms)\n",
        new=(
            "        fold_fact(tx.conn, fact, event_id=envelope.id, at_ms=envelope.occurred_at_ms)\n"
            "        tx.owe(fact, envelope.id)\n"
        ),
        caught_by=(
            RESTORED + "test_both_disks_lost_exactly_what_never_got_a_receipt_is_missing_and_its_history_is_named",
        ),
    ),
    Edit(
        name="an-old-book-accepts",
        breaks="nothing is promised while the book may be old",
        file="edge/app/accept_order.py",
        old="        if recovering.is_recovering(tx.conn):",
        new="        if False:",
        caught_by=(RESTORED + "test_while_it_is_recovering_a_hub_promises_nothing_and_forgets_nothing",),
    ),
    Edit(
        name="journal-answered-for-before-the-disk-has-it",
        breaks="what the journal acknowledges survives a power cut of the second disk",
        file="edge/store/journal_file.py",
        old="        os.fdatasync(self._file)\n",
        new="",
        caught_by=(JOURNAL + "test_an_answer_waits_until_the_second_disk_has_it",),
    ),
    Edit(
        name="a-torn-end-is-read-on",
        breaks="reading the journal ends before the first entry that is not whole",
        file="edge/store/journal_file.py",
        old="            if len(body) < length or zlib.crc32(body) != checksum or not length:\n",
        new="            if len(body) < length or not length:\n",
        caught_by=(JOURNAL + "test_a_damaged_byte_ends_the_segment_before_it",),
    ),
    Edit(
        name="a-receipt-in-the-journal-is-forgotten",
        breaks="what had its receipt before the disk was lost is not owed again",
        file="edge/app/put_back.py",
        old="        if entry.sequence > self._receipts.get((self._generation, entry.origin), 0):\n",
        new="        if entry.sequence > 0:\n",
        caught_by=(RESTORED + "test_a_lost_disk_costs_nothing_when_the_journal_lies_on_another_one",),
    ),
    Edit(
        name="a-parcel-of-an-unknown-order-leaves-twice",
        breaks="a parcel leaves once, even when the book does not know its order",
        file="edge/app/hand_over.py",
        old="    if pickup is None and (gone := _gone(tx, press)) is not None:\n",
        new="    if (gone := None) is not None:\n",
        caught_by=(WHILE_CUT,),
    ),
    Edit(
        name="nobody-vouches",
        breaks="while the book may be old a manager stands beside each handover",
        file="edge/app/at_the_desk.py",
        old="    return vouch(hub, asked.manager)\n",
        new='    return f"clerk:{asked.manager.staff_id}"\n',
        caught_by=(WHILE_CUT,),
    ),
    Edit(
        name="a-fork-is-only-renumbered",
        breaks="a file that was copied back finds out what it did before it goes on",
        file="edge/app/keep_line.py",
        old="        recovering.begin(tx, hub.clock.now_ms(), recovering.Reason.forked)\n",
        new="        pass\n",
        caught_by=(
            RESTORED + "test_a_file_copied_back_from_yesterday_learns_what_it_did_and_everything_is_at_central_once",
        ),
    ),
)
