"""One order in full, for the staff screen's order, hand-over and label pages."""

import msgspec

from edge.app.board import OrderCard


class LineDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One ordered line with where it lies."""

    line: int
    gtin: str
    name: dict[str, str]
    option: dict[str, str] | None
    mark: str
    qty: int
    picked_qty: int
    short_qty: int
    short_reason: str | None
    in_parcels: int  # units that lie in a parcel, gone or not
    state: str  # LineState
    price_minor: int
    aisle: int | None
    bay: str | None


class ChargeDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Postage, a fee, a discount: money without goods, below the list."""

    code: str
    text: str
    amount_minor: int


class ParcelDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel of the order."""

    number: int
    state: str  # ParcelState
    shelf: str
    label: str  # PK1…, what its QR says
    units: int
    staged_at_ms: int
    left_at_ms: int | None
    left_by: str | None


class AlsoReady(msgspec.Struct, frozen=True, kw_only=True):
    """Another order of the same person that is ready too: ask for its pass."""

    order_id: str
    display_code: str
    shelves: tuple[str, ...]


class OrderDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one order a clerk may see."""

    card: OrderCard
    revision: int
    lines: tuple[LineDetail, ...]
    charges: tuple[ChargeDetail, ...]
    parcels: tuple[ParcelDetail, ...]
    also_ready: tuple[AlsoReady, ...]
    cancel_ask_id: str | None
    closed_reason: str | None
    closed_at_ms: int | None
