"""Whether every fact of the English stands in its translation, and none that the English does not have."""

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from outreach.languages import LANGUAGES
from outreach.wording.facts_in_text import Fact, find_facts, has_24_hours, on_24_hours
from outreach.wording.problems import Check, Problem

# Lines that a translation may name twice: "call 988, or text AYUDA to 988".
HELPLINES = frozenset({"911", "988", "211"})
# What a language's own way to a line takes: 988 answers in Spanish after 2 (988lifeline.org, "What to expect").
_OWN_WAY = {"es": frozenset({"2"})}

_WORDS = {
    "one": 1, "once": 1, "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "noon": 12, "midnight": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "first": 1, "second": 2, "third": 3, "week": 7, "an hour": 1, "a day": 1, "a week": 1,
}  # fmt: skip
_WORD = regex.compile(rf"\b(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b", regex.IGNORECASE)
_NAMES = {
    Check.LINK: "link", Check.PHONE: "phone number", Check.TIME: "time", Check.DAY: "day", Check.AMOUNT: "amount",
    Check.NUMBER: "number",
}  # fmt: skip
# Months have other names than ours there (كانون الأول for ديسمبر), or are spelled in more than one way.
_MONTHS_VARY = frozenset(LANGUAGES) - {"es", "pt_BR", "ht", "fr", "vi", "zh_Hans"}
_EXACT = frozenset({Check.LINK, Check.PHONE})


def check_facts(english: str, text: str, language: str) -> Iterator[Problem]:
    """Every link, phone number, time, day, amount and number of the English, once each; no others.

    A number in digits stays in digits ("4 texts" is "4 messages", not "quatre"); a number in words is free.
    """
    asked = find_facts(english, "en")
    if has_24_hours(language):
        asked = [on_24_hours(fact) for fact in asked]
    missing, extra = _unmatched(asked, find_facts(text, language))
    extra = [fact for fact in extra if not _is_free(fact, asked, english, language)]
    missing = [fact for fact in missing if not _is_named_once(fact, text)]
    if language in _MONTHS_VARY or not any(fact.check is Check.DAY for fact in missing):
        missing, extra = _agreeing_digits(missing, extra)
    yield from _said(missing, extra)


def _unmatched(asked: Sequence[Fact], given: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    missing, extra = [], list(given)
    for fact in asked:
        twin = next((one for one in extra if one.check is fact.check and _same(fact, one)), None)
        if twin is None:
            missing.append(fact)
        else:
            extra.remove(twin)
    return missing, extra


def _same(asked: Fact, given: Fact) -> bool:
    """A time with its half of the day is only itself; without, the wording around it says which half."""
    halves = [{form[-1] for form in fact.forms if form[-1] in "ap"} for fact in (asked, given)]
    if asked.check is Check.TIME and all(halves) and halves[0] != halves[1]:
        return False
    return bool(asked.forms & given.forms)


def _is_free(fact: Fact, asked: Sequence[Fact], english: str, language: str) -> bool:
    """What may be more in a translation: a number the English says in a word, a line named twice."""
    lines = {one.shown for one in asked if one.check is Check.NUMBER} & HELPLINES
    if fact.check is Check.NUMBER and (fact.shown in lines or (lines & {"988"} and _own_way(fact, language))):
        return True
    said = {str(_WORDS[word.lower()]) for word in _WORD.findall(english)}
    return fact.check in (Check.NUMBER, Check.TIME) and bool(fact.groups) and set(fact.groups) <= said


def _is_named_once(fact: Fact, text: str) -> bool:
    """A line that the English names twice and the translation once."""
    return fact.check is Check.NUMBER and fact.shown in HELPLINES and fact.shown in text


def _own_way(fact: Fact, language: str) -> bool:
    return fact.shown in _OWN_WAY.get(language, ())


def _agreeing_digits(missing: list[Fact], extra: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Nothing, when what is left has the same digits as another kind: "2 h" is two hours or a time. A time for another
    time, or a day for another day, is a mistake."""
    kinds = [{fact.check for fact in facts} for facts in (missing, extra)]
    groups = [Counter(group for fact in facts for group in fact.groups) for facts in (missing, extra)]
    if kinds[0] & kinds[1] or groups[0] != groups[1]:
        return missing, extra
    return [fact for fact in missing if fact.check in _EXACT], [fact for fact in extra if fact.check in _EXACT]


def _said(missing: Sequence[Fact], extra: Sequence[Fact]) -> Iterator[Problem]:
    for check, name in _NAMES.items():
        lost = [fact.shown for fact in missing if fact.check is check]
        new = [fact.shown for fact in extra if fact.check is check]
        for was, now in zip(lost, new, strict=False):
            yield Problem(check, f"the {name} is {was} in the English and {now} here; write {was}")
        for was in lost[len(new) :]:
            how = "write it in digits, as the English does" if check in (Check.NUMBER, Check.TIME) else "put it in"
            yield Problem(check, f"the {name} {was} is missing; {how}")
        for now in new[len(lost) :]:
            yield Problem(check, f"the {name} {now} is not in the English; take it out")
