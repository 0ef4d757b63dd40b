"""A snapshot as it stands on the line today can be read tomorrow: bytes, order, columns and the proof at the end."""

import io
from pathlib import Path

import msgspec
import pytest

from sync import snapshot
from sync.errors import BadWire
from sync.http_stream import Stream
from sync.signing import Signer, parse_public, public_bytes, public_text
from sync.snapshot import Head, Proof, Rows
from tests.exchange.rows import dice

GOLDEN = Path(__file__).parent.parent / "golden" / "sync" / "snapshot.json"
NONCE = "AAECAwQFBgcICQoLDA0ODw"
CREATED_S = 1_795_237_500
CURSOR = {"catalogue:main": 7, "people:S001": 3}
PRODUCTS = Rows(
    feed="catalogue:main",
    kind="product",
    keys=["09520000000011", "09520000000028"],
    seqs=[2, 7],
    bodies=[
        {"gtin": "09520000000011", "name": {"ko": "녹차"}, "price_minor": 6000, "currency": "KRW", "active": True},
        {"gtin": "09520000000028", "name": {"ko": "비누"}, "price_minor": 12900, "currency": "KRW", "active": False},
    ],
)
CARTS = Rows(
    feed="people:S001",
    kind="cart",
    keys=["AAAAAAAAAAAAC"],
    seqs=[3],
    bodies=[{"cart_id": "AAAAAAAAAAAAC", "store": None, "lines": [{"line": "l1", "qty": 2}, {"line": "l2", "qty": 1}]}],
)


class Kept(msgspec.Struct, frozen=True):
    """The golden file: central's public key, and the stream as hexadecimal digits."""

    public_key: str
    stream: str


def parts_of(stream: bytes, public_key: str) -> list[Head | Rows]:
    answer = Stream(io.BytesIO(stream).read, NONCE, parse_public(public_key))
    return list(snapshot.read(answer.take, answer.is_genuine))


def plain(parts: list[Head | Rows]) -> bytes:
    return msgspec.json.encode(parts)


def written(key_seed: str = "snapshot") -> tuple[bytes, str]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - only to make one

    key = Ed25519PrivateKey.from_private_bytes(dice(key_seed)(32))

    def sign(digest: str) -> Proof:
        return Signer(key, "central:main", dice("nonce")).answer_proof(200, digest, NONCE, CREATED_S)

    return b"".join(snapshot.write(CURSOR, [PRODUCTS, CARTS], sign)), public_text(public_bytes(key))


def test_the_stream_of_today_is_read_as_it_was_written() -> None:
    kept = msgspec.json.decode(GOLDEN.read_bytes(), type=Kept)
    assert plain(parts_of(bytes.fromhex(kept.stream), kept.public_key)) == plain([Head(CURSOR), PRODUCTS, CARTS])


def test_what_is_written_now_is_read_now() -> None:
    stream, public_key = written()
    assert plain(parts_of(stream, public_key)) == plain([Head(CURSOR), PRODUCTS, CARTS])


@pytest.mark.parametrize("place", range(0, 400, 13))
def test_one_wrong_bit_anywhere_is_found_before_the_end(place: int) -> None:
    stream, public_key = written()
    at = place % len(stream)
    with pytest.raises(BadWire):
        parts_of(stream[:at] + bytes([stream[at] ^ 4]) + stream[at + 1 :], public_key)


def test_a_stream_signed_by_somebody_else_is_refused() -> None:
    stream, _ = written("somebody else")
    _, public_key = written()
    with pytest.raises(BadWire, match="does not prove"):
        parts_of(stream, public_key)
