"""The words of the ops page, and how it says lengths of time."""

from collections.abc import Iterable
from pathlib import Path

from edge.app.kpi import FORMULAS, PACE
from edge.app.review_incident import SPOKEN_KINDS
from edge.app.stock_drift import DriftKind
from kiosk_ui.wording import Wording

WORDS = Wording(Path(__file__).parent / "translations")

ROLES = ("hub", "kiosk", "desk", "beacon")
HEALTH = ("fine", "silent", "revoked")
LANES = ("n0", "n1", "n2")

_STEPS = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


def length(length_ms: int) -> str:
    """A stretch of time in its largest whole unit: "27분", "3 h"."""
    seconds = max(0, length_ms) // 1000
    for unit, size in _STEPS:
        if seconds >= size:
            return WORDS.count(f"length.{unit}", seconds // size)
    return WORDS.count("length.seconds", seconds)


def incident_word(kind: str) -> str:
    """What happened, as a person says it."""
    return WORDS.text(f"incident.{kind if kind in SPOKEN_KINDS else 'other'}")


def keys_by_value() -> set[str]:
    """Every key this room builds out of a value: the catalogues must hold each of them."""
    groups: dict[str, Iterable[str]] = {
        "incident": (*SPOKEN_KINDS, "other"),
        "device": (*ROLES, *HEALTH),
        "lane": LANES,
        "drift": DriftKind,
    }
    groups |= {"kpi": (*FORMULAS, PACE), "kpi_formula": (*FORMULAS, PACE)}
    units = {f"length.{unit}" for unit, _ in _STEPS} | {"length.seconds"}
    units |= {f"kpi_unit.{unit}" for unit in ("per_h", "hours", "minutes")}
    return units | {f"{group}.{value}" for group, values in groups.items() for value in values}
