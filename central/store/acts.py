"""What people asked and were told: answers by event_id, consents, wishes and messages."""

from typing import Any

import msgspec
from sqlalchemy import bindparam
from sqlalchemy import text as sql

from central.store.database import Tx, add, put
from central.store.schema import answers, consents, messages
from central.store.schema_orders import wishes
from edge.domain.cart import Answer, CartReason, Outcome
from edge.domain.consent import Channel, ConsentAct, Purpose
from edge.domain.message import MessageKind

_ANSWERS = sql("SELECT * FROM answers WHERE profile_id = :profile AND event_id IN :events").bindparams(
    bindparam("events", expanding=True)
)
_CONSENTS = sql("SELECT * FROM consents WHERE profile_id = :profile ORDER BY at_ms, event_id")
_WISH = sql("SELECT * FROM wishes WHERE store_id = :store AND wish_id = :wish")
_OWN_VERSIONS = sql(
    "SELECT version FROM wishes WHERE store_id = :store AND cart_id = :cart AND outcome = 'granted' AND version > :after"
)
_MESSAGES = sql("SELECT * FROM messages WHERE profile_id = :profile AND number > :after ORDER BY number LIMIT :limit")
_LAST_NUMBER = sql("SELECT COALESCE(MAX(number), 0) FROM messages WHERE profile_id = :profile")


class StoredAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked under an event_id (a digest of it) and what was answered, to be answered again."""

    act: str
    asked: bytes
    answer: bytes


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message in a shopper's box; its words are made from `kind` and `details` where it is shown. Numbers only grow."""

    number: int = 0
    kind: MessageKind
    order: str | None = None
    wish: str | None = None
    details: dict[str, str | int] = {}
    at_ms: int


class WishRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A wish a store sent up, and how it was answered."""

    store: str
    kind: str
    cart: str
    profile: str | None
    answer: Answer
    answered_at_ms: int


def get_answers(tx: Tx, profile: str, events: list[str]) -> dict[str, StoredAnswer]:
    """What was answered before under these event_ids of this profile."""
    rows = tx.execute(_ANSWERS, {"profile": profile, "events": events}) if events else ()
    return {row.event_id: StoredAnswer(act=row.act, asked=row.asked, answer=row.answer) for row in rows}


def keep_answers(tx: Tx, profile: str, some: dict[str, StoredAnswer], at_ms: int) -> None:
    """Keep these answers, so that the same event_id is answered the same again."""
    rows = [
        {
            "profile_id": profile,
            "event_id": event,
            "act": each.act,
            "asked": each.asked,
            "answer": each.answer,
            "at_ms": at_ms,
        }
        for event, each in some.items()
    ]
    add(tx, answers, rows)


def add_consent(tx: Tx, profile: str, event: str, act: ConsentAct) -> None:
    """Append one explicit yes or no; the same event_id again changes nothing that counts."""
    row = {
        "profile_id": profile,
        "event_id": event,
        "identity_id": act.identity,
        "purpose": act.purpose.value,
        "channel": act.channel.value,
        "given": int(act.given),
        "at_ms": act.at_ms,
        "source": act.source,
        "policy_version": act.policy_version,
    }
    put(tx, consents, [row])


def consents_of(tx: Tx, profile: str) -> list[ConsentAct]:
    """Every act of every identity of this person, in order of time."""
    return [
        ConsentAct(
            identity=row.identity_id,
            purpose=Purpose(row.purpose),
            channel=Channel(row.channel),
            given=bool(row.given),
            at_ms=row.at_ms,
            source=row.source,
            policy_version=row.policy_version,
        )
        for row in tx.execute(_CONSENTS, {"profile": profile})
    ]


def add_message(tx: Tx, profile: str, message: Message) -> None:
    """Put one message into a shopper's box; it takes the next number there."""
    row = {
        "profile_id": profile,
        "number": tx.execute(_LAST_NUMBER, {"profile": profile}).scalar_one() + 1,
        "kind": message.kind.value,
        "order_id": message.order,
        "wish_id": message.wish,
        "details": msgspec.json.encode(message.details),
        "at_ms": message.at_ms,
    }
    add(tx, messages, [row])


def messages_of(tx: Tx, profile: str, after: int, limit: int) -> list[Message]:
    """A shopper's messages behind `after`, the oldest first."""
    rows = tx.execute(_MESSAGES, {"profile": profile, "after": after, "limit": limit})
    return [
        Message(
            number=row.number,
            kind=MessageKind(row.kind),
            order=row.order_id,
            wish=row.wish_id,
            details=msgspec.json.decode(row.details, type=dict[str, str | int]),
            at_ms=row.at_ms,
        )
        for row in rows
    ]


def keep_wish(tx: Tx, record: WishRecord) -> None:
    """Write down how a store's wish was answered."""
    answer = record.answer
    row = {
        "store_id": record.store,
        "wish_id": answer.wish_id,
        "kind": record.kind,
        "cart_id": record.cart,
        "profile_id": record.profile,
        "outcome": answer.outcome.value,
        "reason": answer.reason.value if answer.reason else None,
        "version": answer.version,
        "line": answer.line,
        "order_id": answer.order_id,
        "answered_at_ms": record.answered_at_ms,
    }
    add(tx, wishes, [row])


def get_wish(tx: Tx, store: str, wish: str) -> Answer | None:
    """How a store's wish was answered; None while it is not known."""
    row: Any = tx.execute(_WISH, {"store": store, "wish": wish}).first()
    if row is None:
        return None
    return Answer(
        wish_id=row.wish_id,
        outcome=Outcome(row.outcome),
        reason=CartReason(row.reason) if row.reason else None,
        version=row.version,
        line=row.line,
        order_id=row.order_id,
    )


def versions_made(tx: Tx, store: str, cart: str, after: int) -> set[int]:
    """Versions of this cart that granted wishes from this store made behind `after`."""
    return {row.version for row in tx.execute(_OWN_VERSIONS, {"store": store, "cart": cart, "after": after})}
