"""Bytes of a stranger never do worse than to be refused."""

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from sync import wire
from sync.envelope import PushReply, read_time, write_time
from sync.errors import BadWire
from sync.feed import Page
from sync.signing import KnownKey, SignatureRefusal, parse_public, verify_request
from tests.exchange.rows import batch


@given(st.binary(max_size=300))
@example(b"\xff")
@example(b"{" * 5000)
def test_no_bytes_make_the_decoders_do_anything_but_refuse(raw: bytes) -> None:
    for kind in (wire.PushBody, PushReply, Page):
        with suppress(BadWire):
            wire.read(raw, kind)
    with suppress(BadWire):
        wire.read_envelope(raw)
    with suppress(BadWire):
        wire.unpack(raw)


@given(at=st.integers(0, len(batch(["a1"]).rows[0].raw) - 1), byte=st.integers(0, 255))
def test_a_row_with_one_byte_changed_is_read_or_refused(at: int, byte: int) -> None:
    raw = bytearray(batch(["a1"]).rows[0].raw)
    raw[at] = byte
    with suppress(BadWire):
        assert wire.read_envelope(bytes(raw)).number > 0 or byte == ord("0")


@given(st.text(max_size=200), st.text(max_size=120), st.text(max_size=80))
def test_no_headers_make_the_verifier_do_anything_but_refuse(field: str, signature: str, digest: str) -> None:
    headers = {"Signature-Input": field, "Signature": signature, "Content-Digest": digest}
    refusal = verify_request(
        headers, "GET", "http://central.test/", b"", keys=dict[str, KnownKey]().get, now_s=0, nonces=Forgetful()
    )
    assert refusal is SignatureRefusal.MALFORMED


class Forgetful:
    """Remembers nothing: nothing gets that far."""

    started_s = 0

    def is_new(self, keyid: str, nonce: str, created_s: int, now_s: int) -> bool:
        raise AssertionError("a refused request must not reach the nonces")


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_every_moment_is_read_as_it_was_written(at_ms: int) -> None:
    assert read_time(write_time(at_ms)) == at_ms


@given(st.text(max_size=60))
def test_a_text_is_a_public_key_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert len(parse_public(text)) == 32


@given(st.binary(max_size=2000))
def test_unpacking_undoes_packing(content: bytes) -> None:
    assert wire.unpack(wire.pack(content)) == content
