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
        old="        return tx, act(tx)\n",
        new=(
            "        result = act(tx)\n"
            "        for name, data in tx.events:\n"
            "            hub.live.publish(name, data)\n"
            "        return tx, result\n"
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
        old="    if earlier.asked not in (digest, UNHEARD):\n",
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
    Edit(
        name="truth-hides-a-wish",
        breaks="truth is always applied and a wish is folded over it until it is answered",
        file="edge/app/cart_view.py",
        old="        return tuple(kept for kept in self.wishes if self.cart is not None and is_folded(self.cart, kept.answer))\n",
        new=(
            "        cart = self.cart\n"
            "        return tuple(k for k in self.wishes if cart and k.wish.base_version >= cart.version and is_folded(cart, k.answer))\n"
        ),
        caught_by=("tests/unit/app/test_wishes.py::test_truth_that_comes_down_does_not_hide_an_unanswered_wish",),
    ),
    Edit(
        name="a-promised-unit-is-promised-again",
        breaks="a unit is in exactly one of reserved, staged, gone",
        file="edge/app/availability.py",
        old="            reserved=held.get(gtin, NONE_HELD).reserved + chosen.get(gtin, 0),\n",
        new="            reserved=chosen.get(gtin, 0),\n",
        caught_by=("tests/unit/app/test_accept_order.py::test_the_last_unit_is_promised_once",),
    ),
    Edit(
        name="unproven-time-proves-a-person",
        breaks="while time is unconfirmed nobody is identified by an app code",
        file="edge/app/look_up_cart.py",
        old="    if not hub.clock.confirmed():\n",
        new="    if False:\n",
        caught_by=("tests/unit/app/test_look_up_cart.py::test_while_time_is_unconfirmed_nobody_is_proven",),
    ),
    Edit(
        name="unproven-time-erases",
        breaks="a wrong clock never makes the hub forget anything",
        file="edge/app/forget.py",
        old="    if waits or not hub.clock.confirmed():\n",
        new="    if waits:\n",
        caught_by=("tests/unit/app/test_forget.py::test_an_unconfirmed_clock_erases_nothing",),
    ),
    Edit(
        name="the-cursor-before-its-rows",
        breaks="a page and its cursor are one transaction",
        file="edge/app/apply_changes.py",
        old="def _apply_owned(tx: Tx, page: Page, owned: Mapping[str, int]) -> None:\n",
        new=(
            "def _apply_owned(tx: Tx, page: Page, owned: Mapping[str, int]) -> None:\n"
            "    cursor.save(tx.conn, owned)\n"
            '    tx.conn.execute("COMMIT")\n'
            '    tx.conn.execute("BEGIN IMMEDIATE")\n'
        ),
        caught_by=("tests/unit/app/test_apply_changes.py::test_the_cursor_moves_with_its_rows_or_not_at_all",),
    ),
    Edit(
        name="people-in-the-clear",
        breaks="what belongs to a person is sealed in the file",
        file="edge/store/sealed.py",
        old="    return nonce + AESGCM(key).encrypt(nonce, plain, _bound_to(subject, field))\n",
        new="    return nonce + plain\n",
        caught_by=("tests/unit/app/test_apply_changes.py::test_people_are_sealed_in_the_file",),
    ),
)
