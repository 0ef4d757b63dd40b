"""Codes that are scanned: what a store verifies without asking anybody, and what it refuses."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.domain.pickup import ParcelSeen, PassSeen
from edge.passes import (
    PassRefusal,
    Read,
    as_scanned,
    read_label,
    read_pass,
    read_u1_claim,
    step_of,
    verify_u1,
    write_label,
    write_pass,
    write_u1,
)
from tests.cast.pickups import NOON_MS, ORDER, reason_of

SECRET = bytes(range(32))
PUBLIC = Ed25519PrivateKey.from_private_bytes(SECRET).public_key().public_bytes_raw()
OTHER_PUBLIC = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
ADA = "ADAAAAAAAAAAA"

# Written once and pinned: a store that was not upgraded must read what central signs today.
PASS = "P1AEAQAAL6I7QB42QQTRVQCB436WQ3FQ7IZ5ALG52ELSSRFLDOLGL5E3DATZ3WZWFSOFB6VGMQOAOTXDJCYNEJC3IKMU3BHD3N3OST5ZPFIJJ2WTOVEW7FOAGKCDFMQVVSZFOQK"
PROOF = "U1AEAMAAAAAAAAAAADSENNRPUKUJQSWSYO3BUIARICXDNTLQDFAYUKZC446L6RPMPWYYCQCBPXTWFF3VZYH3TX4VOQKGTK3NM4FB6U4HKW5JM5FOFSQHBVL4I6IYFQ"
LABEL = "PK1PZD6AHTKCCOGWAIB6OJFI"


def adas_pass(**changes: object) -> str:
    values: dict[str, object] = {
        "key_id": 1,
        "store_number": 1,
        "order_id": ORDER,
        "revision": 1,
        "expires_at_ms": NOON_MS,
        "pass_id": b"\xa1\xb2\xc3",
    }
    return write_pass(SECRET, **(values | changes))  # type: ignore[arg-type]  # the test's own table of arguments


def test_what_is_written_today_is_what_other_versions_read() -> None:
    assert adas_pass() == PASS
    assert write_u1(SECRET, ADA, step_of(NOON_MS)) == PROOF
    assert write_label(ORDER, 1, 1) == LABEL


def test_a_pass_has_135_characters_that_every_scanner_types() -> None:
    text = adas_pass()
    assert len(text) == 135
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567")


def test_a_pass_reads_back_as_what_was_signed() -> None:
    assert read_pass(adas_pass(), {1: PUBLIC}) == PassSeen(
        order_id=ORDER, revision=1, pass_id="a1b2c3", expires_at_ms=NOON_MS, key_id=1, store_number=1
    )


def test_a_pass_never_runs_out_before_it_said() -> None:
    seen = read_pass(adas_pass(expires_at_ms=NOON_MS + 1), {1: PUBLIC})
    assert isinstance(seen, PassSeen)
    assert seen.expires_at_ms == NOON_MS + 3_600_000


def test_a_pass_is_read_in_any_case_and_with_the_scanners_line_end() -> None:
    assert read_pass(adas_pass().lower() + "\r\n", {1: PUBLIC}) == read_pass(adas_pass(), {1: PUBLIC})


def test_a_revision_beyond_one_byte_is_written_as_the_highest() -> None:
    seen = read_pass(adas_pass(revision=900), {1: PUBLIC})
    assert isinstance(seen, PassSeen)
    assert seen.revision == 255


def test_a_pass_of_an_unknown_key_is_refused_by_number() -> None:
    assert read_pass(adas_pass(), {2: PUBLIC}) == PassRefusal("unknown_key", {"key_id": 1})


def test_a_pass_that_another_key_signed_is_forged() -> None:
    assert read_pass(adas_pass(), {1: OTHER_PUBLIC}) == PassRefusal("forged")


def test_a_second_way_of_writing_the_same_bytes_is_refused() -> None:
    text = adas_pass()
    spare = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    other = text[:-1] + spare[spare.index(text[-1]) + 1]
    assert read_pass(other, {1: PUBLIC}) == PassRefusal("not_a_pass")


@pytest.mark.parametrize(
    "text", ["", "P1", "P2" + "A" * 133, "P1" + "A" * 132, "P1" + "A" * 134, "P1" + "1" * 133, "x" * 5_000, "패스"]
)
def test_what_is_no_pass_says_so(text: str) -> None:
    assert read_pass(text, {1: PUBLIC}) == PassRefusal("not_a_pass")


def test_a_signature_over_something_else_never_fits_a_pass() -> None:
    proof = write_u1(SECRET, ADA, 1)
    assert read_pass("P1" + proof[2:], {1: PUBLIC}) == PassRefusal("not_a_pass")


def test_a_proof_has_126_characters_and_is_good_for_a_step_either_side() -> None:
    text = write_u1(SECRET, ADA, step_of(NOON_MS))
    assert len(text) == 126
    claim = read_u1_claim(text.lower())
    assert claim is not None
    assert (claim.identity_id, claim.step) == (ADA, NOON_MS // 30_000)
    for off_ms in (-30_000, 0, 30_000, 59_999):
        assert verify_u1(claim, PUBLIC, NOON_MS + off_ms) is None
    for off_ms in (-30_001, 60_000, 86_400_000):
        assert reason_of(verify_u1(claim, PUBLIC, NOON_MS + off_ms)) == "expired_code"


def test_a_proof_of_another_key_proves_nothing() -> None:
    claim = read_u1_claim(write_u1(SECRET, ADA, step_of(NOON_MS)))
    assert claim is not None
    assert reason_of(verify_u1(claim, OTHER_PUBLIC, NOON_MS)) == "forged"


@pytest.mark.parametrize("text", ["", "U1", "U1" + "A" * 124, "U1" + "A" * 123, "P1" + "A" * 124, "U1" + "8" * 124])
def test_what_is_no_proof_claims_nothing(text: str) -> None:
    assert read_u1_claim(text) is None


def test_a_label_has_24_characters_and_names_order_and_parcel() -> None:
    text = write_label(ORDER, 2, 7)
    assert len(text) == 24
    assert read_label(text.lower() + "\n") == ParcelSeen(order_id=ORDER, number=2, revision=7)


@pytest.mark.parametrize(
    "text",
    ["", "PK1", "PK1" + "A" * 21, "PK1" + "A" * 20, "PK2" + write_label(ORDER, 1, 1)[3:], write_label(ORDER, 0, 1)],
)
def test_what_is_no_label_names_no_parcel(text: str) -> None:
    assert read_label(text) is None


@pytest.mark.parametrize(
    "text, kind",
    [
        (adas_pass(), Read.pickup_pass),
        (adas_pass().lower() + "\r", Read.pickup_pass),
        (write_u1(SECRET, ADA, 1), Read.proof),
        (write_label(ORDER, 1, 1), Read.parcel_label),
        ("9521234500018", Read.product),
        ("96385074", Read.product),
        ("12345", Read.unknown),
        ("", Read.unknown),
        ("P1" + "A" * 5_000, Read.unknown),
        ("９521234500018", Read.unknown),
        ("hello", Read.unknown),
    ],
)
def test_a_scan_is_told_by_its_marker_and_length(text: str, kind: Read) -> None:
    assert as_scanned(text) is kind
