"""Gives a hub's place to another machine: the operator gets a code for it, the machine that knows the code takes the place."""

import hashlib
import hmac

import msgspec

from central.app.central import Central
from central.app.judge_standing import choose
from central.app.reasons import CentralReason
from central.app.send_down import Down
from central.app.state_hubs import send_statement, statement_of
from central.store.database import Tx
from central.store.hubs import (
    Claim,
    FormerKey,
    count_try,
    epochs_of,
    get_claim,
    note_claimed,
    put_claim,
    put_epoch,
    put_former_key,
)
from central.store.keys import Node, get_node, put_node
from edge.domain.errors import Refusal
from sync.hub_statement import HubStatement
from sync.signing import KeyState

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty that nobody takes for another when they are read out over the telephone."""
CODE_LETTERS = 10
CODE_LIVES_MS = 15 * 60_000
"""Long enough to read it out; another one is made in a second."""
TRIES_MAX = 10
"""Wrong codes after which the claim is void. One in 30¹⁰/10 finds it."""
AWAITED = "awaited"
"""The state of a hub whose place waits for a machine to claim it."""

_CONTEXT = b"storefloor/hub-claim/v1\0"


class ReplaceAsked(msgspec.Struct, frozen=True, kw_only=True):
    """`stolen`: the old machine's key opens nothing from now on, and what it still owes is lost."""

    stolen: bool = False


class PlaceToClaim(msgspec.Struct, frozen=True, kw_only=True):
    """The code for the new machine, given once; the place is its as `term`."""

    store: str
    node: str
    code: str
    term: int
    expires_at_ms: int
    central_public_key: str


class ClaimAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A machine asks for a place; the request is signed by `public_key`, which it proves to hold."""

    store: str
    node: str
    code: str
    public_key: str


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """The place is the machine's; `statement` is what it shows to kiosks and desks."""

    statement: HubStatement


class EpochChosen(msgspec.Struct, frozen=True, kw_only=True):
    """A person decided which of two hubs goes on."""

    node: str
    term: int
    epoch: str


def replace_hub(central: Central, store: str, node: str, *, stolen: bool = False) -> PlaceToClaim | Refusal:
    """Put the hub aside under the next term and give the code for its place; asked again before a claim, another code."""
    code, now_ms = _new_code(central), central.now_ms()
    with central.books.writing() as tx:
        known = get_node(tx, store, node)
        if known is None or known.role != "hub":
            return Refusal(CentralReason.unknown_hub, {"store": store, "hub": node})
        term = known.term if known.state == AWAITED else known.term + 1
        state = KeyState.REVOKED if stolen else KeyState.SUPERSEDED
        former = FormerKey(term=term - 1, public_key=known.public_key, state=state.value, ended_at_ms=now_ms)
        if known.state != AWAITED or stolen:
            put_former_key(tx, store, node, former)
        put_node(tx, msgspec.structs.replace(known, state=AWAITED, term=term))
        claim = Claim(
            term=term,
            code_hash=_hash(central, store, node, code),
            made_at_ms=now_ms,
            expires_at_ms=now_ms + CODE_LIVES_MS,
        )
        put_claim(tx, store, node, claim)
    return PlaceToClaim(
        store=store,
        node=node,
        code=f"{code[:5]}-{code[5:]}",
        term=term,
        expires_at_ms=claim.expires_at_ms,
        central_public_key=central.public_key,
    )


def is_awaited(central: Central, asked: ClaimAsked) -> bool:
    """Whether a place waits, or was taken so lately that its machine may ask again; whatever the code."""
    with central.books.reading() as tx:
        claim = get_claim(tx, asked.store, asked.node)
    return claim is not None and claim.tries < TRIES_MAX and central.now_ms() < claim.expires_at_ms


def claim_place(central: Central, asked: ClaimAsked) -> Claimed | Refusal:
    """Give the place to the machine that asks, once; asked again by the same machine, the same answer.

    Every no is the same no: who guesses learns nothing, not even whether a place waits.
    """
    now_ms = central.now_ms()
    with central.books.writing() as tx:
        claim = get_claim(tx, asked.store, asked.node)
        if claim is None or claim.tries >= TRIES_MAX or now_ms >= claim.expires_at_ms:
            return Refusal(CentralReason.no_such_claim)
        if not hmac.compare_digest(claim.code_hash, _hash(central, asked.store, asked.node, asked.code)):
            count_try(tx, asked.store, asked.node)
            return Refusal(CentralReason.no_such_claim)
        if claim.claimed_key not in (None, asked.public_key):
            return Refusal(CentralReason.no_such_claim)
        return _give(central, tx, asked, claim, now_ms)


def choose_epoch(central: Central, store: str, chosen: EpochChosen) -> EpochChosen | Refusal:
    """A person says that this epoch goes on; the others of its term are put aside with their next request."""
    with central.books.writing() as tx:
        rows = choose(epochs_of(tx, store, chosen.node), term=chosen.term, epoch=chosen.epoch)
        if rows is None:
            return Refusal(CentralReason.unknown_hub, {"store": store, "hub": chosen.node})
        for row in rows:
            put_epoch(tx, store, chosen.node, row)
    return chosen


def _give(central: Central, tx: Tx, asked: ClaimAsked, claim: Claim, now_ms: int) -> Claimed | Refusal:
    known = get_node(tx, asked.store, asked.node)
    if known is None or known.term != claim.term:
        return Refusal(CentralReason.no_such_claim)
    if claim.claimed_key is not None:
        return Claimed(statement=statement_of(central, known))
    hub = Node(
        store=asked.store,
        node=asked.node,
        role="hub",
        public_key=asked.public_key,
        state=KeyState.ACTIVE,
        term=claim.term,
        enrolled_at_ms=now_ms,
    )
    put_node(tx, hub)
    note_claimed(tx, asked.store, asked.node, asked.public_key)
    down = Down()
    send_statement(central, down, hub)
    down.flush(tx, now_ms)
    return Claimed(statement=statement_of(central, hub))


def _new_code(central: Central) -> str:
    letters = ""
    while len(letters) < CODE_LETTERS:
        byte = central.rng(1)[0]
        if byte < 256 - 256 % len(LETTERS):  # or the first letters would come more often
            letters += LETTERS[byte % len(LETTERS)]
    return letters


def _hash(central: Central, store: str, node: str, code: str) -> str:
    """Keyed, because ten letters could be tried out against a plain hash in a stolen file."""
    letters = "".join(letter for letter in code.upper() if letter in LETTERS)
    text = f"{store}\0{node}\0{letters}".encode()
    return hmac.new(central.token_key, _CONTEXT + text, hashlib.sha256).hexdigest()
