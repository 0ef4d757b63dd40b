"""The result of a replay: what the files, central's book and the hub's book say, and whether they agree to the unit."""

from typing import Any

import msgspec

from edge.tools.replay.acts import Cut
from edge.tools.uci_plan import Totals


class CentralTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The week as central's book states it: every order, those of charges only included."""

    sale_orders: int
    sale_lines: int
    sale_units: int
    gross_minor: int
    cancellation_invoices: int
    cancellation_lines: int
    return_lines_linked: int
    return_lines_without_order: int
    refund_charge_lines: int
    refund_minor: int
    pickups: int
    handed_over: int


class HubTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The week as the hub's own book states it: pickups only, so without orders of charges alone."""

    pickups: int
    handed_over: int
    product_lines: int
    product_units: int
    gross_minor: int
    return_lines_linked: int
    return_lines_without_order: int
    refund_minor: int


class Harm(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that must be nothing."""

    facts_owed: int
    flagged: int
    duplicates_applied: int
    lost: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One replay, whole."""

    files: Totals
    central: CentralTotals
    hub: HubTotals
    harm: Harm
    handed_over_while_cut: int
    cuts: tuple[Cut, ...]
    kills: dict[str, int]
    wall_s: float
    cpu_s: dict[str, float]

    def disagreements(self) -> list[str]:
        """Each number that is not what it must be, in words; empty when the week is whole."""
        wrong = _differences("central", self.central, _expected_at_central(self.files))
        wrong += _differences("hub", self.hub, _expected_at_hub(self.files))
        wrong += [f"{name} is {value}, not 0" for name, value in msgspec.structs.asdict(self.harm).items() if value]
        if 2 * self.handed_over_while_cut < self.files.pickups:
            wrong.append(f"only {self.handed_over_while_cut} of {self.files.pickups} handovers were made while cut")
        return wrong

    def summary(self) -> str:
        """The week in a sentence."""
        cut_s = sum(cut.seconds for cut in self.cuts)
        return (
            f"{self.hub.handed_over} of {self.files.pickups} pickups handed over, {self.handed_over_while_cut} while cut"
            f" ({len(self.cuts)} cuts, {cut_s:.0f} s); lost {self.harm.lost}, doubled {self.harm.duplicates_applied},"
            f" owed {self.harm.facts_owed}, flagged {self.harm.flagged}; {self.wall_s:.0f} s"
        )

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints: the files' totals on top, and each book's own beneath its name."""
        files = msgspec.structs.asdict(self.files) | {"handed_over": self.files.pickups}
        return {
            **files,
            "handed_over": self.central.handed_over,
            "handed_over_while_cut": self.handed_over_while_cut,
            **msgspec.structs.asdict(self.harm),
            "cuts": [msgspec.structs.asdict(cut) for cut in self.cuts],
            "kills": self.kills,
            "wall_s": round(self.wall_s, 1),
            "cpu_s": {name: round(seconds, 1) for name, seconds in self.cpu_s.items()},
            "files": files,
            "central": msgspec.structs.asdict(self.central),
            "hub": msgspec.structs.asdict(self.hub),
            "disagreements": self.disagreements(),
        }


def _expected_at_central(files: Totals) -> CentralTotals:
    same = {name: getattr(files, name) for name in CentralTotals.__struct_fields__ if name != "handed_over"}
    return CentralTotals(**same, handed_over=files.pickups)


def _expected_at_hub(files: Totals) -> HubTotals:
    return HubTotals(
        pickups=files.pickups,
        handed_over=files.pickups,
        product_lines=files.product_lines,
        product_units=files.product_units,
        gross_minor=files.pickups_gross_minor,
        return_lines_linked=files.return_lines_linked,
        return_lines_without_order=files.return_lines_without_order,
        refund_minor=files.refund_minor,
    )


def _differences(book: str, found: msgspec.Struct, expected: msgspec.Struct) -> list[str]:
    return [
        f"{book}: {name} is {getattr(found, name)}, expected {getattr(expected, name)}"
        for name in found.__struct_fields__
        if getattr(found, name) != getattr(expected, name)
    ]
