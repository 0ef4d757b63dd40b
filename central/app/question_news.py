"""Follows what a store says about units it could not pick: the question, the answer it got, what came instead or was given up."""

import msgspec

from central.app.central import Central
from central.app.send_down import QUESTION_ANSWERED, Down, store_feed
from central.app.tell import tell_of_line
from central.store.carts import cart_of, save_cart
from central.store.database import Tx
from central.store.feeds import body_of
from central.store.orders import HeldOrder
from edge.domain.cart import Cart, CartLine, CartState
from edge.domain.facts import (
    PickupFact,
    PickupQuestionAnswered,
    PickupQuestionAsked,
    PickupShort,
    PickupSubstituted,
)
from edge.domain.message import MessageKind
from edge.domain.pickup import Choice, Pickup


def hear_of_question(central: Central, tx: Tx, down: Down, before: HeldOrder, after: Pickup, fact: PickupFact) -> None:
    """Do what a fact that changed the order means for its shopper: words in her box, units back in her cart.

    Call it only when folding the fact changed something, so that a fact heard again is not told again.
    """
    now_ms = central.now_ms()

    def tell(kind: MessageKind, line: int, qty: int, gtin: str = "") -> None:
        tell_of_line(tx, before, kind, line=line, qty=qty, instead=gtin, at_ms=now_ms)

    match fact:
        case PickupQuestionAsked():
            tell(MessageKind.question_asked, fact.line, fact.qty)
        case PickupSubstituted():
            tell(MessageKind.line_substituted, fact.line, fact.qty, fact.gtin)
        case PickupShort():
            tell(MessageKind.line_short, fact.line, fact.qty)
        case PickupQuestionAnswered() if fact.choice is Choice.other_store:
            _put_back(central, tx, down, before, fact.question_id)
        case _:
            pass
    take_choices_down(tx, down, before.pickup, after)


def take_choices_down(tx: Tx, down: Down, before: Pickup, after: Pickup) -> None:
    """Rows with choices of phones stand only while their question waits: a hub that begins anew finds nothing that is over."""
    waiting = {each.question_id for each in after.open_questions}
    feed = store_feed(after.store)
    for question in before.open_questions:
        if question.question_id not in waiting and body_of(tx, feed, QUESTION_ANSWERED, question.question_id):
            down.bury(feed, QUESTION_ANSWERED, question.question_id)


def _put_back(central: Central, tx: Tx, down: Down, order: HeldOrder, question_id: str) -> None:
    """The units stand in her cart again, to be ordered from another store; somebody without a cart has only the refund."""
    question = order.pickup.question(question_id)
    line = order.pickup.line(question.line) if question else None
    identity = order.owner.identity
    held = cart_of(tx, order.owner.profile, identity) if identity else None
    if question is None or line is None or held is None or held.cart.state is not CartState.open:
        return
    after = held.with_cart(_with_units(held.cart, line.gtin, question.qty, question_id, central.now_ms()))
    save_cart(tx, held, after)
    down.cart(tx, held.profile, after.cart)


def _with_units(cart: Cart, gtin: str, qty: int, name: str, now_ms: int) -> Cart:
    """The cart with so many units more; a new line is named by the question, so that it is the same whoever asks."""
    version = cart.version + 1
    known = next((each for each in cart.lines if each.gtin == gtin and each.agreed_price_minor is None), None)
    name, had = (known.line, known.qty) if known else (name, 0)
    line = CartLine(line=name, gtin=gtin, qty=had + qty, version=version)
    others = tuple(line if each.line == name else each for each in cart.lines)
    lines = others if known else (*cart.lines, line)
    return msgspec.structs.replace(cart, version=version, lines=lines, changed_at_ms=now_ms)
