"""Every step of every pack in every language, filled with its samples: whole, in its language, clean, and not too long.

Told by what families would read, with rules of its own: the checks of the product are not asked.
"""

import re
import unicodedata

import pytest

from outreach.campaigns.packs import Pack, packs_at
from outreach.campaigns.wordings import StepText, word_pack
from outreach.languages import SHIPPED
from outreach.setting_values import PACKAGE
from outreach.wording.catalog import ReviewState, translations_at
from outreach.wording.fields import read_values

CONTENT = PACKAGE.parent
PACKS = packs_at(CONTENT / "campaigns")
ISOLATES = "\u2068\u2069"  # in Arabic, around what runs the other way
NON_LATIN = {"ar": "ARABIC", "zh_Hans": "CJK", "km": "KHMER"}
ENGLISH = re.compile(
    r"\b(the|and|your|you|will|with|our|this|that|have|they|questions|please|child|children|free|parents?)\b",
    re.IGNORECASE,
)
# Spelled the same and meaning something else, or part of a name.
ALSO = {"fr": {"parent", "parents", "questions"}}


def worded(pack: Pack, language: str) -> tuple[StepText, ...]:
    fields = {**pack.given, **pack.fields}
    values = read_values(fields, {name: field.sample for name, field in fields.items()})
    return word_pack(pack, values, translations_at(CONTENT / "locales"), [language], frozenset())[language].steps


def own_words(pack: Pack, text: str) -> str:
    """The text without what was filled in."""
    for field in sorted({**pack.given, **pack.fields}.values(), key=lambda field: -len(field.sample)):
        text = text.replace(field.sample, " ")
    return text


CASES = [(pack, language) for pack in PACKS.values() for language in SHIPPED]


@pytest.mark.parametrize(("pack", "language"), CASES, ids=[f"{pack.id} {language}" for pack, language in CASES])
def test_a_family_reads_a_whole_text_in_its_language(pack: Pack, language: str) -> None:
    for step in worded(pack, language):
        said = f"{step.step.name}: {step.text}"
        assert step.state is (ReviewState.REVIEWED if language == "en" else ReviewState.AWAITING), said
        assert not step.problems, said
        assert not set("{}") & set(step.text), said
        assert step.count, said
        assert not step.too_long, (step.count.segments, said)
        odd = {c for c in step.text if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")}
        odd |= {c for c in step.text if unicodedata.category(c) == "Zs" and c != " "}
        assert odd <= (set(ISOLATES) if language == "ar" else set()), (odd, said)
        assert unicodedata.is_normalized("NFC", step.text), said
        if language != "en":
            english = set(map(str.lower, ENGLISH.findall(own_words(pack, step.text)))) - ALSO.get(language, set())
            assert not english, (english, said)
        if script := NON_LATIN.get(language):
            letters = [c for c in own_words(pack, step.text) if c.isalpha()]
            assert sum(unicodedata.name(c).startswith(script) for c in letters) > 0.6 * len(letters), said


def test_there_is_something_to_read() -> None:
    steps = sum(len(pack.steps) for pack in PACKS.values())
    assert (len(PACKS) >= 12, len(SHIPPED), steps * len(SHIPPED) > 500) == (True, 10, True)
