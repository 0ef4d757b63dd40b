"""One version apart in either direction: what yesterday's hub pushed is taken today, and yesterday's peer reads us.

`tests/golden/sync/before` was written by the version before this one and is never written again.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Raw, Struct

from sync import wire
from sync.db import Database
from sync.envelope import PushReply, SkipReason, Verdict
from sync.feed import Page
from sync.ledger import SqliteLedger
from tests.cast.office import Office
from tests.exchange.rows import ALL_TABLES, MORNING_MS, recorded, row, skipped

GOLDEN = Path(__file__).parent.parent / "golden" / "sync"
BEFORE = GOLDEN / "before"
LANES = [f"push_lane_{lane}.json" for lane in (0, 1, 2)]


class EnvelopeBefore(Struct, frozen=True, kw_only=True):
    """A row as the version before read it."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    source: Annotated[str, Meta(min_length=1, max_length=256)]
    type: Annotated[str, Meta(min_length=1, max_length=256)]
    subject: Annotated[str, Meta(min_length=1, max_length=256)]
    time: Annotated[str, Meta(max_length=40)]
    dataschema: Annotated[str, Meta(min_length=1, max_length=256)]
    data: Raw
    sequence: Annotated[str, Meta(pattern=r"\A[0-9]{12}\Z")]
    recordedtime: Annotated[str, Meta(max_length=40)]
    specversion: Annotated[str, Meta(pattern=r"\A1\.[0-9]{1,3}\Z")] = "1.0"
    datacontenttype: str = "application/json"


class OriginBefore(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    store: str
    node: str
    epoch: str
    lane: Annotated[int, Meta(ge=0, le=2)]


class PushBodyBefore(Struct, frozen=True, kw_only=True):
    origin: OriginBefore
    previous: str | None
    rows: list[EnvelopeBefore]
    term: int = 0
    sent_at_ms: int = 0
    owed: tuple[int, int, int] = (0, 0, 0)


class ReceiptBefore(Struct, frozen=True, kw_only=True):
    event_id: str
    sequence: int
    verdict: Verdict
    reason: str | None = None


class PushReplyBefore(Struct, frozen=True, kw_only=True):
    receipts: tuple[ReceiptBefore, ...]
    mark: int
    mark_event_id: str | None


class FeedRowBefore(Struct, frozen=True, kw_only=True):
    feed: str
    seq: int
    kind: str
    key: str
    body: Raw
    tombstone: bool
    at_ms: int


class PageBefore(Struct, frozen=True, kw_only=True):
    rows: tuple[FeedRowBefore, ...]
    cursor: dict[str, int]
    more: bool
    now_ms: int
    come_back_ms: int = 0


@pytest.mark.parametrize("name", LANES)
def test_central_of_today_takes_every_kind_that_yesterdays_hub_pushed(tmp_path: Path, name: str) -> None:
    office = Office(tmp_path)
    receipts = office.hub.must("POST", "/v1/push", (BEFORE / name).read_bytes())["receipts"]
    office.close()
    assert len(receipts) == len(json.loads((BEFORE / name).read_bytes())["rows"])
    for said in receipts:
        assert said["verdict"] in {"recorded", "flagged"}, said
        assert said["reason"] not in {"unknown_kind", "unknown_version"}, said


@pytest.mark.parametrize("name", LANES)
def test_a_hub_of_today_passes_on_what_yesterdays_device_pushed_byte_for_byte(name: str) -> None:
    db = Database(":memory:", migrations=ALL_TABLES)
    body = wire.read((BEFORE / name).read_bytes(), wire.PushBody)
    reply = SqliteLedger(db, relay=True).take(wire.read_batch(body), recorded, received_at_ms=MORNING_MS)
    assert {receipt.verdict for receipt in reply.receipts} == {Verdict.RECORDED}
    with db.reading() as conn:
        owed = [raw for (raw,) in conn.execute("SELECT envelope FROM outbox_rows ORDER BY sequence")]
    assert owed == [bytes(raw) for raw in body.rows]
    db.close()


@pytest.mark.parametrize(("name", "kind"), [("push_reply.json", PushReply), ("page.json", Page)])
def test_a_hub_of_today_reads_what_yesterdays_central_answered(name: str, kind: type[Any]) -> None:
    said = (BEFORE / name).read_bytes()
    assert json.loads(wire.write(wire.read(said, kind))).items() >= json.loads(said).items()


@pytest.mark.parametrize(
    ("name", "kind"), [("push.json", PushBodyBefore), ("push_reply.json", PushReplyBefore), ("page.json", PageBefore)]
)
def test_yesterdays_peer_reads_what_is_said_today(name: str, kind: type[Any]) -> None:
    today, before = (GOLDEN / name).read_bytes(), (BEFORE / name).read_bytes()
    assert msgspec.json.decode(today, type=kind) == msgspec.json.decode(before, type=kind)


def test_a_skipped_stretch_is_byte_for_byte_the_pinned_one() -> None:
    origin = msgspec.structs.replace(wire.read((GOLDEN / "push.json").read_bytes(), wire.PushBody).origin, lane=2)
    rows = (row("t1", 1, kind="presence.moved"), skipped("t2", 2, 900, SkipReason.DROPPED), row("t901", 901))
    body = wire.PushBody(origin=origin, previous=None, rows=[Raw(each.raw) for each in rows], sent_at_ms=MORNING_MS)
    pinned = (GOLDEN / "push_skipped.json").read_bytes().rstrip(b"\n")
    assert wire.write(body) == pinned
    batch = wire.read_batch(wire.read(pinned, wire.PushBody))
    assert (batch.first, batch.last) == (1, 901)
