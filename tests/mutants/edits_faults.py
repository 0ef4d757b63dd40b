"""Edits that only a power cut, a SIGKILL or a wrong clock brings to light."""

from tests.mutants.edit import Edit

CRASH_STATES = (
    "tests/faults/test_crash_states.py::test_no_power_cut_takes_an_answer_back_or_leaves_half_an_act[recording 3]"
)

DAMAGED = "tests/faults/test_damaged_files.py::"
LOG_GROWTH = "tests/faults/test_log_growth.py::"
ONE_HUB = "tests/faults/test_one_hub_per_folder.py::"

FAULTS: tuple[Edit, ...] = (
    Edit(
        name="power-cut-takes-the-last-commits",
        breaks="what was answered survives a power cut",
        file="sync/db.py",
        old='    conn.execute(f"PRAGMA synchronous={synchronous}")\n',
        new='    conn.execute("PRAGMA synchronous=NORMAL")\n',
        caught_by=(CRASH_STATES,),
    ),
    Edit(
        name="answered-before-the-groups-commit",
        breaks="an answer is given only after the COMMIT that holds it",
        file="sync/group_commit.py",
        old="        if done is not None:\n            self._await(group, done, wait_s)\n",
        new="",
        caught_by=(CRASH_STATES,),
    ),
    Edit(
        name="power-cut-between-act-and-fact",
        breaks="an act and the fact that tells of it are one transaction",
        file="edge/app/act.py",
        old="        self.owes = True\n",
        new=(
            "        self.owes = True\n"
            '        for each in ("COMMIT", "BEGIN IMMEDIATE", "SAVEPOINT member"):\n'
            "            self.conn.execute(each)\n"
        ),
        caught_by=(CRASH_STATES,),
    ),
    Edit(
        name="a-lost-book-is-begun-anew",
        breaks="nothing is begun over a book that is gone",
        file="edge/wiring/before_serving.py",
        old="        must_be_there(folder / STATE_FILE, beside=folder / KEYS_FILE)\n",
        new="",
        caught_by=(
            DAMAGED + "test_a_book_that_cannot_be_opened_stops_the_hub_with_words_and_is_left_as_it_is[gone]",
            DAMAGED + "test_a_book_that_cannot_be_opened_stops_the_hub_with_words_and_is_left_as_it_is[emptied]",
        ),
    ),
    Edit(
        name="lost-keys-hide-names-for-good",
        breaks="names whose keys were lost come again from central",
        file="edge/store/databases.py",
        old="    if keys_aside is not None:\n",
        new="    if False:\n",
        caught_by=(DAMAGED + "test_lost_keys_show_a_dash_until_the_names_come_again",),
    ),
    Edit(
        name="a-log-keeps-its-largest-size",
        breaks="a log shrinks again once its reader is gone",
        file="sync/db.py",
        old='    conn.execute(f"PRAGMA journal_size_limit={LOG_KEPT_BYTES}")\n',
        new="",
        caught_by=(LOG_GROWTH + "test_a_log_that_is_held_back_is_said_and_shrinks_once_it_is_let_go[a_thread_reads]",),
    ),
    Edit(
        name="two-hubs-on-one-folder",
        breaks="one process serves a folder",
        file="edge/wiring/before_serving.py",
        old="            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        new="            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)\n",
        caught_by=(ONE_HUB + "test_a_second_hub_on_one_folder_ends_with_a_clear_word_and_the_first_goes_on",),
    ),
    Edit(
        name="a-half-taken-backlog-is-nobody",
        breaks="a push that got somewhere before the line failed is tried again soon",
        file="sync/push.py",
        old="            error.settled = len(self._receipts)\n",
        new="",
        caught_by=(
            "tests/faults/test_broken_rounds.py::test_a_round_that_breaks_off_says_how_many_rows_had_their_receipts",
        ),
    ),
    Edit(
        name="a-refusal-drowns-in-silence",
        breaks="a hub that central does not take says so, whatever went wrong before",
        file="edge/loops.py",
        old="                if type(error) not in said:\n",
        new="                if not said:\n",
        caught_by=("tests/faults/test_broken_rounds.py::test_a_refusal_after_a_silence_is_said_to_a_person_too",),
    ),
)
