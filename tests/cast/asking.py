"""A shop where something is short: products that may stand in for each other, questions, and what people answer."""

from edge.app.answer_question import AnswerAsked, AnswerNow, answer_for_staff
from edge.app.ask_shopper import QuestionAsked, QuestionNow, ask_shopper
from edge.app.move_pickup import OrderNow
from edge.app.substitute import SubstituteAsked, substitute
from edge.domain.errors import Refusal
from edge.domain.pickup import Choice, Pickup, ShortReason
from edge.domain.product import Product
from edge.domain.stock import Place, StockHere
from edge.domain.truth import OrderDown, QuestionAnswered
from edge.store import pickups
from tests.cast.counter import GOODS, KIM, STORE, Counter, gtin_of


def allow(counter: Counter, place: int, *instead: int) -> None:
    """Head office allows these products instead of that one, the first one first."""
    mark, ko, en, option, _aisle, _bay, price_minor, _on_hand = GOODS[place]
    product = Product(
        gtin=gtin_of(place),
        name={"ko": ko, "en": en},
        option={"ko": option, "en": option},
        category=mark,
        mark=mark,
        price_minor=price_minor,
        currency="KRW",
        substitutes=tuple(gtin_of(each) for each in instead),
    )
    counter.down(("catalogue:main", "product", product.gtin, product))


def stock(counter: Counter, place: int, on_hand: int, *, price_minor: int | None = None) -> None:
    """Upstream counts so many units here, at that shelf price."""
    now_ms, (_mark, _ko, _en, _option, aisle, bay, usual_minor, _) = counter.clock.now_ms(), GOODS[place]
    here = StockHere(
        gtin=gtin_of(place),
        on_hand=on_hand,
        as_of_ms=now_ms,
        safety=0,
        place=Place(aisle, bay, {"ko": f"{aisle}번 통로", "en": f"Aisle {aisle}"}),
        price_minor=usual_minor if price_minor is None else price_minor,
        price_as_of_ms=now_ms,
    )
    counter.down((f"stock:{STORE}", "stock", here.gtin, here))


def ask(counter: Counter, order: OrderDown, line: int = 1, qty: int = 1, *, event_id: str = "") -> QuestionNow:
    """Kim cannot find units of a line and asks."""
    asked = QuestionAsked(
        event_id=event_id or counter.press(),
        order_id=order.order_id,
        line=line,
        qty=qty,
        reason=ShortReason.not_found,
    )
    question = ask_shopper(counter.hub, asked, KIM)
    assert isinstance(question, QuestionNow), question
    return question


def answer(
    counter: Counter, question: QuestionNow, choice: Choice, place: int | None = None, *, event_id: str = ""
) -> AnswerNow | Refusal:
    """Kim heard it from her."""
    asked = AnswerAsked(
        event_id=event_id or counter.press(),
        order_id=question.order_id,
        question_id=question.question_id,
        choice=choice,
        gtin=None if place is None else gtin_of(place),
    )
    return answer_for_staff(counter.hub, asked, KIM)


def choose_on_phone(counter: Counter, question: QuestionNow, choice: Choice, place: int | None = None) -> None:
    """What she chose on her phone comes down."""
    chosen = QuestionAnswered(
        question_id=question.question_id,
        order=question.order_id,
        choice=choice,
        gtin=None if place is None else gtin_of(place),
        at_ms=counter.clock.now_ms(),
    )
    counter.down((f"store:{STORE}", "question_answered", question.question_id, chosen))


def bring_instead(counter: Counter, order: OrderDown, place: int, *, line: int = 1, qty: int = 1) -> OrderNow | Refusal:
    """Kim scans another product for a line."""
    asked = SubstituteAsked(
        event_id=counter.press(), order_id=order.order_id, line=line, qty=qty, gtin_scanned=gtin_of(place)
    )
    return substitute(counter.hub, asked, KIM)


def book_of(counter: Counter, order: OrderDown) -> Pickup:
    """The order as the hub holds it."""
    with counter.hub.state.reading() as conn:
        pickup = pickups.get(conn, order.order_id)
    assert pickup is not None
    return pickup
