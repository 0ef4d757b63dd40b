"""The journal of acts at a hub and at central: every act is in it, its head is countersigned, and a restore says what it lost."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from central.app.countersign import HeadFlag
from central.store.incidents import open_ones
from central.store.journal_heads import heads_of, newest_head
from edge.app.act import in_one_transaction
from edge.app.keep_audit import sign_head, take_seen
from edge.domain.audit import AuditRow, Head, SegmentWhy, detail_of
from edge.domain.facts import JournalHead
from edge.domain.truth import JournalSeen
from edge.store import audit
from edge.tools.check_journal import Checked, Fault, check_journal
from sync.envelope import Envelope
from sync.signing import is_signature_of, public_bytes, public_text
from tests.cast.lost_hub import LostHub
from tests.cast.office import STORE
from tests.cast.pickups import AT


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LostHub]:
    """A whole line, Ada, and an empty shop."""
    store = LostHub(tmp_path)
    yield store
    store.close()


def rows(store: LostHub) -> list[AuditRow]:
    with store.hub.state.reading() as conn:
        return list(audit.rows(conn))


def acts(store: LostHub) -> list[AuditRow]:
    return [row for row in rows(store) if row.kind.startswith("pickup.")]


def reasons(store: LostHub) -> list[SegmentWhy]:
    with store.hub.state.reading() as conn:
        return [each.reason for each in audit.begun_segments(conn)]


def kinds(store: LostHub) -> set[str]:
    return set(store.incidents())


def signed(store: LostHub) -> Head:
    """A minute is over: the head is signed, and central sees it."""
    store.tick()
    head = sign_head(store.hub)
    assert head is not None
    store.sync()
    return head


def checked(store: LostHub) -> Checked:
    """What `storefloor journal verify` finds, with what central holds."""
    with store.office.central.books.reading() as tx:
        given = heads_of(tx, STORE)
    return check_journal(store.folder, central_key=store.office.central.public_key, given=given)


def collected(store: LostHub) -> str:
    """Ada's order, from central to her hands."""
    order = store.placed()
    store.sync()
    store.staged(order)
    store.hands_over(order)
    return order


def flag_of(store: LostHub, head: Head, *, signature: str | None = None) -> str | None:
    """What central says of this head when the hub sends it."""
    by = store.office.hub_key
    public = public_text(public_bytes(by))
    signature = signature or by.sign(head.text).hex()
    fact = JournalHead(actor="hub:H1", at=AT, head=head, public_key=public, signature=signature)
    (receipt,) = store.office.hub.push(fact, epoch="e9")
    reason: str | None = receipt.get("reason")
    return reason


def test_every_act_on_an_order_is_in_the_journal_with_the_digest_of_its_fact(store: LostHub) -> None:
    collected(store)
    with store.hub.state.reading() as conn:
        owed = conn.execute(
            "SELECT r.envelope FROM outbox_rows r JOIN outbox_origins o USING (origin) WHERE o.lane = 0 ORDER BY r.sequence"
        ).fetchall()
    facts = [msgspec.json.decode(row[0], type=Envelope) for row in owed]
    assert [(row.event_id, row.kind, row.subject, row.detail) for row in acts(store)] == [
        (fact.id, fact.type, fact.subject, detail_of(bytes(fact.data))) for fact in facts
    ]
    assert {row.actor for row in acts(store)} == {"hub:H1", "clerk:kim"}


def test_a_press_that_is_refused_or_repeated_leaves_no_row(store: LostHub) -> None:
    order = collected(store)
    before = rows(store)
    assert not hasattr(store.hands_over(order), "parcels")
    assert rows(store) == before


def test_the_head_is_signed_once_it_moved_and_central_countersigns_it(store: LostHub) -> None:
    collected(store)
    head = signed(store)
    assert sign_head(store.hub) is None
    with store.hub.state.reading() as conn:
        seen = audit.last_seen(conn)
    assert seen is not None
    assert (seen.head, seen.head.number) == (head, len(rows(store)))
    assert seen.seen_at_ms is not None
    assert seen.seen_signature is not None
    assert is_signature_of(
        store.office.central.signer.key.public_key().public_bytes_raw(),
        bytes.fromhex(seen.seen_signature),
        head.seen_text(seen.signature, seen.seen_at_ms),
    )
    assert checked(store).found == ()


def test_a_restore_brings_the_same_chain_back_and_begins_a_segment(store: LostHub) -> None:
    collected(store)
    store.backed_up()
    collected(store)
    head = signed(store)
    collected(store)
    before = rows(store)
    store.pull_the_plug()
    store.restored()
    assert rows(store)[: len(before)] == before
    assert reasons(store) == [SegmentWhy.first, SegmentWhy.restored]
    begun = rows(store)[len(before)]
    assert b'"number":%d' % head.number in begun.detail
    store.sync()
    collected(store)
    signed(store)
    assert (checked(store).found, checked(store).given_up) == ((), ())
    assert "journal_head_not_here" not in kinds(store)


def test_a_restore_that_lost_acts_says_up_to_where_and_central_calls_somebody(store: LostHub) -> None:
    collected(store)
    store.backed_up()
    collected(store)
    lost = signed(store)
    store.forget_the_journal()
    store.pull_the_plug()
    store.restored()
    store.sync()
    assert reasons(store) == [SegmentWhy.first, SegmentWhy.restored, SegmentWhy.head_not_here]
    assert "journal_head_not_here" in kinds(store)
    collected(store)
    signed(store)
    found = checked(store)
    assert (found.found, [head.number for head in found.given_up]) == ((), [lost.number])
    with store.office.central.books.reading() as tx:
        assert [each.kind for each in open_ones(tx)] == ["journal_differs"]


def test_a_book_that_was_copied_back_names_the_head_it_lacks(store: LostHub, tmp_path: Path) -> None:
    collected(store)
    store.copy_to(tmp_path / "copy")
    collected(store)
    signed(store)
    store.copied_back(tmp_path / "copy")
    store.sync()
    assert reasons(store)[-1] is SegmentWhy.head_not_here
    assert checked(store).found == ()


def test_a_tail_cut_off_at_the_hub_is_seen_by_central_at_the_next_head(store: LostHub) -> None:
    collected(store)
    signed(store)
    with store.hub.state.writing() as conn:
        conn.execute("DELETE FROM audit_rows WHERE number > 1")
        conn.execute("DELETE FROM audit_heads")
    store.tick()
    order = store.placed()
    store.sync()
    store.staged(order)
    sign_head(store.hub)
    store.sync()
    assert {each.fault for each in checked(store).found} <= {Fault.cut_off, Fault.rewritten}
    assert checked(store).found
    with store.office.central.books.reading() as tx:
        assert [each.detail.split(":")[0] for each in open_ones(tx)] == [HeadFlag.journal_went_back]


def test_central_countersigns_only_what_goes_on_from_what_it_saw(store: LostHub) -> None:
    collected(store)
    head = signed(store)
    for change, flag in (
        ({}, None),
        ({"hash": "ab" * 32}, HeadFlag.journal_rewritten),
        ({"number": 1}, HeadFlag.journal_went_back),
        ({"segment": 0}, HeadFlag.journal_went_back),
        ({"store": "S002"}, HeadFlag.journal_forged),
        ({"node": "H9"}, HeadFlag.journal_forged),
    ):
        assert flag_of(store, msgspec.structs.replace(head, **change)) == flag, change
    assert flag_of(store, msgspec.structs.replace(head, number=999), signature="00" * 64) == HeadFlag.journal_forged


def test_an_older_word_of_central_changes_nothing(store: LostHub) -> None:
    collected(store)
    signed(store)
    with store.office.central.books.reading() as tx:
        first = newest_head(tx, STORE)
    collected(store)
    signed(store)
    before = rows(store)
    assert isinstance(first, JournalSeen)
    in_one_transaction(store.hub, lambda tx: take_seen(tx, first))
    assert rows(store) == before
