"""Collects what a transaction sends down to the stores, so that the heads of the feeds move last and only once."""

import msgspec

from central.store.database import Tx
from central.store.feeds import Change, append
from central.store.orders import served_as
from central.store.people import interests_of
from edge.domain.cart import Answer, Cart
from edge.domain.pickup import Pickup
from edge.domain.product import Product
from edge.domain.stock import StockHere
from edge.domain.truth import (
    CancelAsked,
    Card,
    DeviceDown,
    JournalSeen,
    NameCard,
    OrderDown,
    OrderDownLine,
    PassRenewed,
    QuestionAnswered,
    Told,
)

CATALOGUE = "catalogue:main"
QUESTION_ANSWERED = "question_answered"

_ENCODER = msgspec.json.Encoder()


def store_feed(store: str) -> str:
    """What a store owns or must answer."""
    return f"store:{store}"


def people_feed(store: str) -> str:
    """Copies of carts and cards for a store with an interest in them."""
    return f"people:{store}"


def stock_feed(store: str) -> str:
    """What upstream says is on hand in a store."""
    return f"stock:{store}"


def config_feed(store: str) -> str:
    """What head office decides for a store."""
    return f"config:{store}"


class Down:
    """Rows for the feeds, in the order they are given; of one key only the last is kept. Call `flush` once, at the end."""

    def __init__(self) -> None:
        self._changes: dict[str, dict[tuple[str, str], Change]] = {}
        self._orders: list[tuple[str, str]] = []

    def send(self, feed: str, kind: str, key: str, body: object) -> None:
        """What `key` of `kind` is now."""
        self._keep(feed, Change(kind=kind, key=key, body=_ENCODER.encode(body)))

    def bury(self, feed: str, kind: str, key: str) -> None:
        """That `key` of `kind` is no more."""
        self._keep(feed, Change(kind=kind, key=key, body=None))

    def order(self, pickup: Pickup, typed_check: str) -> None:
        """An order its store will own from the moment the page with it leaves."""
        self._orders.append((pickup.store, pickup.order_id))
        self.send(store_feed(pickup.store), "order", pickup.order_id, order_down(pickup, typed_check))

    def no_order(self, pickup: Pickup) -> None:
        """An order that is no longer open: its feed holds open orders only, so that a new hub begins with nothing that left."""
        self.bury(store_feed(pickup.store), "order", pickup.order_id)

    def cancel_asked(self, store: str, ask: CancelAsked) -> None:
        """The store is asked whether an order may be cancelled."""
        self.send(store_feed(store), "cancel_asked", ask.order, ask)

    def question_answered(self, store: str, chosen: QuestionAnswered) -> None:
        """What a shopper chose on her phone; it stands until the store says which answer the question got."""
        self.send(store_feed(store), QUESTION_ANSWERED, chosen.question_id, chosen)

    def told(self, store: str, told: Told) -> None:
        """The word that an order is ready stands where the shopper reads it."""
        self.send(store_feed(store), "told", told.order, told)

    def pass_renewed(self, store: str, renewed: PassRenewed) -> None:
        """Passes of an order that a newer one took the place of, and what is typed for that one."""
        self.send(store_feed(store), "pass_renewed", renewed.order, renewed)

    def journal_seen(self, seen: JournalSeen) -> None:
        """A head of the store's journal is countersigned."""
        self.send(store_feed(seen.head.store), "journal_seen", seen.head.node, seen)

    def answer(self, store: str, answer: Answer) -> None:
        """How a wish of this store was answered; give it after the change it caused."""
        self.send(store_feed(store), "wish.answered", answer.wish_id, answer)

    def cart(self, tx: Tx, profile: str, cart: Cart) -> None:
        """A cart, to every store that holds it."""
        for store in interests_of(tx, profile, cart.identity):
            self.send(people_feed(store), "cart", cart.cart_id, cart)

    def card(self, store: str, card: Card) -> None:
        """A shopper's card, to one store."""
        self.send(people_feed(store), "card", card.identity, card)

    def name_card(self, store: str, card: NameCard) -> None:
        """Who collects one order."""
        self.send(people_feed(store), "name_card", card.order_id, card)

    def product(self, product: Product) -> None:
        """A product of the catalogue."""
        self.send(CATALOGUE, "product", product.gtin, product)

    def stock(self, store: str, here: StockHere) -> None:
        """What upstream says is on hand."""
        self.send(stock_feed(store), "stock", here.gtin, here)

    def device(self, store: str, device: DeviceDown) -> None:
        """A machine the store's hub trusts."""
        self.send(config_feed(store), "device", device.node, device)

    def flush(self, tx: Tx, at_ms: int) -> None:
        """Append everything, feed by feed in the order of their names, so that two writers never wait for each other."""
        for feed in sorted(self._changes):
            changes = list(self._changes[feed].values())
            head = append(tx, feed, changes, at_ms)
            seqs = {
                change.key: head - len(changes) + 1 + i for i, change in enumerate(changes) if change.kind == "order"
            }
            for store, order in self._orders:
                if store_feed(store) == feed and order in seqs:
                    served_as(tx, store, order, seqs[order])
        self._changes.clear()
        self._orders.clear()

    def _keep(self, feed: str, change: Change) -> None:
        changes = self._changes.setdefault(feed, {})
        changes.pop((change.kind, change.key), None)  # the last word stands where it was said
        changes[change.kind, change.key] = change


def order_down(pickup: Pickup, typed_check: str) -> OrderDown:
    """An order as its store gets it: frozen when it was placed, naming nobody."""
    return OrderDown(
        order_id=pickup.order_id,
        store=pickup.store,
        store_number=pickup.store_number,
        display_code=pickup.display_code,
        revision=pickup.revision,
        lines=tuple(
            OrderDownLine(line=x.line, gtin=x.gtin, qty=x.qty, price_minor=x.price_minor)
            for x in pickup.lines
            if x.for_line is None  # what came instead is the store's own word
        ),
        charges=pickup.charges,
        currency=pickup.currency,
        total_minor=pickup.total_minor,
        amount_due_minor=pickup.amount_due_minor,
        placed_at_ms=pickup.placed_at_ms,
        promised_at_ms=pickup.promised_at_ms,
        guest=pickup.guest,
        if_short=pickup.if_short,
        typed_check=typed_check,
    )
