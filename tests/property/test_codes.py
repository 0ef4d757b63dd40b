"""Every code reads back as what was written, no single wrong character passes, and no text whatever crashes a reader."""

from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from edge.domain.errors import BadGtin, BadIdentity, BadMoney
from edge.domain.identity import IdentityKind, identity
from edge.domain.ids import event_id, id_bytes, id_text, is_event_id, typed_code
from edge.domain.money import digits_of, format_money, to_minor
from edge.domain.product import gtin14, with_check_digit
from edge.passes import (
    PassRefusal,
    as_scanned,
    read_label,
    read_pass,
    read_u1_claim,
    verify_u1,
    write_label,
    write_pass,
    write_u1,
)
from tests.cast.pickups import NOON_MS, ORDER

SECRET = bytes(range(32))
PUBLIC = Ed25519PrivateKey.from_private_bytes(SECRET).public_key().public_bytes_raw()
KEYS = {1: PUBLIC}
PASS = write_pass(
    SECRET, key_id=1, store_number=1, order_id=ORDER, revision=1, expires_at_ms=NOON_MS, pass_id=b"\xa1\xb2\xc3"
)
PROOF = write_u1(SECRET, "ADAAAAAAAAAAA", NOON_MS // 30_000)
LABEL = write_label(ORDER, 1, 1)
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

ids = st.binary(min_size=8, max_size=8).map(id_text)
anything = st.one_of(
    st.text(max_size=700), st.text(alphabet=CHARACTERS, max_size=200), st.sampled_from([PASS, PROOF, LABEL])
)


def substitutions(code: str) -> list[str]:
    """Every text that differs from `code` in exactly one character."""
    return [code[:at] + other + code[at + 1 :] for at in range(len(code)) for other in CHARACTERS if other != code[at]]


def test_every_single_character_of_a_pass_matters() -> None:
    for wrong in substitutions(PASS):
        assert isinstance(read_pass(wrong, KEYS), PassRefusal), wrong


def test_every_single_character_of_a_proof_matters() -> None:
    for wrong in substitutions(PROOF):
        claim = read_u1_claim(wrong)
        assert claim is None or verify_u1(claim, PUBLIC, NOON_MS) is not None, wrong


def test_every_single_character_of_a_label_matters() -> None:
    for wrong in substitutions(LABEL):
        assert read_label(wrong) is None, wrong


@given(
    order=ids,
    store=st.integers(1, 65_535),
    revision=st.integers(0, 255),
    hours=st.integers(0, 2**24 - 1),
    pass_id=st.binary(min_size=3, max_size=3),
)
def test_a_pass_reads_back_as_it_was_written(order: str, store: int, revision: int, hours: int, pass_id: bytes) -> None:
    expires_at_ms = hours * 3_600_000
    text = write_pass(
        SECRET,
        key_id=1,
        store_number=store,
        order_id=order,
        revision=revision,
        expires_at_ms=expires_at_ms,
        pass_id=pass_id,
    )
    seen = read_pass(text, KEYS)
    assert not isinstance(seen, PassRefusal)
    assert (seen.order_id, seen.store_number, seen.revision) == (order, store, revision)
    assert (seen.expires_at_ms, seen.pass_id) == (expires_at_ms, pass_id.hex())


@given(order=ids, parcel=st.integers(1, 255), revision=st.integers(0, 255))
def test_a_label_reads_back_as_it_was_written(order: str, parcel: int, revision: int) -> None:
    seen = read_label(write_label(order, parcel, revision))
    assert seen is not None
    assert (seen.order_id, seen.number, seen.revision) == (order, parcel, revision)


@given(identity_id=ids, step=st.integers(0, 2**32 - 1))
def test_a_proof_reads_back_as_it_was_written(identity_id: str, step: int) -> None:
    claim = read_u1_claim(write_u1(SECRET, identity_id, step))
    assert claim is not None
    assert (claim.identity_id, claim.step) == (identity_id, step)


@given(text=anything)
def test_no_scan_crashes_a_reader(text: str) -> None:
    as_scanned(text)
    read_pass(text, KEYS)
    read_label(text)
    read_u1_claim(text)


@given(text=st.text(max_size=300))
def test_no_typed_text_crashes_the_vocabulary(text: str) -> None:
    for kind in IdentityKind:
        try:
            identity(kind, text)
        except BadIdentity:
            continue
    with suppress(BadGtin):
        gtin14(text)


@given(body=st.text(alphabet="0123456789", min_size=1, max_size=13))
def test_a_check_digit_finds_every_single_wrong_digit(body: str) -> None:
    code = with_check_digit(body.zfill(13))
    assert gtin14(code) == code
    for at in range(14):
        for other in set("0123456789") - {code[at]}:
            try:
                gtin14(code[:at] + other + code[at + 1 :])
            except BadGtin:
                continue
            raise AssertionError(f"digit {at} of {code} may be {other}")


@given(value=st.binary(min_size=8, max_size=8))
def test_an_id_and_its_bytes_are_the_same_thing(value: bytes) -> None:
    assert id_bytes(id_text(value)) == value


@given(now_ms=st.integers(0, 2**48 - 1), chance=st.binary(min_size=10, max_size=10))
def test_every_moment_and_every_chance_make_an_event_id(now_ms: int, chance: bytes) -> None:
    minted = event_id(now_ms, lambda _: chance)
    assert is_event_id(minted)
    assert int(minted.replace("-", "")[:12], 16) == now_ms


@given(seed=st.randoms(use_true_random=False), length=st.integers(1, 12))
def test_a_typed_code_has_its_length(seed: object, length: int) -> None:
    code = typed_code(seed.randbytes, length)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert len(code) == length


@given(minor=st.integers(-(10**12), 10**12), currency=st.sampled_from(["KRW", "GBP", "JPY"]))
def test_an_amount_is_exact_from_text_to_text(minor: int, currency: str) -> None:
    digits = digits_of(currency)
    sign, figure = ("-" if minor < 0 else ""), f"{abs(minor):0{digits + 1}d}"
    text = sign + (f"{figure[:-digits]}.{figure[-digits:]}" if digits else figure)
    assert to_minor(text, currency) == minor
    shown = format_money(minor, currency, "en")
    assert shown.replace(",", "").lstrip("-").lstrip("₩£¥") == text.lstrip("-")


@given(text=st.text(max_size=40))
def test_no_text_is_half_an_amount(text: str) -> None:
    try:
        amount = to_minor(text, "GBP")
    except BadMoney:
        return
    assert isinstance(amount, int)
