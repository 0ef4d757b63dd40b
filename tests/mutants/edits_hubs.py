"""Edits against the place of a hub: two hubs that both go on, kiosks that follow anybody, ends that never notice they differ."""

from tests.mutants.edit import Edit

HUBS: tuple[Edit, ...] = (
    Edit(
        name="superseded-reads-the-order-feed",
        breaks="the order feed is read by one hub of a store alone",
        file="sync/http_server/views.py",
        old="    if put_aside is not None and any(name.startswith(OWNING) for name in cursor):\n",
        new="    if put_aside is not None and not cursor:\n",
        caught_by=(
            "tests/sim/test_two_hubs.py::test_hub_replaced_the_old_machine_hands_nothing_over_and_loses_nothing",
            "tests/unit/central/test_replace_hub.py::test_the_old_key_may_bring_what_it_owes_and_nothing_else",
        ),
    ),
    Edit(
        name="term-not-compared",
        breaks="a hub of a lower term is put aside",
        file="central/app/judge_standing.py",
        old="    if term < newest_term:\n",
        new="    if term < 0:\n",
        caught_by=("tests/unit/central/test_judge_standing.py::test_a_lower_term_is_put_aside_whatever_its_epoch",),
    ),
    Edit(
        name="every-new-epoch-goes-on",
        breaks="of two running copies the one seen first goes on",
        file="central/app/judge_standing.py",
        old="    first, second = sorted((mine, ruling), key=lambda each: (each.first_at_ms, each.place is Place.current))\n",
        new="    first, second = ruling, mine\n",
        caught_by=("tests/sim/test_two_hubs.py::test_two_hubs_one_identity_the_one_seen_first_goes_on",),
    ),
    Edit(
        name="an-echo-is-a-twin",
        breaks="an epoch that fell silent when the new one was born was a restore",
        file="central/app/judge_standing.py",
        old="    if mine.back_at_ms is None:\n",
        new="    if False:\n",
        caught_by=("tests/unit/central/test_judge_standing.py::test_an_echo_of_the_old_epoch_is_no_twin",),
    ),
    Edit(
        name="superseded-facts-unflagged",
        breaks="what a hub without its place did is looked at by a person",
        file="central/app/ingest.py",
        old="        yield work.flagging if is_superseded else work\n",
        new="        yield work\n",
        caught_by=(
            "tests/sim/test_two_hubs.py::test_hub_replaced_the_old_machine_hands_nothing_over_and_loses_nothing",
        ),
    ),
    Edit(
        name="superseded-hands-over",
        breaks="a hub that was put aside hands nothing over",
        file="edge/app/act.py",
        old="        if not even_superseded and (refusal := refuse_if_superseded(tx.conn)) is not None:\n",
        new="        if even_superseded and (refusal := refuse_if_superseded(tx.conn)) is not None:\n",
        caught_by=("tests/unit/app/test_standing.py::test_a_hub_that_was_put_aside_hands_nothing_over",),
    ),
    Edit(
        name="statement-unverified",
        breaks="a kiosk follows only a hub that central signed",
        file="edge/gateway/known_hub.py",
        old="            and is_genuine(said, self._central_public)\n",
        new="",
        caught_by=("tests/unit/gateway/test_known_hub.py::test_it_follows_nothing_else",),
    ),
    Edit(
        name="statement-replayed",
        breaks="a kiosk follows only upwards in terms",
        file="edge/gateway/known_hub.py",
        old="            and said.term > self._term\n",
        new="",
        caught_by=("tests/unit/gateway/test_known_hub.py::test_a_word_older_than_the_one_it_holds_leads_nowhere",),
    ),
    Edit(
        name="claim-twice",
        breaks="a code gives a place to one machine",
        file="central/app/replace_hub.py",
        old="        if claim.claimed_key not in (None, asked.public_key):\n",
        new="        if claim.claimed_key == asked.code:\n",
        caught_by=("tests/unit/central/test_replace_hub.py::test_a_claim_that_does_not_fit_gets_the_one_no",),
    ),
    Edit(
        name="digest-blind-to-a-missing-row",
        breaks="a row that one end lost is named",
        file="sync/digest.py",
        old="            if (mine.count, mine.sum) == (other.count, other.sum):\n",
        new="            if not other.count or (mine.count, mine.sum) == (other.count, other.sum):\n",
        caught_by=(
            "tests/sim/test_digest.py::test_a_fact_that_somebody_removed_from_central_s_ledger_is_named_at_both_ends",
        ),
    ),
    Edit(
        name="digest-blind-to-a-changed-row",
        breaks="a row that a disk changed is named",
        file="sync/digest.py",
        old='    return hashlib.sha256("\\0".join(parts).encode() + b"\\0" + bytes(e.data)).digest()\n',
        new='    return hashlib.sha256("\\0".join(parts).encode()).digest()\n',
        caught_by=("tests/sim/test_digest.py::test_a_fact_that_the_hub_s_disk_changed_is_named_at_both_ends",),
    ),
)
