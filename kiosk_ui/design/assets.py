"""Holds the built design files in memory under one content hash, so that a page and all it refers to are always of one build."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

# Only what the faces use. A file of another kind is a mistake and stops the start rather than being guessed at.
MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}

_GROUND = ("tokens.css", "base.css", "components.css")

# One stylesheet per face on the wire, several readable files in the repository.
FACES: Mapping[str, tuple[str, ...]] = {
    "kiosk": (*_GROUND, "kiosk.css"),
    "staff": (*_GROUND, "staff.css", "handover.css", "pick.css"),
    "signage": (*_GROUND, "signage.css"),
    "ops": (*_GROUND, "ops.css"),
    "phone": (*_GROUND, "phone.css"),
    "styleguide": (*_GROUND, "kiosk.css", "staff.css", "handover.css", "styleguide.css"),
}


class UnknownAsset(LookupError):
    """A template named a file, face, icon or mark that does not exist; the template is wrong, nothing at run time can help."""


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One file as it goes out: its bytes and its media type."""

    body: bytes
    media_type: str


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Every design file by name, the hash over all of them, and the symbols in the sprite."""

    digest: str
    assets: dict[str, Asset]
    symbols: frozenset[str]

    def require_asset(self, name: str) -> None:
        """Raise UnknownAsset when no design file has this name: a template's slip shows in the first test that renders it."""
        if name not in self.assets:
            raise UnknownAsset(f"no design file named {name!r}")

    def require_symbol(self, symbol: str) -> None:
        """Raise UnknownAsset when the sprite has no such symbol, e.g. `i-check`."""
        if symbol not in self.symbols:
            raise UnknownAsset(f"no symbol named {symbol!r} in icons.svg")


def load_bundle() -> Bundle:
    """Read the built files that ship with the package (about 0.5 MB) and join the stylesheets of each face."""
    bodies = dict(_walk(files(__package__).joinpath("static"), ""))
    for name in [name for name in bodies if name.endswith(".mjs")]:
        bodies[name] = lean_module(bodies[name])
    for face, parts in FACES.items():
        bodies[f"face-{face}.css"] = b"\n".join(bodies[part] for part in parts)
    digest = hashlib.sha256()
    for name in sorted(bodies):
        digest.update(name.encode() + b"\0" + hashlib.sha256(bodies[name]).digest())
    assets = {name: Asset(body=body, media_type=_media_type(name)) for name, body in bodies.items()}
    return Bundle(digest=digest.hexdigest()[:12], assets=assets, symbols=_symbols(bodies["icons.svg"]))


def lean_module(source: bytes) -> bytes:
    """An ES module as it goes out: without indentation, empty lines and lines that are nothing but a comment.

    A third of our modules is explanation, which a shop's screen need not load. Only for modules of ours: they hold no text
    over several lines and no comment block over several lines.
    """
    lines = (line.strip() for line in source.decode().split("\n"))
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/**"))).encode()


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        name = prefix + entry.name
        if entry.is_dir():
            found += _walk(entry, name + "/")
        else:
            found.append((name, entry.read_bytes()))
    return found


def _media_type(name: str) -> str:
    suffix = name[name.rfind(".") :]
    if suffix not in MEDIA_TYPES:
        raise UnknownAsset(f"{name!r} is of no kind that a face uses")
    return MEDIA_TYPES[suffix]


def _symbols(sprite: bytes) -> frozenset[str]:
    marker = '<symbol id="'
    return frozenset(part.partition('"')[0] for part in sprite.decode().split(marker)[1:])
