"""Serves the page of stores: last heard, owed, and what a person should look at."""

from flask import Blueprint, Response, render_template, request

from central.api.wording import LOCALES, Words, wall_time
from central.app.central import Central
from central.app.oversee import StoreAtGlance, oversee
from central.app.reasons import CentralReason
from central.store.incidents import Incident, IncidentKind
from central.store.review import ToReview
from edge.domain.pickup import Flag
from sync.envelope import Verdict

SILENT_AFTER_MS = 120_000
"""A hub beats every few seconds; two minutes without it are a cut line, not a slow one."""

SENTENCES = frozenset({*Flag, CentralReason.other_store, "unreadable"})
"""What a fact is flagged for, each with a sentence of its own."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def stores_page(central: Central) -> Blueprint:
    """GET /, in the browser's language or the one `?lang=` asks for."""
    page = Blueprint("stores", __name__, template_folder="templates")

    @page.get("/")
    def stores() -> Response:
        overview = oversee(central)
        words = Words(_language(central))
        zones = {store.store: store.timezone for store in overview.stores}
        body = render_template(
            "central/stores.html",
            overview=overview,
            w=words,
            look=lambda store: _look(store, overview.now_ms),
            silent=sum(_look(store, overview.now_ms) == "silent" for store in overview.stores),
            flag=flag_key,
            incident=incident_key,
            at=lambda at_ms, store: wall_time(at_ms, zones.get(store, "UTC")),
            other=next(each for each in LOCALES if each != words.locale),
        )
        return Response(body, headers={"Content-Security-Policy": POLICY} | _HEADERS)

    return page


def incident_key(incident: Incident) -> str:
    """The key of the sentence for what happened."""
    return f"incident.{incident.kind if incident.kind in set(IncidentKind) else 'other'}"


def flag_key(fact: ToReview) -> str:
    """The key of the sentence for what is the matter with a fact."""
    reason = "unreadable" if fact.verdict == Verdict.UNREADABLE else fact.reason
    return f"flag.{reason if reason in SENTENCES else 'other'}"


_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def _language(central: Central) -> str:
    asked = request.args.get("lang", "")
    if asked in LOCALES:
        return asked
    return request.accept_languages.best_match(LOCALES) or central.settings.default_locale


def _look(store: StoreAtGlance, now_ms: int) -> str:
    """well, silent (nothing heard lately) or new (never heard)."""
    if store.heard_at_ms is None:
        return "new"
    return "silent" if now_ms - store.heard_at_ms > SILENT_AFTER_MS else "well"
