"""Where this shop and upstream disagree about stock: more promised than is here, goods not found, goods never sent here."""

from enum import StrEnum

import msgspec
from msgspec.structs import replace

from edge.app.availability import available_now
from edge.app.hub import Hub
from edge.domain.stock import StockHere
from edge.store import catalogue, measures, reservations
from edge.store.reservations import NONE_HELD, NONE_MOVED
from sync.db import Connection

SHOWN = 500


class DriftKind(StrEnum):
    """How the two differ."""

    oversold = "oversold"  # more is promised than upstream's count leaves
    not_found = "not_found"  # units upstream counted were not on the shelf
    not_carried = "not_carried"  # promised here, though upstream has sent no count of it to this store


class DriftLine(msgspec.Struct, frozen=True, kw_only=True):
    """One product: upstream's count as of T, and what this shop knows since. `available` is what may still be promised."""

    gtin: str
    name: dict[str, str]  # empty for a product this store has no word of
    kind: DriftKind
    on_hand: int | None
    as_of_ms: int | None
    gone: int
    restocked: int
    reserved: int
    staged: int
    safety: int
    short: int
    available: int


class StockDrift(msgspec.Struct, frozen=True, kw_only=True):
    """Every product that differs (at most 500), of so many looked at; the report changes nothing."""

    now_ms: int
    looked_at: int
    count: int
    lines: tuple[DriftLine, ...]


def read_stock_drift(hub: Hub) -> StockDrift:
    """The report as of now: every product that something is held of, or that was not to be found lately."""
    with hub.state.reading() as conn:
        gtins = sorted({*reservations.held_gtins(conn), *measures.short_gtins(conn)})
    with hub.replica.reading() as conn:
        stock = catalogue.stock(conn, gtins)
    with hub.state.reading() as conn:
        lines = _lines(conn, gtins, stock)
    with hub.replica.reading() as conn:
        named = catalogue.products(conn, [line.gtin for line in lines[:SHOWN]])
    shown = [replace(line, name=product.name) if (product := named.get(line.gtin)) else line for line in lines[:SHOWN]]
    return StockDrift(now_ms=hub.clock.now_ms(), looked_at=len(gtins), count=len(lines), lines=tuple(shown))


def _lines(conn: Connection, gtins: list[str], stock: dict[str, StockHere]) -> list[DriftLine]:
    held = reservations.held(conn, gtins)
    since_ms = {gtin: stock[gtin].as_of_ms if gtin in stock else 0 for gtin in gtins}
    moved, short = reservations.moved_since(conn, since_ms), measures.shorts_since(conn, since_ms)
    left = available_now(conn, stock)
    lines = []
    for gtin in gtins:
        here, now, went = stock.get(gtin), held.get(gtin, NONE_HELD), moved.get(gtin, NONE_MOVED)
        available = left.get(gtin, -now.reserved - now.staged)
        kind = _kind(here, available, short.get(gtin, 0))
        if kind is not None:
            line = DriftLine(
                gtin=gtin,
                name={},
                kind=kind,
                on_hand=here.on_hand if here else None,
                as_of_ms=here.as_of_ms if here else None,
                gone=went.gone,
                restocked=went.restocked,
                reserved=now.reserved,
                staged=now.staged,
                safety=here.safety if here else 0,
                short=short.get(gtin, 0),
                available=available,
            )
            lines.append(line)
    return sorted(lines, key=lambda line: (line.available, line.gtin))


def _kind(here: StockHere | None, available: int, short: int) -> DriftKind | None:
    if here is None:
        return DriftKind.not_carried
    if available + here.safety < 0:
        return DriftKind.oversold
    return DriftKind.not_found if short else None
