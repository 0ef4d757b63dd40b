"""The journal of acts: whatever is done to it afterwards is found, and what a restore lost is not held against anybody."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.domain.audit import AuditRow, Head, SegmentWhy, detail_of
from edge.domain.truth import JournalSeen
from edge.store import audit
from edge.store.audit import SignedHead
from edge.store.databases import open_state
from edge.tools.check_journal import Checked, Fault, check_journal
from edge.wiring.journal import export_at, verify_at
from sync.db import Connection, Database
from sync.signing import public_bytes, public_text

NOW_MS = 1_795_237_200_000
MINUTE_MS = 60_000
DAY_MS = 86_400_000
HUB_KEY = Ed25519PrivateKey.from_private_bytes(b"h" * 32)
CENTRAL_KEY = Ed25519PrivateKey.from_private_bytes(b"c" * 32)
CENTRAL = public_text(public_bytes(CENTRAL_KEY))


class Shop:
    """A state.db whose journal is written, signed and countersigned as hub and central do it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now_ms = NOW_MS
        self.acts = 0
        self.db: Database = open_state(folder)

    def act(self, count: int = 1) -> None:
        """So many acts, one transaction each."""
        for _ in range(count):
            self.acts += 1
            with self.db.writing() as conn:
                audit.append(
                    conn,
                    kind="pickup.handed_over",
                    subject="A2B3C4D5E6F7A",
                    actor="clerk:kim",
                    event_id=f"019aa4f8-7c60-7000-8000-{self.acts:012x}",
                    at_ms=self.now_ms,
                    detail=detail_of(b"%d" % self.acts),
                )

    def head(self) -> Head:
        """The head as it is now."""
        with self.db.reading() as conn:
            last = audit.last(conn)
            assert last is not None
            began = audit.began(conn, last.segment)
        return Head(
            store="S001",
            node="H1",
            segment=last.segment,
            began=began,
            number=last.number,
            hash=last.hash.hex(),
            signed_at_ms=self.now_ms,
        )

    def seen(self) -> JournalSeen:
        """The head, signed and countersigned, and kept here."""
        self.now_ms += MINUTE_MS
        seen = countersigned(self.head(), self.now_ms)
        self.keep(seen)
        return seen

    def keep(self, seen: JournalSeen) -> None:
        """Write down that central countersigned this head."""
        signed = SignedHead(**{name: getattr(seen, name) for name in seen.__struct_fields__})
        with self.db.writing() as conn:
            audit.put_head(conn, signed)

    def change(self, sql: str, *values: object) -> None:
        """What somebody with the file in her hands does."""
        with self.db.writing() as conn:
            conn.execute(sql, values)

    def check(self, *given: JournalSeen) -> Checked:
        """What is found."""
        return check_journal(self.folder, central_key=CENTRAL, given=given)


def countersigned(head: Head, at_ms: int, *, by: Ed25519PrivateKey = CENTRAL_KEY) -> JournalSeen:
    signature = HUB_KEY.sign(head.text).hex()
    return JournalSeen(
        head=head,
        public_key=public_text(public_bytes(HUB_KEY)),
        signature=signature,
        seen_at_ms=at_ms,
        seen_signature=by.sign(head.seen_text(signature, at_ms)).hex(),
    )


def write_anew(conn: Connection, *, leave_out: int = 0, actor_of: tuple[int, str] = (0, "")) -> None:
    """Write the whole chain again around a change, as somebody would who knows how it is made."""
    rows = [row for row in audit.rows(conn) if row.number != leave_out]
    conn.execute("DELETE FROM audit_rows")
    before = bytes(32)
    for number, row in enumerate(rows, start=1):
        actor = actor_of[1] if row.number == actor_of[0] else row.actor
        new = AuditRow(
            number=number,
            segment=row.segment,
            at_ms=row.at_ms,
            kind=row.kind,
            subject=row.subject,
            actor=actor,
            event_id=row.event_id,
            detail=row.detail,
            hash=b"",
        )
        before = audit.hash_after(before, new)
        conn.execute(
            "INSERT INTO audit_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, row.segment, row.at_ms, row.kind, row.subject, actor, row.event_id, row.detail, before),
        )


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Ten acts, the first six countersigned."""
    shop = Shop(tmp_path)
    shop.act(6)
    shop.seen()
    shop.act(4)
    return shop


def test_a_journal_nobody_touched_is_as_it_was_written(shop: Shop) -> None:
    checked = shop.check()
    assert (checked.found, checked.given_up) == ((), ())
    assert (checked.first, checked.last, checked.heads) == (1, 11, 1)


def test_an_empty_journal_is_no_fault_unless_a_head_says_there_was_one(tmp_path: Path, shop: Shop) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    fresh = Shop(empty)
    assert fresh.check().found == ()
    assert [each.fault for each in fresh.check(countersigned(shop.head(), NOW_MS)).found] == [Fault.cut_off]


@pytest.mark.parametrize("column", ["at_ms", "kind", "subject", "actor", "event_id", "detail", "segment"])
def test_an_edit_of_any_column_is_found(shop: Shop, column: str) -> None:
    changes: dict[str, object] = {"at_ms": 1, "segment": 9, "detail": b"x" * 32}
    shop.change(f"UPDATE audit_rows SET {column} = ? WHERE number = 5", changes.get(column, "clerk:lee"))
    assert [(each.fault, each.number) for each in shop.check().found] == [(Fault.not_as_written, 5)]


def test_a_deleted_row_is_found(shop: Shop) -> None:
    shop.change("DELETE FROM audit_rows WHERE number = 5")
    assert [(each.fault, each.number) for each in shop.check().found] == [(Fault.missing, 5)]


def test_a_deleted_beginning_is_found(shop: Shop) -> None:
    shop.change("DELETE FROM audit_rows WHERE number < 4")
    assert [(each.fault, each.number) for each in shop.check().found] == [(Fault.beginning_missing, 4)]


def test_two_rows_that_changed_places_are_found(shop: Shop) -> None:
    for was, becomes in ((4, 0), (5, 4), (0, 5)):
        shop.change("UPDATE audit_rows SET number = ? WHERE number = ?", becomes, was)
    assert {(each.fault, each.number) for each in shop.check().found} >= {
        (Fault.not_as_written, 4),
        (Fault.not_as_written, 5),
    }


def test_a_tail_that_was_cut_off_is_found_by_the_countersigned_head(shop: Shop) -> None:
    shop.change("DELETE FROM audit_rows WHERE number > 5")
    assert [(each.fault, each.number) for each in shop.check().found] == [(Fault.cut_off, 6)]


def test_a_tail_cut_off_together_with_its_heads_is_found_by_what_central_holds(shop: Shop) -> None:
    kept = shop.seen()
    shop.change("DELETE FROM audit_rows WHERE number > 5")
    shop.change("DELETE FROM audit_heads")
    assert shop.check().found == ()
    assert [each.fault for each in shop.check(kept).found] == [Fault.cut_off]


@pytest.mark.parametrize("change", [{"leave_out": 5}, {"actor_of": (5, "clerk:lee")}])
def test_a_chain_that_was_written_anew_is_found_by_the_countersigned_head(
    shop: Shop, change: dict[str, object]
) -> None:
    rewrite: Callable[..., None] = write_anew
    with shop.db.writing() as conn:
        rewrite(conn, **change)
    assert [(each.fault, each.number) for each in shop.check().found] == [(Fault.rewritten, 7)]


def test_a_head_that_central_never_signed_is_found(shop: Shop) -> None:
    shop.keep(countersigned(shop.head(), shop.now_ms, by=HUB_KEY))
    assert [each.fault for each in shop.check().found] == [Fault.forged_head]


def test_rows_lost_by_a_restore_are_named_and_are_no_fault(tmp_path: Path, shop: Shop) -> None:
    lost = shop.seen()
    shop.change("DELETE FROM audit_rows WHERE number > 8")
    with shop.db.writing() as conn:
        audit.begin_segment(conn, SegmentWhy.restored, NOW_MS)
    shop.act(5)
    shop.seen()
    checked = shop.check(lost)
    assert checked.found == ()
    assert [head.number for head in checked.given_up] == [11]
    assert [(number, begun.reason) for number, begun in checked.segments] == [
        (1, SegmentWhy.first),
        (2, SegmentWhy.restored),
    ]


def test_a_segment_that_names_a_head_it_holds_excuses_nothing(shop: Shop) -> None:
    with shop.db.writing() as conn:
        audit.begin_segment(conn, SegmentWhy.restored, NOW_MS)
        write_anew(conn, actor_of=(5, "clerk:lee"))
    assert [(each.fault, each.number) for each in shop.check().found] == [(Fault.rewritten, 7)]


def test_what_is_older_than_it_must_be_kept_goes_up_to_a_countersigned_head(shop: Shop) -> None:
    with shop.db.writing() as conn:
        assert audit.forget_before(conn, NOW_MS) == 0
        assert audit.forget_before(conn, NOW_MS + DAY_MS) == 7
    checked = shop.check()
    assert (checked.found, checked.first, checked.last) == ((), 8, 11)


def test_of_a_day_only_the_last_countersigned_head_is_kept(shop: Shop) -> None:
    for _ in range(3):
        shop.act()
        shop.seen()
    shop.now_ms += DAY_MS
    shop.act()
    shop.seen()
    with shop.db.reading() as conn:
        assert [each.head.number for each in audit.heads(conn)] == [14, 15]


def test_the_export_can_be_checked_by_anybody_and_names_nobody(shop: Shop) -> None:
    rows = [json.loads(line) for line in export_at(shop.folder)]
    before = bytes(32)
    for row in rows:
        detail = row["detail"]
        given = detail if isinstance(detail, str) else json.dumps(detail, separators=(",", ":")).encode().hex()
        fields = [row[name] for name in ("number", "segment", "at_ms", "kind", "subject", "actor", "event_id")]
        said = json.dumps([*fields, given], separators=(",", ":"), ensure_ascii=False).encode()
        before = hashlib.sha256(before + said).digest()
        assert row["hash"] == before.hex()
    assert {name for row in rows for name in row} == set(AuditRow.__struct_fields__)


def test_the_command_says_what_it_found(shop: Shop) -> None:
    lines, is_as_written = verify_at(shop.folder, None)
    assert is_as_written
    assert lines == ["segment 1: first", "rows 1 to 11, 1 heads: as they were written"]
    shop.change("UPDATE audit_rows SET actor = 'clerk:lee' WHERE number = 5")
    lines, is_as_written = verify_at(shop.folder, None)
    assert not is_as_written
    assert "FAULT not_as_written at row 5: it is not what was written behind the row before it" in lines
