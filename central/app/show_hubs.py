"""Shows head office which hub is the hub of a store, what else spoke for it, and what a person should look at."""

import msgspec

from central.app.central import Central
from central.app.reasons import CentralReason
from central.store import incidents
from central.store.database import Tx
from central.store.hubs import epochs_of
from central.store.incidents import Incident
from central.store.keys import Node, hubs_at
from edge.domain.errors import Refusal


class EpochShown(msgspec.Struct, frozen=True, kw_only=True):
    """One epoch: `place` is current, yielded (a restore or fork came after it) or superseded (put aside)."""

    term: int
    epoch: str
    first_at_ms: int
    heard_at_ms: int
    place: str


class HubShown(msgspec.Struct, frozen=True, kw_only=True):
    """One hub's place. `state`: active, awaited (a machine may claim it) or revoked."""

    node: str
    state: str
    term: int
    epochs: tuple[EpochShown, ...]


class HubsOfStore(msgspec.Struct, frozen=True, kw_only=True):
    """The places of hubs at a store."""

    hubs: tuple[HubShown, ...]


class OpenIncidents(msgspec.Struct, frozen=True, kw_only=True):
    """What nobody has looked at yet, the newest first."""

    incidents: tuple[Incident, ...]


class IncidentNamed(msgspec.Struct, frozen=True, kw_only=True):
    """Which incident."""

    store: str
    kind: str
    subject: str


def read_hubs(central: Central, store: str) -> HubsOfStore:
    """The places of hubs at a store, with every epoch that was heard under each."""
    with central.books.reading() as tx:
        return HubsOfStore(hubs=tuple(_shown(tx, hub) for hub in hubs_at(tx, store)))


def read_incidents(central: Central) -> OpenIncidents:
    """What nobody has looked at yet."""
    with central.books.reading() as tx:
        return OpenIncidents(incidents=tuple(incidents.open_ones(tx)))


def close_incident(central: Central, named: IncidentNamed, *, by: str) -> IncidentNamed | Refusal:
    """Somebody looked at it."""
    with central.books.writing() as tx:
        if not incidents.done(tx, named.store, named.kind, named.subject, by=by, at_ms=central.now_ms()):
            return Refusal(CentralReason.unknown_incident)
    return named


def _shown(tx: Tx, hub: Node) -> HubShown:
    epochs = tuple(
        EpochShown(
            term=each.term,
            epoch=each.epoch,
            first_at_ms=each.first_at_ms,
            heard_at_ms=each.heard_at_ms,
            place=each.place.value,
        )
        for each in epochs_of(tx, hub.store, hub.node)
    )
    return HubShown(node=hub.node, state=hub.state, term=hub.term, epochs=epochs)
