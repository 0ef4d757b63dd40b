"""What a store says about units it cannot pick, as facts: the question about a soap, with tea offered, and the answer it got."""

from edge.domain.facts import PickupQuestionAnswered, PickupQuestionAsked
from edge.domain.pickup import AnsweredHow, Choice, Offer, ShortReason, found_of
from tests.cast.carried import Carried
from tests.cast.pickups import AT, KIM, NOON_MS, TEA

QUESTION = "01a1fc7e-54db-7fff-bfff-000000000001"
HUB = "hub:H1"


def asked(order: Carried, *, qty: int = 1) -> PickupQuestionAsked:
    """Kim does not find soap and offers tea."""
    return PickupQuestionAsked(
        actor=KIM,
        at=AT,
        order=order.order,
        line=1,
        qty=qty,
        reason=ShortReason.not_found,
        offers=(Offer(gtin=TEA, price_minor=3_000),),
        until_ms=NOON_MS + 3_600_000,
        found=found_of(order.pickup, 1),
    )


def answered(order: Carried, choice: Choice, gtin: str | None = None, *, how: AnsweredHow) -> PickupQuestionAnswered:
    """The store says which answer the question got."""
    return PickupQuestionAnswered(
        actor=HUB, at=AT, order=order.order, question_id=QUESTION, choice=choice, gtin=gtin, how=how
    )
