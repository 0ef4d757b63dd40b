"""Gives out passes: the only place that signs a P1, with the key central alone holds."""

import msgspec

from central.app.central import Central
from central.app.find_order import Asker, find_order
from central.app.reasons import CentralReason
from central.store.database import Tx
from central.store.keys import IssuedPass, add_pass, last_pass
from central.store.orders import HeldOrder
from central.store.stores import get_store
from edge.domain.errors import Refusal
from edge.domain.pickup import OrderState, PickupReason
from edge.passes import write_pass

DAY_MS = 86_400_000
PASS_ID_BYTES = 3

# A cancelled order's pass would open nothing; a collected one's still shows when and by whom it was collected.
NO_PASS = frozenset({OrderState.declined, OrderState.cancelled, OrderState.expired})


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """The pass to show at the desk, and the code that is called."""

    order_id: str
    pass_text: str = msgspec.field(name="pass")
    display_code: str
    expires_at_ms: int
    revision: int


def issue_pass(central: Central, order: str, asker: Asker) -> Pass | Refusal:
    """The pass of an order: the one given out before while it is good, else a new one, which replaces it."""
    with central.books.reading() as tx:
        found = find_order(tx, order, asker)
        if isinstance(found, Refusal):
            return found
        issued = _good_pass(central, tx, found)
    refusal = _why_not(found)
    if refusal is not None:
        return refusal
    return _text(central, found, issued or _new_pass(central, found))


def _why_not(order: HeldOrder) -> Refusal | None:
    if not order.owner.is_pickup:
        return Refusal(CentralReason.no_pickup)
    if order.pickup.state in NO_PASS:
        return Refusal(PickupReason.order_closed, {"state": order.pickup.state.value})
    return None


def _good_pass(central: Central, tx: Tx, order: HeldOrder) -> IssuedPass | None:
    issued = last_pass(tx, order.pickup.store, order.pickup.order_id)
    if issued is None or issued.key_id != central.pass_key.key_id or issued.revision != order.pickup.revision:
        return None
    return issued if issued.expires_at_ms > central.now_ms() else None


def _new_pass(central: Central, order: HeldOrder) -> IssuedPass:
    pickup = order.pickup
    with central.books.writing() as tx:
        issued = _good_pass(central, tx, order)  # two phones asked at once: both show the same
        if issued is not None:
            return issued
        store = get_store(tx, pickup.store)
        assert store is not None, "an order's store is never deleted"
        now_ms = central.now_ms()
        issued = IssuedPass(
            pass_id=central.rng(PASS_ID_BYTES).hex(),
            key_id=central.pass_key.key_id,
            revision=pickup.revision,
            expires_at_ms=now_ms + store.settings.pass_days * DAY_MS,
            issued_at_ms=now_ms,
        )
        add_pass(tx, pickup.store, pickup.order_id, issued)
    return issued


def _text(central: Central, order: HeldOrder, issued: IssuedPass) -> Pass:
    pickup = order.pickup
    text = write_pass(
        central.pass_key.secret,
        key_id=issued.key_id,
        store_number=pickup.store_number,
        order_id=pickup.order_id,
        revision=issued.revision,
        expires_at_ms=issued.expires_at_ms,
        pass_id=bytes.fromhex(issued.pass_id),
    )
    return Pass(
        order_id=pickup.order_id,
        pass_text=text,
        display_code=pickup.display_code,
        expires_at_ms=issued.expires_at_ms,
        revision=issued.revision,
    )
