"""Whether a wording may be sent: what an English text must keep to, and what its translations must keep of it.

Run when somebody saves or uploads a wording, by `outreach campaigns check`, and before a launch.
"""

from collections import Counter
from collections.abc import Iterator

from outreach.wording.characters import check_characters, check_price
from outreach.wording.copies import check_copies, check_length
from outreach.wording.direction import check_direction
from outreach.wording.facts_kept import check_facts
from outreach.wording.fields import placeholders
from outreach.wording.keywords_kept import check_told, check_told_english
from outreach.wording.problems import Check, Problem
from outreach.wording.reserved_words import check_reserved, check_reserved_english
from outreach.wording.scripts import check_letters
from outreach.wording.told_keywords import ENGLISH, Keywords, shipped_keywords


def check_translation(
    english: str, translated: str, language: str, *, keywords: Keywords | None = None
) -> list[Problem]:
    """What is wrong with a wording in one language, the gravest first; empty when nothing is.

    `english` and `translated` are wordings with their braces, not texts as sent. In English both are the same text.
    `keywords`: what the service understands; the shipped words when None.
    """
    known = keywords or shipped_keywords()
    if language == ENGLISH:
        return check_english(translated, keywords=known)
    try:
        problems = list(_braces(english, translated))
    except ValueError:
        return [Problem(Check.PLACEHOLDER, "its braces do not pair")]
    problems += _translated(english, translated, language, known)
    return sorted(problems, key=lambda problem: not problem.stops)


def check_english(text: str, *, keywords: Keywords | None = None) -> list[Problem]:
    """What is wrong with an English wording."""
    known = keywords or shipped_keywords()
    try:
        placeholders(text)
    except ValueError:
        return [Problem(Check.PLACEHOLDER, "its braces do not pair")]
    return [
        *check_told_english(text, known),
        *check_reserved_english(text),
        *check_characters(text, ENGLISH),
        *check_direction(text, ENGLISH),
        *check_letters("", text, ENGLISH),
        *check_price(text, ENGLISH),
    ]


def _translated(english: str, text: str, language: str, keywords: Keywords) -> Iterator[Problem]:
    copied = list(check_copies(english, text))
    yield from copied
    yield from check_facts(english, text, language)
    yield from check_told(english, text, language, keywords)
    yield from check_reserved(english, text)
    yield from check_characters(text, language)
    if not copied:
        yield from check_letters(english, text, language)
    yield from check_direction(text, language)
    yield from check_price(text, language)
    yield from check_length(english, text, language)


def _braces(english: str, text: str) -> Iterator[Problem]:
    """Every brace as often as the English has it. Raises ValueError for braces that do not pair."""
    asked, given = Counter(placeholders(english)), Counter(placeholders(text))
    for name in {**asked, **given}:
        if not given[name]:
            yield Problem(Check.PLACEHOLDER, f"{{{name}}} is missing")
        elif not asked[name]:
            yield Problem(Check.PLACEHOLDER, f"{{{name}}} is not in the English")
        elif asked[name] != given[name]:
            yield Problem(
                Check.PLACEHOLDER, f"{{{name}}} stands {given[name]} times here, {asked[name]} in the English"
            )
