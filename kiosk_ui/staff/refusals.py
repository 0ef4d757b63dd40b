"""Turns a rule book's no into what a clerk sees full-screen: what it is, what to do now, what was scanned against what was meant."""

from collections.abc import Mapping

import msgspec

from devices.ports import PrinterTrouble
from edge.app.act import ActReason
from edge.app.answer_cancel import CancelReason
from edge.app.desk_look import LookReason
from edge.app.extend_pickup import ExtendReason
from edge.app.no_show import NoShowReason
from edge.app.recovering import RecoveringReason
from edge.app.review_incident import ReviewReason
from edge.app.roll_labels import RollReason
from edge.app.show_pass import ScanReason
from edge.app.sign_in import SignInReason
from edge.app.typed_at_desk import TypingReason
from edge.domain.pickup import PickupReason
from edge.domain.return_policy import ReturnReason
from kiosk_ui.staff.frame import clock_face, money
from kiosk_ui.staff.words import WORDS, person, state_word

PRINTER = tuple(f"printer_{trouble.value}" for trouble in PrinterTrouble)
"""Why no label came out."""

# Reasons with a sentence of their own; whatever else the hub may say is "cannot be done now" with the reason's own name.
KNOWN = (
    *PickupReason,
    *ScanReason,
    *RollReason,
    *CancelReason,
    *LookReason,
    *TypingReason,
    *SignInReason,
    *NoShowReason,
    *ExtendReason,
    *ReviewReason,
    *ReturnReason,
    "superseded",
    *PRINTER,
    *RecoveringReason,
    ActReason.recorded_before_restore,
    "not_a_pass",
    "unknown_key",
    "forged",
    "unknown_parcel",
    "not_on_list",
    "other",
)

# The shopper did nothing wrong and the goods are safe: a reason to look, not an alarm.
_AMBER = frozenset(
    {
        "return_too_late",
        "unknown_order",
        "pass_expired",
        "cancel_asked",
        "amount_due",
        "unknown_code",
        "store_not_set_up",
        "recovering",
        "manager_needed",
        *PRINTER,
        "unreadable_label",
        *LookReason,
        *TypingReason,
        *SignInReason,
        *NoShowReason,
        *ExtendReason,
        *ReviewReason,
    }
)


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One half of the comparison: `big` is a display code or a product's name."""

    title: str
    big: str
    note: str = ""


class RefusalAct(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that may be done about a no: a press that is sent to the API, or a turn of the hand-over."""

    word: str
    path: str = ""
    body: str = "{}"
    did: str = ""  # what the foot of the board says once it is done
    turn: str = ""
    manager: bool = False  # a manager's number and PIN go with it
    figure: str = "check"


class RefusalView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the full-screen no shows; `got` and `want` only where two things can be compared."""

    reason: str
    tone: str
    title: str
    text: str
    got: Side | None = None
    want: Side | None = None
    is_code: bool = True
    acts: tuple[RefusalAct, ...] = ()


def refusal_view(
    reason: str,
    found: Mapping[str, str | int],
    zone: str,
    *,
    got: Side | None = None,
    want: Side | None = None,
    is_code: bool = True,
    acts: tuple[RefusalAct, ...] = (),
) -> RefusalView:
    """The sentence for `reason`, its figures filled in from what the rule book found."""
    known = reason if reason in KNOWN else "other"
    figures = {
        "when": _when(found, zone, "when_ms", "since_ms", "asked_ms", "expired_ms", "until_ms", "line_since_ms"),
        "who": person(str(found.get("by", ""))),
        "state": state_word(str(found["state"])) if "state" in found else "",
        "shelf": want.note if want else "",
        "left": found.get("left", 0),
        "days": found.get("days", 0),
        "day": found.get("day", 0),
        "reason": reason,
        "amount": money(int(found["amount_minor"]), str(found["currency"])) if "currency" in found else "",
    }
    key = "unknown_order_cut" if known == "unknown_order" and found.get("line") == "cut" else known
    return RefusalView(
        reason=reason,
        tone="amber" if known in _AMBER else "stop",
        title=WORDS.text(f"no.{known}"),
        text=WORDS.text(f"do.{key}", **figures),
        got=got,
        want=want,
        is_code=is_code,
        acts=acts,
    )


def keys_by_reason() -> set[str]:
    """Every key this module builds out of a reason."""
    return {f"{half}.{reason}" for half in ("no", "do") for reason in KNOWN} | {"do.unknown_order_cut"}


def _when(found: Mapping[str, str | int], zone: str, *names: str) -> str:
    stamp = next((int(found[name]) for name in names if found.get(name)), None)
    return "–" if stamp is None else clock_face(stamp, zone)
