"""Telling the language of a family's text: right when it says it is sure, and silent otherwise."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.languages import SHIPPED
from outreach.setting_values import PACKAGE
from outreach.wording.identify import identify

ROWS = (PACKAGE.parent / "tests" / "cases" / "languages.jsonl").read_text(encoding="utf-8").splitlines()
CASES = [(row["text"], row["language"]) for row in map(json.loads, ROWS)]


def test_what_is_sure_is_right() -> None:
    found = [(identify(text, SHIPPED), code, text) for text, code in CASES]
    sure = [(seems.code, code, text) for seems, code, text in found if seems.sure]
    wrong = [each for each in sure if each[0] != each[1]]
    assert len(wrong) <= len(sure) * 0.02, wrong
    assert len(sure) >= len(CASES) * 0.7
    assert sum(seems.code == code for seems, code, _ in found) >= len(CASES) * 0.95


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "STOP", "no", "si", "lol haha", "1", "👍", "02139", "Maria Gonzalez", "!!!", "https://example.org/para",
        "Habari, ninahitaji chakula kwa watoto wangu", "salamat po sa mensahe ninyo", "Saya butuh bantuan makanan",
        "mi meste ajuda ku kumida", "Ben yemek yardımı istiyorum", "dziękuję bardzo za wiadomość", "mo fe ounje",
        "ho bisogno di aiuto", "grazie mille", "me da kumida pa nhas fidju", "ninahitaji msaada",
        "سلام من به غذا نیاز دارم", "Ich brauche Hilfe mit dem Essen bitte", "мне нужна помощь", "도와주세요",
    ],
)  # fmt: skip
def test_nothing_is_sure_where_nothing_tells(text: str) -> None:
    assert not identify(text, SHIPPED).sure


def test_only_the_languages_of_the_deployment_are_named() -> None:
    assert identify("nou bezwen manje pou timoun yo", ["en", "es"]).code in ("en", "es")
    assert identify("我们需要食物", ["en", "es"]) == (None, False)
    assert identify("我们需要食物", ["zh_Hans", "zh_Hant"]).sure is False
    assert identify("мне нужна помощь", ["en", "ru"]) == ("ru", True)
    assert identify("مرحبا كيف الحال", ["ar", "ur"]).sure is False


@given(text=st.text(max_size=1600), languages=st.sets(st.sampled_from([*SHIPPED, "ru", "am", "kea", "xx"])))
def test_no_text_raises(text: str, languages: set[str]) -> None:
    assert identify(text, languages).code in {None, *languages}
