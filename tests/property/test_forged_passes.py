"""A pass that is off by anything at all opens nothing: every other character, a hundred thousand ways of spoiling one.

The mutations come from seeded generators, so that a failure names the seed and the very text.
"""

from collections.abc import Callable
from random import Random  # noqa: TID251 - seeded: a failure can be seen again
from string import ascii_letters, digits, printable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.domain.pickup import PassSeen
from edge.passes import PassRefusal, read_label, read_pass, read_u1_claim, verify_u1, write_label, write_pass, write_u1
from edge.passes.code import Read, read_code, write_code
from tests.cast.pickups import NOON_MS, ORDER, OTHER_ORDER

SEEDS, MUTATIONS_OF_A_SEED = range(4), 25_000
LABEL_MUTATIONS, PROOF_MUTATIONS = 20_000, 10_000

ADA = "ADAAAAAAAAAAA"
SECRETS = {key_id: bytes([key_id]) * 32 for key_id in (1, 2)}
PUBLIC = {
    key_id: Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    for key_id, secret in SECRETS.items()
}
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
TYPED = sorted({*printable, "\x00", "\x1d", "０", "Ａ", "İ", "ﬁ", "가"})
"""What a scanner, a keyboard in the wrong layout or an attacker may send for a letter."""


def written(order: str = ORDER, *, key_id: int = 1, store: int = 1, pass_id: bytes = b"\xa1\xb2\xc3") -> str:
    """A genuine pass."""
    return write_pass(
        SECRETS[key_id],
        key_id=key_id,
        store_number=store,
        order_id=order,
        revision=1,
        expires_at_ms=NOON_MS,
        pass_id=pass_id,
    )


PASS = written()
GENUINE = (PASS, written(OTHER_ORDER), written(key_id=2), written(store=2), written(pass_id=b"\x00\x00\x01"))
PROOF = write_u1(SECRETS[1], ADA, NOON_MS // 30_000)
LABEL = write_label(ORDER, 1, 1)

Mutate = Callable[[Random, str], str]


def same_scan(text: str) -> str:
    """The scan as a person would call it the same: case and the blanks around it say nothing."""
    return text.strip().upper() if text.isascii() else text


def replaced(rng: Random, text: str) -> str:
    letters: list[str] = list(text)
    for _ in range(rng.randint(1, 6)):
        letters[rng.randrange(len(letters))] = rng.choice(BASE32)
    return "".join(letters)


def typed_over(rng: Random, text: str) -> str:
    at, other = rng.randrange(len(text)), str(rng.choice(TYPED))
    return text[:at] + other + text[at + 1 :]


def lost(rng: Random, text: str) -> str:
    at, size = rng.randrange(len(text)), rng.randint(1, 8)
    return text[:at] + text[at + size :]


def repeated(rng: Random, text: str) -> str:
    at, size = rng.randrange(len(text)), rng.randint(1, 8)
    return text[:at] + text[at : at + size] + text[at:]


def swapped(rng: Random, text: str) -> str:
    at = rng.randrange(2, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def lost_and_found(rng: Random, text: str) -> str:
    """One letter lost, another come in elsewhere: the length is right."""
    at, to = rng.randrange(2, len(text)), rng.randrange(2, len(text))
    rest = text[:at] + text[at + 1 :]
    return rest[:to] + rng.choice(BASE32) + rest[to:]


def bits_turned(rng: Random, text: str) -> str:
    """Well written base32 of bytes that are almost those: only the signature can tell."""
    kind, length = (Read.proof, 77) if text.startswith("U1") else (Read.pickup_pass, 83)
    body = bytearray(read_code(kind, text, length) or b"")
    for _ in range(rng.randint(1, 4)):
        body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
    return write_code(kind, bytes(body))


def grafted(rng: Random, text: str) -> str:
    """The head of one genuine pass on the tail of another: the best a forger has without the key."""
    at = rng.randrange(2, len(text))
    return text[:at] + rng.choice(GENUINE)[at:]


SPOILT: tuple[Mutate, ...] = (
    replaced,
    typed_over,
    lost,
    repeated,
    swapped,
    lost_and_found,
    bits_turned,
    grafted,
)


@pytest.mark.parametrize("genuine", GENUINE)
def test_every_pass_the_forger_starts_from_is_genuine(genuine: str) -> None:
    assert isinstance(read_pass(genuine, PUBLIC), PassSeen)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pass_spoilt_in_any_way_opens_nothing(seed: int) -> None:
    rng, genuine, judged = Random(seed), {*GENUINE}, 0
    while judged < MUTATIONS_OF_A_SEED:
        text = rng.choice(SPOILT)(rng, rng.choice(GENUINE))
        if same_scan(text) in genuine:
            continue
        judged += 1
        assert isinstance(read_pass(text, PUBLIC), PassRefusal), f"seed {seed}: {text!r}"


def test_no_other_sign_in_the_place_of_any_character_makes_a_pass() -> None:
    for at, right in enumerate(PASS):
        for other in TYPED:
            text = PASS[:at] + other + PASS[at + 1 :]
            if same_scan(text) == PASS:
                assert other.upper() == right, "only its own small letter stands for it"
                continue
            assert isinstance(read_pass(text, PUBLIC), PassRefusal), repr(text)


def test_a_pass_counts_only_under_the_key_its_number_names() -> None:
    for keys in ({1: PUBLIC[2], 2: PUBLIC[1]}, {2: PUBLIC[1], 1: PUBLIC[2]}):
        assert isinstance(read_pass(PASS, keys), PassRefusal)


def test_every_bit_of_what_is_signed_and_of_the_signature_counts() -> None:
    body = read_code(Read.pickup_pass, PASS, 83)
    assert body is not None
    for bit in range(len(body) * 8):
        turned = bytearray(body)
        turned[bit // 8] ^= 1 << bit % 8
        assert isinstance(read_pass(write_code(Read.pickup_pass, bytes(turned)), PUBLIC), PassRefusal), bit


@pytest.mark.parametrize("order, parcel", [(ORDER, 1), (ORDER, 255), (OTHER_ORDER, 7), ("7777777777776", 3)])
def test_no_other_sign_in_the_place_of_any_character_makes_a_label(order: str, parcel: int) -> None:
    label = write_label(order, parcel, 1)
    for at in range(len(label)):
        for other in TYPED:
            text = label[:at] + other + label[at + 1 :]
            assert same_scan(text) == label or read_label(text) is None, repr(text)


def test_a_label_spoilt_in_any_way_names_no_parcel() -> None:
    rng = Random(5)
    mutations = (replaced, typed_over, lost, repeated, swapped, lost_and_found)
    for _ in range(LABEL_MUTATIONS):
        text = rng.choice(mutations)(rng, LABEL)
        assert same_scan(text) == LABEL or read_label(text) is None, repr(text)


def test_a_proof_spoilt_in_any_way_proves_nobody() -> None:
    rng = Random(6)
    mutations = (replaced, typed_over, lost, repeated, swapped, lost_and_found, bits_turned)
    for _ in range(PROOF_MUTATIONS):
        text = rng.choice(mutations)(rng, PROOF)
        if same_scan(text) == PROOF:
            continue
        claim = read_u1_claim(text)
        assert claim is None or verify_u1(claim, PUBLIC[1], NOON_MS) is not None, repr(text)


def test_neither_of_two_codes_is_ever_read_as_the_other() -> None:
    for text in (*GENUINE, PROOF, LABEL, *(ascii_letters, digits)):
        read = (read_label(text) is not None, isinstance(read_pass(text, PUBLIC), PassSeen), bool(read_u1_claim(text)))
        assert sum(read) == (text in {*GENUINE, PROOF, LABEL})
