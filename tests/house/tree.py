"""The files that are ours, found by walking the known folders, so that it works in any copy of the tree, with git or without."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("edge", "sync", "devices", "kiosk_ui", "central")
WORKSHOP = ("tests", "scripts", "benchmarks")
BUILT = {"__pycache__", "node_modules", "build", "dist"}


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file: where it is, what it is called when imported, its text and its syntax tree."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def shown(self) -> str:
        """The path as a reader of the repository knows it."""
        return self.path.relative_to(ROOT).as_posix()


def walk(*folders: str, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Yield our files with one of the endings below the folders, in a stable order."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes and not BUILT & set(path.relative_to(ROOT).parts):
                yield path


def module_name(path: Path) -> str:
    """Return the dotted name of a file; a package is its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return every Python file below the folders, parsed."""
    found = []
    for path in walk(*folders, suffixes=(".py",)):
        text = path.read_text(encoding="utf-8")
        found.append(Module(path=path, name=module_name(path), text=text, tree=ast.parse(text)))
    return tuple(found)


def product() -> tuple[Module, ...]:
    """Return the modules the wheel ships."""
    return modules(*PACKAGES)


def everything() -> tuple[Module, ...]:
    """Return the product's modules and the workshop's."""
    return (*modules(*PACKAGES), *modules(*WORKSHOP))
