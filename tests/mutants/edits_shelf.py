"""Edits of labels, shelves and the journal of acts: rows outside the chain, heads nobody compares, printers that are believed."""

from tests.mutants.edit import Edit

CHECK = "tests/unit/tools/test_check_journal.py::"
KEEP = "tests/unit/app/test_keep_audit.py::"
SHELVES = "tests/unit/app/test_shelves.py::"
ESCPOS = "tests/unit/devices/test_escpos.py::"

SHELF: tuple[Edit, ...] = (
    Edit(
        name="a-row-is-not-chained",
        breaks="the hash of a row covers the hash of the one before it",
        file="edge/store/audit.py",
        old="    return hashlib.sha256(before + _encode((*row[:7], row[7].hex()))).digest()\n",
        new="    return hashlib.sha256(_encode((*row[:7], row[7].hex()))).digest()\n",
        caught_by=(CHECK + "test_the_export_can_be_checked_by_anybody_and_names_nobody",),
    ),
    Edit(
        name="an-act-outside-the-journal",
        breaks="every act on an order is in the journal of acts",
        file="edge/app/act.py",
        old="        if fact.LANE == Lane.PICKUPS:\n",
        new='        if fact.LANE == Lane.PICKUPS and not fact.actor.startswith("hub:"):\n',
        caught_by=(KEEP + "test_every_act_on_an_order_is_in_the_journal_with_the_digest_of_its_fact",),
    ),
    Edit(
        name="a-cut-tail-is-given-up",
        breaks="a head that is not in the chain is a fault unless a segment names it",
        file="edge/tools/check_journal.py",
        old="for _, begun in segments if not begun.is_here and begun.last_seen is not None)",
        new="for _, begun in segments if begun.last_seen is not None)",
        caught_by=(CHECK + "test_a_segment_that_names_a_head_it_holds_excuses_nothing",),
    ),
    Edit(
        name="any-head-is-countersigned",
        breaks="central countersigns only what goes on from what it saw",
        file="central/app/countersign.py",
        old="    if (head.segment, head.number) < (before.segment, before.number):\n",
        new="    if head.segment < before.segment:\n",
        caught_by=(KEEP + "test_central_countersigns_only_what_goes_on_from_what_it_saw",),
    ),
    Edit(
        name="a-restore-leaves-its-acts-out",
        breaks="what is put back from the second disk is in the journal of acts again, as it stood there",
        file="edge/app/put_back.py",
        old="        self._write_down(tx, entry, envelope)\n",
        new="",
        caught_by=(KEEP + "test_a_restore_brings_the_same_chain_back_and_begins_a_segment",),
    ),
    Edit(
        name="a-shelf-name-commands-the-printer",
        breaks="a control character is never sent to the printer",
        file="devices/escpos.py",
        old='    if unicodedata.category(sign) in ("Cc", "Cf"):\n        return False\n',
        new="",
        caught_by=(ESCPOS + "test_a_command_in_the_name_of_a_shelf_is_printed_and_not_obeyed",),
    ),
    Edit(
        name="printed-without-paper",
        breaks="a label is reported as printed only once paper came out",
        file="devices/printer_link.py",
        old="    return PrinterTrouble.no_paper if done & _ROLL_END == _ROLL_END else Printed(confirmed=True)\n",
        new="    return Printed(confirmed=True)\n",
        caught_by=(ESCPOS + "test_paper_that_ends_while_the_label_is_printed_is_said",),
    ),
    Edit(
        name="a-roll-label-on-two-parcels",
        breaks="a label from the roll sticks on one parcel",
        file="edge/app/roll_labels.py",
        old="    return Refusal(RollReason.roll_label_taken, found)\n",
        new="    return seen\n",
        caught_by=(SHELVES + "test_a_roll_label_sticks_on_one_parcel_and_on_the_next_once_that_was_taken_apart",),
    ),
    Edit(
        name="a-count-that-sees-what-it-expects",
        breaks="a parcel that was not scanned is missing",
        file="edge/app/count_shelf.py",
        old="if (each.order_id, each.parcel) not in seen)",
        new="if False)",
        caught_by=(SHELVES + "test_a_count_tells_apart_what_is_found_missing_unknown_and_long_gone",),
    ),
)
