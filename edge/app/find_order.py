"""Find an order without its pass: by the code that is called, its number, or the last four digits of the phone."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app.board import OrderCard, order_card, read_names
from edge.app.hub import Hub
from edge.domain.ids import ALPHABET, DISPLAY_CODE_LENGTH, is_id
from edge.store import pickups, summaries

MOST = 20
"""More than a clerk can look through; who finds so many asks for something else."""


DIGITS = 4


class FindAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What the shopper knows. It stands in the body, never in an address, because an address is written into logs."""

    known: Annotated[str, Meta(min_length=1, max_length=32)]


class OrdersFound(msgspec.Struct, frozen=True, kw_only=True):
    """Open orders that fit, the oldest first, at most twenty."""

    orders: tuple[OrderCard, ...]


def find_orders(hub: Hub, asked: FindAsked) -> OrdersFound:
    """Every open order that fits what is known, whatever of it that is."""
    known = asked.known.strip().upper()
    wanted = list(dict.fromkeys([*_by_number(hub, known), *_by_digits(hub, known)]))
    with hub.state.reading() as conn:
        found = [each for each in summaries.of_orders(conn, wanted[:MOST]) if each.closed_at_ms is None]
    names, now_ms = read_names(hub, [each.order_id for each in found]), hub.clock.now_ms()
    return OrdersFound(orders=tuple(order_card(each, names.get(each.order_id), now_ms) for each in found))


def _by_number(hub: Hub, known: str) -> list[str]:
    if is_id(known):
        return [known]
    if len(known) != DISPLAY_CODE_LENGTH or not all(letter in ALPHABET for letter in known):
        return []
    with hub.state.reading() as conn:
        return pickups.find_by_code(conn, known)


def _by_digits(hub: Hub, known: str) -> list[str]:
    if len(known) != DIGITS or not (known.isascii() and known.isdigit()):
        return []
    with hub.state.reading() as conn:
        everything = sorted(pickups.open_ids(conn))
    names = read_names(hub, everything)
    return [order_id for order_id in everything if order_id in names and names[order_id].last4 == known]
