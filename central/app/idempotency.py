"""Answers the same call again with the same answer: what was asked under an event_id is kept with what was answered."""

import hashlib
from typing import TypeVar

import msgspec

from central.app.reasons import CentralReason
from central.store.acts import StoredAnswer, get_answers, keep_answers
from central.store.database import Tx
from edge.domain.errors import Refusal

T = TypeVar("T")

_ENCODER = msgspec.json.Encoder(order="deterministic")


def digest(asked: object) -> bytes:
    """What is kept of a request: enough to see that it is the same one, nothing to read in it."""
    return hashlib.sha256(_ENCODER.encode(asked)).digest()


def answered(tx: Tx, owner: str, event: str, *, act: str, asked: object, kind: type[T]) -> T | Refusal | None:
    """The answer given before to this very request; a refusal when the event_id was used for another; None when it is new."""
    known = get_answers(tx, owner, [event]).get(event)
    return None if known is None else read_answer(known, act, asked, kind)


def read_answer(known: StoredAnswer, act: str, asked: object, kind: type[T]) -> T | Refusal:
    """The stored answer, or the refusal when it belongs to another request."""
    if known.act != act or known.asked != digest(asked):
        return Refusal(CentralReason.key_reused)
    return msgspec.json.decode(known.answer, type=kind)


def stored(act: str, asked: object, answer: object) -> StoredAnswer:
    """An answer as it is kept."""
    return StoredAnswer(act=act, asked=digest(asked), answer=_ENCODER.encode(answer))


def keep(tx: Tx, owner: str, event: str, answer: StoredAnswer, at_ms: int) -> None:
    """Keep one answer in the transaction of what it answers."""
    keep_answers(tx, owner, {event: answer}, at_ms)
