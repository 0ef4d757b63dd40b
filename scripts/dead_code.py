"""Find code that nothing reaches, with vulture; fields that only travel over the wire count as reached."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

from vulture.core import Item, Vulture

from scripts.steps import ROOT

PLACES = ("edge", "sync", "devices", "kiosk_ui", "central", "benchmarks", "scripts")

# Frameworks call what these decorate.
DECORATORS = [
    *(f"@*.{verb}" for verb in ("get", "post", "put", "delete", "route", "command", "group")),
    *(f"@*.{hook}" for hook in ("before_request", "after_request", "teardown_request", "context_processor")),
    *(f"@*.{hook}" for hook in ("errorhandler", "app_errorhandler", "app_context_processor", "app_template_filter")),
    *(
        f"@*.{hook}"
        for hook in (
            "record",
            "record_once",
            "template_filter",
            "app_template_global",
            "before_app_request",
            "after_app_request",
        )
    ),
]

# Names that something outside Python's sight uses; each with its reason.
REACHED = {
    "CatalogueHook": "hatchling finds the hook by its base class",
    "initialize": "hatchling calls it",
    "load_config": "gunicorn calls it on its application",
    "load": "gunicorn calls it on its application",
    **dict.fromkeys(
        ("layout_features", "hinting", "name_IDs", "name_languages", "drop_tables", "recalcTimestamp"),
        "fontTools reads its options as attributes",
    ),
    "row_factory": "the database driver reads it from the connection",
    "__call__": "Python calls it",
    "DECLARED": "naming the modules declares their tables",
    "served": "declared for the migrations; its statements are SQL",
    "origins": "declared for the migrations; its statements are SQL",
    "SqliteFeed": "the SQLite form of the port; the contract suite holds it beside central's",
    "prune": "the port's way to forget; the contract suite holds both forms to it",
    "keys_by_value": "the test of the catalogues asks which keys are made from values",
    "keys_by_reason": "the test of the catalogues asks which keys are made from reasons",
    "cut_after": "tests cut the line in the middle of a push",
    "isolation_level": "the database driver reads it from the connection",
    "down_revision": "alembic reads it from a migration",
    "SimClock": "the clock of every test and of the simulated world",
    "advance": "moves that clock",
    "each_s": "tests hold the pauses that were promised against it",
    "trust_env": "requests reads it from the session",
    "max_content_length": "Flask reads it from the request",
}

# Classes whose members are read elsewhere: as fields in JSON, as choices parsed from it, by whoever implements the port.
RECORD_BASES = {"Struct", "NamedTuple", "TypedDict", "Protocol", "Fact", "PickupFact", "StrEnum", "IntEnum"}
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def is_record(node: ast.ClassDef) -> bool:
    """Whether a class only describes data: a Struct, a dataclass or one of their kin."""
    bases = {ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases}
    decorators = {ast.unparse(decorator).split("(")[0] for decorator in node.decorator_list}
    return bool(bases & RECORD_BASES) or any(name.endswith("dataclass") for name in decorators)


def record_fields(path: Path) -> set[int]:
    """Return the lines on which a record declares a field, or a port a method: whoever reads or gives it is elsewhere."""
    lines: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and is_record(node):
            lines |= {part.lineno for part in node.body if isinstance(part, ast.AnnAssign | ast.Assign)}
            if any(ast.unparse(base).startswith("Protocol") for base in node.bases):
                lines |= set(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
    return lines


@cache
def words_of_templates() -> frozenset[str]:
    """Return every name a template of the rooms mentions: a page calls what Python seems not to."""
    pages = (page for place in PLACES for page in (ROOT / place).rglob("*.html"))
    return frozenset(word for page in pages for word in WORD.findall(page.read_text(encoding="utf-8")))


@cache
def fields_of(path: Path) -> frozenset[int]:
    """Return the lines of a file that `record_fields` finds; read once per file."""
    return frozenset(record_fields(path))


def is_reached(item: Item) -> bool:
    """Whether vulture's suspicion is one we can explain."""
    if item.name in REACHED or item.name in words_of_templates():
        return True
    return item.first_lineno in fields_of(Path(item.filename))


def find_dead_code() -> list[Item]:
    """Return what no line of the product, a benchmark or a script reaches."""
    vulture = Vulture(ignore_decorators=DECORATORS)
    vulture.scavenge([str(ROOT / place) for place in PLACES if (ROOT / place).is_dir()])
    return [item for item in vulture.get_unused_code(min_confidence=60) if not is_reached(item)]


def main() -> None:
    """Print each finding; exit 1 when there is one."""
    dead = find_dead_code()
    for item in dead:
        print(f"{Path(item.filename).relative_to(ROOT)}:{item.first_lineno}: {item.message}")
    sys.exit(1 if dead else 0)


if __name__ == "__main__":
    main()
