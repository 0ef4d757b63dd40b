"""Edits that let somebody through who has no right to: a pass nobody signed, a label nobody printed, a unit sold twice."""

from tests.mutants.edit import Edit

FORGED = "tests/property/test_forged_passes.py"
LAST_UNIT = "tests/e2e/test_last_unit.py"

PASSES: tuple[Edit, ...] = (
    Edit(
        name="a-signature-nobody-checks",
        breaks="a pass opens an order only if central signed it",
        file="edge/passes/pickup_pass.py",
        old="        Ed25519PublicKey.from_public_bytes(keys[key_id]).verify(signature, SIGNED_PREFIX + body)\n",
        new="        Ed25519PublicKey.from_public_bytes(keys[key_id])\n",
        caught_by=(f"{FORGED}::test_every_bit_of_what_is_signed_and_of_the_signature_counts",),
    ),
    Edit(
        name="any-key-will-do",
        breaks="a pass counts under the key that its own number names",
        file="edge/passes/pickup_pass.py",
        old="Ed25519PublicKey.from_public_bytes(keys[key_id])",
        new="Ed25519PublicKey.from_public_bytes(next(iter(keys.values())))",
        caught_by=(f"{FORGED}::test_a_pass_counts_only_under_the_key_its_number_names",),
    ),
    Edit(
        name="two-ways-of-writing-a-pass",
        breaks="there is one way of writing a code: the spare bits of its last letter are zero",
        file="edge/passes/code.py",
        old='    return None if bits & (1 << spare) - 1 else (bits >> spare).to_bytes(length, "big")\n',
        new='    return (bits >> spare).to_bytes(length, "big")\n',
        caught_by=(
            f"{FORGED}::test_no_other_sign_in_the_place_of_any_character_makes_a_pass",
            "tests/unit/passes/test_passes.py::test_a_second_way_of_writing_the_same_bytes_is_refused",
        ),
    ),
    Edit(
        name="a-pass-of-any-store",
        breaks="a pass opens nothing in another store than its own",
        file="edge/app/show_pass.py",
        old="    if seen.store_number != number:\n",
        new="    if seen.store_number < 0:\n",
        caught_by=("tests/unit/api/test_bad_input.py::test_a_bad_scan_at_the_desk_is_answered_and_changes_nothing",),
    ),
    Edit(
        name="a-label-with-a-wrong-letter",
        breaks="a mistyped label names no parcel",
        file="edge/passes/label.py",
        old="    if code is None or _check(code[: _BODY.size]) != code[_BODY.size :]:\n",
        new="    if code is None:\n",
        caught_by=(f"{FORGED}::test_a_label_spoilt_in_any_way_names_no_parcel",),
    ),
    Edit(
        name="sold-while-others-wait",
        breaks="central sells at most what the shop last said, less what waits for the shop's answer",
        file="central/app/sellable.py",
        old="heard.get(gtin, 0) - waiting.get(gtin, 0)",
        new="heard.get(gtin, 0)",
        caught_by=(f"{LAST_UNIT}::test_of_twenty_orders_for_the_last_unit_one_is_placed_and_nineteen_are_told",),
    ),
    Edit(
        name="each-line-looks-alone",
        breaks="two lines of one product are one wish",
        file="edge/domain/cart.py",
        old="        wanted[line.gtin] = wanted.get(line.gtin, 0) + line.qty\n",
        new="        wanted[line.gtin] = line.qty\n",
        caught_by=(f"{LAST_UNIT}::test_two_lines_of_one_product_are_one_wish",),
    ),
)
