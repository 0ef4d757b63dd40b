"""Carts with their lines and charges: one open cart per identity, rows in, the domain's Cart out."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text as sql

from central.store.database import Tx, put
from central.store.schema import cart_charges, cart_lines, carts
from edge.domain.cart import Cart, CartCharge, CartLine, CartState

_BY_ID = sql("SELECT * FROM carts WHERE cart_id = :cart")
_BY_IDENTITY = sql("SELECT * FROM carts WHERE profile_id = :profile AND identity_id = :identity AND state = 'open'")
_LINES = sql("SELECT * FROM cart_lines WHERE profile_id = :profile AND cart_id = :cart ORDER BY place")
_CHARGES = sql("SELECT * FROM cart_charges WHERE profile_id = :profile AND cart_id = :cart ORDER BY place")
_DROP_LINES = sql("DELETE FROM cart_lines WHERE profile_id = :profile AND cart_id = :cart AND line = :line")
_DROP_CHARGES = sql("DELETE FROM cart_charges WHERE profile_id = :profile AND cart_id = :cart AND charge_id = :charge")


class HeldCart(msgspec.Struct, frozen=True, kw_only=True):
    """A cart and whose it is; `places` keeps the order in which lines and charges were put in."""

    profile: str
    cart: Cart
    places: dict[str, int]

    def with_cart(self, cart: Cart) -> "HeldCart":
        """The same cart after a change; new lines stand behind the old ones."""
        names = [*(line.line for line in cart.lines), *(charge.charge_id for charge in cart.charges)]
        last = max(self.places.values(), default=0)
        new = [name for name in names if name not in self.places]
        places = {name: self.places[name] for name in names if name in self.places}
        return HeldCart(
            profile=self.profile, cart=cart, places=places | {name: last + 1 + i for i, name in enumerate(new)}
        )


def new_cart(profile: str, cart: Cart) -> HeldCart:
    """A cart nothing was put into yet."""
    return HeldCart(profile=profile, cart=cart, places={})


def cart_by_id(tx: Tx, cart: str) -> HeldCart | None:
    """The cart of that id."""
    return _held(tx, tx.execute(_BY_ID, {"cart": cart}).first())


def cart_of(tx: Tx, profile: str, identity: str) -> HeldCart | None:
    """The open cart of that identity."""
    return _held(tx, tx.execute(_BY_IDENTITY, {"profile": profile, "identity": identity}).first())


def save_cart(tx: Tx, before: HeldCart | None, after: HeldCart) -> None:
    """Write what changed between the two; `before` None for a cart that is new."""
    cart, old = after.cart, before.cart if before else None
    row = {
        "profile_id": after.profile,
        "cart_id": cart.cart_id,
        "identity_id": cart.identity,
        "store_id": cart.store,
        "version": cart.version,
        "state": cart.state.value,
        "currency": cart.currency,
        "changed_at_ms": cart.changed_at_ms,
    }
    put(tx, carts, [row])
    _save_lines(tx, after, old.lines if old else ())
    _save_charges(tx, after, old.charges if old else ())


def _save_lines(tx: Tx, after: HeldCart, before: Sequence[CartLine]) -> None:
    key = {"profile": after.profile, "cart": after.cart.cart_id}
    kept = {line.line for line in after.cart.lines}
    gone = [key | {"line": line.line} for line in before if line.line not in kept]
    if gone:
        tx.execute(_DROP_LINES, gone)
    unchanged = set(before)
    put(tx, cart_lines, [_line_row(after, line) for line in after.cart.lines if line not in unchanged])


def _save_charges(tx: Tx, after: HeldCart, before: Sequence[CartCharge]) -> None:
    key = {"profile": after.profile, "cart": after.cart.cart_id}
    kept = {charge.charge_id for charge in after.cart.charges}
    gone = [key | {"charge": charge.charge_id} for charge in before if charge.charge_id not in kept]
    if gone:
        tx.execute(_DROP_CHARGES, gone)
    unchanged = set(before)
    put(tx, cart_charges, [_charge_row(after, charge) for charge in after.cart.charges if charge not in unchanged])


def _line_row(held: HeldCart, line: CartLine) -> dict[str, object]:
    return {
        "profile_id": held.profile,
        "cart_id": held.cart.cart_id,
        "line": line.line,
        "place": held.places[line.line],
        "gtin": line.gtin,
        "qty": line.qty,
        "version": line.version,
        "agreed_price_minor": line.agreed_price_minor,
    }


def _charge_row(held: HeldCart, charge: CartCharge) -> dict[str, object]:
    return {
        "profile_id": held.profile,
        "cart_id": held.cart.cart_id,
        "charge_id": charge.charge_id,
        "place": held.places[charge.charge_id],
        "code": charge.code,
        "text": charge.text,
        "qty": charge.qty,
        "price_minor": charge.price_minor,
        "lines": msgspec.json.encode(charge.lines).decode(),
    }


def _held(tx: Tx, row: Any) -> HeldCart | None:
    if row is None:
        return None
    key = {"profile": row.profile_id, "cart": row.cart_id}
    line_rows = tx.execute(_LINES, key).all()
    charge_rows = tx.execute(_CHARGES, key).all()
    cart = Cart(
        cart_id=row.cart_id,
        identity=row.identity_id,
        store=row.store_id,
        version=row.version,
        state=CartState(row.state),
        currency=row.currency,
        lines=tuple(_line(each) for each in line_rows),
        charges=tuple(_charge(each) for each in charge_rows),
        changed_at_ms=row.changed_at_ms,
    )
    places = {each.line: each.place for each in line_rows} | {each.charge_id: each.place for each in charge_rows}
    return HeldCart(profile=row.profile_id, cart=cart, places=places)


def _line(row: Any) -> CartLine:
    return CartLine(
        line=row.line, gtin=row.gtin, qty=row.qty, version=row.version, agreed_price_minor=row.agreed_price_minor
    )


def _charge(row: Any) -> CartCharge:
    return CartCharge(
        charge_id=row.charge_id,
        code=row.code,
        text=row.text,
        qty=row.qty,
        price_minor=row.price_minor,
        lines=msgspec.json.decode(row.lines, type=tuple[str, ...]),
    )
