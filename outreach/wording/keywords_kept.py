"""Whether every keyword that the English tells families to send stands in the translation, as a word that works."""

from collections import Counter
from collections.abc import Iterator

from outreach.wording.problems import Check, Problem
from outreach.wording.told_keywords import (
    DIGIT,
    Keywords,
    Told,
    find_answers,
    find_given,
    find_sent_elsewhere,
    find_told,
)

_HELPLINE_WORDS = {"es": frozenset({"AYUDA"})}  # 988lifeline.org: texts in Spanish


def check_told_english(text: str, keywords: Keywords) -> Iterator[Problem]:
    """Keywords of an English wording that the service does not know."""
    for told in find_told(text, keywords):
        if not told.meanings:
            yield Problem(
                Check.KEYWORD,
                f"families are told to text {told.word}, which the service does not know; use a keyword such as TALK",
            )


def check_told(english: str, text: str, language: str, keywords: Keywords) -> Iterator[Problem]:
    """Keywords of the English without a word of the same meaning in the translation; answers in another order."""
    asked = [told for told in find_told(english, keywords) if told.meanings]
    given = find_given(text, language, keywords)
    unknown = [told.word for told in given if not told.meanings and told.word not in english]
    pairs = list(_pairs(asked, given))
    for told, twin in pairs:
        if twin is None:
            yield _lost(told.word, keywords.words_for(language, told.meanings) or (told.word,), unknown)
    yield from _order(pairs)
    yield from _answers(english, text)
    yield from _to_helplines(english, text, language)


def _to_helplines(english: str, text: str, language: str) -> Iterator[Problem]:
    """A word that families are told to text to a helpline: the English one, or what the line knows in the language."""
    for word, number in find_sent_elsewhere(text):
        if word not in english and word not in _HELPLINE_WORDS.get(language, ()):
            yield Problem(Check.KEYWORD, f"{number} may not know {word}; write what the English says")


def _pairs(asked: list[Told], given: list[Told]) -> Iterator[tuple[Told, Told | None]]:
    """Each keyword of the English with the word that stands for it, each of those once."""
    left = list(given)
    for told in asked:
        twin = next((one for one in left if one.meanings & told.meanings), None)
        if twin is not None:
            left.remove(twin)
        yield told, twin


def _lost(word: str, proposed: tuple[str, ...], unknown: list[str]) -> Problem:
    wrong = f"; the service does not know {unknown[0]}" if unknown else ""
    return Problem(
        Check.KEYWORD,
        f"the keyword {word} is missing{wrong}; write {' or '.join(proposed)}, in capitals or in quotation marks",
    )


def _order(pairs: list[tuple[Told, Told | None]]) -> Iterator[Problem]:
    """Two keywords that changed places may say the wrong thing of each other."""
    ours = [(told, twin) for told, twin in pairs if twin and not told.meanings & {"stop", "start", "help"}]
    places = [twin.place for _, twin in ours if twin]
    if places != sorted(places):
        words = ", ".join(told.word for told, _ in ours)
        yield Problem(Check.ORDER, f"the English has its keywords in the order {words}; check which says what")


def _answers(english: str, text: str) -> Iterator[Problem]:
    """ "Text 1 if you will come, 2 if you cannot": the same answers, in the same order."""
    asked = find_answers(english)
    given = [digit for digit in DIGIT.findall(text) if digit in asked]
    if len(set(asked)) > 1 and Counter(given) == Counter(asked) and given != asked:
        yield Problem(
            Check.KEYWORD,
            f"the answers stand in the order {', '.join(asked)} in the English and {', '.join(given)} here; "
            "keep the order, so that nobody answers the opposite",
        )
