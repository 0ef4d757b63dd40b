"""Hold the house rules a linter does not know: sizes, names, words, reasons, and the calls that would break a transaction."""

import ast
import re
import statistics
from collections.abc import Iterator

import pytest

from tests.house.tree import PACKAGES, ROOT, Module, everything, product, walk

MODULE_LINES = 300
TEST_MODULE_LINES = 400
FUNCTION_LINES = 50
FUNCTION_LINES_MEDIAN = 10
FIRST_LINE_CHARACTERS = 20

# A migration is a list of steps, written once and never changed; cutting it into functions would hide the order.
MIGRATIONS = "central/store/alembic/versions/"

NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "stuff", "base_classes"}
SCREENS = ("kiosk_ui", "central")
TOKENS = "kiosk_ui/design/"

# Written in pieces so that this file does not find itself.
NOTES_TO_SELF = ("TO" + "DO", "FIX" + "ME", "HA" + "CK")
LEFT_OUT = ("pytest." + "skip", "mark." + "skip", "mark." + "xfail", "importor" + "skip", "pytest." + "xfail")
SKIPS_LIVE_IN = "tests/conftest.py"
MACHINE_PATHS = re.compile(
    "|".join(("/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/tmp/" + "plan", "/opt/" + "py", "/Us" + "ers/"))
)
COMMITS_OURS = {"executescript": "commits the transaction it runs in", "vacuum": "raises inside a transaction"}

HEX_COLOUR = re.compile(r"(?<![&\w])#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b")
COLOUR_FUNCTION = re.compile(r"\b(?:rgba?|hsla?|oklch|oklab|lab|lch|hwb)\(")
NOQA = re.compile(r"#\s*noqa(?P<codes>:\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)?(?P<reason>.*)$")
TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(?P<codes>\[[\w,\s-]+\])?(?P<reason>.*)$")
REASON = re.compile(r"[A-Za-z]{4,}")


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of a module, nested ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return a function's lines from its `def` to its end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def comments(module: Module) -> Iterator[tuple[int, str]]:
    """Yield line number and text of each line that holds a comment."""
    for number, line in enumerate(module.text.splitlines(), start=1):
        if "#" in line:
            yield number, line


def test_modules_stay_short() -> None:
    long = []
    for module in everything():
        limit = TEST_MODULE_LINES if module.shown.startswith("tests/") else MODULE_LINES
        lines = module.text.count("\n")
        if lines > limit:
            long.append(f"{module.shown}: {lines} lines, at most {limit}")
    assert not long, "\n".join(long)


def test_functions_stay_short() -> None:
    long = [
        f"{module.shown}:{node.lineno} {node.name}: {length(node)} lines"
        for module in everything()
        for node in functions(module)
        if length(node) >= FUNCTION_LINES and not module.shown.startswith(MIGRATIONS)
    ]
    assert not long, "\n".join(long)


def test_most_functions_fit_in_ten_lines() -> None:
    lengths = [length(node) for module in product() for node in functions(module)]
    assert statistics.median(lengths) <= FUNCTION_LINES_MEDIAN


def test_every_module_says_in_its_first_line_what_it_is_for() -> None:
    silent = []
    for module in everything():
        first = (ast.get_docstring(module.tree) or "").split("\n")[0]
        if module.text.strip() and (len(first) < FIRST_LINE_CHARACTERS or not first.endswith((".", ".)", ":", "?"))):
            silent.append(f"{module.shown}: {first!r}")
    assert not silent, "\n".join(silent)


def test_no_two_modules_say_the_same_of_themselves() -> None:
    seen: dict[str, str] = {}
    for module in product():
        first = (ast.get_docstring(module.tree) or module.shown).split("\n")[0]
        assert first not in seen, f"{module.shown} and {seen[first]} both say {first!r}"
        seen[first] = module.shown


def test_every_module_has_a_name_of_its_own() -> None:
    nameless = [
        module.shown
        for module in everything()
        if NAMELESS & {word for part in module.name.split(".") for word in (part, *part.split("_"))}
    ]
    assert not nameless, nameless


@pytest.mark.parametrize("note", NOTES_TO_SELF)
def test_no_note_to_self_stays_in_the_tree(note: str) -> None:
    suffixes = (".py", ".html", ".css", ".js", ".sql", ".md", ".po", ".toml")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in walk(*PACKAGES, "tests", "scripts", "docs", suffixes=suffixes)
        if re.search(rf"\b{note}\b", path.read_text(encoding="utf-8"))
    ]
    assert not found, found


def test_nothing_is_left_unbuilt() -> None:
    unbuilt = [
        f"{module.shown}:{node.lineno}"
        for module in everything()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name) and node.id == "NotImplemented" + "Error"
    ]
    assert not unbuilt, unbuilt


def test_no_test_is_left_out_but_where_the_machine_lacks_a_part() -> None:
    found = [
        f"{module.shown}:{number}"
        for module in everything()
        if module.shown != SKIPS_LIVE_IN
        for number, line in enumerate(module.text.splitlines(), start=1)
        if any(word in line for word in LEFT_OUT)
    ]
    assert not found, found


def test_no_path_of_one_machine_is_written_down() -> None:
    suffixes = (".py", ".md", ".toml", ".sql", ".html", ".css", ".js", ".json", ".sh", ".txt")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in walk(*PACKAGES, "tests", "scripts", "benchmarks", "docs", ".ci", suffixes=suffixes)
        for match in MACHINE_PATHS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, found


def test_no_call_ends_a_transaction_that_is_not_its_own() -> None:
    found = []
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COMMITS_OURS:
                found.append(f"{module.shown}:{node.lineno} {node.func.attr} {COMMITS_OURS[node.func.attr]}")
            if isinstance(node, ast.With):
                found += [
                    f"{module.shown}:{node.lineno} `with ….conn:` commits the transaction around it"
                    for item in node.items
                    if isinstance(item.context_expr, ast.Attribute) and item.context_expr.attr == "conn"
                ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("pattern", [NOQA, TYPE_IGNORE], ids=["noqa", "type-ignore"])
def test_every_lint_exception_names_its_code_and_its_reason(pattern: re.Pattern[str]) -> None:
    bare = []
    for module in everything():
        for number, line in comments(module):
            match = pattern.search(line)
            if (
                match
                and not line.lstrip().startswith(('"', "'", "#:"))
                and not (match["codes"] and REASON.search(match["reason"]))
            ):
                bare.append(f"{module.shown}:{number}: {line.strip()}")
    assert not bare, "\n".join(bare)


def test_every_exception_in_the_configuration_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ignored = re.search(r"^ignore = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    per_file = re.search(r"^\[tool\.ruff\.lint\.per-file-ignores\]\n(.*?)^\[", text, re.DOTALL | re.MULTILINE)
    assert ignored
    assert per_file
    lines = [line for line in (ignored[1] + per_file[1]).splitlines() if line.strip() and not line.startswith("#")]
    bare = [line for line in lines if not REASON.search(line.rpartition("#")[2] if "#" in line else "")]
    assert not bare, "\n".join(bare)


def test_colours_come_from_the_design_tokens_alone() -> None:
    found = []
    for path in walk(*SCREENS, suffixes=(".css", ".html", ".js")):
        shown = path.relative_to(ROOT).as_posix()
        if shown.startswith(TOKENS):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if HEX_COLOUR.search(line) or COLOUR_FUNCTION.search(line):
                found.append(f"{shown}:{number}: {line.strip()}")
    assert not found, "\n".join(found)


def test_pages_carry_no_inline_style_or_script() -> None:
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in walk(*SCREENS, suffixes=(".html",))
        for match in inline.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_every_table_is_strict() -> None:
    loose = [
        f"{path.relative_to(ROOT)}: {statement.split('(')[0].strip()}"
        for path in walk("edge", "sync", suffixes=(".sql",))
        for statement in re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8")).split(";")
        if re.match(r"\s*CREATE TABLE\b", statement, re.IGNORECASE)
        and "STRICT" not in statement.rpartition(")")[2].upper()
    ]
    assert not loose, "\n".join(loose)


def test_a_unit_test_lies_in_the_folder_of_its_room() -> None:
    strays = [path.name for path in (ROOT / "tests" / "unit").glob("test_*.py")]
    assert not strays, f"unit tests lie in tests/unit/<room>/: {strays}"
