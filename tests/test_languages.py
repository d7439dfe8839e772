"""Every way an export or a person writes a language leads to one code."""

from pathlib import Path

import pytest
from babel import Locale

from outreach.languages import LANGUAGES, SHIPPED, Language, find_language

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
        ("Chinese, Simplified", "zh_Hans"),
        ("zh-Hans-CN", "zh_Hans"),
        ("Mandarin Chinese", "zh_Hans"),
        ("简体中文", "zh_Hans"),
        ("Portuguese (Brazil)", "pt_BR"),
        ("Português (Brasil)", "pt_BR"),
        ("pt_br", "pt_BR"),
        ("KREYOL AYISYEN", "ht"),
        ("Creole (Haitian)", "ht"),
        ("French Creole", None),  # Haiti's, or another island's: nobody guesses
        ("Spanish (Mexico)", "es"),
        ("Castilian", "es"),
        ("Spanish; Castilian", "es"),
        ("CPV", "kea"),
        ("Crioulo", "kea"),
        ("Tieng Viet", "vi"),
        ("Central Khmer", "km"),
        ("العربية", "ar"),
        ("Maay", None),
        ("klingon", None),
        ("", None),
    ],
)
def test_a_name_a_tag_or_a_code_leads_to_the_language(written: str, code: str | None) -> None:
    assert find_language(written) == code


ISO_639_2 = {  # bibliographic and terminological codes, as rosters and OneRoster files have them
    "eng": "en", "spa": "es", "por": "pt_BR", "hat": "ht", "fre": "fr", "fra": "fr", "vie": "vi", "chi": "zh_Hans",
    "zho": "zh_Hans", "ara": "ar", "som": "so", "khm": "km", "amh": "am", "ben": "bn", "per": "fa_AF", "guj": "gu",
    "hin": "hi", "ita": "it", "jpn": "ja", "kor": "ko", "lao": "lo", "bur": "my", "mya": "my", "nep": "ne", "pol": "pl",
    "pus": "ps", "rus": "ru", "kin": "rw", "alb": "sq", "sqi": "sq", "swa": "sw", "tir": "ti", "tgl": "tl", "fil": "tl",
    "ukr": "uk", "urd": "ur",
}  # fmt: skip


@pytest.mark.parametrize(("written", "code"), ISO_639_2.items())
def test_codes_of_school_exports_lead_to_the_language(written: str, code: str) -> None:
    assert find_language(written) == find_language(f" {written.upper()} ") == code


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_its_own_name_its_english_name_and_its_tag_lead_to_a_language(language: Language) -> None:
    for written in (language.name, language.english, language.tag, language.code, language.name.upper()):
        assert find_language(written) == language.code


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
