"""The facts a person at head office should look at, with the time they happened as far as it is known by now."""

import msgspec
from msgspec import Struct
from sqlalchemy import text as sql

from central.store.database import Tx
from edge.domain.fact_base import At
from edge.domain.facts import ClockCorrected
from sync.envelope import Envelope

_COUNTS = sql(
    "SELECT verdict, COUNT(*) AS n FROM ledger WHERE store_id = :store AND verdict <> 'recorded' GROUP BY verdict"
)
_TO_REVIEW = sql(
    "SELECT store_id, event_id, kind, subject, occurred_at_ms, verdict, reason, envelope FROM ledger"
    " WHERE verdict <> 'recorded' ORDER BY received_at_ms DESC, event_id LIMIT :limit"
)
_CORRECTION = sql(
    "SELECT envelope FROM ledger WHERE kind = 'clock.corrected' AND store_id = :store AND subject = :boot LIMIT 1"
)


class ToReview(Struct, frozen=True, kw_only=True):
    """A fact that contradicts something, or that could not be read.

    `occurred_at_ms` is the label of the place; `corrected_at_ms` what it should have been, once the node saw signed time.
    """

    store: str
    event_id: str
    kind: str
    subject: str
    occurred_at_ms: int
    corrected_at_ms: int | None
    verdict: str
    reason: str


def review_counts(tx: Tx, store: str) -> dict[str, int]:
    """How many facts of this store a person should look at, by verdict."""
    return {row.verdict: row.n for row in tx.execute(_COUNTS, {"store": store})}


def newest_to_review(tx: Tx, limit: int) -> list[ToReview]:
    """The newest facts of any store that a person should look at."""
    return [
        ToReview(
            store=row.store_id,
            event_id=row.event_id,
            kind=row.kind,
            subject=row.subject,
            occurred_at_ms=row.occurred_at_ms,
            corrected_at_ms=_corrected_at_ms(tx, row.store_id, row.occurred_at_ms, row.envelope),
            verdict=row.verdict,
            reason=row.reason or "",
        )
        for row in tx.execute(_TO_REVIEW, {"limit": limit}).all()
    ]


class _Timed(Struct, frozen=True):
    at: At


def _corrected_at_ms(tx: Tx, store: str, label_ms: int, raw: bytes) -> int | None:
    """None for a fact whose time was confirmed, or whose node has not seen signed time since."""
    try:
        at = msgspec.json.decode(msgspec.json.decode(raw, type=Envelope).data, type=_Timed).at
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None  # what nobody can read says no time either
    if at.confirmed:
        return None
    found = tx.execute(_CORRECTION, {"store": store, "boot": at.boot_id}).scalar()
    if found is None:
        return None
    said = msgspec.json.decode(msgspec.json.decode(found, type=Envelope).data, type=ClockCorrected)
    return label_ms + said.offset_ms
