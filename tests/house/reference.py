"""What the product offers, asked of the code itself: the things that must each have a heading in docs/reference."""

import ast
import re
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from importlib import import_module

import click
import msgspec

from central.app.countersign import HeadFlag
from central.settings import CentralSettings
from central.store.columns import METADATA
from edge.app import recovering
from edge.cli import main
from edge.domain.facts import FACTS
from edge.domain.facts_counter import VoidReason
from edge.domain.pickup import DeclineReason, ShortReason
from edge.domain.pickup_judge import Flag
from edge.settings import HubSettings, KioskSettings
from sync.envelope import SkipReason, Verdict
from tests.house.tree import ROOT, Module, product, walk

# Functions that turn a written reason into an answer.
PROBLEM_MAKERS = {"problem", "Refusal", "refuse", "refusal"}
PROBLEM_NAME = re.compile(r"[a-z][a-z0-9_-]+")
FACT_REASONS = {ShortReason, DeclineReason, VoidReason, SkipReason}
STATE_REASONS = {recovering.Reason}
"""Why the hub is in a state; an act refused because of it has its own reason."""


def commands(group: click.Group = main, before: str = "storefloor") -> dict[str, click.Command]:
    """Return every command by its full name, the groups themselves left out."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        full = f"{before} {name}"
        found |= commands(command, full) if isinstance(command, click.Group) else {full: command}
    return found


def options(command: click.Command) -> set[str]:
    """Return the long options of a command."""
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


def settings() -> set[str]:
    """Return every setting as `<process>.<name>`."""
    kinds: dict[str, type[msgspec.Struct]] = {"hub": HubSettings, "kiosk": KioskSettings, "central": CentralSettings}
    return {f"{process}.{field.name}" for process, kind in kinds.items() for field in msgspec.structs.fields(kind)}


def facts() -> set[str]:
    """Return the kinds of facts."""
    return set(FACTS)


def verdicts() -> set[str]:
    """Return what a receipt can say, the reasons for which a fact is flagged, and those for which rows are skipped."""
    return {str(value) for kind in (Verdict, Flag, HeadFlag, SkipReason) for value in kind}


def speaking() -> list[Module]:
    """Return the modules that answer somebody; what a tool writes into its own report is no problem type."""
    return [module for module in product() if not module.name.startswith("edge.tools")]


def reason_kinds() -> Iterable[type[StrEnum]]:
    """Return every StrEnum of reasons for a no that the product declares; reasons inside a fact are no answers."""
    for module in speaking():
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and node.name.endswith(("Reason", "Refusal")):
                kind = getattr(import_module(module.name), node.name)
                if isinstance(kind, type) and issubclass(kind, StrEnum) and kind not in FACT_REASONS | STATE_REASONS:
                    yield kind


def written_reasons() -> set[str]:
    """Return the reasons written out where a problem or a refusal is made: `problem(404, "no-feeds", …)`."""
    found = set()
    for module in speaking():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and called(node) in PROBLEM_MAKERS:
                texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                found |= {texts[0]} if texts and PROBLEM_NAME.fullmatch(texts[0]) else set()
    return found


def reasons_of_errors() -> set[str]:
    """Return the reasons that errors carry into their answer: `reason = "…"` in the class."""
    return {
        str(part.value.value)
        for module in speaking()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.Assign)
        and isinstance(part.value, ast.Constant)
        and ast.unparse(part.targets[0]) == "reason"
    }


def called(node: ast.Call) -> str:
    """Return the bare name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def problems() -> set[str]:
    """Return every reason the product can answer with; a problem's type is the same with dashes."""
    kinds = {str(value) for kind in reason_kinds() for value in kind}
    return kinds | written_reasons() | reasons_of_errors()


def tables() -> set[str]:
    """Return every table as `<file or room>.<name>`."""
    create = re.compile(r"^CREATE TABLE (?:IF NOT EXISTS )?(\w+)", re.MULTILINE)
    found = {f"central.{name}" for name in METADATA.tables}
    for path in walk("edge/store", "sync", suffixes=(".sql",)):
        owner = "sync" if "sync" in path.relative_to(ROOT).parts else path.parent.name
        found |= {f"{owner}.{name}" for name in create.findall(path.read_text(encoding="utf-8"))}
    return found


def make_targets() -> set[str]:
    """Return the targets that `make help` explains."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {f"make {name}" for name in re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE)}


def dependencies() -> set[str]:
    """Return the names of everything the project depends on, as pyproject.toml writes them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = list(project["project"]["dependencies"]) + list(project["build-system"]["requires"])
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    return {re.split(r"[\[<>=;~! ]", line)[0] for line in wanted}
