"""Characters no wording should have: invisible ones, other spaces, digits of other scripts, marks that cost more."""

import unicodedata
from collections.abc import Iterator

import regex

from outreach.wording.direction import FSI, PDI, RIGHT_TO_LEFT
from outreach.wording.problems import Check, Problem
from outreach.wording.segments import UCS, count_segments, to_plain

GSM_LANGUAGES = frozenset({"en", "ht", "so"})  # their own letters all fit the cheap alphabet (GSM 03.38)
UCS_LANGUAGES = frozenset({"vi", "zh_Hans", "ar", "km"})  # theirs never do: nothing forces UCS-2 needlessly

_NAMES = {
    "\u00a0": "a no-break space", "\u202f": "a narrow no-break space", "\u200b": "a zero-width space",
    "\ufeff": "a byte order mark", "\u00ad": "a soft hyphen", "\t": "a tab", "\ufffd": "a broken character",
    "\u200e": "a direction mark", "\u200f": "a direction mark", "\u2060": "a word joiner",
}  # fmt: skip
_ODD_SPACE = regex.compile(r"[\p{Zs}\p{Zl}\p{Zp}--[ \u3000]]", regex.VERSION1)
_JOINERS = "\u200c\u200d"  # inside emoji and some scripts
_FORBIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
_NATIVE_NUMBER = regex.compile(r"[\p{Nd}--[0-9]]+", regex.VERSION1)
_BRACES = regex.compile(r"[{}]")


def check_characters(text: str, language: str) -> Iterator[Problem]:
    """Characters that must not leave, whatever the language."""
    for character in dict.fromkeys(text):
        if _is_forbidden(character, language):
            name = _NAMES.get(character, "an invisible character")
            yield Problem(
                Check.CHARACTER,
                f"{name} (U+{ord(character):04X}) stands {_place(text, character)}; write an ordinary space or nothing",
            )
    for number in dict.fromkeys(_NATIVE_NUMBER.findall(text)):
        yield Problem(Check.DIGITS, f"write {ascii_digits(number)} instead of {number}: families' texts use 0 to 9")
    if not unicodedata.is_normalized("NFC", text):
        yield Problem(Check.CHARACTER, "letters and their accents are stored apart (not NFC); type the words again")


def check_price(text: str, language: str) -> Iterator[Problem]:
    """Characters that make a text dearer without need, each with what to write instead."""
    if language in UCS_LANGUAGES:
        return
    culprits = count_segments(text).culprits  # braces fit the cheap alphabet
    fancy = [mark for mark in dict.fromkeys(text) if to_plain(mark) != mark and not _is_forbidden(mark, language)]
    letters = [letter for letter in culprits if letter not in fancy] if language in GSM_LANGUAGES else []
    for character in (*fancy, *letters):
        if not _is_forbidden(character, language) and character not in (FSI, PDI):
            yield Problem(Check.PRICE, f"{character} makes this text dearer; write {_instead(character)}")


def spare_characters(text: str, language: str) -> dict[str, str]:
    """What needlessly makes a finished text dearer, each with what to write instead; "" is nothing.

    The letters of a language are never needless: only marks, emoji, and in languages whose own letters are all cheap
    the letters of others, which a place or a name may bring.
    """
    culprits = count_segments(text).culprits if language not in UCS_LANGUAGES else ()
    spare = {}
    for character in culprits:
        if character in (FSI, PDI) or (language not in GSM_LANGUAGES and unicodedata.category(character)[0] in "LM"):
            continue
        instead = to_plain(character) if to_plain(character) != character else _base_letter(character)
        spare[character] = instead
    return spare


def without_spares(text: str, language: str) -> str:
    """The text with its needlessly dear characters replaced."""
    return text.translate({ord(character): instead for character, instead in spare_characters(text, language).items()})


def ascii_digits(text: str) -> str:
    """The text with the digits of every script written 0 to 9."""
    return "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text)


def _is_forbidden(character: str, language: str) -> bool:
    if character == "\n" or character in _JOINERS:
        return False
    if character in (FSI, PDI):
        return language not in RIGHT_TO_LEFT
    return (
        character == "\ufffd"
        or unicodedata.category(character) in _FORBIDDEN
        or _ODD_SPACE.match(character) is not None
    )


def _place(text: str, character: str) -> str:
    before = text[: text.index(character)].split()
    return f'after "{before[-1]}"' if before else "at the beginning"


def _instead(character: str) -> str:
    plain = to_plain(character)
    if plain != character:
        return plain.strip() or "nothing"
    return _base_letter(character) or "something else, or nothing"


def _base_letter(character: str) -> str:
    """Without its accent; nothing when that is no cheaper."""
    letter = unicodedata.normalize("NFD", character)[0]
    return letter if count_segments(letter).encoding != UCS else ""
