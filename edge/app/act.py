"""One press, one transaction: look whether it was answered, act, owe the fact, write the answer; tell the screens after COMMIT."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import msgspec

from edge.app.hub import Hub
from edge.app.standing import refuse_if_superseded
from edge.domain.audit import detail_of
from edge.domain.errors import Refusal
from edge.domain.fact_base import At, Fact, at_of
from edge.domain.facts import encode
from edge.store import answers, audit
from edge.store.answers import Answered
from sync import outbox, quota
from sync.db import Connection, OperationalError, is_full
from sync.envelope import Lane
from sync.errors import OutboxFull

R = TypeVar("R", bound=msgspec.Struct)
DIGEST_BYTES = 16


UNHEARD = b""
"""Stands for the question of a press that this file was told of, but never heard itself."""


class ActReason(StrEnum):
    """Why a press is refused before anybody looks at what it asks."""

    event_id_reused = "event_id_reused"  # the same event_id came with another question
    recorded_before_restore = "recorded_before_restore"  # it was done, and the answer was lost with the old file


@dataclass
class Tx:
    """An open transaction of one act: where it writes, when it is, and what the screens are told once it is committed."""

    hub: Hub
    conn: Connection
    now_ms: int
    at: At
    owes: bool = False
    events: list[tuple[str, dict[str, str | int | None]]] = field(default_factory=list)

    def owe(self, fact: Fact, event_id: str) -> None:
        """Owe this fact upwards, in the transaction of what it tells of.

        An act on a pickup is written into the journal of acts too, which cannot be changed without being found out.
        Telemetry that there is no room for is counted and let go: the act it tells of goes on without it.
        """
        self.owes = True
        subject, data = fact.subject or self.hub.node, encode(fact)
        try:
            outbox.append(
                self.conn,
                lane=fact.LANE,
                kind=fact.KIND,
                subject=subject,
                data=data,
                event_id=event_id,
                occurred_at_ms=self.now_ms,
                now_ms=self.now_ms,
            )
        except OutboxFull:
            quota.count_refused(self.conn)
        if fact.LANE == Lane.PICKUPS:
            audit.append(
                self.conn,
                kind=fact.KIND,
                subject=subject,
                actor=fact.actor,
                event_id=event_id,
                at_ms=self.now_ms,
                detail=detail_of(data),
            )

    def tell(self, name: str, **data: str | int | None) -> None:
        """Tell the listening screens once this is committed."""
        self.events.append((name, data))


T = TypeVar("T")


def in_one_transaction(hub: Hub, act: Callable[[Tx], T]) -> T:
    """Run `act` inside one BEGIN IMMEDIATE; screens hear of it after COMMIT, nobody hears anything if it rolls back.

    An act that meets a full disk runs once more, whole: by then the ballast has made room.
    """
    try:
        tx, result = _run(hub, act)
    except OperationalError as error:
        if hub.ballast is None or not is_full(error):
            raise
        tx, result = _run(hub, act)
    if tx.owes:
        hub.bell.ring()
    for name, data in tx.events:
        hub.live.publish(name, data)
    return result


def _run(hub: Hub, act: Callable[[Tx], T]) -> tuple[Tx, T]:
    with hub.state.writing() as conn:
        tx = Tx(hub, conn, hub.clock.now_ms(), at_of(hub.clock))
        return tx, act(tx)


def once(
    hub: Hub,
    event_id: str,
    asked: msgspec.Struct,
    kind: type[R],
    act: Callable[[Tx], R | Refusal],
    *,
    even_superseded: bool = False,
) -> R | Refusal:
    """Run `act` for this press, or give the answer it got before: yes the same yes, no the same no.

    A hub that was put aside refuses every press that it did not answer before, except `even_superseded` ones, and keeps
    no such refusal: should a person decide that it goes on, the same press may still succeed.

    `asked` is the whole question; the same event_id with another question is refused, because one of the two would
    otherwise be told something that never happened.
    """
    digest = digest_of(asked)

    def first_or_again(tx: Tx) -> R | Refusal:
        earlier = answers.find(tx.conn, event_id)
        if earlier is not None:
            return again(earlier, digest, kind)
        if not even_superseded and (refusal := refuse_if_superseded(tx.conn)) is not None:
            return refusal
        result = act(tx)
        keep(tx, event_id, digest, result)
        return result

    return in_one_transaction(hub, first_or_again)


def again(earlier: Answered, digest: bytes, kind: type[R]) -> R | Refusal:
    """The answer given before, unless the question is another one."""
    if earlier.asked not in (digest, UNHEARD):
        return Refusal(ActReason.event_id_reused)
    if earlier.refused:
        return msgspec.json.decode(earlier.body, type=Refusal)
    return msgspec.json.decode(earlier.body, type=kind)


def keep(tx: Tx, event_id: str, digest: bytes, result: msgspec.Struct) -> None:
    """Write the answer to a press in its own transaction."""
    answered = Answered(asked=digest, refused=isinstance(result, Refusal), body=msgspec.json.encode(result))
    answers.keep(tx.conn, event_id, answered, tx.now_ms)


def digest_of(asked: msgspec.Struct) -> bytes:
    """What makes two questions the same one."""
    question = type(asked).__name__.encode() + msgspec.json.encode(asked, order="deterministic")
    return hashlib.blake2b(question, digest_size=DIGEST_BYTES).digest()
