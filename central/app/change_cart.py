"""Changes an online cart as the shopper's phone asks, line by line, each answered once."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from central.app.central import Central
from central.app.decide_wish import decide_cart_change, price_now
from central.app.idempotency import read_answer, stored
from central.app.read_profile import Shopper, shopper_of
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.store.acts import StoredAnswer, get_answers, keep_answers
from central.store.carts import HeldCart, cart_of, save_cart
from central.store.database import Tx
from central.store.stores import get_store
from edge.domain.cart import Answer, Cart, CartChange, CartCharge, Outcome
from edge.domain.errors import Refusal

LINES_MAX = 2000
"""Above the longest order in any file seen (1,114 lines of one invoice of UCI Online Retail)."""

EventId = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Gtin = Annotated[str, Meta(pattern=r"^[0-9]{14}$")]
Qty = Annotated[int, Meta(ge=0, le=1_000_000)]
Minor = Annotated[int, Meta(ge=-(10**12), le=10**12)]
Price = Annotated[int, Meta(ge=0, le=10**12)]


class AskedChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set one line's quantity; `line` null asks for a new one, which carries this event_id as its name."""

    event_id: EventId
    line: EventId | None = None
    gtin: Gtin
    target_qty: Qty
    line_version: Annotated[int, Meta(ge=0)] | None = None
    agreed_price_minor: Price | None = None


class AskedCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A charge the web shop put on the cart, and the lines it belongs to."""

    event_id: EventId
    code: Annotated[str, Meta(min_length=1, max_length=32)]
    text: Annotated[str, Meta(max_length=200)] = ""
    qty: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)] = 1
    price_minor: Minor
    lines: Annotated[tuple[EventId, ...], Meta(max_length=LINES_MAX)] = ()


class CartChanged(msgspec.Struct, frozen=True, kw_only=True):
    """The cart after the changes, and an answer per change in their order."""

    cart: Cart
    answers: tuple[Answer, ...]


def change_cart(
    central: Central, identity: str, changes: Sequence[AskedChange], charges: Sequence[AskedCharge] = ()
) -> CartChanged | Refusal:
    """Decide every change in order; a refused one leaves the others be. A price of her own needs a store that allows it."""
    with central.books.writing() as tx:
        shopper = shopper_of(tx, identity)
        before = cart_of(tx, shopper.profile.profile, identity) if shopper else None
        if shopper is None or before is None:
            return Refusal(CentralReason.unknown_identity)
        own_terms = bool(charges) or any(each.agreed_price_minor is not None for each in changes)
        if own_terms and not _may_name_prices(tx, before.cart.store):
            return Refusal(CentralReason.price_not_yours)
        changing = _Changing(central, tx, shopper, before)
        refusal = changing.change(changes) or changing.charge(charges)
        if refusal is not None:
            return refusal
        changing.save()
        return CartChanged(cart=changing.held.cart, answers=tuple(changing.answers))


class _Changing:
    """One call's work on one cart: what was answered before is answered again, the rest is decided and kept."""

    def __init__(self, central: Central, tx: Tx, shopper: Shopper, before: HeldCart) -> None:
        self._central, self._tx, self._shopper, self._before = central, tx, shopper, before
        self.held = before
        self.answers: list[Answer] = []
        self._new: dict[str, StoredAnswer] = {}

    def change(self, changes: Sequence[AskedChange]) -> Refusal | None:
        """Decide each change against the cart as the ones before left it."""
        known = get_answers(self._tx, self._shopper.profile.profile, [each.event_id for each in changes])
        prices = price_now(self._tx, {each.gtin for each in changes})
        for asked in changes:
            before = known.get(asked.event_id) or self._new.get(asked.event_id)
            answer = read_answer(before, "cart", asked, Answer) if before else self._decide(asked, prices)
            if isinstance(answer, Refusal):
                return answer
            self.answers.append(answer)
        return None

    def _decide(self, asked: AskedChange, prices: dict[str, int]) -> Answer:
        line = self.held.cart.line(asked.line) if asked.line else None
        wish = CartChange(
            wish_id=asked.event_id,
            cart=self.held.cart.cart_id,
            base_version=self.held.cart.version,
            line=asked.line,
            line_version=asked.line_version if asked.line_version is not None else line.version if line else 0,
            gtin=asked.gtin,
            target_qty=asked.target_qty,
            # The phone shows today's price from the same catalogue, so what she sees is what it is.
            seen_price_minor=max(prices.get(asked.gtin, 0), asked.agreed_price_minor or 0),
        )
        decided = decide_cart_change(
            self.held, wish, prices, now_ms=self._central.now_ms(), agreed_price_minor=asked.agreed_price_minor
        )
        self.held = decided.cart or self.held
        self._new[asked.event_id] = stored("cart", asked, decided.answer)
        return decided.answer

    def charge(self, charges: Sequence[AskedCharge]) -> Refusal | None:
        """Put the charges that are new onto the cart."""
        known = get_answers(self._tx, self._shopper.profile.profile, [each.event_id for each in charges])
        for asked in charges:
            before = known.get(asked.event_id) or self._new.get(asked.event_id)
            if before is None:
                self._put_charge(asked)
            elif isinstance(refusal := read_answer(before, "charge", asked, Answer), Refusal):
                return refusal
        return None

    def _put_charge(self, asked: AskedCharge) -> None:
        cart = self.held.cart
        charge = CartCharge(
            charge_id=asked.event_id,
            code=asked.code,
            text=asked.text,
            qty=asked.qty,
            price_minor=asked.price_minor,
            lines=asked.lines,
        )
        after = msgspec.structs.replace(
            cart, version=cart.version + 1, charges=(*cart.charges, charge), changed_at_ms=self._central.now_ms()
        )
        self.held = self.held.with_cart(after)
        answer = Answer(wish_id=asked.event_id, outcome=Outcome.granted, version=after.version)
        self._new[asked.event_id] = stored("charge", asked, answer)

    def save(self) -> None:
        """Write the cart, the answers and the row for the stores that hold the cart."""
        now_ms, profile = self._central.now_ms(), self._shopper.profile.profile
        keep_answers(self._tx, profile, self._new, now_ms)
        if self.held is self._before:
            return
        save_cart(self._tx, self._before, self.held)
        down = Down()
        down.cart(self._tx, profile, self.held.cart)
        down.flush(self._tx, now_ms)


def _may_name_prices(tx: Tx, store: str | None) -> bool:
    chosen = get_store(tx, store) if store else None
    return chosen is not None and chosen.settings.agreed_prices_from_app
