"""Sign staff in at a desk: staff number and PIN, five tries, then a quarter of an hour; works with the line cut."""

import base64
import hashlib
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.app.act import Tx, in_one_transaction
from edge.app.asked import Name
from edge.app.hub import Hub
from edge.app.recovering import RecoveringReason
from edge.domain.errors import Refusal
from edge.passes import is_pin, pin_fits
from edge.store import staff
from edge.store.staff import SessionRow, StaffRow, Tries

TRIES_MAX = 5
LOCKED_MS = 15 * 60_000
"""Five tries a quarter of an hour: guessing one of a million PINs takes years, and a clerk who forgot hers has a break."""
SHIFT_MS = 12 * 3_600_000
"""A sign-in ends with the longest shift, so that a screen left alone is not open next morning."""
TOKEN_BYTES = 32
MANAGER = "manager"

_NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$c3RvcmVmbG9vci1ub2JvZHk$u1lcf0vWzcKZ2fZkHpN2mzPIBDg1ZtJzyiyvJ3zTX5M"
"""A hash no PIN fits: an unknown staff number takes as long to refuse as a wrong PIN."""


class SignInReason(StrEnum):
    """Why nobody is signed in."""

    wrong_pin = "wrong_pin"  # or no such staff number: which of the two is not said
    locked = "locked"
    wrong_second_pin = "wrong_second_pin"  # or the clerk's own: the second person is somebody else


class SignInAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands at which desk."""

    staff_id: Name
    pin: Annotated[str, Meta(max_length=64)]
    desk: Name


class ManagerSays(msgspec.Struct, frozen=True, kw_only=True):
    """A manager, or where it says so any second member of staff, who puts her name to one act."""

    staff_id: Name
    pin: Annotated[str, Meta(max_length=64)]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """An open sign-in; `csrf` goes into every request that changes something."""

    staff_id: str
    name: str
    role: str  # clerk | manager
    desk: str
    csrf: str

    @property
    def actor(self) -> str:
        """How this person signs facts."""
        return f"clerk:{self.staff_id}"


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new sign-in; `token` goes into the cookie and is never stored."""

    session: Session
    token: str


def sign_in(hub: Hub, asked: SignInAsked) -> SignedIn | Refusal:
    """Sign in. The try is written down before the PIN is looked at, so that guessing in parallel gains nothing."""
    person = in_one_transaction(hub, lambda tx: _take_a_try(tx, asked.staff_id))
    if isinstance(person, Refusal):
        return person
    fits = pin_fits(person.pin_hash if person else _NOBODYS_HASH, asked.pin)
    if person is None or not fits:
        return Refusal(SignInReason.wrong_pin)
    return in_one_transaction(hub, lambda tx: _open(tx, person, asked.desk))


def vouch(hub: Hub, says: ManagerSays) -> str | Refusal:
    """Prove that a manager stands here; gives how she signs. Her tries count as for signing in."""
    person = _prove(hub, says)
    if isinstance(person, Refusal):
        return person
    if person is None or person.role != MANAGER:
        return Refusal(RecoveringReason.wrong_manager_pin)
    in_one_transaction(hub, lambda tx: staff.set_tries(tx.conn, person.staff_id, Tries()))
    return person.actor


def second_person(hub: Hub, says: ManagerSays, actor: str) -> str | Refusal:
    """Prove that somebody else than `actor` looks on, a manager or not; gives how that person signs."""
    person = _prove(hub, says)
    if isinstance(person, Refusal):
        return person
    if person is None or person.actor == actor:
        return Refusal(SignInReason.wrong_second_pin)
    in_one_transaction(hub, lambda tx: staff.set_tries(tx.conn, person.staff_id, Tries()))
    return person.actor


def _prove(hub: Hub, says: ManagerSays) -> StaffRow | Refusal | None:
    """Whose number and PIN these are, None when they do not fit; the try is written down first."""
    person = in_one_transaction(hub, lambda tx: _take_a_try(tx, says.staff_id))
    if isinstance(person, Refusal):
        return person
    if not is_pin(says.pin):  # no PIN at all says nothing about anybody, so it need not be slow
        return None
    return person if pin_fits(person.pin_hash if person else _NOBODYS_HASH, says.pin) else None


def session_of(hub: Hub, token: str) -> Session | None:
    """Who this cookie belongs to, or None; a member who was removed or whose shift is over is nobody."""
    with hub.state.reading() as conn:
        row = staff.session(conn, _hash(token))
    if row is None or (hub.clock.confirmed() and hub.clock.now_ms() - row.opened_at_ms > SHIFT_MS):
        return None
    return Session(staff_id=row.staff_id, name=row.name, role=row.role, desk=row.desk, csrf=row.csrf)


def sign_out(hub: Hub, token: str) -> None:
    """End this sign-in."""
    in_one_transaction(hub, lambda tx: staff.end_session(tx.conn, _hash(token), tx.now_ms))


def _take_a_try(tx: Tx, staff_id: str) -> StaffRow | Refusal | None:
    person = staff.get(tx.conn, staff_id)
    if person is None:
        return None  # nothing is written for a number nobody has, or anybody could fill the file
    now = staff.tries(tx.conn, staff_id)
    if (
        now.locked_until_ms is not None and 0 < now.locked_until_ms - tx.now_ms <= LOCKED_MS
    ):  # not by a clock that was ahead
        return Refusal(SignInReason.locked, {"until_ms": now.locked_until_ms})
    used = 1 if now.locked_until_ms is not None else now.tries + 1
    locked_until_ms = tx.now_ms + LOCKED_MS if used >= TRIES_MAX else None
    staff.set_tries(tx.conn, staff_id, Tries(tries=used, locked_until_ms=locked_until_ms))
    return person


def _open(tx: Tx, person: StaffRow, desk: str) -> SignedIn:
    token = _text(tx.hub.rng(TOKEN_BYTES))
    csrf = _text(tx.hub.rng(TOKEN_BYTES))
    staff.set_tries(tx.conn, person.staff_id, Tries())
    row = SessionRow(
        staff_id=person.staff_id, name=person.name, role=person.role, desk=desk, csrf=csrf, opened_at_ms=tx.now_ms
    )
    staff.open_session(tx.conn, _hash(token), row)
    session = Session(staff_id=row.staff_id, name=row.name, role=row.role, desk=desk, csrf=csrf)
    return SignedIn(session=session, token=token)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
