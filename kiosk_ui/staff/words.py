"""The words of the staff screens, and which keys the code asks for by a value rather than by name."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from edge.domain.facts_pickup import Condition
from edge.domain.pickup import DeclineReason, OrderState, ShortReason
from kiosk_ui.wording import Wording

WORDS = Wording(Path(__file__).parent / "translations")

# What a kiosk was showing when somebody called; another screen's name falls back to the last.
CALL_SCREENS = ("attract", "identify", "cart", "order", "check_in", "refused", "other")

_ICONS = {
    OrderState.placed: "triangle-alert",
    OrderState.accepted: "clipboard-list",
    OrderState.picking: "shopping-bag",
    OrderState.staged: "package",
    OrderState.ready: "package-check",
    OrderState.handed_over: "circle-check",
    OrderState.declined: "circle-x",
    OrderState.cancelled: "circle-x",
    OrderState.expired: "hourglass",
}


def state_word(state: str) -> str:
    """An order's state in the clerk's words."""
    return WORDS.text(f"state.{state}")


def state_icon(state: str) -> str:
    """The icon that stands beside that word."""
    return _ICONS[OrderState(state)]


def call_screen(screen: str) -> str:
    """What the shopper was looking at when she called."""
    return WORDS.text(f"screen.{screen if screen in CALL_SCREENS else CALL_SCREENS[-1]}")


def choices(group: str, values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """(value, word) for each of `values`, in their order."""
    return [(value.value, WORDS.text(f"{group}.{value.value}")) for value in values]


def person(actor: str | None) -> str:
    """Who did it, from an actor such as `clerk:kim`: the staff number as it stands on the badge."""
    return (actor or "").rpartition(":")[2] or "–"


def keys_by_value() -> set[str]:
    """Every key this module builds out of a value: the catalogues must hold each of them."""
    groups: dict[str, Iterable[str]] = {
        "state": OrderState,
        "screen": CALL_SCREENS,
        "short": ShortReason,
        "decline": DeclineReason,
        "condition": Condition,
    }
    return {f"{group}.{value}" for group, values in groups.items() for value in values}
