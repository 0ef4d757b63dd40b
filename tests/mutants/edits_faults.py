"""Edits that only a power cut, a SIGKILL or a wrong clock brings to light."""

from tests.mutants.edit import Edit

CRASH_STATES = "tests/faults/test_crash_states.py::test_no_power_cut_takes_an_answer_back_or_leaves_half_an_act"

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
)
