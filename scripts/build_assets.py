"""Builds the committed design files: the font cut to Korean retail text, and the icon sprite.

Neither a demo nor a test runs this; it is run by hand when a source version changes, with `npm` on the PATH and the extra `tools` installed:

    python scripts/build_assets.py            # write the files
    python scripts/build_assets.py --check    # say which committed file differs from its sources

The same pinned sources and the same fonttools give the same bytes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "kiosk_ui" / "design" / "static"
LABEL_FONT = ROOT / "devices" / "fonts"
SOURCES = ROOT / "kiosk_ui" / "design" / "sources"  # icons.txt: the lucide names we use; marks.svg: our own drawings

FONT_SOURCE = "pretendard@1.3.9"
ICON_SOURCE = "lucide-static@1.62.0"

# npm's own integrity value of each tarball: another file under the same version stops the build.
INTEGRITY = {
    FONT_SOURCE: "sha512-PaQAADyLY5v4kYFwkpSJHbSSYIkiriY/1xXw75TKoZ9UQQqeU+tvP05yTdZAWibiIYoo8ZKtRv8PM7w0IaywSw==",
    ICON_SOURCE: "sha512-WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
}

FAMILY = "Storefloor Sans"

# What the screens write besides letters: dashes, quotes, prices, arrows, marks of number and temperature.
PUNCTUATION = "·…–—‘’“”«»‹›×÷−±≤≥₩€£¥°℃%‰†‡•←↑→↓↔✓①②③④⑤⑥⑦⑧⑨⑩©®™　、。「」『』【】〈〉《》～"

# Latin letters of European product and personal names.
LATIN = "".join(chr(code) for code in range(0xA1, 0x100))

# The screens use 450 to 720 (tokens.css); the rest of the axis would be a third of the file.
WEIGHTS = (400.0, 800.0)


def ks_x_1001() -> str:
    """The 2,350 syllables of KS X 1001 and the jamo beside them: what ordinary Korean text is written in."""
    syllables = []
    for row in (0xA4, *range(0xB0, 0xC9)):
        for cell in range(0xA1, 0xFF):
            try:
                syllables.append(bytes([row, cell]).decode("euc_kr"))
            except UnicodeDecodeError:
                continue
    return "".join(syllables)


def fetch(package: str, folder: Path) -> tarfile.TarFile:
    """Download one npm package without installing it and hold it against its integrity value. Raises SystemExit when it differs."""
    name = subprocess.run(
        ["npm", "pack", package, "--silent"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    raw = (folder / name).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(raw).digest()).decode()
    if found != INTEGRITY[package]:
        raise SystemExit(f"{package}: integrity is {found}, expected {INTEGRITY[package]}")
    return tarfile.open(fileobj=BytesIO(raw), mode="r:gz")


def member(package: tarfile.TarFile, name: str) -> bytes:
    """One file of a package."""
    handle = package.extractfile(f"package/{name}")
    if handle is None:
        raise SystemExit(f"{name} is not in the package")
    return handle.read()


def rename(font: TTFont) -> None:
    """Give the family our own name: the licence reserves the original one for the unmodified font. Its copyright lines stay."""
    postscript = FAMILY.replace(" ", "")
    names = {1: FAMILY, 3: f"{FAMILY} {FONT_SOURCE}", 4: FAMILY, 6: postscript, 16: FAMILY, 25: postscript}
    for record in list(font["name"].names):
        place = (record.platformID, record.platEncID, record.langID)
        if "PretendardVariable" in str(record):
            font["name"].setName(str(record).replace("PretendardVariable", postscript), record.nameID, *place)
        elif record.nameID in names and record.langID == 0x409:
            font["name"].setName(
                names[record.nameID], record.nameID, record.platformID, record.platEncID, record.langID
            )
        elif record.nameID in (1, 3, 4, 6, 16, 18, 21, 25):
            font["name"].removeNames(
                nameID=record.nameID, platformID=record.platformID, platEncID=record.platEncID, langID=record.langID
            )


def cut(source: bytes, *, flavor: str | None, weight: float | tuple[float, float]) -> bytes:
    """Cut the variable face to our characters and to a range of weights, or to one weight, for paper."""
    font = TTFont(BytesIO(source), recalcTimestamp=False)
    options = Options()
    options.layout_features = ["kern", "calt", "ccmp", "locl", "tnum", "liga"]
    options.hinting = False
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.drop_tables += ["DSIG"]
    if flavor is None:
        options.layout_features = []
    subsetter = Subsetter(options)
    text = "".join(map(chr, range(0x20, 0x7F))) + LATIN + PUNCTUATION + ks_x_1001()
    subsetter.populate(text=text)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": weight})
    rename(font)
    font.recalcTimestamp = False
    font.flavor = flavor
    target = BytesIO()
    font.save(target)
    return target.getvalue()


def sprite(lucide: tarfile.TarFile) -> bytes:
    """One file of symbols: lucide's as `i-*`, our own category marks as `m-*`."""
    head = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">']
    lines.append(
        f"<!-- Built by scripts/build_assets.py. i-*: {ICON_SOURCE}, notice in LUCIDE-LICENSE.txt. m-*: drawn for Storefloor. -->"
    )
    for name in (SOURCES / "icons.txt").read_text().split():
        svg = member(lucide, f"icons/{name}.svg").decode()
        inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        inner = re.sub(r">\s+<", "><", inner.strip())
        lines.append(f'<symbol id="i-{name}" {head}>{inner}</symbol>')
    lines += re.findall(r"<symbol .*?</symbol>", (SOURCES / "marks.svg").read_text(), re.DOTALL)
    lines.append("</svg>")
    return ("\n".join(lines) + "\n").encode()


def build(folder: Path) -> dict[Path, bytes]:
    """Every built file by its place in the repository."""
    pretendard, lucide = fetch(FONT_SOURCE, folder), fetch(ICON_SOURCE, folder)
    variable = member(pretendard, "dist/public/variable/PretendardVariable.ttf")
    licence = member(pretendard, "dist/LICENSE.txt").replace(b"\r\n", b"\n")
    return {
        STATIC / "fonts" / "storefloor-sans.woff2": cut(variable, flavor="woff2", weight=WEIGHTS),
        STATIC / "fonts" / "OFL.txt": licence,
        STATIC / "LUCIDE-LICENSE.txt": member(lucide, "LICENSE"),
        STATIC / "icons.svg": sprite(lucide),
        LABEL_FONT / "storefloor-sans-600.ttf": cut(variable, flavor=None, weight=600.0),
        LABEL_FONT / "OFL.txt": licence,
    }


def main() -> int:
    """Write the files, or with --check only compare; exit 1 when something differs."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    only_check = arguments.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder))
    differing = [path for path, body in built.items() if not path.exists() or path.read_bytes() != body]
    for path in differing:
        if not only_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(built[path])
        sys.stdout.write(
            f"{'differs' if only_check else 'wrote'} {path.relative_to(ROOT)} ({len(built[path])} bytes)\n"
        )
    return 1 if only_check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
