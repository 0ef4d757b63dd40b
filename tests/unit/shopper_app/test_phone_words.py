"""Every sentence of the stand-in is in both catalogues, is said somewhere, and nothing is asked for that nobody wrote."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

import central.shopper_app
from central.shopper_app.frame import KNOWN_REFUSALS, MESSAGE_LOOKS, STATE_SIGNS
from central.shopper_app.own_pages import SWITCHES
from edge.domain.cart import CartReason
from edge.domain.message import MessageKind
from edge.domain.pickup import Choice, DeclineReason, IfShort, OrderState

ROOM = Path(central.shopper_app.__file__).parent
ASKED = re.compile(r"""\b(?:t|n|say|WORDS\.text|WORDS\.count)\(\s*["']([a-z_]+(?:\.[a-z_]+)+)["']""")
FILLED = re.compile(r"%\((\w+)\)s")
HANGUL = re.compile(r"[가-힣]")
TABS = ("cart", "qr", "orders", "messages", "more")


def catalogue(lang: str) -> dict[str, tuple[str, ...]]:
    with (ROOM / "translations" / lang / "LC_MESSAGES" / "messages.po").open("rb") as source:
        read = read_po(source, locale=lang)
    sentences: dict[str, tuple[str, ...]] = {}
    for message in read:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            sentences[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return sentences


def asked_for() -> set[str]:
    """Every key that a page or the code names, and those put together from a value of the rule book."""
    sources = [*ROOM.rglob("*.html"), *ROOM.rglob("*.py")]
    by_name = {key for source in sources for key in ASKED.findall(source.read_text("utf-8"))}
    by_value = {f"phone.tab.{tab}" for tab in TABS}
    by_value |= {f"phone.state.{state}" for state in OrderState}
    by_value |= {f"phone.message.{kind}" for kind in MessageKind}
    by_value |= {f"phone.because.{reason}" for reason in (*CartReason, *DeclineReason, *KNOWN_REFUSALS, "other")}
    by_value |= {f"phone.because_do.{reason}" for reason in (*KNOWN_REFUSALS, "other")}
    by_value |= {f"phone.{half}.{purpose}" for half in ("consent", "consent_says") for purpose, _ in SWITCHES}
    by_value |= {f"phone.ask.else.{preference}" for preference in IfShort}
    by_value |= {f"phone.ask.chose.{choice}" for choice in Choice}
    return by_name | by_value


def test_both_catalogues_hold_exactly_what_is_said() -> None:
    asked = asked_for()
    assert catalogue("ko").keys() == asked
    assert catalogue("en").keys() == asked


def test_no_sentence_is_empty_and_both_languages_fill_the_same_gaps() -> None:
    korean, english = catalogue("ko"), catalogue("en")
    for key in korean:
        assert all(form.strip() for form in (*korean[key], *english[key])), key
        gaps = [{name for form in forms for name in FILLED.findall(form)} for forms in (korean[key], english[key])]
        assert gaps[0] == gaps[1], key


def test_korean_is_written_in_hangul_and_english_is_not() -> None:
    assert [key for key, forms in catalogue("ko").items() if not HANGUL.search("".join(forms))] == []
    assert [key for key, forms in catalogue("en").items() if HANGUL.search("".join(forms))] == []


def test_every_state_and_every_message_has_its_sign() -> None:
    assert set(STATE_SIGNS) == set(OrderState)
    assert set(MESSAGE_LOOKS) == set(MessageKind)
