"""Take central's word that another hub has this one's place, or that this one goes on after all; screens hear it at once."""

from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.store import incidents
from edge.store import standing as kept


def note_superseded(hub: Hub, why: str, since_ms: int) -> bool:
    """Central said that another hub has this one's place; False when that was known. Screens are told at once."""

    def act(tx: Tx) -> bool:
        row = kept.read(tx.conn)
        if row.superseded_at_ms is not None and row.superseded_why == why:
            return False
        kept.put_superseded(tx.conn, since_ms or tx.now_ms, why)
        epoch = kept.own_epoch(tx.conn)
        subject, detail = f"{hub.store}/{hub.node}/{row.term}/{epoch}", f"{why}: central goes on with another"
        incidents.raise_one(tx.conn, kind="superseded", subject=subject, detail=detail, now_ms=tx.now_ms)
        tx.tell("board")
        return True

    return in_one_transaction(hub, act)


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
