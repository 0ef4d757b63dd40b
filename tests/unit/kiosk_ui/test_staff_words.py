"""Every sentence of the staff screens and the ops page is in both catalogues, is asked for, and agrees on its figures."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import kiosk_ui
from kiosk_ui.ops import words as ops_words
from kiosk_ui.staff import order_words, refusals, shift_pages, sign_in_page, words

ROOM = Path(kiosk_ui.__file__).parent
KEY = re.compile(r"""(?:\bt|\btn|\.text|\.count)\(\s*["']([a-z_0-9]+(?:\.[a-z_0-9]+)*)["']""")
CHOSEN = re.compile(r"""(?:if|else) ["']([a-z]+\.[a-z_0-9]+)["']|= ["']([a-z]+\.[a-z_0-9]+)["'] if""")
BUILT = {
    "staff": words.keys_by_value()
    | order_words.keys_by_value()
    | refusals.keys_by_reason()
    | sign_in_page.keys_by_reason()
    | shift_pages.keys_by_value(),
    "ops": ops_words.keys_by_value(),
}
FACES = tuple(BUILT)


def catalogue(face: str, lang: str) -> dict[str, tuple[str, ...]]:
    with (ROOM / face / "translations" / lang / "LC_MESSAGES" / "messages.po").open("rb") as source:
        read = read_po(source, locale=lang)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in read
        if message.id
    }


def asked_for(face: str) -> set[str]:
    texts = [source.read_text("utf-8") for kind in ("*.html", "*.py") for source in (ROOM / face).rglob(kind)]
    named = {key for text in texts for key in KEY.findall(text)}
    chosen = {key for text in texts for pair in CHOSEN.findall(text) for key in pair if key}
    return named | chosen | BUILT[face]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_key_is_in_the_catalogue_and_none_waits_there_unasked(face: str, lang: str) -> None:
    asked, held = asked_for(face), set(catalogue(face, lang))
    assert len(asked) > 50
    assert asked - held == set()
    assert held - asked == set()


@pytest.mark.parametrize("face", FACES)
def test_korean_and_english_name_the_same_figures(face: str) -> None:
    korean, english = catalogue(face, "ko"), catalogue(face, "en")
    for key, forms in korean.items():
        for form in (*forms, *english[key]):
            assert form.strip(), key
            missing = set(re.findall(r"%\((\w+)\)", form)) ^ set(re.findall(r"%\((\w+)\)", forms[0]))
            assert missing == set(), key


@pytest.mark.parametrize("face", FACES)
def test_korean_is_written_in_hangul_and_english_is_not(face: str) -> None:
    own_name = {"me.other_language", "ops.other_language"}
    hangul = re.compile(r"[가-힣]")
    for key, forms in catalogue(face, "ko").items():
        assert key in own_name or all(hangul.search(form) for form in forms), key
    for key, forms in catalogue(face, "en").items():
        assert key in own_name or not any(hangul.search(form) for form in forms), key


def test_another_reason_than_the_known_ones_is_said_with_its_own_name() -> None:
    assert "other" in refusals.KNOWN
    assert "%(reason)s" in catalogue("staff", "ko")["do.other"][0]
