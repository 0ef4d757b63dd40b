"""Hears with every request of a hub which epoch and term it speaks under, and says whether it still has its place."""

from collections.abc import Sequence

from central.app.central import Central
from central.app.judge_standing import REPLACED, Ruling, judge
from central.store import incidents
from central.store.database import Tx
from central.store.hub_place import EpochHeard, Place
from central.store.hubs import epochs_of, former_keys, put_epoch
from central.store.incidents import Incident, IncidentKind
from central.store.keys import get_node
from sync.http_server import PutAside
from sync.signing import Caller


class PlaceKeeper:
    """See `sync.http_server.PlaceOf`. Most requests cost one read; a write only when something is new or a second has passed."""

    def __init__(self, central: Central) -> None:
        self._central = central

    def __call__(self, who: Caller, term: int, epoch: str, /) -> PutAside | None:
        """Whether another hub has the place of the one that speaks."""
        if who.role != "hub" or who.store is None or who.node is None:
            return None
        # The key proves the term it was given under; a file may know only an older one (it was copied before a claim).
        said = min(term or who.term, who.term)
        # What was held on the way proves that the hub lived when it was made, not that it lives now.
        now_ms = self._central.now_ms()
        made_ms = min(now_ms, (who.created_s + 1) * 1000) if who.created_s else now_ms
        with self._central.books.reading() as tx:
            ruling = _judge(tx, who.store, who.node, said, epoch, made_ms)
        if ruling.changed:
            with self._central.books.writing() as tx:
                ruling = _judge(tx, who.store, who.node, said, epoch, made_ms)
                _write(tx, who.store, who.node, ruling, said, now_ms)
        if ruling.place is not Place.superseded:
            return None
        return PutAside(why=ruling.why, since_ms=ruling.since_ms)


def _judge(tx: Tx, store: str, node: str, term: int, epoch: str, now_ms: int) -> Ruling:
    known = get_node(tx, store, node)
    newest = known.term if known is not None else term
    heard = epochs_of(tx, store, node)
    if not epoch:  # a version that does not say its epoch yet; its term still counts
        place = Place.superseded if term < newest else Place.current
        ruling = Ruling(place=place, why=REPLACED if place is Place.superseded else "")
    else:
        ruling = judge(heard, newest_term=newest, term=term, epoch=epoch, now_ms=now_ms)
    if ruling.place is Place.superseded and not ruling.since_ms:
        since_ms = _since_ms(tx, store, node, ruling.why, heard, term)
        return Ruling(place=ruling.place, changed=ruling.changed, why=ruling.why, since_ms=since_ms, twins=ruling.twins)
    return ruling


def _since_ms(tx: Tx, store: str, node: str, why: str, heard: Sequence[EpochHeard], term: int) -> int:
    """When the place was given to another: the key's end, or when the other of two epochs was first heard."""
    if why == REPLACED:
        return next((key.ended_at_ms for key in former_keys(tx, store, node) if key.term >= term), 0)
    return max((each.first_at_ms for each in heard if each.term == term), default=0)


def _write(tx: Tx, store: str, node: str, ruling: Ruling, term: int, now_ms: int) -> None:
    for row in ruling.changed:
        put_epoch(tx, store, node, row)
    if ruling.twins is not None:
        goes_on, aside = ruling.twins
        subject = f"{node}/{term}/{goes_on}+{aside}"
        detail = f"{node} epoch {goes_on} goes on, {node} epoch {aside} is put aside until a person decides"
        incidents.raise_one(
            tx,
            Incident(
                store=store, kind=IncidentKind.two_hubs_one_identity, subject=subject, detail=detail, at_ms=now_ms
            ),
        )
    elif ruling.place is Place.superseded and ruling.why == REPLACED:
        _say_replaced(tx, store, node, term, now_ms)


def _say_replaced(tx: Tx, store: str, node: str, term: int, now_ms: int) -> None:
    """A hub that was replaced is still at work: its facts are taken, and somebody should switch it off."""
    known = get_node(tx, store, node)
    newest = known.term if known is not None else term
    subject, detail = f"{node}/{term}", f"{node} term {newest} has its place; {node} term {term} still speaks"
    incidents.raise_one(
        tx, Incident(store=store, kind=IncidentKind.replaced_hub_speaks, subject=subject, detail=detail, at_ms=now_ms)
    )
