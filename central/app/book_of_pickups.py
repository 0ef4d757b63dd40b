"""Central's own book of one store's pickups while facts are taken in: read once, judged and folded, written once."""

from collections.abc import Iterable

import msgspec

from central.app.cancel_order import close_interest
from central.app.central import Central
from central.app.hear_of_time import hear_of_time
from central.app.question_news import hear_of_question
from central.app.send_down import Down
from central.app.tell import tell_of_order
from central.store.database import Tx
from central.store.goods import hear_available
from central.store.orders import HeldOrder, get_orders, save_pickups
from central.store.returns import add_return, returned_units
from edge.domain.facts import PickupAccepted, PickupFact, PickupReady, PickupToldAgainAsked, ReturnRecorded
from edge.domain.message import MessageKind
from edge.domain.pickup import Flag, OrderState, Pickup, fold, judge, judge_return, mark_told
from edge.domain.truth import Told

_WORDS = {
    OrderState.declined: MessageKind.order_declined,
    OrderState.cancelled: MessageKind.order_cancelled,
    OrderState.handed_over: MessageKind.order_collected,
}


class BookOfPickups:
    """The orders of one store that a push is about. `take` and `take_return` give the flag of a fact, or None."""

    def __init__(self, central: Central, tx: Tx, down: Down, store: str) -> None:
        self._central, self._tx, self._down, self._store = central, tx, down, store
        self._orders: dict[str, HeldOrder | None] = {}
        self._before: dict[str, Pickup] = {}
        self._available: dict[str, int] = {}

    def expect(self, orders: Iterable[str]) -> None:
        """Read these orders now, in one go."""
        missing = {order for order in orders if order not in self._orders}
        found = get_orders(self._tx, self._store, missing)
        self._orders.update({order: found.get(order) for order in missing})

    def take(self, fact: PickupFact, event: str, occurred_at_ms: int) -> Flag | None:
        """Judge a fact against the book as it stands, then fold it in. What left has left, flagged or not."""
        held = self._order(fact.order)
        flag = judge(held.pickup if held else None, fact)
        if isinstance(fact, PickupAccepted):
            self._available |= fact.available
        if held is not None:
            after = fold(held.pickup, fact, event_id=event, occurred_at_ms=occurred_at_ms)
            if after != held.pickup:
                hear_of_question(self._central, self._tx, self._down, held, after, fact)
                hear_of_time(self._central, self._tx, held, after, fact)
            self._turn(held, self._told(held, after, fact))
        return flag

    def take_return(self, fact: ReturnRecorded, event: str, occurred_at_ms: int) -> Flag | None:
        """Judge a return document against what was handed over and came back before, then write it down."""
        named = {line.order for line in fact.lines if line.order is not None}
        self.expect(named)
        books = {order: held.pickup for order in named if (held := self._orders[order]) is not None}
        flag = judge_return(books, fact, returned_units(self._tx, self._store, named))
        is_new = add_return(self._tx, self._store, fact, event, occurred_at_ms)
        return flag if is_new else Flag.found_state_impossible

    def save(self) -> None:
        """Write every order that changed, what the shop may still promise, and whose interest ended."""
        closed, turned = [], []
        for order, before in self._before.items():
            held = self._orders[order]
            assert held is not None, "only an order that is there changes"
            turned.append((before, held.pickup))
            if held.pickup.closed and not before.closed:
                closed.append(held)
        save_pickups(self._tx, turned)
        hear_available(self._tx, self._store, self._available, self._central.now_ms())
        for held in closed:
            self._down.no_order(held.pickup)
            close_interest(self._central, self._tx, self._down, held)

    def _order(self, order: str) -> HeldOrder | None:
        self.expect([order])
        return self._orders[order]

    def _told(self, held: HeldOrder, after: Pickup, fact: PickupFact) -> Pickup:
        """Ready, or asked to say so again: from this commit on the word stands where she reads it, and the shop is told so."""
        is_ready = isinstance(fact, PickupReady) and after.state is not held.pickup.state
        is_again = isinstance(fact, PickupToldAgainAsked) and after.state is OrderState.ready
        if not is_ready and not is_again:
            return after
        now_ms = self._central.now_ms()
        tell_of_order(self._tx, held, MessageKind.order_ready, now_ms)
        self._down.told(self._store, Told(order=after.order_id, at_ms=now_ms))
        return mark_told(after, now_ms)

    def _turn(self, held: HeldOrder, after: Pickup) -> None:
        if after == held.pickup:
            return
        changed = msgspec.structs.replace(held, pickup=after)
        if after.state is not held.pickup.state and after.state in _WORDS:
            tell_of_order(self._tx, changed, _WORDS[after.state], self._central.now_ms())
        self._before.setdefault(after.order_id, held.pickup)
        self._orders[after.order_id] = changed
