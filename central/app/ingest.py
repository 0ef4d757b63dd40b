"""Takes the facts of a store into central's books: each is judged by the rule book, folded, and never refused."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from central.app.book_of_pickups import BookOfPickups
from central.app.central import Central
from central.app.countersign import take_head
from central.app.offer_promise import take_promise
from central.app.reasons import CentralReason
from central.app.record_consent import take_consent
from central.app.send_down import Down
from central.app.take_wish import take_cart_wish, take_order_wish
from central.store.database import Tx
from central.store.devices import StoreDevice, put_device
from central.store.people import profile_of
from edge.domain.errors import BadFact, DomainError
from edge.domain.facts import (
    CartChangeAsked,
    ConsentRecorded,
    DeviceEnrolled,
    Fact,
    JournalHead,
    OrderAsked,
    PickupFact,
    ReturnRecorded,
    StorePromise,
    decode,
    is_known,
)
from edge.domain.pickup import Flag
from edge.domain.truth import DeviceDown
from sync.envelope import Batch, Envelope, Lane, Verdict, schema_version
from sync.ledger import Judge, Judgement

RECORDED: Judgement = (Verdict.RECORDED, None)
UNKNOWN_KIND: Judgement = (Verdict.RECORDED, "unknown_kind")
UNKNOWN_VERSION: Judgement = (Verdict.RECORDED, "unknown_version")
NOT_YET = (UNKNOWN_KIND, UNKNOWN_VERSION)
"""Stored and counted; `central.app.read_again` reads it when a later version knows the kind, or this body of it."""

BODY_VERSION = 1
"""The newest version of any kind's body that this program writes and knows; it reads this one and the one before."""

# A number that no column can hold would stop the whole push; it is read as what it is, nonsense, and parked. Most facts
# have no number that long: with every digit made one, a plain search says so five times faster than a pattern.
_ANY_DIGIT = bytes.maketrans(b"123456789", b"0" * 9)
_MANY_DIGITS = b"0" * 19
_WHOLE_MAX = 2**63 - 1


class Ingest:
    """The judge that central hands to its ledger; told the whole batch it looks at the books once for all rows of it."""

    def __init__(self, central: Central) -> None:
        self._central = central

    def __call__(self, tx: Tx, envelope: Envelope) -> Judgement:
        """Judge one event by itself."""
        with self.judging(tx, _store_of(envelope), [envelope]) as judge:
            return judge(tx, envelope)

    @contextmanager
    def for_batch(self, tx: Tx, batch: Batch) -> Iterator[Judge[Tx]]:
        """A judge for the rows of this batch; what they changed is written when the block is left."""
        envelopes = [row.envelope for row in batch.rows]
        with self.judging(tx, batch.origin.store, envelopes, is_superseded=batch.is_superseded) as judge:
            yield judge

    @contextmanager
    def judging(
        self, tx: Tx, store: str, envelopes: list[Envelope], *, is_superseded: bool = False
    ) -> Iterator[Judge[Tx]]:
        """The same for facts of one store, wherever they come from. `is_superseded`: from a hub whose place another has."""
        work = _Work(self._central, tx, store, is_superseded=is_superseded)
        work.book.expect({envelope.subject for envelope in envelopes if envelope.type.startswith("pickup.")})
        yield work.flagging if is_superseded else work
        work.finish()


class _Work:
    """One push being taken in: the orders it is about, and what it sends down."""

    def __init__(self, central: Central, tx: Tx, store: str, *, is_superseded: bool) -> None:
        self._central, self._tx, self._store, self._is_superseded = central, tx, store, is_superseded
        self._down = Down()
        self.book = BookOfPickups(central, tx, self._down, store)

    def __call__(self, _tx: Tx, envelope: Envelope, /) -> Judgement:
        """What this fact is: recorded, flagged with what it contradicts, or unreadable."""
        if not is_known(envelope.type):
            return UNKNOWN_KIND
        try:
            fact = decode(envelope.type, envelope.data)
            if fact.LANE == Lane.TELEMETRY:
                return RECORDED  # nothing of it goes into a column
            _check_numbers(fact, envelope.data)
            return self._take(fact, envelope)
        except DomainError as error:
            if schema_version(envelope.dataschema) > BODY_VERSION:
                return UNKNOWN_VERSION  # a store's hub may be newer than central for a night
            return Verdict.UNREADABLE, str(error)[:200]

    def flagging(self, tx: Tx, envelope: Envelope, /) -> Judgement:
        """The same for a hub whose place another has: what it did happened, and a person should look at each of it."""
        judged = self(tx, envelope)
        return (Verdict.FLAGGED, Flag.superseded_hub) if judged == RECORDED else judged

    def _take(self, fact: Fact, envelope: Envelope) -> Judgement:
        match fact:
            case PickupFact():
                return _judgement(self.book.take(fact, envelope.id, envelope.occurred_at_ms))
            case ReturnRecorded():
                return _judgement(self.book.take_return(fact, envelope.id, envelope.occurred_at_ms))
            case CartChangeAsked():
                take_cart_wish(self._central, self._tx, self._down, self._store, fact.wish(envelope.id))
            case OrderAsked() if fact.store != self._store:
                return Verdict.FLAGGED, CentralReason.other_store
            case OrderAsked():
                take_order_wish(self._central, self._tx, self._down, self._store, fact.wish(envelope.id))
            case ConsentRecorded():
                return self._consent(fact, envelope)
            case DeviceEnrolled():
                self._device(fact)
            case StorePromise() if not self._is_superseded:
                take_promise(self._central, self._tx, self._store, fact)
            case JournalHead() if not self._is_superseded:
                return _judgement(take_head(self._central, self._tx, self._down, self._store, fact))
            case _:
                return RECORDED
        return RECORDED

    def _consent(self, fact: ConsentRecorded, envelope: Envelope) -> Judgement:
        profile = profile_of(self._tx, fact.identity)
        if profile is None:
            return Verdict.RECORDED, "unknown_identity"
        act = fact.act(envelope.occurred_at_ms)
        take_consent(self._central, self._tx, self._down, profile, envelope.id, act=act)
        return RECORDED

    def _device(self, fact: DeviceEnrolled) -> None:
        """Keep the machine for the hub that comes after; one that was put aside does not decide what that one trusts."""
        if self._is_superseded:
            return
        device = StoreDevice(node=fact.node, role=fact.role, public_key=fact.public_key, state=fact.state)
        put_device(self._tx, self._store, device, self._central.now_ms())
        self._down.device(self._store, DeviceDown(**msgspec.structs.asdict(device)))

    def finish(self) -> None:
        """Write what the facts changed, then what goes down."""
        self.book.save()
        self._down.flush(self._tx, self._central.now_ms())


def _judgement(flag: str | None) -> Judgement:
    return RECORDED if flag is None else (Verdict.FLAGGED, flag)


def _store_of(envelope: Envelope) -> str:
    return envelope.source.strip("/").partition("/")[0]


def _check_numbers(fact: Fact, raw: msgspec.Raw) -> None:
    if _MANY_DIGITS in bytes(raw).translate(_ANY_DIGIT) and not _fits(msgspec.to_builtins(fact)):
        raise BadFact("a number larger than any book can hold")


def _fits(value: object) -> bool:
    match value:
        case dict():
            return all(_fits(each) for each in value.values())
        case list() | tuple():
            return all(_fits(each) for each in value)
        case int():
            return -_WHOLE_MAX <= value <= _WHOLE_MAX
        case _:
            return True
