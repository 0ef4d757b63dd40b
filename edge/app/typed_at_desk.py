"""Typing instead of scanning: a manager vouches for it once per shift, and a code is looked up a few times per quarter of an hour.

Wrong codes are counted for the person and for the whole shop, never for an address, and before the code is looked at, so
that guessing in parallel gains nothing. What was found out is given back: somebody who types well is never locked out.
"""

from enum import StrEnum

import msgspec

from edge.app.act import Tx, in_one_transaction, once
from edge.app.asked import EventId
from edge.app.board import read_names
from edge.app.hub import Hub
from edge.app.sign_in import SHIFT_MS, ManagerSays, vouch
from edge.domain.errors import Refusal
from edge.passes import read_typed, typed_check
from edge.store import answers, typed_codes
from edge.store.typed_codes import Tries
from sync.db import Connection

WINDOW_MS = 15 * 60_000
TRIES_MAX = 5
"""Wrong codes of one person in a quarter of an hour."""
SHOP_TRIES_MAX = 20
"""Wrong codes of everybody together in a quarter of an hour: docs/security.md says what guessing comes to."""
SHOP = "shop"


class TypingReason(StrEnum):
    """Why what was typed is not taken."""

    typing_not_allowed = "typing_not_allowed"  # no manager has vouched for it in this shift
    wrong_code = "wrong_code"  # or the digits do not fit: which of the two is not said
    code_locked = "code_locked"
    digits_unknown = "digits_unknown"  # this shop holds no digits for the order: somebody looks at a document instead


class AllowTypingAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A manager vouches for what the clerk at this desk types."""

    event_id: EventId
    manager: ManagerSays


class TypingAllowed(msgspec.Struct, frozen=True, kw_only=True):
    """Until when it may be typed, and who vouches."""

    until_ms: int
    by: str


def allow_typing(hub: Hub, asked: AllowTypingAsked, *, actor: str, desk: str) -> TypingAllowed | Refusal:
    """Let this person type at this desk for a shift. A wrong PIN is not kept, so the same press may come again."""
    question = msgspec.structs.replace(asked, manager=msgspec.structs.replace(asked.manager, pin=""))
    with hub.state.reading() as conn:
        is_answered = answers.find(conn, asked.event_id) is not None
    by = "" if is_answered else vouch(hub, asked.manager)
    if isinstance(by, Refusal):
        return by

    def act(tx: Tx) -> TypingAllowed | Refusal:
        allow_for_the_shift(tx, actor=actor, desk=desk, by=by)
        return TypingAllowed(until_ms=tx.now_ms + SHIFT_MS, by=by)

    return once(hub, asked.event_id, question, TypingAllowed, act)


def allow_for_the_shift(tx: Tx, *, actor: str, desk: str, by: str) -> None:
    """A manager vouches from now on."""
    typed_codes.allow(tx.conn, actor=actor, desk=desk, by=by, now_ms=tx.now_ms)


def who_allowed(conn: Connection, *, actor: str, desk: str, now_ms: int) -> str | None:
    """The manager who vouches for this person's typing at this desk now; None when none does."""
    given = typed_codes.allowed(conn, actor=actor, desk=desk)
    return given.by if given is not None and 0 <= now_ms - given.at_ms <= SHIFT_MS else None


def is_code(typed: str) -> bool:
    """True for what could be the eight characters beside a pass; says nothing of whether anybody has that pass."""
    return read_typed(typed) is not None


def order_of_code(hub: Hub, typed: str, digits: str, actor: str) -> str | Refusal:
    """The order that this code and these last four digits name. Each try counts until it turns out to be right."""
    code = read_typed(typed)
    if code is None:
        return Refusal(TypingReason.wrong_code)
    locked = in_one_transaction(hub, lambda tx: _take_a_try(tx, actor))
    if locked is not None:
        return locked
    found = _found(hub, code, digits)
    if not isinstance(found, Refusal):
        in_one_transaction(hub, lambda tx: _give_back(tx, actor))
    return found


def _found(hub: Hub, code: str, digits: str) -> str | Refusal:
    check = typed_check(code, hub.store)
    with hub.state.reading() as conn:
        orders = typed_codes.find(conn, check)
    names = read_names(hub, orders)
    held = {order_id: names[order_id].last4 if order_id in names else "" for order_id in orders}
    fitting = [order_id for order_id, last4 in held.items() if last4 == digits]
    if fitting:
        return fitting[0]
    return Refusal(TypingReason.digits_unknown if "" in held.values() else TypingReason.wrong_code)


def _take_a_try(tx: Tx, actor: str) -> Refusal | None:
    counting = {subject: _counting(tx, subject) for subject in (actor, SHOP)}
    for subject, most in ((actor, TRIES_MAX), (SHOP, SHOP_TRIES_MAX)):
        if counting[subject].tries >= most:
            return Refusal(TypingReason.code_locked, {"until_ms": counting[subject].until_ms})
    for subject, now in counting.items():
        typed_codes.set_tries(tx.conn, subject, Tries(tries=now.tries + 1, until_ms=now.until_ms))
    return None


def _give_back(tx: Tx, actor: str) -> None:
    for subject in (actor, SHOP):
        now = typed_codes.tries(tx.conn, subject)
        typed_codes.set_tries(tx.conn, subject, Tries(tries=max(0, now.tries - 1), until_ms=now.until_ms))


def _counting(tx: Tx, subject: str) -> Tries:
    """What counts now; a window whose end is too far away was opened by a clock that was ahead."""
    now = typed_codes.tries(tx.conn, subject)
    if 0 < now.until_ms - tx.now_ms <= WINDOW_MS:
        return now
    return Tries(tries=0, until_ms=tx.now_ms + WINDOW_MS)
