"""Gives each face its own words: one gettext catalogue per face, keys as message ids, Korean first.

Several faces live in one process (staff and ops in the hub), so a face never takes the application's catalogue but its own
`Wording`; Flask-Babel finds the locale of the request and loads the compiled catalogue.
"""

from pathlib import Path
from typing import Any

from flask import Request, Response, current_app, g, request
from flask.sansio.app import App
from flask_babel import Babel, Domain, get_locale

LOCALES = ("ko", "en")
"""The languages with a catalogue; the first is what a screen speaks until somebody chooses."""
COOKIE = "sf_lang"
_YEAR_S = 365 * 86_400


class Wording:
    """The words of one face. `text("board.title")` gives the sentence in the request's language."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds `<locale>/LC_MESSAGES/messages.mo`."""
        self._domain = Domain(translation_directories=[str(folder)])

    def text(self, key: str, **values: str | int) -> str:
        """The sentence for `key`, with `%(name)s` filled from `values`."""
        said = str(self._spoken().ugettext(key))
        return said % values if values else said

    def count(self, key: str, n: int, **values: str | int) -> str:
        """The sentence for `key` that fits the number `n`, which it may name as `%(n)s`."""
        return str(self._spoken().ungettext(key, key, n)) % {"n": n, **values}

    def _spoken(self) -> Any:
        """The catalogue of this request's language, looked for once: a busy board says a thousand sentences."""
        spoken = g.setdefault("wording", {})
        if self not in spoken:
            spoken[self] = self._domain.get_translations()
        return spoken[self]


def speak(app: App) -> None:
    """Let `app` find the language of each request; asked for twice it does nothing."""
    if "babel" not in app.extensions:
        Babel(app, default_locale=LOCALES[0], locale_selector=_chosen, configure_jinja=False)


def locale() -> str:
    """The language of this request: `ko` or `en`."""
    return str(get_locale() or LOCALES[0])


def in_locale(names: dict[str, str] | None) -> str:
    """The name in the request's language, else in another one that exists, else nothing."""
    if not names:
        return ""
    return names.get(locale()) or next(
        (names[known] for known in LOCALES if names.get(known)), next(iter(names.values()))
    )


def remember(reply: Response) -> Response:
    """Keep the language that `?lang=` asked for, for a year, on this screen only."""
    asked = _asked(request)
    if asked:
        secure = current_app.config.get("SESSION_COOKIE_SECURE", False)
        reply.set_cookie(COOKIE, asked, max_age=_YEAR_S, httponly=True, samesite="Strict", secure=secure)
    return reply


def _chosen() -> str:
    kept = request.cookies.get(COOKIE)
    return _asked(request) or (kept if kept in LOCALES else LOCALES[0])


def _asked(wanted: Request) -> str | None:
    asked = wanted.args.get("lang")
    return asked if asked in LOCALES else None
