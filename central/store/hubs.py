"""Which hub of a store goes on: keys it spoke with before, epochs as they were heard, and the claim that waits for a machine."""

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx, look, put
from central.store.hub_place import EpochHeard, Place
from central.store.schema_hubs import hub_claims, hub_epochs, hub_keys

_FORMER = sql("SELECT * FROM hub_keys WHERE store_id = :store AND node = :node ORDER BY term DESC")
_EPOCHS = (
    "SELECT term, epoch, first_at_ms, heard_at_ms, back_at_ms, standing FROM hub_epochs"
    " WHERE store_id = ? AND node = ? ORDER BY first_at_ms, epoch"
)
_CLAIM = sql("SELECT * FROM hub_claims WHERE store_id = :store AND node = :node")
_TRY = sql("UPDATE hub_claims SET tries = tries + 1 WHERE store_id = :store AND node = :node")
_CLAIMED = sql("UPDATE hub_claims SET claimed_key = :key WHERE store_id = :store AND node = :node")


class FormerKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key a hub spoke with under an earlier term. `superseded` may still bring what it owes, `revoked` may not."""

    term: int
    public_key: str
    state: str
    ended_at_ms: int


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A hub's place that waits for the machine that knows the code; `claimed_key` is the machine's that did."""

    term: int
    code_hash: str
    made_at_ms: int
    expires_at_ms: int
    tries: int = 0
    claimed_key: str | None = None


def put_former_key(tx: Tx, store: str, node: str, key: FormerKey) -> None:
    """Keep a key that was replaced, so that its owner is still known by it."""
    row = {"term": key.term, "public_key": key.public_key, "state": key.state, "ended_at_ms": key.ended_at_ms}
    put(tx, hub_keys, [{"store_id": store, "node": node} | row])


def former_keys(tx: Tx, store: str, node: str) -> list[FormerKey]:
    """Keys this hub's place had before, the newest first."""
    return [
        FormerKey(term=row.term, public_key=row.public_key, state=row.state, ended_at_ms=row.ended_at_ms)
        for row in tx.execute(_FORMER, {"store": store, "node": node})
    ]


def epochs_of(tx: Tx, store: str, node: str) -> list[EpochHeard]:
    """Every epoch this hub was ever heard under, the first first."""
    return [
        EpochHeard(term=term, epoch=epoch, first_at_ms=first, heard_at_ms=last, back_at_ms=back, place=Place(place))
        for term, epoch, first, last, back, place in look(tx, _EPOCHS, store, node)
    ]


def put_epoch(tx: Tx, store: str, node: str, heard: EpochHeard) -> None:
    """Write down how an epoch stands."""
    row = {
        "store_id": store,
        "node": node,
        "term": heard.term,
        "epoch": heard.epoch,
        "first_at_ms": heard.first_at_ms,
        "heard_at_ms": heard.heard_at_ms,
        "back_at_ms": heard.back_at_ms,
        "standing": heard.place.value,
    }
    put(tx, hub_epochs, [row])


def put_claim(tx: Tx, store: str, node: str, claim: Claim) -> None:
    """Let the place wait under this code; a code given before opens nothing any more."""
    row = {
        "store_id": store,
        "node": node,
        "term": claim.term,
        "code_hash": claim.code_hash,
        "made_at_ms": claim.made_at_ms,
        "expires_at_ms": claim.expires_at_ms,
        "tries": claim.tries,
        "claimed_key": claim.claimed_key,
    }
    put(tx, hub_claims, [row])


def get_claim(tx: Tx, store: str, node: str) -> Claim | None:
    """The newest claim on this place."""
    row = tx.execute(_CLAIM, {"store": store, "node": node}).one_or_none()
    if row is None:
        return None
    return Claim(
        term=row.term,
        code_hash=row.code_hash,
        made_at_ms=row.made_at_ms,
        expires_at_ms=row.expires_at_ms,
        tries=row.tries,
        claimed_key=row.claimed_key,
    )


def count_try(tx: Tx, store: str, node: str) -> None:
    """Count a wrong code against the claim."""
    tx.execute(_TRY, {"store": store, "node": node})


def note_claimed(tx: Tx, store: str, node: str, public_key: str) -> None:
    """The place was taken by the machine with this key."""
    tx.execute(_CLAIMED, {"store": store, "node": node, "key": public_key})
