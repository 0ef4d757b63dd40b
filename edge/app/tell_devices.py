"""Tell central which machines this hub trusts, so that a hub that takes its place trusts them without anybody going there."""

from edge.app.act import Tx, in_one_transaction
from edge.app.hub import Hub
from edge.app.standing import refuse_if_superseded
from edge.domain.facts import DeviceEnrolled
from edge.store import devices


def tell_devices(hub: Hub) -> int:
    """Owe one fact for every machine that was enrolled or changed since the last time; gives how many."""
    with hub.state.reading() as conn:
        if not devices.untold(conn):
            return 0

    def act(tx: Tx) -> int:
        if refuse_if_superseded(tx.conn) is not None:
            return 0
        found = devices.untold(tx.conn)
        for each in found:
            fact = DeviceEnrolled(
                actor=hub.actor, at=tx.at, node=each.node, role=each.role, public_key=each.public, state=each.state
            )
            tx.owe(fact, hub.new_id())
            devices.mark_told(tx.conn, each.node, tx.now_ms)
        return len(found)

    return in_one_transaction(hub, act)
