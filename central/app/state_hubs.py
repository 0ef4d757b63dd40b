"""Signs central's word about each hub, "hub of S001, term 4, key …", and sends it down to be shown to machines that ask."""

from central.app.central import Central
from central.app.send_down import Down, config_feed
from central.store.database import Tx
from central.store.feeds import has_row
from central.store.keys import Node, all_hubs
from sync.hub_statement import HubStatement, state
from sync.signing import KeyState

KIND = "hub"
"""The kind of the row on `config:<store>`; its key is the node."""


def statement_of(central: Central, hub: Node) -> HubStatement:
    """The word about this hub as it is enrolled now; asked again it is the same, byte for byte."""
    return state(
        central.signer.key,
        store=hub.store,
        node=hub.node,
        term=hub.term,
        public_key=hub.public_key,
        stated_at_ms=hub.enrolled_at_ms,
    )


def send_statement(central: Central, down: Down, hub: Node) -> None:
    """Send it to the hub's own store."""
    down.send(config_feed(hub.store), KIND, hub.node, statement_of(central, hub))


def state_all(central: Central) -> int:
    """Send the word to hubs that were enrolled before there was one; gives how many."""
    with central.books.reading() as tx:
        if not _unstated(tx):
            return 0
    with central.books.writing() as tx:
        down, found = Down(), _unstated(tx)
        for hub in found:
            send_statement(central, down, hub)
        down.flush(tx, central.now_ms())
    return len(found)


def _unstated(tx: Tx) -> list[Node]:
    return [
        hub
        for hub in all_hubs(tx)
        if hub.state == KeyState.ACTIVE and not has_row(tx, config_feed(hub.store), KIND, hub.node)
    ]
