"""Edits against the hub: half an act, an answer before the commit, a press that counts twice."""

from tests.mutants.edit import Edit

HAND_OVER = "tests/unit/app/test_hand_over.py::"
TRANSACTIONS = "tests/faults/test_hub_transactions.py::"
ACT = "edge/app/act.py"

HUB: tuple[Edit, ...] = (
    Edit(
        name="outbox-after-commit",
        breaks="state and the fact that tells of it commit together",
        file=ACT,
        old="        self.owes = True\n",
        new='        self.owes = True\n        self.conn.execute("COMMIT")\n        self.conn.execute("BEGIN IMMEDIATE")\n',
        caught_by=(TRANSACTIONS + "test_every_act_is_exactly_one_transaction_with_its_fact_and_its_answer",),
    ),
    Edit(
        name="told-before-commit",
        breaks="a person is told after COMMIT and not before",
        file=ACT,
        old="        result = act(tx)\n    if tx.owes:\n",
        new=(
            "        result = act(tx)\n"
            "        for name, data in tx.events:\n"
            "            hub.live.publish(name, data)\n"
            "    if tx.owes:\n"
        ),
        caught_by=(TRANSACTIONS + "test_a_commit_that_fails_tells_nobody_and_rings_no_bell",),
    ),
    Edit(
        name="an-answer-is-not-kept",
        breaks="the same press gets the same answer",
        file=ACT,
        old="        keep(tx, event_id, digest, result)\n        return result\n",
        new="        return result\n",
        caught_by=(HAND_OVER + "test_the_same_press_gets_the_same_answer_when_the_reply_was_lost",),
    ),
    Edit(
        name="another-question-same-press",
        breaks="one event_id is one question",
        file=ACT,
        old="    if earlier.asked != digest:\n",
        new="    if False:\n",
        caught_by=("tests/unit/app/test_pick_and_stage.py::test_the_same_event_id_with_another_quantity_is_refused",),
    ),
    Edit(
        name="the-feed-overwrites-the-hub",
        breaks="an order the hub holds is moved by the hub alone",
        file="edge/app/apply_owned.py",
        old="    if pickups.get(tx.conn, down.order_id) is not None:\n        return\n",
        new=(
            "    if pickups.get(tx.conn, down.order_id) is not None:\n"
            "        tx.conn.execute(\"UPDATE pickups SET state = 'placed' WHERE order_id = ?\", (down.order_id,))\n"
            "        return\n"
        ),
        caught_by=("tests/unit/app/test_apply_changes.py::test_an_order_that_is_here_stays_as_the_hub_has_it",),
    ),
    Edit(
        name="a-code-counts-twice",
        breaks="a shopper's code counts once",
        file="edge/store/seen_codes.py",
        old="    return bool(row[0] == event_id)\n",
        new="    return bool(row)\n",
        caught_by=("tests/unit/app/test_look_up_cart.py::test_a_code_counts_once",),
    ),
)
