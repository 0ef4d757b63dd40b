"""Says what happened to an order in the words of the order page: the act, what it was about, who did it, its mark."""

from collections.abc import Iterable

from edge.app.order_detail import OrderDetail, ProductDetail
from edge.app.order_history import Happened
from edge.domain.facts_counter import PromiseWhy
from edge.domain.pickup import AnsweredHow, Choice, IfShort, ShortReason
from kiosk_ui.staff.words import WORDS, person
from kiosk_ui.wording import in_locale

# The icon beside each act; an act of a later version is told by its own name.
ICONS = {
    "accepted": "check",
    "declined": "circle-x",
    "picked": "shopping-bag",
    "short": "circle-minus",
    "substituted": "replace",
    "question_asked": "message-square",
    "question_answered": "message-square",
    "staged": "package",
    "ready": "package-check",
    "arrived": "user-check",
    "handed_over": "circle-check",
    "pass_seen": "scan-qr-code",
    "cancel_granted": "circle-x",
    "cancel_refused": "user-check",
    "undone": "undo-2",
    "voided": "undo-2",
    "reshelved": "package",
    "unpacked": "package-open",
    "expired": "hourglass",
    "reopened": "history",
    "reminded": "bell-ring",
    "extended": "calendar-clock",
    "promised": "clock",
    "told_again_asked": "send",
}


def did(happened: Happened) -> str:
    """What was done, in two words."""
    act = happened.kind.partition(".")[2]
    return WORDS.text(f"did.{act}") if act in ICONS else happened.kind


def did_icon(happened: Happened) -> str:
    """The mark beside it."""
    return ICONS.get(happened.kind.partition(".")[2], "circle-dot")


def did_what(happened: Happened, detail: OrderDetail) -> str:
    """What it was about, as far as its fact is still here: product, units, parcels, shelf, choice."""
    said = [_product(happened, detail)]
    if happened.qty and happened.times > 1:
        said.append(WORDS.count("card.units", happened.qty))
    if happened.parcels:
        said.append(", ".join(WORDS.text("parcel.number", number=number) for number in happened.parcels))
    said.append(happened.shelf or "")
    said.append(_word(happened))
    if happened.desk:
        said.append(WORDS.text("did.at_desk", desk=happened.desk))
    return " · ".join(part for part in said if part)


def did_by(actor: str) -> str:
    """Who did it: the number on a badge, or which machine."""
    kind, _, name = actor.partition(":")
    if kind in ("hub", "kiosk"):
        return WORDS.text(f"did.by_{kind}", name=name)
    return WORDS.text("did.by_shopper") if kind == "shopper" else person(actor)


def product_name(product: ProductDetail) -> str:
    """The product in the language of the screen, its bare code while nobody sent it down."""
    return in_locale(product.name) or product.gtin


def keys_by_value() -> set[str]:
    """Every key this module, and the order page, builds out of a value."""
    groups: dict[str, Iterable[str]] = {
        "did": ICONS,
        "choice": Choice,
        "how": AnsweredHow,
        "if_short": IfShort,
        "why": PromiseWhy,
    }
    return {f"{group}.{value}" for group, values in groups.items() for value in values} | {"did.by_hub", "did.by_kiosk"}


def _product(happened: Happened, detail: OrderDetail) -> str:
    product = detail.products.get(happened.gtin or "")
    if product is None:
        return ""
    name = product_name(product)
    return f"{name} {WORDS.count('card.units', happened.qty)}" if happened.qty else name


def _word(happened: Happened) -> str:
    for group, values in (("short", ShortReason), ("choice", Choice), ("why", PromiseWhy)):
        if happened.word in tuple(values):
            return WORDS.text(f"{group}.{happened.word}")
    return ""
