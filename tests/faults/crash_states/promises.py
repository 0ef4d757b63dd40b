"""What a hub promises after a power cut, asked of its own files by its own code.

Everything a person was told is there, with its fact and its effect; nothing has an effect without its fact; the same
press gets the same answer. The book is compared with the outbox folded from the orders as central wrote them, so that
one unit too many on a shelf shows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from edge.app.hub import Hub
from edge.domain.errors import Refusal
from edge.domain.facts import Fact, PickupFact, PickupHandedOver, ReturnRecorded, decode
from edge.domain.facts_pickup import Condition
from edge.domain.pickup import OrderState, Pickup, PickupLine, fold
from edge.domain.truth import OrderDown
from edge.store import pickups
from sync.db import Connection
from sync.envelope import Envelope
from tests.cast.counter import GOODS
from tests.faults.crash_states.presses import Answered, Asks, Comes, Line, Press, Received, Taken

Units = dict[tuple[str, int], tuple[int, int, int]]
"""By order and line: units reserved, in parcels, and gone."""

OFF = (OrderState.declined, OrderState.cancelled)
ANSWERED_BY_FACT = (
    "pickup.picked",
    "pickup.short",
    "pickup.staged",
    "pickup.handed_over",
    "pickup.declined",
    "return.recorded",
)


@dataclass
class Heard:
    """What was said so far: orders that may be here, presses that may be done, and what must be true from now on."""

    orders: dict[str, OrderDown] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    taken: dict[str, bool] = field(default_factory=dict)
    answered: dict[str, Answered] = field(default_factory=dict)
    received: dict[int, int] = field(default_factory=dict)

    def hear(self, line: Line) -> None:
        """One more line."""
        match line:
            case Comes():
                order = msgspec.json.decode(line.order, type=OrderDown)
                self.orders[order.order_id] = order
            case Taken():
                self.taken[line.order_id] = line.accepted
            case Asks():
                self.presses |= dict.fromkeys(line.press.event_ids, line.press)
            case Answered():
                self.answered |= dict.fromkeys(line.event_ids, line)
            case Received():
                self.received |= line.marks

    @property
    def acknowledged(self) -> int:
        """Facts that somebody was told of, distinct ones."""
        return len(self.answered) + sum(self.taken.values())

    def in_flight(self) -> list[Press]:
        """Presses that were made and not answered yet."""
        return list(
            {press.event_ids: press for name, press in self.presses.items() if name not in self.answered}.values()
        )


class Reader:
    """Reads facts and folds orders, each once: a thousand states share almost all of them."""

    def __init__(self) -> None:
        self._facts: dict[bytes, tuple[str, int, Fact]] = {}
        self._folded: dict[tuple[str, ...], Pickup] = {}
        self._units: dict[tuple[str, ...], Units] = {}

    def fact(self, raw: bytes) -> tuple[str, int, Fact]:
        """Event_id, label time and fact of an envelope."""
        if raw not in self._facts:
            envelope = msgspec.json.decode(raw, type=Envelope)
            self._facts[raw] = (envelope.id, envelope.occurred_at_ms, decode(envelope.type, envelope.data))
        return self._facts[raw]

    def folded(self, order: OrderDown, facts: list[tuple[str, int, PickupFact]]) -> Pickup:
        """The order after these facts."""
        key = (order.order_id, *(event_id for event_id, _, _ in facts))
        if key not in self._folded:
            if not facts:
                self._folded[key] = _placed(order)
            else:
                event_id, at_ms, fact = facts[-1]
                before = self.folded(order, facts[:-1])
                self._folded[key] = fold(before, fact, event_id=event_id, occurred_at_ms=at_ms)
        return self._folded[key]

    def units(self, order: OrderDown, facts: list[tuple[str, int, PickupFact]]) -> Units:
        """Reserved, staged and gone units per line of the order after these facts."""
        key = (order.order_id, *(event_id for event_id, _, _ in facts))
        if key not in self._units:
            self._units[key] = dict(_units(self.folded(order, facts)))
        return self._units[key]


@dataclass
class Book:
    """What the file holds."""

    facts: list[tuple[str, int, Fact]]
    kinds: dict[str, str]
    answers: dict[str, bytes]
    pickups: dict[str, Pickup]
    units: Units
    left: set[str]
    restocked: set[str]
    returned: set[str]


def broken(hub: Hub, heard: Heard, reader: Reader) -> Iterator[str]:
    """Each promise this hub does not keep, in words."""
    with hub.state.reading() as conn:
        book = _read(conn, reader)
        yield from _gaps(conn)
        yield from _pushes(conn, heard)
    with hub.replica.reading() as conn:
        yield from _copies(conn)
    for each in hub.files.set_aside:
        yield f"damaged: {each.name}: {each.why}"
    for name in heard.answered.keys() - book.kinds.keys():
        yield f"lost: the fact of press {name}, which was answered"
    for name in heard.answered.keys() - book.answers.keys():
        yield f"lost: the answer to press {name}, which was given"
    accepted = {
        fact.order for _, _, fact in book.facts if isinstance(fact, PickupFact) and fact.KIND == "pickup.accepted"
    }
    for order_id, was_accepted in heard.taken.items():
        if order_id not in book.pickups:
            yield f"lost: order {order_id}, whose page was applied"
        elif was_accepted and order_id not in accepted:
            yield f"lost: that order {order_id} was accepted"
    pressed = {name for name, kind in book.kinds.items() if kind in ANSWERED_BY_FACT}
    if pressed != book.answers.keys():
        yield f"a fact without its answer, or an answer without its fact: {sorted(pressed ^ book.answers.keys())}"
    yield from _effects(book, heard, reader)


def pressed_again(hub: Hub, press: Press, heard: Heard) -> Iterator[str]:
    """Press once more: what was answered is answered the same, what was not is done exactly once."""
    before = _fact_ids(hub)
    again = press.do(hub)
    after = _fact_ids(hub)
    told = heard.answered.get(press.event_ids[0])
    if isinstance(again, Refusal):
        yield f"{press.verb} of {press.event_ids[0]} was refused when pressed again: {again.reason}"
    elif told is not None and before != after:
        yield f"{press.verb} of {press.event_ids[0]} was done a second time"
    elif (
        told is not None
        and len(press.event_ids) == 1
        and press.verb != "pick"
        and bytes(told.answer) != msgspec.json.encode(again)
    ):
        yield f"{press.verb} of {press.event_ids[0]} got another answer"
    if any(after.count(name) != 1 for name in press.event_ids):
        yield f"{press.verb} of {press.event_ids[0]} is not there exactly once after all"


def _fact_ids(hub: Hub) -> list[str]:
    with hub.state.reading() as conn:
        return [name for (name,) in conn.execute("SELECT event_id FROM outbox_rows")]


def _read(conn: Connection, reader: Reader) -> Book:
    rows = conn.execute("SELECT event_id, kind, envelope FROM outbox_rows ORDER BY origin, sequence").fetchall()
    held = [name for (name,) in conn.execute("SELECT order_id FROM pickups")]
    return Book(
        facts=[reader.fact(row["envelope"]) for row in rows],
        kinds={row["event_id"]: row["kind"] for row in rows},
        answers=dict(map(tuple, conn.execute("SELECT event_id, body FROM answers WHERE refused = 0"))),
        pickups={each.order_id: each for each in pickups.get_many(conn, held)},
        units={
            (order_id, line): (reserved, staged, gone)
            for order_id, line, reserved, staged, gone in conn.execute(
                "SELECT order_id, line, reserved, staged, gone FROM reservations"
            )
        },
        left={name for (name,) in conn.execute("SELECT event_id FROM stock_moves WHERE gone > 0")},
        restocked={name for (name,) in conn.execute("SELECT event_id FROM stock_moves WHERE restocked > 0")},
        returned={name for (name,) in conn.execute("SELECT return_id FROM returns")},
    )


def _gaps(conn: Connection) -> Iterator[str]:
    for lane, last, found in conn.execute(
        "SELECT o.lane, o.last_sequence, count(r.sequence) FROM outbox_origins o"
        " LEFT JOIN outbox_rows r ON r.origin = o.origin GROUP BY o.origin"
    ):
        if last != found:
            yield f"lane {lane} counts {last} facts and holds {found}"


def _pushes(conn: Connection, heard: Heard) -> Iterator[str]:
    """What left is known to have left, and nothing is settled that central does not have."""
    for lane, pushed, settled in conn.execute("SELECT lane, pushed_sequence, settled_sequence FROM outbox_origins"):
        has = heard.received.get(lane, 0)
        if pushed < has:
            yield f"lane {lane}: central has {has} facts, and this file says that only {pushed} ever left"
        if settled > has:
            yield f"lane {lane}: {settled} facts are settled, and central has {has}"


def _copies(conn: Connection) -> Iterator[str]:
    """Copies may be old; they are never behind the cursor that says how far they were read."""
    read = conn.execute("SELECT count(*) FROM cursors WHERE feed = 'catalogue:main' AND seq > 0").fetchone()[0]
    products = conn.execute("SELECT count(*) FROM products").fetchone()[0]
    if read and products != len(GOODS):
        yield f"the cursor says that the catalogue was read, and it holds {products} products"


def _effects(book: Book, heard: Heard, reader: Reader) -> Iterator[str]:
    """The book is what the facts make of the orders, no more and no less."""
    about: dict[str, list[tuple[str, int, PickupFact]]] = {order_id: [] for order_id in book.pickups}
    for event_id, at_ms, fact in book.facts:
        if isinstance(fact, PickupFact):
            about.setdefault(fact.order, []).append((event_id, at_ms, fact))
    units: Units = {}
    for order_id, facts in about.items():
        pickup = reader.folded(heard.orders[order_id], facts)
        if book.pickups.get(order_id) != pickup:
            yield f"order {order_id} is not what its {len(facts)} facts make of it"
        units |= reader.units(heard.orders[order_id], facts)
    if units != book.units:
        yield f"the reservations are not those of the facts: {sorted(units.items() ^ book.units.items())[:4]}"
    for what, here, told in (
        ("gone", book.left, _ids(book, PickupHandedOver)),
        ("returned", book.returned, _ids(book, ReturnRecorded)),
        ("restocked", book.restocked, {name for name, _, fact in book.facts if _is_restock(fact)}),
    ):
        if here != told:
            yield f"what is {what} is not what the facts tell: {sorted(here ^ told)}"


def _ids(book: Book, kind: type[Fact]) -> set[str]:
    return {name for name, _, fact in book.facts if isinstance(fact, kind)}


def _is_restock(fact: Fact) -> bool:
    return isinstance(fact, ReturnRecorded) and any(line.condition is Condition.as_new for line in fact.lines)


def _units(pickup: Pickup) -> Iterable[tuple[tuple[str, int], tuple[int, int, int]]]:
    """Reserved, staged and gone units of each line of an order that was ever accepted."""
    if pickup.state is OrderState.placed:
        return
    for line in pickup.lines:
        staged = sum(each.qty for parcel in pickup.parcels_here for each in parcel.units if each.line == line.line)
        gone = sum(each.qty for parcel in pickup.parcels_left for each in parcel.units if each.line == line.line)
        if pickup.state in OFF:
            yield (pickup.order_id, line.line), (0, 0, gone)
        else:
            yield (pickup.order_id, line.line), (line.qty - line.short_qty - staged - gone, staged, gone)


def _placed(order: OrderDown) -> Pickup:
    """The order as it is the moment it came down."""
    return Pickup(
        order_id=order.order_id,
        store=order.store,
        store_number=order.store_number,
        display_code=order.display_code,
        revision=order.revision,
        lines=tuple(
            PickupLine(line=each.line, gtin=each.gtin, qty=each.qty, price_minor=each.price_minor)
            for each in order.lines
        ),
        charges=order.charges,
        currency=order.currency,
        total_minor=order.total_minor,
        amount_due_minor=order.amount_due_minor,
        placed_at_ms=order.placed_at_ms,
        promised_at_ms=order.promised_at_ms,
        guest=order.guest,
    )
