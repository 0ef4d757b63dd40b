"""The envelope that is put together by hand is, byte for byte, the one the wire type would write."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from sync.envelope import SEQUENCE_MAX, Envelope, schema_urn, sequence_text, write_time
from sync.own_row import draft, numbered, tag

texts = st.text(min_size=1, max_size=64).filter(lambda text: text.isprintable() or len(text) < 9)
names = st.text("ABCHKabc019._-", min_size=1, max_size=12)
times = st.integers(0, 4_102_444_800_000)
bodies = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(
    kind=texts,
    version=st.integers(1, 99),
    subject=texts,
    body=bodies,
    event_id=texts,
    occurred=times,
    now=times,
    store=names,
    node=names,
    sequence=st.integers(1, SEQUENCE_MAX),
)
def test_the_hand_written_envelope_is_the_one_of_the_wire_type(
    kind: str,
    version: int,
    subject: str,
    body: object,
    event_id: str,
    occurred: int,
    now: int,
    store: str,
    node: str,
    sequence: int,
) -> None:
    data = msgspec.json.encode(body)
    pieces, size = draft(
        kind=kind,
        version=version,
        subject=subject,
        data=data,
        event_id=event_id,
        occurred_at_ms=occurred,
        now_ms=now,
    )
    made = numbered(pieces, store, node, sequence)
    assert made == msgspec.json.encode(
        Envelope(
            id=event_id,
            source=f"/{store}/{node}",
            type=kind,
            subject=subject,
            time=write_time(occurred),
            dataschema=schema_urn(kind, version),
            data=Raw(data),
            sequence=sequence_text(sequence),
            recordedtime=write_time(now),
        )
    )
    assert len(made) == size + len(store) + len(node), "the counter of owed bytes is exact"


@given(st.binary(min_size=1, max_size=600), st.data())
def test_a_tag_finds_every_changed_byte_and_every_row_in_the_wrong_place(envelope: bytes, data: st.DataObject) -> None:
    mark = tag("S001/H1/e1/0", 7, "a1", envelope)
    at = data.draw(st.integers(0, len(envelope) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != envelope[at]))
    assert tag("S001/H1/e1/0", 7, "a1", envelope[:at] + bytes([other]) + envelope[at + 1 :]) != mark
    assert tag("S001/H1/e1/0", 8, "a1", envelope) != mark
    assert tag("S001/H1/e2/0", 7, "a1", envelope) != mark
    assert tag("S001/H1/e1/0", 7, "a2", envelope) != mark
