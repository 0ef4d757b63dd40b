"""Central's own words in ko and en, and how its page says times and lengths."""

from datetime import datetime
from functools import cache
from gettext import GNUTranslations, translation
from pathlib import Path
from zoneinfo import ZoneInfo

LOCALES = ("ko", "en")
_FOLDER = Path(__file__).parent.parent / "translations"
_STEPS = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


class Words:
    """The words of one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._catalogue = _catalogue(locale)

    def text(self, key: str, **values: str | int) -> str:
        """The sentence for `key`, with `%(name)s` filled from `values`."""
        return self._catalogue.gettext(key) % values

    def count(self, key: str, n: int) -> str:
        """The sentence for `key` that fits the number `n`."""
        return self._catalogue.ngettext(key, key, n) % {"n": n}

    def ago(self, at_ms: int, now_ms: int) -> str:
        """How long ago, in the largest whole unit."""
        seconds = max(0, now_ms - at_ms) // 1000
        for unit, size in _STEPS:
            if seconds >= size:
                return self.count(f"ago.{unit}", seconds // size)
        return self.count("ago.seconds", seconds)

    def name(self, names: dict[str, str]) -> str:
        """The name in this language, else in another one that there is."""
        return names.get(self.locale) or next(iter(names.values()), "")


def wall_time(at_ms: int, timezone: str) -> str:
    """Day and minute in a store's own time."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")


@cache
def _catalogue(locale: str) -> GNUTranslations:
    return translation("messages", str(_FOLDER), [locale])
