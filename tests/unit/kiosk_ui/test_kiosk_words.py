"""Every sentence of kiosk and signage is in both catalogues, every key a page asks for exists, and placeholders agree."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import kiosk_ui
from edge.domain.cart import CartReason
from edge.domain.pickup import Choice, OrderState, ShortReason
from kiosk_ui.kiosk.walk import Here

FACES = ("kiosk", "signage")
ROOM = Path(kiosk_ui.__file__).parent
KEY = re.compile(r"""\b(?:t|tn|w|WORDS\.text|WORDS\.count)\(\s*["']([a-z_]+(?:\.[a-z_0-9]+)*)["']""")
BUILT_KEYS = (
    "wish.",
    "line.here.",
    "pickup.state.",
    "message.",
    "question.why.",
    "question.done.",
    "question.next.",
)
"""Keys put together from a value of the rule book; the tests below hold them against its enums."""
WORD_KEY = re.compile(r"'(nav\.[a-z_]+)'")


def catalogue(face: str, lang: str) -> dict[str, tuple[str, ...]]:
    path = ROOT_OF[face] / "translations" / lang / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        read = read_po(source, locale=lang)
    sentences: dict[str, tuple[str, ...]] = {}
    for message in read:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            sentences[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return sentences


ROOT_OF = {face: ROOM / face for face in FACES}


def asked_for(face: str) -> set[str]:
    sources = [*ROOT_OF[face].rglob("*.html"), *ROOT_OF[face].rglob("*.py")]
    texts = [source.read_text("utf-8") for source in sources]
    return {key for text in texts for pattern in (KEY, WORD_KEY) for key in pattern.findall(text)}


@pytest.mark.parametrize("face", FACES)
def test_korean_and_english_say_the_same_things(face: str) -> None:
    korean, english = catalogue(face, "ko"), catalogue(face, "en")
    assert korean.keys() == english.keys()
    for key in korean:
        names = [
            {name for form in forms for name in re.findall(r"%\((\w+)\)s", form)}
            for forms in (korean[key], english[key])
        ]
        assert names[0] == names[1], key
        assert all(form.strip() for forms in (korean[key], english[key]) for form in forms), key


@pytest.mark.parametrize("face", FACES)
def test_every_key_a_page_asks_for_is_in_the_catalogue(face: str) -> None:
    asked = asked_for(face)
    assert len(asked) > 4
    assert asked - catalogue(face, "ko").keys() == set()


@pytest.mark.parametrize("face", FACES)
def test_no_sentence_stays_in_the_catalogue_that_no_page_says(face: str) -> None:
    unsaid = catalogue(face, "ko").keys() - asked_for(face)
    assert {key for key in unsaid if not key.startswith(BUILT_KEYS) and ".refused." not in key} == set()


def test_korean_is_written_in_hangul_and_english_is_not() -> None:
    hangul = re.compile(r"[가-힣]")
    speaks_of_itself = {"tools.other_language", "step"}
    for key, forms in catalogue("kiosk", "ko").items():
        assert key in speaks_of_itself or hangul.search("".join(forms)), key
    for key, forms in catalogue("kiosk", "en").items():
        assert key in speaks_of_itself or not hangul.search("".join(forms)), key


def test_every_reason_and_state_the_rule_book_knows_has_its_sentence() -> None:
    known = catalogue("kiosk", "ko").keys()
    assert {f"wish.refused.{reason}" for reason in CartReason} <= known
    assert {f"order.refused.{reason}" for reason in CartReason} <= known
    assert {f"pickup.state.{state}" for state in OrderState} <= known
    assert {f"line.here.{here.value}" for here in Here} <= known
    for subject in ("scan", "change", "order", "check_in", "call"):
        assert {f"{subject}.refused.other", f"{subject}.do.refused.other"} <= known


def test_every_reason_and_every_choice_of_a_question_has_its_words() -> None:
    said = catalogue("kiosk", "ko").keys()
    wanted = {f"question.why.{reason}" for reason in ShortReason}
    wanted |= {f"question.{part}.{choice}" for part in ("done", "next") for choice in Choice}
    assert wanted - said == set()
