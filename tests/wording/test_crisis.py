"""The answer to a crisis, in every language we ship: which numbers it gives, and what it never says."""

import re
from pathlib import Path

import pytest

from outreach.languages import LANGUAGES, SHIPPED
from outreach.setting_values import shipped_content
from outreach.wording.catalog import translations_at
from outreach.wording.replies import REPLIES
from outreach.wording.segments import count_segments

# "Private" in each language: nobody may promise a family in danger that it stays between us.
PRIVATE = "private privado privada privé prive riêng 隐私 保密 خصوصية سري សម្ងាត់ gaar sirta confidential"
# 988 is texted in English and Spanish alone (988lifeline.org, "What to expect").
TEXTS_988 = {"en": "call or text 988", "es": "mande AYUDA al 988"}


def answer_in(language: str) -> str:
    if language == "en":
        return REPLIES["crisis"]
    folder: Path = shipped_content() / "locales"
    text = translations_at(folder).find(language, "reply:crisis", REPLIES["crisis"]).text
    assert text
    return text


@pytest.mark.parametrize("language", SHIPPED)
def test_the_answer_gives_911_and_the_way_to_988_that_this_language_has(language: str) -> None:
    text = answer_in(language)
    assert "911" in text
    if language in TEXTS_988:
        assert TEXTS_988[language] in text
    else:
        name = {"zh_Hans": "Chinese", "pt_BR": "Portuguese"}.get(language, LANGUAGES[language].english)
        assert name in text, "the operator at 988 is told the language in English"
        assert text.count("988") == 1, "988 reads no texts in this language"
    if language == "es":
        assert "988 y marque 2" in text


@pytest.mark.parametrize("language", SHIPPED)
def test_the_answer_asks_nothing_links_nowhere_and_promises_no_secrecy(language: str) -> None:
    text = answer_in(language).casefold()
    assert not re.search(r"[?？؟]|https?:|www\.|\{", text)
    assert [word for word in PRIVATE.split() if word.casefold() in text] == []
    assert count_segments(answer_in(language)).segments <= 4
