"""Turns lines that may be ordered into an order: prices frozen, a code to call, a row for the store that will own it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from central.app.central import Central
from central.app.offer_promise import promise_now
from central.app.send_down import Down
from central.app.tell import tell_of_order
from central.store.database import Tx
from central.store.orders import HeldOrder, Owner, add_order, is_code_taken
from central.store.stores import Store
from edge.domain.cart import CartCharge
from edge.domain.ids import display_code, order_id
from edge.domain.message import MessageKind
from edge.domain.pickup import Charge, IfShort, Pickup, PickupLine
from edge.domain.truth import NameCard
from edge.passes import typed_check

DRAWS = 64
"""A store with half its 810,000 codes of the day taken needs two draws; 64 in vain mean something else is wrong."""


class OutOfCodes(Exception):
    """No free display code was drawn; nothing was written. The caller may try again, a person should look."""


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who orders; `profile` is empty and `identity` None for a guest."""

    profile: str
    identity: str | None
    masked_name: str
    last4: str
    locale: str


def grant_order(
    central: Central,
    tx: Tx,
    down: Down,
    *,
    store: Store,
    buyer: Buyer,
    lines: Sequence[PickupLine],
    charges: Sequence[Charge],
    asked_by: str,
    if_short: IfShort = IfShort.refund,
) -> HeldOrder:
    """Write the order down and send it to its store; one of charges only stays with central. Raises OutOfCodes."""
    now_ms = central.now_ms()
    promised = promise_now(tx, store, now_ms) if lines else None
    day = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(store.timezone)).date().isoformat()
    pickup = Pickup(
        order_id=order_id(central.rng),
        store=store.store,
        store_number=store.store_number,
        display_code=_code(central, tx, store.store, day),
        revision=1,
        lines=tuple(lines),
        charges=tuple(charges),
        currency=store.currency,
        total_minor=sum(x.qty * x.price_minor for x in lines) + sum(charge.amount_minor for charge in charges),
        placed_at_ms=now_ms,
        promised_at_ms=promised.next_free_ms if promised else None,
        guest=not buyer.profile,
        if_short=if_short,
    )
    owner = Owner(
        profile=buyer.profile,
        identity=buyer.identity,
        is_pickup=bool(lines),
        first_seq=None,
        cancel_ask=None,
        asked_by=asked_by,
    )
    order = HeldOrder(pickup=pickup, owner=owner)
    add_order(tx, order, day)
    tell_of_order(tx, order, MessageKind.order_placed, now_ms)
    if owner.is_pickup:
        down.order(pickup, typed_check(central.typed_code(pickup.order_id, 0), store.store))
        down.name_card(store.store, _name_card(pickup, buyer))
    return order


def as_charges(charges: Sequence[CartCharge]) -> tuple[Charge, ...]:
    """The charges of a cart as they stand on an order."""
    return tuple(Charge(code=x.code, text=x.text, qty=x.qty, price_minor=x.price_minor) for x in charges)


def _name_card(pickup: Pickup, buyer: Buyer) -> NameCard:
    return NameCard(
        order_id=pickup.order_id,
        identity=buyer.identity,
        masked_name=buyer.masked_name,
        last4=buyer.last4,
        locale=buyer.locale,
    )


def _code(central: Central, tx: Tx, store: str, day: str) -> str:
    for _ in range(DRAWS):
        code = display_code(central.rng)
        if not is_code_taken(tx, store, day, code):
            return code
    raise OutOfCodes(f"no free display code was drawn for {store} on {day}")
