"""Fail when a page is silent about something the product offers, or speaks of something it no longer does."""

import re
from pathlib import Path

import pytest

from tests.house import reference
from tests.house.tree import ROOT

DOCS = ROOT / "docs"
ADR_PARTS = ["Context", "Decision", "Consequences", "What would change our mind"]


def headings(page: str) -> set[str]:
    """Return what the headings of a page name in backticks."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return set(re.findall(r"^#+ `([^`]+)`$", text, re.MULTILINE))


def section(page: str, heading: str) -> str:
    """Return the text below a heading that names something in backticks."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return text.split(f"# `{heading}`\n", 1)[-1].split("\n#", 1)[0]


def decisions() -> list[Path]:
    """Return the pages of decisions, in their order."""
    return sorted((DOCS / "adr").glob("0*.md"))


@pytest.mark.parametrize(
    ("page", "offered"),
    [
        ("reference/commands.md", set(reference.commands())),
        ("reference/settings.md", reference.settings()),
        ("reference/facts.md", reference.facts()),
        ("reference/verdicts.md", reference.verdicts()),
        ("reference/problems.md", reference.problems()),
        ("reference/tables.md", reference.tables()),
        ("reference/make.md", reference.make_targets()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_page_names_everything_the_product_offers_and_nothing_else(page: str, offered: set[str]) -> None:
    named = headings(page)
    assert offered, "the product offers none: the question to the code is wrong"
    assert not offered - named, f"docs/{page} is silent about {sorted(offered - named)}"
    assert not named - offered, f"docs/{page} speaks of {sorted(named - offered)}, which is gone"


def test_every_option_of_a_command_is_explained_in_its_section() -> None:
    for name, command in reference.commands().items():
        silent = reference.options(command) - set(re.findall(r"--[a-z-]+", section("reference/commands.md", name)))
        assert not silent, f"docs/reference/commands.md says nothing of {name} {sorted(silent)}"


def test_every_dependency_has_a_decision_that_names_it() -> None:
    named = "\n".join(
        line
        for page in decisions()
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("Dependenc")
    )
    words = {word.strip(" ,;.()").lower() for word in re.split(r"[\s,;:]+", named)}
    missing = sorted(name for name in reference.dependencies() if name.lower() not in words)
    assert not missing, f"no page in docs/adr starts a line with `Dependency:` and names {missing}"


@pytest.mark.parametrize("page", decisions(), ids=lambda page: page.stem)
def test_a_decision_has_its_number_and_its_four_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ADR_PARTS


def test_no_two_decisions_share_a_number() -> None:
    numbers = [page.name[:4] for page in decisions()]
    assert len(numbers) == len(set(numbers))


def test_every_page_is_reached_from_the_front_page() -> None:
    front = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")} - {"index"}
    lost = sorted(
        page for page in pages if not page.startswith("adr/0") and not re.search(rf"^{page}$", front, re.MULTILINE)
    )
    assert not lost, lost
