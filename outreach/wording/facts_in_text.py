"""The facts of a text: links, phone numbers, times, days, amounts and other numbers, found as its language writes them.

Each fact carries the forms under which the other language may write it, so that 3:30 PM is found again as 15 h 30 in
French, and December 5 as 12月5日 in Chinese. Numbers written as words are no facts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time
from functools import lru_cache

import regex
from babel.dates import get_month_names
from babel.numbers import get_decimal_symbol

from outreach.wording.characters import ascii_digits
from outreach.wording.dates import HT_MONTHS, format_clock, formats_of
from outreach.wording.problems import Check

_BRACES = regex.compile(r"\{\w*\}")
_LINK = regex.compile(
    r"(?:https?://|www\.)[\w\-.~:/?#@!$&'()*+,;=%]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b[a-z0-9][\w-]*(?:\.[\w-]+)*\.(?:org|com|gov|edu|net|us|info|health)\b(?:/[\w\-.~:/?#@!$&'()*+,;=%]*)?",
    regex.ASCII | regex.IGNORECASE,
)
_PHONE = regex.compile(
    r"(?<![\d.])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])?\d{3}[ .-]\d{4}(?!\d)"
    r"|(?<![\w-])1?-?8\d\d-[A-Z\d]{3}-[A-Z]{4}\b"
)
_AMOUNT = regex.compile(r"(?:US ?)?\$ ?(\d+(?:[.,]\d+)*)|(\d+(?:[.,]\d+)*) ?(?:US ?)?\$")
_NUMBER = regex.compile(r"\d+(?:[.,]\d+)*")

_CLOCK = regex.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])(?: ?([ap])\.? ?m\b\.?)?", regex.IGNORECASE)
_HOUR = regex.compile(r"(?<![\d:.,$])(\d{1,2}) ?([ap])\.? ?m\b\.?", regex.IGNORECASE)
_CLOCK_H = regex.compile(r"(?<!\d)(\d{1,2}) ?h ?(\d{2})(?!\d)", regex.IGNORECASE)  # 15 h 30, 15h30
_H_LANGUAGES = frozenset({"fr", "pt_BR", "es", "ht"})

_DAY_ENGLISH = r"({months})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[:.,]\d)"
_DAY_OTHERS = r"(\d{{1,2}})(?:er|º|ª)? (?:de |ទី ?)?({months})(?!\p{{L}})"
_DAY_NUMBERED = {
    "zh_Hans": regex.compile(r"(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日号]"),
    "vi": regex.compile(r"(?P<day>\d{1,2}) tháng (?P<month>\d{1,2})(?!\d)", regex.IGNORECASE),
}


@dataclass(frozen=True)
class Fact:
    """One fact. `forms`: how it may be compared; `groups`: its digits alone, when nothing else agrees."""

    check: Check
    shown: str
    forms: frozenset[str]
    groups: tuple[str, ...] = ()


Found = tuple[regex.Match[str], Fact]


def find_facts(text: str, language: str) -> list[Fact]:
    """The facts of a wording, in the order they stand; fields in braces are none."""
    left = ascii_digits(_BRACES.sub(lambda field: "\0" * len(field[0]), text))
    found: list[Found] = []
    for find in _FINDERS:
        for match, fact in find(left, language):
            found.append((match, fact))
            left = left[: match.start()] + "\0" * len(match[0]) + left[match.end() :]
    return [fact for _, fact in sorted(found, key=lambda one: one[0].start())]


def _links(text: str, _language: str) -> Iterator[Found]:
    for match in _LINK.finditer(text):
        link = match[0].rstrip(".,;:!?'") if match[0].count("(") else match[0].rstrip(".,;:!?')")
        yield match, Fact(Check.LINK, link, frozenset({link}))


def _phones(text: str, _language: str) -> Iterator[Found]:
    for match in _PHONE.finditer(text):
        digits = "".join(character for character in match[0] if character.isalnum())
        yield match, Fact(Check.PHONE, match[0].strip(), frozenset({digits}))


def _times(text: str, language: str) -> Iterator[Found]:
    patterns = (_CLOCK, _CLOCK_H, _HOUR) if language in _H_LANGUAGES else (_CLOCK, _HOUR)
    seen: list[range] = []
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not any(match.start() in span for span in seen):
                seen.append(range(match.start(), match.end()))
                yield match, _time(match, pattern, _half_beside(text, match, language))


@lru_cache(maxsize=32)
def _halves(language: str) -> dict[str, str]:
    """How a language marks the two halves of the day beside a time ("SA" and "CH" in Vietnamese)."""
    if has_24_hours(language):
        return {}
    hours = {"a": (8, 11), "p": (12, 15, 20)}
    marks = {
        format_clock(time(hour), language).strip("0123456789: "): half for half, all_ in hours.items() for hour in all_
    }
    return {mark: half for mark, half in marks.items() if mark}


def _half_beside(text: str, match: regex.Match[str], language: str) -> str | None:
    before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
    return next(
        (half for mark, half in _halves(language).items() if before.endswith(mark) or _begins(after, mark)), None
    )


def _begins(text: str, mark: str) -> bool:
    return text.startswith(mark) and not text[len(mark) :][:1].isalpha()


def _time(match: regex.Match[str], pattern: regex.Pattern[str], beside: str | None) -> Fact:
    hour, minute = int(match[1]), 0 if pattern is _HOUR else int(match[2])
    half = match[2] if pattern is _HOUR else match[3] if pattern is _CLOCK else None
    half = half or beside
    shown = match[0].strip()
    shown = shown.removesuffix(".") if shown.count(".") == 1 else shown  # of the sentence, not of "p.m."
    forms = {f"{hour}:{minute:02d}"}
    if half:
        forms = {f"{hour}:{minute:02d} {half.lower()}", f"{hour}:{minute:02d}"}
    groups = (str(hour), *([f"{minute:02d}"] if minute else []))
    return Fact(Check.TIME, shown, frozenset(forms), groups)


def on_24_hours(fact: Fact) -> Fact:
    """An English time as a language with a 24-hour clock writes it; others come back as they are."""
    marked = next((form for form in fact.forms if form[-1] in "ap"), None)
    if fact.check is not Check.TIME or marked is None:
        return fact
    clock, half = marked.split()
    hour, minute = clock.split(":")
    full = f"{int(hour) % 12 + 12 * (half == 'p')}:{minute}"
    groups = (full.split(":")[0], *([minute] if minute != "00" else []))
    return Fact(Check.TIME, fact.shown, frozenset({full}), groups)


def has_24_hours(language: str) -> bool:
    return language != "ht" and "H" in formats_of(language).clock


@lru_cache(maxsize=32)
def _months(language: str) -> dict[str, int]:
    if language == "ht":
        return {name: number for number, name in enumerate(HT_MONTHS, start=1)}
    locale = formats_of(language).locale
    return {
        name.casefold().rstrip("."): number
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, locale).items()
        if not name[0].isdigit()
    }


@lru_cache(maxsize=32)
def _day_pattern(language: str) -> regex.Pattern[str]:
    shape = _DAY_ENGLISH if language == "en" else _DAY_OTHERS
    names = "|".join(sorted(map(regex.escape, _months(language)), key=len, reverse=True))
    return regex.compile(shape.format(months=names), regex.IGNORECASE)


def _days(text: str, language: str) -> Iterator[Found]:
    numbered = _DAY_NUMBERED.get(language)
    for match in numbered.finditer(text) if numbered else ():
        month, day = int(match["month"]), int(match["day"])
        yield match, Fact(Check.DAY, match[0], frozenset({f"{month}-{day}"}), (str(day),))
    if numbered or not _months(language):
        return
    for match in _day_pattern(language).finditer(text):
        name, number = (match[1], match[2]) if language == "en" else (match[2], match[1])
        form = f"{_months(language)[name.casefold().rstrip('.')]}-{int(number)}"
        yield match, Fact(Check.DAY, match[0], frozenset({form}), (str(int(number)),))


def _amounts(text: str, language: str) -> Iterator[Found]:
    for match in _AMOUNT.finditer(text):
        number = match[1] or match[2]
        yield match, Fact(Check.AMOUNT, match[0].strip(), _values(number, language), ("$", number))


def _numbers(text: str, language: str) -> Iterator[Found]:
    for match in _NUMBER.finditer(text):
        groups = tuple(regex.split("[.,]", match[0]))
        yield match, Fact(Check.NUMBER, match[0], _values(match[0], language), groups)


def _values(number: str, language: str) -> frozenset[str]:
    """A number as US families write it, and as this language may: 12,50 is 12.50 where a comma parts the cents."""
    forms = {number.replace(",", "") if regex.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number) else number}
    if _decimal_comma(language) and regex.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+", number):
        forms.add(number.replace(".", "").replace(",", "."))
    return frozenset(form.removesuffix(".00") for form in forms)


@lru_cache(maxsize=32)
def _decimal_comma(language: str) -> bool:
    return language != "ht" and get_decimal_symbol(formats_of(language).locale) == ","


_FINDERS: tuple[Callable[[str, str], Iterator[Found]], ...] = (_links, _phones, _times, _days, _amounts, _numbers)
