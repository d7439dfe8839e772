"""The language a text seems to be in: silent on every text we ship, and heard where a person mixed two languages up."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.incoming.written_in import find_mismatch
from outreach.languages import SHIPPED
from outreach.wording.canned import CANNED
from outreach.wording.catalog import read_translations
from outreach.wording.replies import REPLIES

LOCALES = Path(__file__).parents[2] / "locales"


def shipped() -> Iterator[tuple[str, str, str]]:
    """Context, language and text of our answers and ready-made texts."""
    english = {f"reply:{key}": text for key, text in REPLIES.items()}
    english |= {f"canned:{key}": one.english for key, one in CANNED.items()}
    translations = read_translations(LOCALES)
    for context, text in english.items():
        for language in SHIPPED:
            found = translations.find(language, context, text).text
            yield context, language, re.sub(r"\{\w+\}", " ", found)


def test_no_text_of_ours_seems_to_be_in_another_language() -> None:
    wrong = [(context, language) for context, language, text in shipped() if find_mismatch(text, language)]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "language", "seems"),
    [
        ("Hello, your appointment is on Friday at the school", "es", "en"),
        ("Hello, your appointment is on Friday at the school", "ar", "en"),
        ("Hola, la cita de su hijo es el viernes en la escuela", "pt_BR", "es"),
        ("Hola, la cita de su hijo es el viernes en la escuela", "en", "es"),
        ("A consulta do seu filho é na sexta, na escola", "es", "pt_BR"),
        ("Bonjour, le rendez-vous de votre enfant est vendredi dans notre école", "ht", "fr"),
        ("Bonjou, randevou pitit ou a se vandredi nan lekòl la", "fr", "ht"),
        ("Quý vị có hẹn với chúng tôi vào thứ sáu", "en", "vi"),
        ("您的孩子星期五有预约", "en", "zh_Hans"),
        ("موعد طفلكم يوم الجمعة", "km", "ar"),
        ("Ваша запись на пятницу", "en", None),  # letters of none of our languages: nobody can say
    ],
)
def test_a_text_in_another_language_is_noticed(text: str, language: str, seems: str | None) -> None:
    found = find_mismatch(text, language)
    assert (found.seems if found else None) == seems


@pytest.mark.parametrize("text", ["", "ok", "1", "617-555-0100", "😀😀😀", "\u200f", "a" * 1600, "Sí, Ana"])
def test_what_says_nothing_is_left_alone(text: str) -> None:
    for language in (*SHIPPED, "ru", "xx"):
        found = find_mismatch(text, language)
        assert found is None or language in ("zh_Hans", "ar", "km", "ru")
