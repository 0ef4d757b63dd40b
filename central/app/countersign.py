"""Countersigns the heads of the stores' journals: what a store showed once it cannot show otherwise later."""

from enum import StrEnum

from central.app.central import Central
from central.app.send_down import Down
from central.store.database import Tx
from central.store.hubs import former_keys
from central.store.incidents import Incident, IncidentKind, raise_one
from central.store.journal_heads import newest_head, put_head
from central.store.keys import get_node
from edge.domain.audit import Head
from edge.domain.facts import JournalHead
from edge.domain.truth import JournalSeen
from sync.signing import is_signature_of, parse_public


class HeadFlag(StrEnum):
    """Why a head was not countersigned."""

    journal_forged = "journal_forged"  # not signed by a key this hub has or had
    journal_went_back = "journal_went_back"  # shorter than what was countersigned before
    journal_rewritten = "journal_rewritten"  # the same row with another hash


def take_head(central: Central, tx: Tx, down: Down, store: str, fact: JournalHead) -> HeadFlag | None:
    """Countersign the head and send it down, or say what it contradicts; then a person is called too."""
    head = fact.head
    if head.store != store or not _is_genuine(tx, fact):
        return HeadFlag.journal_forged
    before = newest_head(tx, store)
    flag = None if before is None else _contradicts(head, before.head)
    if flag is not None:
        _call(central, tx, head, f"{flag}: row {head.number} of segment {head.segment}")
        return flag
    if before is not None and head.segment > before.head.segment and head.began <= before.head.number:
        lost = f"segment {head.segment} goes on from row {head.began}; row {before.head.number} was countersigned"
        _call(central, tx, head, lost)
    seen_at_ms = central.now_ms()
    seen = JournalSeen(
        head=head,
        public_key=fact.public_key,
        signature=fact.signature,
        seen_at_ms=seen_at_ms,
        seen_signature=central.signer.key.sign(head.seen_text(fact.signature, seen_at_ms)).hex(),
    )
    put_head(tx, seen)
    down.journal_seen(seen)
    return None


def _is_genuine(tx: Tx, fact: JournalHead) -> bool:
    """True when a key that this hub has, or had before a replacement, signed the head."""
    head = fact.head
    node = get_node(tx, head.store, head.node)
    known = {each.public_key for each in former_keys(tx, head.store, head.node)}
    if fact.public_key not in known | ({node.public_key} if node else set()):
        return False
    try:
        return is_signature_of(parse_public(fact.public_key), bytes.fromhex(fact.signature), head.text)
    except ValueError:
        return False


def _contradicts(head: Head, before: Head) -> HeadFlag | None:
    if (head.segment, head.number) < (before.segment, before.number):
        return HeadFlag.journal_went_back
    is_same_row = (head.segment, head.number) == (before.segment, before.number)
    return HeadFlag.journal_rewritten if is_same_row and head.hash != before.hash else None


def _call(central: Central, tx: Tx, head: Head, detail: str) -> None:
    subject = f"{head.node}/{head.segment}/{head.number}"
    incident = Incident(
        store=head.store, kind=IncidentKind.journal_differs, subject=subject, detail=detail, at_ms=central.now_ms()
    )
    raise_one(tx, incident)
