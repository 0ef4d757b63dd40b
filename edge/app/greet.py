"""What a screen at the door may say: a count, for one consented shopper who is near, and nothing that names anybody."""

import msgspec

from edge.app.availability import available_now
from edge.app.hub import Hub
from edge.domain.consent import Channel, Purpose
from edge.domain.truth import Card
from edge.store import catalogue, people, presence

NEAR_MS = 60_000
"""A tag heard within the last minute is somebody who is still about."""


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """How many products of her online cart are here; None says nothing about anybody."""

    products_here: int | None


NOBODY = Greeting(products_here=None)


def read_greeting(hub: Hub) -> Greeting:
    """A count only when exactly one tag is near, it is registered, and its owner allows both location and personalisation."""
    with hub.state.reading() as conn:
        near = presence.near(conn, hub.clock.now_ms() - NEAR_MS)
    if len(near) != 1:
        return NOBODY
    with hub.replica.reading() as conn:
        identity = people.identity_of_tag(conn, near[0])
        card = people.card_of(conn, hub.keys, identity) if identity else None
        stored = people.cart_of(conn, hub.keys, identity) if identity else None
        if card is None or stored is None or not _may_be_greeted(card):
            return NOBODY
        stock = catalogue.stock(conn, {line.gtin for line in stored.cart.lines})
    with hub.state.reading() as conn:
        left = available_now(conn, stock)
    return Greeting(products_here=sum(units > 0 for units in left.values()) or None)


def _may_be_greeted(card: Card) -> bool:
    given = {(act.purpose, act.channel) for act in card.consents if act.given}
    return (Purpose.location, Channel.beacon) in given and any(
        purpose == Purpose.personalisation for purpose, _ in given
    )
