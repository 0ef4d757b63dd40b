"""Compile the screens' translations (po -> mo), so that a screen never shows a raw key; run at build, at set-up and before tests."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PATTERN = "*/**/translations/*/LC_MESSAGES/*.po"


def compile_catalogues(root: Path) -> list[Path]:
    """Write a .mo beside every .po of the rooms below `root` that is missing or older than its source; return those written."""
    written = []
    for po in sorted(root.glob(PATTERN)):
        mo = po.with_suffix(".mo")
        if ".venv" in po.parts or (mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns):
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name)
        fresh = mo.with_suffix(".mo.new")
        with fresh.open("wb") as target:
            write_mo(target, catalogue)
        fresh.replace(mo)
        written.append(mo)
    return written


if __name__ == "__main__":
    for path in compile_catalogues(Path(__file__).resolve().parent.parent):
        print(f"compiled {path}")
