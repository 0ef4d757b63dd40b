"""The wire, pinned: yesterday's peer must go on understanding us, and we it. A change here is a change of the protocol."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from msgspec import Raw

from sync import wire
from sync.envelope import Envelope, Origin, PushReply, Receipt, Row, Verdict
from sync.errors import BadWire
from sync.feed import FeedRow, Page
from sync.signing import (
    Caller,
    KnownKey,
    Signer,
    is_signed_answer,
    public_bytes,
    public_text,
    verify_request,
)
from sync.signing import PrivateKey as Key
from tests.exchange.rows import MORNING_MS, row

GOLDEN = Path(__file__).parent.parent / "golden" / "sync"

ORIGIN = Origin(store="S001", node="H1", epoch="5f0c9a1be2d34476", lane=0)
EVENT = "019aa4f8-7c60-7000-8000-000000000001"

PUSH = wire.PushBody(
    origin=ORIGIN,
    previous="019aa4f8-7c60-7000-8000-000000000000",
    rows=[Raw(row(EVENT, 7).raw)],
    term=4,
    epoch="5f0c9a1be2d34476",
    sent_at_ms=MORNING_MS,
    owed=(0, 2, 31),
)
REPLY = PushReply(
    receipts=(Receipt(event_id=EVENT, sequence=7, verdict=Verdict.FLAGGED, reason="parcel_left_twice"),),
    mark=7,
    mark_event_id=EVENT,
)
PAGE = Page(
    rows=(
        FeedRow(
            feed="store:S001",
            seq=12,
            kind="order",
            key="A2B3C4D5E6F7A",
            body=Raw(b'{"state":"placed"}'),
            tombstone=False,
            at_ms=MORNING_MS,
        ),
        FeedRow(
            feed="store:S001",
            seq=13,
            kind="order",
            key="Z2B3C4D5E6F7A",
            body=Raw(b"null"),
            tombstone=True,
            at_ms=MORNING_MS,
        ),
    ),
    cursor={"store:S001": 13},
    more=False,
    now_ms=MORNING_MS,
)

BODIES: dict[str, tuple[Any, type]] = {
    "push.json": (PUSH, wire.PushBody),
    "push_reply.json": (REPLY, PushReply),
    "page.json": (PAGE, Page),
}


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("name", BODIES)
def test_what_we_send_is_byte_for_byte_what_is_pinned(name: str) -> None:
    assert wire.write(BODIES[name][0]) == golden(name)


@pytest.mark.parametrize("name", BODIES)
def test_what_is_pinned_is_read_and_written_again_without_loss(name: str) -> None:
    assert wire.write(wire.read(golden(name), BODIES[name][1])) == golden(name)


@pytest.mark.parametrize("name", BODIES)
def test_a_later_peer_may_say_more_than_we_know(name: str) -> None:
    later = golden(name)[:-1] + b',"said_since_version_9":{"a":[1]}}'
    assert wire.write(wire.read(later, BODIES[name][1])) == golden(name)


def test_the_first_version_of_a_push_had_no_term_and_no_counts_and_is_still_taken() -> None:
    first = {k: v for k, v in json.loads(golden("push.json")).items() if k in ("origin", "previous", "rows")}
    batch = wire.read_batch(wire.read(json.dumps(first).encode(), wire.PushBody))
    assert (batch.term, batch.sent_at_ms, batch.first) == (0, 0, 7)


def signature_example() -> tuple[dict[str, Any], Signer]:
    """The pinned example, and the signer that made it: fixed key, fixed nonce."""
    example = json.loads(golden("signature.json"))
    key = Key.from_private_bytes(bytes.fromhex(example["private_key_hex"]))
    nonce = bytes.fromhex(example["nonce_hex"])
    return example, Signer(key, example["keyid"], lambda count: nonce[:count])


def test_a_signature_is_byte_for_byte_the_pinned_one() -> None:
    example, signer = signature_example()
    asked, answered = example["request"], example["answer"]
    assert public_text(public_bytes(signer.key)) == example["public_key"]
    headers = signer.request_headers(asked["method"], asked["target_uri"], asked["body"].encode(), example["created_s"])
    assert headers == asked["headers"]
    nonce = headers["Signature-Input"].split('nonce="')[1].split('"')[0]
    headers = signer.answer_headers(answered["status"], answered["body"].encode(), nonce, example["created_s"])
    assert headers == answered["headers"]


def test_the_pinned_signature_is_good() -> None:
    example, signer = signature_example()
    asked, answered = example["request"], example["answer"]
    known = KnownKey(public=public_bytes(signer.key), role="hub", store="S001", node="H1")
    caller = verify_request(
        asked["headers"],
        asked["method"],
        asked["target_uri"],
        asked["body"].encode(),
        keys={example["keyid"]: known}.get,
        now_s=example["created_s"],
        nonces=Unused(),
    )
    assert isinstance(caller, Caller)
    assert is_signed_answer(
        answered["headers"],
        answered["status"],
        answered["body"].encode(),
        public=known.public,
        request_nonce=caller.nonce,
    )


class Unused:
    """A nonce store that has seen nothing yet."""

    started_s = 0

    def is_new(self, keyid: str, nonce: str, created_s: int, now_s: int) -> bool:
        return True


@pytest.fixture(scope="module")
def schema(data_dir: Path) -> jsonschema_rs.Draft7Validator:
    text = (data_dir / "standards" / "cloudevents" / "cloudevents.schema.json").read_text("utf-8")
    return jsonschema_rs.Draft7Validator(json.loads(text), validate_formats=True)


@pytest.mark.data
def test_every_row_is_a_cloud_event(schema: jsonschema_rs.Draft7Validator) -> None:
    schema.validate(json.loads(row(EVENT, 7).raw))
    for pushed in json.loads(golden("push.json"))["rows"]:
        schema.validate(pushed)
        assert {"sequence", "recordedtime"} <= pushed.keys()
        assert all(name.isalnum() and name == name.lower() for name in pushed), "names CloudEvents allows"


@pytest.mark.data
def test_an_event_of_the_conformance_suite_is_refused_for_what_we_need_beyond_it_and_for_nothing_else(
    schema: jsonschema_rs.Draft7Validator,
) -> None:
    """CloudEvents asks for id, source, type and specversion alone; the exchange needs the others to number and to show."""
    event = json.loads(row(EVENT, 7).raw)
    for name in list(event):
        less = json.dumps({k: v for k, v in event.items() if k != name}).encode()
        assert schema.is_valid(json.loads(less)) is (name not in ("id", "source", "type", "specversion"))
        if name in ("specversion", "datacontenttype"):
            assert isinstance(wire.read_envelope(less), Envelope), "these have a default"
        else:
            with pytest.raises(BadWire):
                wire.read_envelope(less)


@pytest.mark.data
def test_extensions_we_do_not_know_survive_in_the_row(schema: jsonschema_rs.Draft7Validator) -> None:
    event = json.loads(row(EVENT, 7).raw) | {"comexampleextension1": "value", "comexampleothervalue": 5}
    schema.validate(event)
    raw = json.dumps(event).encode()
    (read,) = wire.read_batch(wire.PushBody(origin=ORIGIN, previous=None, rows=[Raw(raw)])).rows
    assert isinstance(read, Row)
    assert msgspec.json.decode(read.raw)["comexampleextension1"] == "value"
