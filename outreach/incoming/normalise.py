"""A received text made comparable: letters, spaces, emoji and repeats, before any word is looked up.

The vocabulary goes through the same steps, so that both sides always agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from operator import eq

from outreach.incoming.letters import simplify, with_marks, without_marks
from outreach.incoming.quoted import keep_own_words

# A text is at most 1,600 characters (Twilio). Compatibility forms can grow to eighteen times that.
LONGEST = 2_000
LONGEST_REFRAIN = 12  # words; whoever repeats more than that fits few repeats into a text

_QUOTES = str.maketrans(dict.fromkeys("’‘`´ʼ＇′", "'"))
_SPELLED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-_*]{1,3}){3,14}[^\W\d_](?![^\W_])")
_SPELLED_GAP = re.compile(r"[\s.\-_*]+")
_LATIN = re.compile(r"[a-z]+", re.I)
# French and Creole write a small word before the mark (l'aide, m'ap); English writes one word (don't).
_ELISION = re.compile(r"(?<![^\W_])(l|d|j|m|t|s|n|c|k|w|r|qu|jusqu|lorsqu)'(?=\w)", re.I)
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_GLUED_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d{4})|(?<=\d{4})(?=[^\W\d_])")

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KHMER = "\u1780-\u17d3\u17d7\u17dc\u17dd"
# A Khmer letter with the small letters under it and its vowels is one unit: "លែ" is not a part of "ន្លែ".
_KHMER_UNIT = "[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3])*[\u17b4-\u17d1\u17d3\u17dd]*"
_TOKEN = re.compile(
    rf"(?P<letter>[{_HAN}]|{_KHMER_UNIT}|[{_KHMER}])"
    rf"|(?P<word>(?:(?![{_HAN}{_KHMER}])[^\W_]|[\u0300-\u036f\u0640\u064b-\u065f\u0670\u0900-\u0dff\u1000-\u109f])+)"
    r"|(?P<clause>[.!?;:,\n\u3002\uff01\uff1f\uff1b\uff0c\u3001\u061f\u061b\u060c\u17d4\u17d5\u2026]+)"
    r"|(?P<other>\S)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word; one letter where a script writes no spaces; or one emoji."""

    marked: str  # accents kept, tone last
    plain: str  # without accents
    clause: int  # counts the parts of the text between marks of punctuation
    is_symbol: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    clean: str  # one line of folded text with ASCII digits, for the zip
    tokens: tuple[Token, ...]


def normalise(text: str) -> Message:
    """Fold a text as received. Any string is accepted; the empty one (a photo alone) has no tokens."""
    clean = fold(keep_own_words(_compose(text)))
    return Message(clean=clean, tokens=_without_repeats(tokenise(clean)))


def fold(text: str) -> str:
    """Lower case, compatibility forms, ASCII digits, no invisible characters; accents stay."""
    text = _compose(text).casefold()
    text = _SPELLED_OUT.sub(_join_spelled_out, text)
    text = _APOSTROPHE.sub("", _ELISION.sub(r"\1 ", text))
    return _GLUED_DIGITS.sub(" ", text)


def tokenise(folded: str) -> tuple[Token, ...]:
    """Split folded text. Punctuation separates and is counted, never kept."""
    tokens: list[Token] = []
    clause = 0
    for found in _TOKEN.finditer(folded):
        if found.lastgroup == "clause":
            clause += 1
        elif found.lastgroup != "other":
            tokens.append(Token(with_marks(found[0]), without_marks(found[0]), clause))
        elif unicodedata.category(found[0]) in ("So", "Sm"):
            tokens.append(Token(found[0], found[0], clause, is_symbol=True))
    return tuple(token for token in tokens if token.plain)


def _compose(text: str) -> str:
    text = simplify(unicodedata.normalize("NFKC", text.translate(_QUOTES))[:LONGEST])
    return "".join(filter(None, map(_plain_character, text)))


def _plain_character(character: str) -> str:
    if character < "\x7f":
        return character if character >= " " or character == "\n" else " "
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category in ("Cf", "Me") or "\ufe00" <= character <= "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff":
        return ""
    return " " if category[0] in "CZ" else character


def _join_spelled_out(found: re.Match[str]) -> str:
    """ "s.t.o.p" and "S T O P" are one word; letters of other scripts stand as they are."""
    joined = _SPELLED_GAP.sub("", found[0])
    return joined if _LATIN.fullmatch(joined) else found[0]


def _without_repeats(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """ "STOP STOP STOP" says no more than "STOP", nor does a refrain: three or more in a row become one."""
    for length in range(1, LONGEST_REFRAIN + 1):
        if _is_sung(tokens, length):
            tokens = _sung_once(tokens, length)
    return tuple(tokens)


def _is_sung(tokens: Sequence[Token], length: int) -> bool:
    """Whether so many words stand three times in a row somewhere: twice as many in a row are like the one before."""
    words = [token.plain for token in tokens]
    return b"\1" * (2 * length) in bytes(map(eq, words, words[length:]))


def _sung_once(tokens: Sequence[Token], length: int) -> list[Token]:
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        end = index + length
        while end < len(tokens) and tokens[end].plain == tokens[end - length].plain:
            end += 1
        times = (end - index) // length
        refrain = times >= 3
        kept.extend(tokens[index : index + (length if refrain else 1)])
        index += times * length if refrain else 1
    return kept
