"""Whatever a push says, central answers it with receipts or with a no, and never with a fault of its own."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.domain.facts import encode, kind_of, lane_of, subject_of
from sync.envelope import Skipped, SkipReason, schema_urn, sequence_text, write_time
from tests.cast.facts import ONE_OF_EACH
from tests.cast.office import Office
from tests.cast.pickups import NOON_MS

NOES = {400, 403, 409, 413}

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    2,
    1.5,
    2**53,
    2**63,
    10**30,
    "",
    "x",
    "x" * 300,
    "\x00",
    "000000000000",
    "999999999999",
    "2026-11-21",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+23:59",
    "storefloor.skipped",
    "pickup.handed_over",
    "S002",
    "../S001",
    [],
    [[]],
    {},
    {"from": 1, "to": 10**12, "count": 1, "reason": "dropped"},
    {"": {"": []}},
]


def row(number: int, kind: str, subject: str, data: bytes) -> dict[str, Any]:
    return {
        "id": f"event-{number}",
        "source": "/S001/H1",
        "type": kind,
        "subject": subject or "S001/H1",
        "time": write_time(NOON_MS),
        "dataschema": schema_urn(kind, 1),
        "data": json.loads(data),
        "sequence": sequence_text(number),
        "recordedtime": write_time(NOON_MS),
        "specversion": "1.0",
        "datacontenttype": "application/json",
    }


def bodies() -> list[dict[str, Any]]:
    """One good push per lane, with every kind of fact in it, and in lane 2 a skipped stretch."""
    good = []
    for lane in (0, 1, 2):
        facts = [fact for fact in ONE_OF_EACH if lane_of(kind_of(fact)) == lane]
        rows = [row(n, kind_of(fact), subject_of(fact), encode(fact)) for n, fact in enumerate(facts, start=1)]
        if lane == 2:
            first = len(rows) + 1
            gone = Skipped(first=first, last=first + 40, count=41, reason=SkipReason.DROPPED)
            rows.append(row(first, "storefloor.skipped", "", msgspec.json.encode(gone)))
        origin = {"store": "S001", "node": "H1", "epoch": "e", "lane": lane}
        good.append({"origin": origin, "previous": None, "rows": rows, "sent_at_ms": NOON_MS, "owed": [0, 0, 0]})
    return good


GOOD = bodies()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"))
    yield office
    office.close()


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, each in inside for deeper in places(each, (*path, key)))]


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A good push of which a few places say something else, are gone, or stand there twice."""
    body: Any = deepcopy(draw(st.sampled_from(GOOD)))
    body["origin"]["epoch"] = f"e{draw(st.integers(0, 10**9))}"
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(body)[1:]))
        holder = body
        for step in way:
            holder = holder[step]
        match draw(st.sampled_from(["say", "drop", "twice"])):
            case "drop":
                del holder[last]
            case "twice" if isinstance(holder, list):
                holder.append(deepcopy(holder[last]))
            case _:
                holder[last] = deepcopy(draw(st.sampled_from(ODD)))
    return json.dumps(body).encode()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good push of which a few bytes are others, or the end is missing."""
    raw = bytearray(json.dumps(draw(st.sampled_from(GOOD))).encode())
    for _ in range(draw(st.integers(1, 4))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw[: draw(st.integers(1, len(raw)))]) if draw(st.booleans()) else bytes(raw)


def sent(office: Office, body: bytes) -> int:
    before = office.count("ledger")
    answer = office.hub.ask("POST", "/v1/push", body)
    said = answer.get_json()
    if answer.status_code == 200:
        assert len(said["receipts"]) >= 1
        return 200
    assert answer.status_code in NOES, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    assert said["status"] == answer.status_code
    assert answer.status_code != 400 or said["reason"] == "bad_wire"
    assert office.count("ledger") == before, "a no leaves nothing behind"
    return answer.status_code


def test_the_pushes_that_are_changed_below_are_good_ones(office: Office) -> None:
    assert [sent(office, json.dumps(body).encode()) for body in GOOD] == [200, 200, 200]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=changed())
def test_a_push_that_says_something_else_gets_receipts_or_a_no(office: Office, body: bytes) -> None:
    sent(office, body)


@settings(max_examples=100, deadline=None)
@given(body=damaged())
def test_a_push_whose_bytes_were_changed_gets_receipts_or_a_no(office: Office, body: bytes) -> None:
    sent(office, body)
