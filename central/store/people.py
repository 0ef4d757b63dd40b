"""Profiles and the identities linked to them: a fact names an identity, a person is what its links connect."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx, put
from central.store.schema import identities, interests, profiles, proofs, seen_in_store

_BY_EXTERNAL_KEY = sql("SELECT * FROM profiles WHERE external_key = :key AND external_key <> ''")
_BY_IDENTITY = sql(
    "SELECT p.* FROM identities i JOIN profiles p ON p.profile_id = i.profile_id"
    " WHERE i.identity_id = :identity AND i.retracted_at_ms IS NULL"
)
_IDENTITIES = sql(
    "SELECT * FROM identities WHERE profile_id = :profile AND retracted_at_ms IS NULL ORDER BY linked_at_ms, identity_id"
)
_ONE_IDENTITY = sql("SELECT * FROM identities WHERE identity_id = :identity AND retracted_at_ms IS NULL")
_CHOOSE = sql("UPDATE profiles SET chosen_store = :store WHERE profile_id = :profile")
_INTERESTS = sql("SELECT store_id FROM interests WHERE profile_id = :profile AND identity_id = :identity")
_END_INTEREST = sql("DELETE FROM interests WHERE store_id = :store AND identity_id = :identity")
_PROOF = sql("SELECT store_id FROM proofs WHERE profile_id = :profile AND identity_id = :identity AND step = :step")
_SEEN = sql("SELECT store_id FROM seen_in_store WHERE profile_id = :profile AND at_ms >= :since_ms")


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One person as far as central knows her. `identity` is the one her carts, orders and passes are made with."""

    profile: str
    external_key: str
    name: str
    locale: str
    chosen_store: str | None
    created_at_ms: int


class LinkedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """One way this person is known; `value` is empty for an app that has no key yet."""

    identity: str
    kind: str
    value: str


def put_profile(tx: Tx, profile: Profile) -> None:
    """Insert or replace a profile."""
    row = {
        "profile_id": profile.profile,
        "external_key": profile.external_key,
        "name": profile.name,
        "locale": profile.locale,
        "chosen_store": profile.chosen_store,
        "created_at_ms": profile.created_at_ms,
    }
    put(tx, profiles, [row])


def link_identities(tx: Tx, profile: str, some: Sequence[LinkedIdentity], now_ms: int) -> None:
    """Link identities to a profile; one that is there already takes its new value."""
    rows = [
        {
            "profile_id": profile,
            "identity_id": each.identity,
            "kind": each.kind,
            "value": each.value,
            "linked_at_ms": now_ms,
            "retracted_at_ms": None,
        }
        for each in some
    ]
    put(tx, identities, rows)


def profile_by_external_key(tx: Tx, key: str) -> Profile | None:
    """The profile another system knows under `key`."""
    return _maybe(tx.execute(_BY_EXTERNAL_KEY, {"key": key}).first())


def profile_of(tx: Tx, identity: str) -> Profile | None:
    """The person this identity is linked to."""
    return _maybe(tx.execute(_BY_IDENTITY, {"identity": identity}).first())


def identities_of(tx: Tx, profile: str) -> list[LinkedIdentity]:
    """Every identity linked to a profile, the oldest first."""
    return [_identity(row) for row in tx.execute(_IDENTITIES, {"profile": profile})]


def get_identity(tx: Tx, identity: str) -> LinkedIdentity | None:
    """One identity, None when it is unknown or retracted."""
    row = tx.execute(_ONE_IDENTITY, {"identity": identity}).first()
    return None if row is None else _identity(row)


def choose_store(tx: Tx, profile: str, store: str | None) -> None:
    """Write down which store is hers."""
    tx.execute(_CHOOSE, {"profile": profile, "store": store})


def saw_in_store(tx: Tx, profile: str, identity: str, store: str, at_ms: int) -> None:
    """Write down that she was identified in this store."""
    put(tx, seen_in_store, [{"profile_id": profile, "store_id": store, "identity_id": identity, "at_ms": at_ms}])


def stores_seen_in(tx: Tx, profile: str, since_ms: int) -> set[str]:
    """Stores she was identified in since then."""
    return {row.store_id for row in tx.execute(_SEEN, {"profile": profile, "since_ms": since_ms})}


def use_proof(tx: Tx, profile: str, identity: str, *, step: int, store: str, at_ms: int) -> bool:
    """Note that this store saw the proof of this half minute; False when another store saw it before."""
    row = tx.execute(_PROOF, {"profile": profile, "identity": identity, "step": step}).first()
    if row is not None:
        return bool(row.store_id == store)
    used = {"profile_id": profile, "identity_id": identity, "step": step, "store_id": store, "at_ms": at_ms}
    put(tx, proofs, [used])
    return True


def interests_of(tx: Tx, profile: str, identity: str) -> set[str]:
    """Stores that hold her card and cart now."""
    return {row.store_id for row in tx.execute(_INTERESTS, {"profile": profile, "identity": identity})}


def begin_interest(tx: Tx, profile: str, identity: str, store: str, now_ms: int) -> None:
    """From now on this store holds her card and cart."""
    put(tx, interests, [{"store_id": store, "identity_id": identity, "profile_id": profile, "since_ms": now_ms}])


def end_interest(tx: Tx, identity: str, store: str) -> None:
    """From now on it does not."""
    tx.execute(_END_INTEREST, {"store": store, "identity": identity})


def _maybe(row: Any) -> Profile | None:
    if row is None:
        return None
    return Profile(
        profile=row.profile_id,
        external_key=row.external_key,
        name=row.name,
        locale=row.locale,
        chosen_store=row.chosen_store,
        created_at_ms=row.created_at_ms,
    )


def _identity(row: Any) -> LinkedIdentity:
    return LinkedIdentity(identity=row.identity_id, kind=row.kind, value=row.value)
