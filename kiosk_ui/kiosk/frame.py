"""Puts a screen together: the words, the shopper's settings, the idle times, and what every template may ask."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from flask import Response, g, render_template, request

from edge.domain.money import format_money
from edge.settings import KioskSettings
from kiosk_ui.kiosk.machine import IdleTimes, Kiosk
from kiosk_ui.kiosk.plan import FloorPlan, draw_plan
from kiosk_ui.kiosk.room import glass_height_mm
from kiosk_ui.kiosk.visits import Prefs, Visit
from kiosk_ui.kiosk.walk import MOST_OF_ONE
from kiosk_ui.wording import LOCALES, Wording, in_locale, locale

WORDS = Wording(Path(__file__).parent / "translations")

SAME_TO_A_PERSON = dict.fromkeys(
    ("code_too_long", "not_a_pass", "unknown_key", "forged", "unreadable_label", "pass_is_no_person"), "unknown_code"
)
"""Reasons that differ for a log; before the screen they all mean: this code opens nothing here."""

_OWN_PAGE = re.compile(r"/[a-z-]*(/[a-z-]+)?(\?[a-z]+=[0-9]{1,4})?")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What the frame of every screen says about itself."""

    lang: str
    other_lang: str
    prefs: Prefs
    here: str
    form_token: str
    times: IdleTimes | None
    poll_ms: int
    unanswered: bool
    visiting: bool
    can_speak: bool


def chosen_locale(kiosk: Kiosk, visit: Visit | None) -> str:
    """The language of the screen: chosen by her, else her card's, else the address's (`?lang=`), else the kiosk's first."""
    offered = [each for each in kiosk.settings.locales if each in LOCALES] or list(LOCALES)
    card = visit.known.shopper.locale if visit and visit.known else ""
    wished = (visit.prefs.locale if visit else None) or card or request.args.get("lang")
    return wished if wished in offered else offered[0]


def other_locale(kiosk: Kiosk) -> str:
    """The language the language button leads to."""
    offered = [each for each in kiosk.settings.locales if each in LOCALES] or list(LOCALES)
    return offered[(offered.index(locale()) + 1) % len(offered)] if locale() in offered else offered[0]


def own_page(text: str) -> str:
    """A page of ours as given by a form, else the start: a form never leads anywhere else."""
    return text if _OWN_PAGE.fullmatch(text) else "/"


def screen(
    kiosk: Kiosk,
    template: str,
    *,
    times: IdleTimes | None,
    poll_ms: int = 0,
    unanswered: bool = False,
    code: int = HTTPStatus.OK,
    **shown: object,
) -> Response:
    """One screen as an answer; `times` None stands still for ever, `poll_ms` 0 never refreshes itself."""
    visit: Visit | None = g.get("visit")
    prefs = visit.prefs if visit else Prefs()
    page = Page(
        lang=locale(),
        other_lang=other_locale(kiosk),
        prefs=prefs,
        here=own_page(request.full_path.rstrip("?")),
        form_token=visit.form_token if visit else "",
        times=times.eased() if times and prefs.easy else times,
        poll_ms=poll_ms,
        unanswered=unanswered,
        visiting=visit is not None and visit.known is not None,
        can_speak=request.headers.get("X-Voice") == "1",
    )
    html = render_template(
        f"kiosk/{template}",
        page=page,
        glass=kiosk.settings,
        store=kiosk.store,
        most_of_one=MOST_OF_ONE,
        clock_time=lambda ms: clock_time(ms, kiosk.store.timezone),
        **shown,
    )
    return Response(html, status=code)


def window_style(glass: KioskSettings) -> str:
    """The same screen, smaller, in a window that is not as high as the glass: for a developer's laptop and the demo.

    On the kiosk itself nothing of it applies, and a millimetre is a millimetre.
    """
    height_mm = glass_height_mm(glass)
    width = f"calc(100vh * {glass.width_px} / {glass.height_px})"
    return (
        f"@media (max-height: {glass.height_px - 1}px) {{\n"
        f'  :root[data-device="kiosk"] {{ --mm: calc(100vh / {height_mm:.3f}); }}\n'
        f"  .kiosk, .still {{ inline-size: {width}; margin-inline: auto; }}\n"
        "}\n"
    )


def template_words() -> dict[str, object]:
    """What every template may call."""
    return {
        "t": WORDS.text,
        "tn": WORDS.count,
        "named": in_locale,
        "because": because,
        "money": lambda amount_minor, currency: format_money(amount_minor, currency, locale()),
    }


def because(subject: str, reason: str | None, **found: str | int) -> str:
    """The sentence for a refusal: the one for this reason, else the one for any."""
    key = f"{subject}.refused.{SAME_TO_A_PERSON.get(reason or '', reason)}"
    sentence = WORDS.text(key, **found)
    return WORDS.text(f"{subject}.refused.other", **found) if sentence == key else sentence


def clock_time(ms: int, timezone: str) -> str:
    """A moment as the shop's wall clock shows it, 14:05."""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone).strftime("%H:%M")


def calendar_day(ms: int, timezone: str) -> str:
    """A moment as day and time of the shop's wall clock, 11. 22. 14:05."""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    at = datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)
    return WORDS.text("day.at", month=at.month, day=at.day, time=at.strftime("%H:%M"))


def floor_plan(kiosk: Kiosk, *, with_way: bool = False) -> FloorPlan:
    """The shop's floor; `with_way` draws an example of a walk past three of its aisles."""
    aisles = kiosk.store.aisles
    example = (aisles[0], aisles[(len(aisles) - 1) // 2], aisles[-1]) if with_way and aisles else ()
    return draw_plan(aisles, tuple(dict.fromkeys(example)))
