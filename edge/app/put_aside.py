"""Take central's word that another hub has this one's place, or that this one goes on after all; screens hear it at once."""

from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.app.standing import Why
from edge.store import incidents
from edge.store import standing as kept
from sync.http_server import PutAside
from sync.hub_statement import HubStatement


def hear_place(hub: Hub, said: PutAside | None) -> None:
    """Take what central's answer to a beat said about this hub's place."""
    if said is not None:
        note_superseded(hub, said.why, said.since_ms)
    else:
        note_current(hub)


def note_superseded(hub: Hub, why: str, since_ms: int) -> bool:
    """Central said that another hub has this one's place; False when that was known. Screens are told at once."""
    with hub.state.reading() as conn:
        if kept.read(conn).superseded_why == why:
            return False
    return in_one_transaction(hub, lambda tx: _put_aside(tx, why, since_ms))


def followed_by(tx: Tx, said: HubStatement, ours: str) -> None:
    """Central's word names the hub of this store. One with another key and a higher term came after this one."""
    if said.public_key != ours and said.term > kept.read(tx.conn).term:
        _put_aside(tx, Why.REPLACED, said.stated_at_ms)


def note_current(hub: Hub) -> bool:
    """Central answers this hub as the hub of its store; True when it had been put aside before."""
    with hub.state.reading() as conn:
        if kept.read(conn).superseded_at_ms is None:
            return False

    def act(tx: Tx) -> bool:
        kept.put_superseded(tx.conn, None, None)
        tx.tell("board")
        return True

    return in_one_transaction(hub, act)


def _put_aside(tx: Tx, why: str, since_ms: int) -> bool:
    row = kept.read(tx.conn)
    if row.superseded_at_ms is not None and row.superseded_why == why:
        return False
    kept.put_superseded(tx.conn, since_ms or tx.now_ms, why)
    subject = f"{tx.hub.store}/{tx.hub.node}/{row.term}/{kept.own_epoch(tx.conn)}"
    detail = f"{why}: central goes on with another"
    incidents.raise_one(tx.conn, kind="superseded", subject=subject, detail=detail, now_ms=tx.now_ms)
    tx.tell("board")
    return True
