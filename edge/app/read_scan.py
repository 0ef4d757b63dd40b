"""Say what a scan at the desk is, and what may be done with it, before anybody does it."""

from enum import StrEnum

import msgspec

from edge.app import recovering
from edge.app.act import Tx, in_one_transaction
from edge.app.asked import Digits, Scan
from edge.app.hub import Hub
from edge.app.move_pickup import UNKNOWN
from edge.app.order_detail import OrderDetail, read_order
from edge.app.roll_labels import read_parcel
from edge.app.show_pass import ScanReason, genuine_pass, opens, shown_for_unknown_order
from edge.app.typed_at_desk import order_of_code
from edge.domain.errors import BadGtin, Refusal
from edge.domain.ids import ALPHABET, DISPLAY_CODE_LENGTH
from edge.domain.pickup import ParcelSeen, PassSeen
from edge.domain.pickup_rules import why_not_collect
from edge.domain.product import gtin14
from edge.passes import Read, as_scanned
from edge.passes.code import MAX_SCAN
from edge.store import pickups


class ScanKind(StrEnum):
    """What was scanned or typed."""

    pass_ = "pass"  # noqa: S105 - the name of a kind
    parcel = "parcel"
    gtin = "gtin"
    code = "code"  # the four characters called out across the shop
    typed = "typed"  # the eight characters beside the pass, with the last four digits of the phone
    person = "person"  # an app code: it belongs to a kiosk
    unknown = "unknown"


class ScanAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What the scanner gave; or what was typed, with the `digits` that go with the eight characters beside a pass."""

    scan: Scan
    digits: Digits | None = None


class ScanRead(msgspec.Struct, frozen=True, kw_only=True):
    """What it is. `refusal` says why a genuine pass opens nothing now; `order` is shown beside it where there is one."""

    kind: ScanKind
    refusal: Refusal | None = None
    order: OrderDetail | None = None
    parcel: ParcelSeen | None = None
    gtin: str | None = None


def read_scan(hub: Hub, asked: ScanAsked, actor: str) -> ScanRead:
    """Judge the scan. Only a genuine pass of an order that has not arrived leaves a trace: its `pickup.pass_seen`."""
    scan = asked.scan
    if len(scan) > MAX_SCAN:
        found: dict[str, str | int] = {"length": len(scan), "most": MAX_SCAN}
        return ScanRead(kind=ScanKind.unknown, refusal=Refusal(ScanReason.code_too_long, found))
    if asked.digits is not None:
        return _typed(hub, scan, asked.digits, actor)
    match as_scanned(scan):
        case Read.pickup_pass:
            return _pass(hub, scan, actor)
        case Read.parcel_label | Read.roll_label:
            return _parcel(hub, scan)
        case Read.proof:
            return ScanRead(kind=ScanKind.person)
        case Read.product:
            return _product(scan)
        case _:
            return _code(hub, scan)


def _pass(hub: Hub, scan: str, actor: str) -> ScanRead:
    seen = genuine_pass(hub, scan)
    if isinstance(seen, Refusal):
        return ScanRead(kind=ScanKind.pass_, refusal=seen)
    refusal = in_one_transaction(hub, lambda tx: _judge(tx, seen, actor))
    return ScanRead(kind=ScanKind.pass_, refusal=refusal, order=read_order(hub, seen.order_id))


def _typed(hub: Hub, scan: str, digits: str, actor: str) -> ScanRead:
    order_id = order_of_code(hub, scan, digits, actor)
    if isinstance(order_id, Refusal):
        return ScanRead(kind=ScanKind.typed, refusal=order_id)
    with hub.state.reading() as conn:
        pickup = pickups.get(conn, order_id)
    refusal = UNKNOWN if pickup is None else why_not_collect(pickup)
    return ScanRead(kind=ScanKind.typed, refusal=refusal, order=read_order(hub, order_id))


def _judge(tx: Tx, seen: PassSeen, actor: str) -> Refusal | None:
    pickup = pickups.get(tx.conn, seen.order_id)
    if pickup is None and recovering.is_recovering(tx.conn):
        return None  # the book may be old: pass and labels decide, and a manager
    if pickup is None:
        return shown_for_unknown_order(tx, seen, actor)
    return opens(tx, pickup, seen)


def _parcel(hub: Hub, scan: str) -> ScanRead:
    with hub.state.reading() as conn:
        label = read_parcel(conn, scan)
    if label is None:
        return ScanRead(kind=ScanKind.parcel, refusal=Refusal(ScanReason.unreadable_label))
    return ScanRead(kind=ScanKind.parcel, parcel=label, order=read_order(hub, label.order_id))


def _product(scan: str) -> ScanRead:
    try:
        return ScanRead(kind=ScanKind.gtin, gtin=gtin14(scan.strip()))
    except BadGtin:
        return ScanRead(kind=ScanKind.unknown, refusal=Refusal(ScanReason.unknown_code))


def _code(hub: Hub, scan: str) -> ScanRead:
    typed = scan.strip().upper()
    if len(typed) == DISPLAY_CODE_LENGTH and all(letter in ALPHABET for letter in typed):
        with hub.state.reading() as conn:
            found = pickups.find_by_code(conn, typed)
        if found:
            return ScanRead(kind=ScanKind.code, order=read_order(hub, found[0]))
    return ScanRead(kind=ScanKind.unknown, refusal=Refusal(ScanReason.unknown_code))
