"""Numbers, links and names of the other direction in a right-to-left text, kept in order by invisible marks.

The Unicode bidirectional algorithm (UAX 9) turns a number after an Arabic letter into an "Arabic number" (W2). A
hyphen, a space or a bracket between two of those is neutral and takes the direction of the text (N1, N2): 617-555-0142
is shown as 0142-555-617. A colon, a point and a slash between digits stay (W4), and so does a lone number or Latin
word. FSI (U+2068) and PDI (U+2069) around the run keep it whole; they cost nothing more in a text that is UCS-2 anyway.
"""

from collections.abc import Iterator

import regex

from outreach.languages import LANGUAGES
from outreach.wording.problems import Check, Problem

FSI, PDI = "\u2068", "\u2069"
RIGHT_TO_LEFT = frozenset(language.code for language in LANGUAGES.values() if language.direction == "rtl")

LINK = r"(?:https?://|www\.)[\w\-.~:/?#@!$&'()*+,;=%]*[\w/=#&+-]"
_GROUPS = r"\+?\(?\d[\d.]*\)?(?:(?: ?[-()+] ?)+\d[\d.]*)+|\+\d+|\d{3} \d{3} \d{4}"  # digits that a neutral mark parts
_BRACKETED = r"[A-Za-z][\w .'&/-]*\([^()]*\)"
_AT_RISK = regex.compile(rf"{LINK}|(?<![\w.]){_GROUPS}(?!\w)|{_BRACKETED}", regex.ASCII)
_ISOLATED = regex.compile(f"{FSI}[^{FSI}{PDI}]*{PDI}")
_BRACES = regex.compile(r"\{\w*\}")
_DOUBLED = regex.compile(f"{FSI}({FSI}[^{FSI}{PDI}]*{PDI}){PDI}")
_STRONG = regex.compile(r"\p{L}")
_FROM_RIGHT = regex.compile(r"[\p{Arabic}\p{Hebrew}]")
_FROM_LEFT = regex.compile(r"\p{Latin}")


def isolate_value(shown: str, language: str) -> str:
    """A field's value as it stands in a text of this language: a name, phone number or link of the other direction
    is isolated, so that it neither breaks nor, as the first word, turns the whole text around."""
    if language not in RIGHT_TO_LEFT:
        return shown
    if _FROM_LEFT.search(shown) and not _FROM_RIGHT.search(shown) and FSI not in shown:
        return f"{FSI}{shown}{PDI}"
    return mend_direction(shown, language)


def isolate_name(name: str, language: str) -> str:
    """A family's name as it stands in a text of this language, whichever way it is written: in a text that runs from
    the left an Arabic name would pull a number after it to its other side."""
    if language in RIGHT_TO_LEFT:
        return isolate_value(name, language)
    return f"{FSI}{name}{PDI}" if _FROM_RIGHT.search(name) else name


def mend_direction(text: str, language: str) -> str:
    """The text with every run at risk isolated; what is isolated stays as it is. Safe to apply twice."""
    if language not in RIGHT_TO_LEFT:
        return text
    kept = _split(text)
    return "".join(piece if isolated else _AT_RISK.sub(rf"{FSI}\g<0>{PDI}", piece) for piece, isolated in kept)


def without_doubles(text: str) -> str:
    """One pair of marks where both the wording and the field brought one."""
    return _DOUBLED.sub(r"\1", text)


def check_direction(text: str, language: str) -> Iterator[Problem]:
    """Marks that do not pair, in any language; runs that would be shown in the wrong order, in right-to-left ones."""
    if not _is_paired(text):
        yield Problem(Check.DIRECTION, "an invisible direction mark (U+2068 or U+2069) stands without its partner")
        return
    if language not in RIGHT_TO_LEFT:
        return
    for piece, isolated in _split(text):
        for run in () if isolated else _AT_RISK.findall(piece):
            yield Problem(
                Check.DIRECTION,
                f"{run} would be shown in the wrong order; it needs U+2068 before it and U+2069 after it",
            )
    yield from _first_word(text)


def _first_word(text: str) -> Iterator[Problem]:
    """Phones take the direction of the whole text from its first letter outside isolates (UAX 9, P2)."""
    first = _STRONG.search(_BRACES.sub(" ", _ISOLATED.sub(" ", text)))
    if first and _FROM_LEFT.match(first[0]) and _FROM_RIGHT.search(text):
        yield Problem(
            Check.DIRECTION, "the text begins with Latin letters and would be shown from left to right; begin otherwise"
        )


def _split(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a text, and whether each is isolated."""
    end = 0
    for found in _ISOLATED.finditer(text):
        yield text[end : found.start()], False
        yield found[0], True
        end = found.end()
    yield text[end:], False


def _is_paired(text: str) -> bool:
    depth = 0
    for mark in text:
        depth += (mark == FSI) - (mark == PDI)
        if depth < 0:
            return False
    return depth == 0
