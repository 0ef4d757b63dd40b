"""What Kim and her manager do at the counter beside picking and handing over, as the facts they leave behind."""

from edge.domain.facts import (
    PickupExpired,
    PickupExtended,
    PickupPromised,
    PickupQuestionAnswered,
    PickupQuestionAsked,
    PickupReopened,
    PickupReshelved,
    PickupSubstituted,
    PickupUndone,
    PickupUnpacked,
    PickupVoided,
    PromiseWhy,
    VoidReason,
)
from edge.domain.pickup import (
    AnsweredHow,
    Choice,
    Offer,
    Pickup,
    ShortReason,
    StepBack,
    found_of,
    parcels_of_run,
)
from tests.cast.pickups import AT, KIM, NOON_MS, ORDER

COFFEE = "09521234500032"
KANG = "clerk:kang"


def ask(pickup: Pickup, line: int, qty: int) -> PickupQuestionAsked:
    """Kim asks what Ada wants instead: coffee is offered."""
    return PickupQuestionAsked(
        actor=KIM,
        at=AT,
        order=ORDER,
        line=line,
        qty=qty,
        reason=ShortReason.no_stock,
        offers=(Offer(gtin=COFFEE, price_minor=2_500),),
        until_ms=NOON_MS + 1_800_000,
        found=found_of(pickup, line),
    )


def answer(question: str, choice: Choice, gtin: str | None = None) -> PickupQuestionAnswered:
    """Ada answers on her phone."""
    return PickupQuestionAnswered(
        actor="shopper", at=AT, order=ORDER, question_id=question, choice=choice, gtin=gtin, how=AnsweredHow.phone
    )


def substitute(pickup: Pickup, line: int, qty: int, gtin: str = COFFEE, price_minor: int = 2_500) -> PickupSubstituted:
    """Kim takes something else for these units."""
    return PickupSubstituted(
        actor=KIM,
        at=AT,
        order=ORDER,
        line=line,
        qty=qty,
        new_line=pickup.next_line_number,
        gtin=gtin,
        price_minor=price_minor,
        gtin_scanned=gtin,
        found=found_of(pickup, line),
    )


def undo(pickup: Pickup, what: StepBack) -> PickupUndone:
    """Kim takes one act back."""
    named = [line for line in (what.line, what.new_line) if line is not None]
    return PickupUndone(
        actor=KIM,
        at=AT,
        order=ORDER,
        event=what.event,
        kind=what.kind,
        line=what.line,
        qty=what.qty,
        new_line=what.new_line,
        parcel=what.parcel,
        found=found_of(pickup, lines=named),
    )


def void(pickup: Pickup, event: str, *numbers: int) -> PickupVoided:
    """These parcels are here after all."""
    return PickupVoided(
        actor=KIM, at=AT, order=ORDER, event=event, parcels=numbers, reason=VoidReason.mistake, found=found_of(pickup)
    )


def reshelve(pickup: Pickup, number: int, shelf: str) -> PickupReshelved:
    """Kim puts a parcel somewhere else."""
    return PickupReshelved(actor=KIM, at=AT, order=ORDER, parcel=number, shelf=shelf, found=found_of(pickup))


def unpack(pickup: Pickup, *numbers: int, restocked: bool) -> PickupUnpacked:
    """Kim opens parcels."""
    return PickupUnpacked(actor=KIM, at=AT, order=ORDER, parcels=numbers, restocked=restocked, found=found_of(pickup))


def expire(pickup: Pickup, run: str) -> PickupExpired:
    """The manager's run closes an order nobody fetched."""
    here = tuple(parcel.number for parcel in pickup.parcels_here)
    return PickupExpired(actor=KANG, at=AT, order=ORDER, run_id=run, parcels=here, found=found_of(pickup))


def reopen(pickup: Pickup, run: str) -> PickupReopened:
    """The manager takes the run back."""
    back = tuple(parcel.number for parcel in parcels_of_run(pickup))
    return PickupReopened(actor=KANG, at=AT, order=ORDER, run_id=run, parcels=back, found=found_of(pickup))


def promise(pickup: Pickup, at_ms: int) -> PickupPromised:
    """The shop says when it will be ready."""
    return PickupPromised(
        actor="hub:H1",
        at=AT,
        order=ORDER,
        promised_at_ms=at_ms,
        was_ms=pickup.promised_at_ms,
        why=PromiseWhy.repromised,
        found=found_of(pickup),
    )


def extend(until_ms: int) -> PickupExtended:
    """Ada asked for more time."""
    return PickupExtended(actor=KIM, at=AT, order=ORDER, until_ms=until_ms, by="shopper")
