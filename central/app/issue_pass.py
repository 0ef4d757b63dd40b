"""Gives out passes: the only place that signs a P1, with the key central alone holds; and takes them back by newer ones."""

import hashlib

import msgspec

from central.app.central import Central
from central.app.change_cart import EventId
from central.app.find_order import Asker, find_order
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.store.database import Tx
from central.store.keys import IssuedPass, add_pass, passes_of
from central.store.orders import HeldOrder
from central.store.stores import get_store
from edge.domain.errors import Refusal
from edge.domain.pickup import OrderState, PickupReason
from edge.domain.truth import PassRenewed
from edge.passes import typed_check, write_pass

DAY_MS = 86_400_000
PASS_ID_BYTES = 3

# A cancelled order's pass would open nothing; a collected one's still shows when and by whom it was collected.
NO_PASS = frozenset({OrderState.declined, OrderState.cancelled, OrderState.expired})


class AskedRenewal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new pass in the place of every one before it: the phone was lost, or the pass went to the wrong person."""

    event_id: EventId


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """The pass to show at the desk, the code that is called, and the code that is typed where nothing can be scanned."""

    order_id: str
    pass_text: str = msgspec.field(name="pass")
    display_code: str
    typed_code: str
    expires_at_ms: int
    revision: int


def issue_pass(central: Central, order: str, asker: Asker) -> Pass | Refusal:
    """The pass of an order: the one given out before while it is good, else a new one, which replaces it."""
    with central.books.reading() as tx:
        found = find_order(tx, order, asker)
        if isinstance(found, Refusal):
            return found
        issued = _issued(tx, found)
    refusal = _why_not(found)
    if refusal is not None:
        return refusal
    if not issued or not _is_good(central, found, issued[-1]):
        issued = _with_new(central, found, None)
    return _text(central, found, issued)


def renew_pass(central: Central, order: str, asker: Asker, asked: AskedRenewal) -> Pass | Refusal:
    """A new pass; those before it are refused at the desk from the hub's next pull on. Asking again gives the same one."""
    with central.books.reading() as tx:
        found = find_order(tx, order, asker)
    if isinstance(found, Refusal):
        return found
    refusal = _why_not(found)
    if refusal is not None:
        return refusal
    pass_id = hashlib.sha256(asked.event_id.encode()).digest()[:PASS_ID_BYTES].hex()
    return _text(central, found, _with_new(central, found, pass_id))


def _why_not(order: HeldOrder) -> Refusal | None:
    if not order.owner.is_pickup:
        return Refusal(CentralReason.no_pickup)
    if order.pickup.state in NO_PASS:
        return Refusal(PickupReason.order_closed, {"state": order.pickup.state.value})
    return None


def _issued(tx: Tx, order: HeldOrder) -> list[IssuedPass]:
    return passes_of(tx, order.pickup.store, order.pickup.order_id)


def _is_good(central: Central, order: HeldOrder, issued: IssuedPass) -> bool:
    if issued.key_id != central.pass_key.key_id or issued.revision != order.pickup.revision:
        return False
    return issued.expires_at_ms > central.now_ms()


def _with_new(central: Central, order: HeldOrder, renewed: str | None) -> list[IssuedPass]:
    """Every pass of the order with a new last one, which its store hears of. `renewed` is the id a press asked for."""
    pickup, down = order.pickup, Down()
    with central.books.writing() as tx:
        issued = _issued(tx, order)  # two phones asked at once: both show the same
        if any(each.pass_id == renewed for each in issued):
            return issued
        if renewed is None and issued and _is_good(central, order, issued[-1]):
            return issued
        store = get_store(tx, pickup.store)
        assert store is not None, "an order's store is never deleted"
        now_ms = central.now_ms()
        new = IssuedPass(
            pass_id=renewed or central.rng(PASS_ID_BYTES).hex(),
            key_id=central.pass_key.key_id,
            revision=pickup.revision,
            expires_at_ms=now_ms + store.settings.pass_days * DAY_MS,
            issued_at_ms=max(now_ms, issued[-1].issued_at_ms + 1) if issued else now_ms,
        )
        add_pass(tx, pickup.store, pickup.order_id, new)
        if issued:
            down.pass_renewed(pickup.store, _renewed(central, order, issued))
            down.flush(tx, now_ms)
    return [*issued, new]


def _renewed(central: Central, order: HeldOrder, revoked: list[IssuedPass]) -> PassRenewed:
    pickup = order.pickup
    code = central.typed_code(pickup.order_id, len(revoked))
    return PassRenewed(
        order=pickup.order_id,
        revoked=tuple(each.pass_id for each in revoked),
        typed_check=typed_check(code, pickup.store),
    )


def _text(central: Central, order: HeldOrder, passes: list[IssuedPass]) -> Pass:
    pickup, issued = order.pickup, passes[-1]
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
        typed_code=central.typed_code(pickup.order_id, len(passes) - 1),
        expires_at_ms=issued.expires_at_ms,
        revision=issued.revision,
    )
