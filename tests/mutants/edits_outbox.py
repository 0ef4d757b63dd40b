"""Edits against the outbox: rows lost, changed after they were sent, or answered for before they are safe."""

from tests.mutants.edit import Edit

GROUP = "tests/unit/sync/test_group_commit.py::"
QUOTA = "tests/unit/sync/test_quota.py::"
UPGRADE = "tests/unit/sync/test_outbox_upgrade.py::"
ROOM = "tests/property/test_making_room.py::"
DISK = "tests/faults/test_disk_full.py::"
KEEP = "tests/unit/app/test_keep_room.py::"

OUTBOX: tuple[Edit, ...] = (
    Edit(
        name="a-failing-member-is-committed-with-the-others",
        breaks="a member of a shared commit that fails takes back all of its own",
        file="sync/group_commit.py",
        old='                self._conn.execute("ROLLBACK TO member")\n',
        new="",
        caught_by=(GROUP + "test_a_member_that_fails_takes_back_its_own_and_nothing_of_the_others",),
    ),
    Edit(
        name="a-failed-commit-is-told-to-one",
        breaks="a COMMIT that fails raises in every member of its group",
        file="sync/group_commit.py",
        old="        if group.error is not None:\n",
        new="        if group.error is not None and done is None:\n",
        caught_by=(GROUP + "test_a_commit_that_fails_is_told_to_every_member_and_nothing_of_any_is_kept",),
    ),
    Edit(
        name="told-before-the-commit",
        breaks="what runs after a commit runs after it, and only when there was one",
        file="sync/group_commit.py",
        old='        try:\n            self._conn.execute("COMMIT")\n',
        new='        self._on_commit()\n        try:\n            self._conn.execute("COMMIT")\n',
        caught_by=(GROUP + "test_a_commit_that_fails_is_told_to_every_member_and_nothing_of_any_is_kept",),
    ),
    Edit(
        name="coalesces-what-was-pushed",
        breaks="a row that was ever in a push never changes",
        file="sync/quota.py",
        old=" AND r.sequence > max(o.pushed_sequence, o.settled_sequence)",
        new=" AND r.sequence > o.settled_sequence",
        caught_by=(
            QUOTA + "test_a_row_that_was_ever_in_a_push_stays_as_it_was",
            ROOM + "test_an_origin_stays_whole_whatever_gives_way",
        ),
    ),
    Edit(
        name="old-rows-count-as-never-pushed",
        breaks="of a file of the version before nothing may change that may have been pushed",
        file="sync/migrations/outbox/0002_skipped.sql",
        old="UPDATE outbox_origins SET pushed_sequence = last_sequence;\n",
        new="",
        caught_by=(UPGRADE + "test_telemetry_of_the_version_before_may_have_been_pushed_and_stays",),
    ),
    Edit(
        name="a-stretch-leaves-a-hole",
        breaks="a skipped row stands for every number of its stretch",
        file="sync/skipping.py",
        old="SKIPPED, recorded_at_ms, envelope, stretch.last, mark),",
        new="SKIPPED, recorded_at_ms, envelope, stretch.first, mark),",
        caught_by=(ROOM + "test_an_origin_stays_whole_whatever_gives_way",),
    ),
    Edit(
        name="a-damaged-row-is-sent",
        breaks="a row that the disk changed is never sent as if it were whole",
        file="sync/outbox.py",
        old="        if mark is not None and mark != tag(key, sequence, event_id, envelope):\n",
        new="        if False:\n",
        caught_by=(QUOTA + "test_a_damaged_row_is_never_sent_and_those_behind_it_go_on",),
    ),
    Edit(
        name="a-new-epoch-launders-damage",
        breaks="damage is never given a fresh checksum",
        file="sync/mending.py",
        old="            _set_damaged_aside(conn, origin, ",
        new="            if False: _set_damaged_aside(conn, origin, ",
        caught_by=(QUOTA + "test_a_new_epoch_leaves_a_damaged_row_behind",),
    ),
    Edit(
        name="pickups-are-refused-by-the-quota",
        breaks="lanes 0 and 1 are never refused by the quota",
        file="sync/outbox.py",
        old="    if lane == Lane.TELEMETRY:\n        must_have_room(conn)\n",
        new="    must_have_room(conn)\n",
        caught_by=(QUOTA + "test_pickups_and_carts_are_never_touched_and_never_refused",),
    ),
    Edit(
        name="pickups-make-room-too",
        breaks="lanes 0 and 1 are never coalesced or dropped",
        file="sync/quota.py",
        old="conn.execute(_TELEMETRY, (Lane.TELEMETRY,))",
        new="conn.execute(_TELEMETRY, (Lane.PICKUPS,))",
        caught_by=(
            QUOTA + "test_pickups_and_carts_are_never_touched_and_never_refused",
            ROOM + "test_an_origin_stays_whole_whatever_gives_way",
        ),
    ),
    Edit(
        name="a-full-outbox-takes-the-act-with-it",
        breaks="an act goes on without the telemetry that there is no room for",
        file="edge/app/act.py",
        old="        except OutboxFull:\n            quota.count_refused(self.conn)\n",
        new="        except OutboxFull:\n            raise\n",
        caught_by=(KEEP + "test_an_act_goes_on_without_the_telemetry_that_there_is_no_room_for",),
    ),
    Edit(
        name="a-full-disk-refuses-the-press",
        breaks="the press that fills the disk is carried out in the room of the ballast",
        file="edge/app/act.py",
        old="        if hub.ballast is None or not is_full(error):\n            raise\n",
        new="        if error:\n            raise\n",
        caught_by=(DISK + "test_handovers_go_on_while_the_disk_fills_up",),
    ),
)
