"""What a person at head office should look at: kept until somebody says done, each thing once."""

from enum import StrEnum

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx

_RAISE = sql(
    "INSERT INTO incidents (store_id, kind, subject, detail, at_ms) VALUES (:store, :kind, :subject, :detail, :at_ms)"
    " ON CONFLICT (store_id, kind, subject) DO NOTHING"
)
_OPEN = sql("SELECT * FROM incidents WHERE done_at_ms IS NULL ORDER BY at_ms DESC, kind, subject LIMIT :limit")
_DONE = sql(
    "UPDATE incidents SET done_at_ms = :at_ms, done_by = :by"
    " WHERE store_id = :store AND kind = :kind AND subject = :subject AND done_at_ms IS NULL"
)

SHOWN_MAX = 200


class IncidentKind(StrEnum):
    """What a person is called for; each has a sentence of its own on the page of stores."""

    two_hubs_one_identity = "two_hubs_one_identity"
    replaced_hub_speaks = "replaced_hub_speaks"
    digest_differs = "digest_differs"
    journal_differs = "journal_differs"


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at. `subject` names a hub, an epoch or an origin, never a person."""

    store: str
    kind: str
    subject: str
    detail: str
    at_ms: int


def raise_one(tx: Tx, incident: Incident) -> None:
    """Write it down, once per store, kind and subject."""
    tx.execute(_RAISE, msgspec.structs.asdict(incident))


def open_ones(tx: Tx, limit: int = SHOWN_MAX) -> list[Incident]:
    """What nobody has looked at yet, the newest first."""
    return [
        Incident(store=row.store_id, kind=row.kind, subject=row.subject, detail=row.detail, at_ms=row.at_ms)
        for row in tx.execute(_OPEN, {"limit": limit})
    ]


def done(tx: Tx, store: str, kind: str, subject: str, *, by: str, at_ms: int) -> bool:
    """Somebody looked at it; False when there is no such open incident."""
    asked = {"store": store, "kind": kind, "subject": subject, "by": by, "at_ms": at_ms}
    return bool(tx.execute(_DONE, asked).rowcount)
