"""Whether this hub is still the hub of its store: the term central gave it, its own epoch, and what to do when it is not.

Every push and pull carries term and epoch. A hub that central put aside goes on pushing what it owes and hands nothing
over; whether it comes back is a person's decision at central, heard with the next read that is answered.
"""

from enum import StrEnum

import msgspec

from edge.app.hub import Hub
from edge.domain.errors import Refusal
from edge.store import standing as kept
from sync.db import Connection
from sync.hub_statement import HubStatement
from sync.pull import Standing as OnTheLine


class Why(StrEnum):
    """What put a hub aside."""

    REPLACED = "replaced"  # another machine took its place under a higher term
    TWIN = "twin"  # another copy of its files speaks under the same term, and that one was seen first


class StandingReason(StrEnum):
    """Why an act is refused at a hub that was put aside."""

    superseded = "superseded"
    no_statement = "no_statement"  # central has not introduced this hub yet


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """This hub among the hubs of its store. `term` 0: central has not said yet, and counts it as the newest it knows."""

    term: int
    epoch: str
    superseded_since_ms: int | None = None
    why: str | None = None


def standing(conn: Connection) -> Standing:
    """As this file says it; read it in the transaction of the act that depends on it."""
    row = kept.read(conn)
    return Standing(
        term=row.term,
        epoch=kept.own_epoch(conn),
        superseded_since_ms=row.superseded_at_ms,
        why=row.superseded_why,
    )


def refuse_if_superseded(conn: Connection) -> Refusal | None:
    """The no of a hub that was put aside to every act that moves an order or goods; None while it is the hub."""
    row = kept.read(conn)
    if row.superseded_at_ms is None:
        return None
    return Refusal(StandingReason.superseded, {"since_ms": row.superseded_at_ms, "why": row.superseded_why or ""})


def read_refusal(hub: Hub) -> Refusal | None:
    """The same no for what is asked outside a transaction."""
    with hub.state.reading() as conn:
        return refuse_if_superseded(conn)


def on_the_line(conn: Connection) -> OnTheLine:
    """What every push and read says of this hub."""
    return OnTheLine(term=kept.read(conn).term, epoch=kept.own_epoch(conn))


def take_statement(conn: Connection, statement: HubStatement, public_key: str) -> bool:
    """Keep central's statement when it speaks of this very key and is newer than what is held; gives whether it was.

    The caller knows that central signed it. One about another key is not this hub's: it says who came after.
    """
    held = kept.read(conn)
    if statement.public_key != public_key or (held.statement is not None and statement.term <= held.term):
        return False
    kept.put_statement(conn, statement.term, msgspec.json.encode(statement))
    return True


def read_introduction(hub: Hub) -> HubStatement | Refusal:
    """Central's word about this hub, to be shown to machines that do not know its key."""
    with hub.state.reading() as conn:
        return own_statement(conn) or Refusal(StandingReason.no_statement)


def own_statement(conn: Connection) -> HubStatement | None:
    """What this hub shows to machines that do not know its key."""
    body = kept.read(conn).statement
    return None if body is None else msgspec.json.decode(body, type=HubStatement)
