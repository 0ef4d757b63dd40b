"""Verify a pass at the desk; raw: one Ed25519 verification of as many bytes."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks._figure import compare
from edge.passes import read_pass, write_pass

COUNT = 2_000
KEY_ID = 1


def main() -> None:
    """Measure with one key and one pass, as at a desk on a busy day."""
    secret = bytes(range(32))
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public = key.public_key()
    text = write_pass(
        secret,
        key_id=KEY_ID,
        store_number=1,
        order_id="MFRGGZDFMZTWQ",
        revision=0,
        expires_at_ms=1_800_000_000_000,
        pass_id=b"abc",
    )
    known = {KEY_ID: public.public_bytes_raw()}
    body = b"storefloor/pickup/v1\0" + bytes(19)
    signature = key.sign(body)

    def ours(count: int) -> None:
        for _ in range(count):
            read_pass(text, known)

    def raw(count: int) -> None:
        for _ in range(count):
            public.verify(signature, body)

    compare("pass verify", "passes/s", ours=ours, raw=raw, count=COUNT)


if __name__ == "__main__":
    main()
