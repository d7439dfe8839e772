"""Every way an export or a person writes a language leads to one code."""

from pathlib import Path

import pytest
from babel import Locale

from outreach.languages import LANGUAGES, SHIPPED, find_language

LOCALES = Path(__file__).resolve().parent.parent / "locales"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("pt-BR", "pt_BR"),
        ("por", "pt_BR"),
        ("PORTUGUESE", "pt_BR"),
        ("zh-CN", "zh_Hans"),
        ("chi", "zh_Hans"),
        ("Chinese", "zh_Hans"),
        ("zh_TW", "zh_Hant"),
        ("kreyòl", "ht"),
        ("Haitian-Creole", "ht"),
        ("hat", "ht"),
        ("Cape Verdean", "kea"),
        ("Cape Verdean Creole", "kea"),
        ("spa", "es"),
        (" español ", "es"),
        ("Somali", "so"),
        ("ខ្មែរ", "km"),
        ("Farsi", "fa_AF"),
        ("nep", "ne"),
        ("klingon", None),
        ("", None),
    ],
)
def test_a_name_a_tag_or_a_code_leads_to_the_language(written: str, code: str | None) -> None:
    assert find_language(written) == code


def test_no_two_languages_share_a_name() -> None:
    spelled = [{one.code, one.name.casefold(), one.english.casefold(), *one.aliases} for one in LANGUAGES.values()]
    names = [name for names in spelled for name in names]
    shared = {name for name in names if names.count(name) > 1}
    assert not shared


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_direction_is_that_of_its_script(code: str) -> None:
    locale = Locale.parse("ht" if code == "ht" else code)
    assert LANGUAGES[code].direction == locale.text_direction


def test_what_is_shipped_has_a_folder_with_its_words() -> None:
    assert set(SHIPPED) == {path.parent.name for path in LOCALES.glob("*/words.yaml")}
