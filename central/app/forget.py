"""Forgets what central no longer needs, each thing at its own time; docs/privacy_central.md names every one of them."""

import msgspec

from central.app.central import Central
from central.app.hold_interest import SEEN_MS, review_interest
from central.app.send_down import Down, people_feed, store_feed
from central.store import retention
from central.store.database import Tx
from central.store.feeds import SqlFeed
from central.store.journal_heads import drop_heads
from central.store.people import profile_of
from central.store.stores import all_stores

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

NAME_CARD_MS = DAY_MS
"""A clerk may still need the name the day after an order is closed, no longer."""

PROOF_MS = HOUR_MS
"""A proof is refused by its age after a minute and a half; an hour covers any clock we would believe."""

FEED_MS = 14 * DAY_MS
"""A store that was away longer than two weeks reads its feed from the beginning."""

GUEST_MS = 37 * DAY_MS
"""Thirty days to bring something back, and a week for the refund."""

ANSWER_MS = 90 * DAY_MS
"""A phone that repeats a call after a season is not repeating it."""

MESSAGE_MS = 365 * DAY_MS
"""A year of a shopper's message box."""


HEAD_MS = 3_650 * DAY_MS
"""A hub may keep its journal for ten years, and is held to it by these heads for as long."""


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each thing were forgotten."""

    name_cards: int
    interests: int
    guests: int
    proofs: int
    answers: int
    messages: int
    feed_rows: int


def forget(central: Central) -> Forgotten:
    """Forget everything whose time is over, in one transaction."""
    now_ms = central.now_ms()
    with central.books.writing() as tx:
        down = Down()
        forgotten = Forgotten(
            name_cards=_name_cards(tx, down, now_ms - NAME_CARD_MS),
            interests=_interests(central, tx, down, now_ms - SEEN_MS),
            guests=retention.blank_guests(tx, now_ms - GUEST_MS),
            proofs=retention.drop_proofs(tx, now_ms - PROOF_MS),
            answers=retention.drop_answers(tx, now_ms - ANSWER_MS),
            messages=retention.drop_messages(tx, now_ms - MESSAGE_MS),
            feed_rows=_feed_rows(central, tx, now_ms - FEED_MS),
        )
        drop_heads(tx, now_ms - HEAD_MS)
        down.flush(tx, now_ms)
    return forgotten


def _name_cards(tx: Tx, down: Down, before_ms: int) -> int:
    cards = retention.name_cards_to_bury(tx, before_ms)
    for store, order in cards:
        down.bury(people_feed(store), "name_card", order)
    return len(cards)


def _interests(central: Central, tx: Tx, down: Down, before_ms: int) -> int:
    identities = retention.drop_sightings(tx, before_ms)
    for identity in identities:
        profile = profile_of(tx, identity)
        if profile is not None:
            review_interest(central, tx, down, profile, identity)
    return len(identities)


def _feed_rows(central: Central, tx: Tx, before_ms: int) -> int:
    feed = SqlFeed(central.books, now_ms=central.now_ms)
    stores = [store.store for store in all_stores(tx)]
    gone = sum(feed.prune(tx, store_feed(store), "wish.answered", before_ms) for store in stores)
    return gone + sum(feed.prune(tx, people_feed(store), "", before_ms) for store in stores)
