"""What people were told and what they carried, in plain dictionaries: the simulation's own book, kept by nobody's code but its own."""

from collections import Counter
from dataclasses import dataclass, field

Parcel = tuple[str, int]
"""An order and the number on the label."""


@dataclass(frozen=True)
class Deed:
    """A press that was answered with yes: on which machine, and what it was."""

    box: str
    kind: str
    order: str = ""


@dataclass(frozen=True)
class Grant:
    """A change of a cart that somebody was told is done: at this version the line has this quantity (0: it is gone)."""

    version: int
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Wish:
    """A wish made at a kiosk: the machine that took it, and what the lines are when it is granted."""

    box: str
    lines: tuple[tuple[str, int], ...]


@dataclass
class Told:
    """One run's memory."""

    deeds: dict[str, Deed] = field(default_factory=dict)
    """Every press that was answered with yes, by event_id."""
    lost: set[str] = field(default_factory=set)
    """Deeds that only a disk knew that was put back to an older state."""
    handed: dict[str, tuple[str, str, tuple[int, ...]]] = field(default_factory=dict)
    """Machine, order and parcels that were given away, by the event_id of the press."""
    shelf: Counter[Parcel] = field(default_factory=Counter)
    """Labelled parcels that stand on a shelf."""
    units: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """Units that were put into a parcel, by machine and label."""
    brought_back: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Units that came back, by order and line."""
    runs: list[tuple[str, str]] = field(default_factory=list)
    """Runs that closed something nobody fetched: machine and run."""
    wishes: dict[str, Wish] = field(default_factory=dict)
    """Wishes a kiosk said it took."""
    unsaid: dict[str, Wish] = field(default_factory=dict)
    """Wishes made as the plug was pulled: nobody knows whether they were taken."""
    orders: dict[str, str] = field(default_factory=dict)
    """Orders a phone was told of, and whose they are."""
    passes: dict[str, str] = field(default_factory=dict)
    """What a phone shows for an order."""
    cancelled: set[str] = field(default_factory=set)
    """Orders a phone was told are cancelled."""
    grants: dict[str, list[Grant]] = field(default_factory=dict)
    """Changes a phone was told are done, by cart."""
    sighted: set[str] = field(default_factory=set)
    """Telemetry a kiosk wrote down."""

    def yes(self, event: str, deed: Deed) -> None:
        """A press was answered with yes."""
        self.deeds[event] = deed

    def come_back(self, event: str, parcels: tuple[int, ...]) -> None:
        """These parcels of a handover were here all the time."""
        box, order, given = self.handed.pop(event)
        left = tuple(number for number in given if number not in parcels)
        if left:
            self.handed[event] = (box, order, left)
        for number in parcels:
            self.shelf[order, number] += 1

    def wish(self, event: str, wish: Wish) -> None:
        """A kiosk took a wish."""
        self.wishes[event] = wish
        self.yes(event, Deed(box=wish.box, kind="wish"))

    def grant(self, cart: str, grant: Grant) -> None:
        """A phone was told that its change is done."""
        self.grants.setdefault(cart, []).append(grant)

    def required(self) -> set[str]:
        """Event_ids that must have reached central."""
        return set(self.deeds) - self.lost
