"""The cell a phone number was exported in: what is taken off before anybody looks for digits."""

import re
from dataclasses import dataclass
from enum import Flag, auto
from unicodedata import category, decimal, normalize

from outreach.people.phone_words import EXTENSION_WORDS, OR_WORDS, PLACEHOLDERS


class Dirt(Flag):
    """What had to be taken off, or read past, to get at the number."""

    NONE = 0
    UNICODE = auto()  # other scripts' digits, typographic dashes and spaces, invisible marks
    PREFIX = auto()  # tel:, 1, +1, 001
    TEXT = auto()  # letters that are neither prefix nor extension
    FLOAT = auto()  # a spreadsheet stored the number as a float
    LOST = auto()  # ... and wrote too few of its digits
    EMPTY_WORD = auto()  # "n/a", "sin teléfono", "-", "617-555-XXXX"


@dataclass(frozen=True)
class Cell:
    """`text` is lower-case without accents, its digits ASCII; `extension` its digits, "" for none."""

    text: str
    dirt: Dirt
    extension: str


def clean_cell(raw: str) -> Cell:
    """Take typography, spreadsheet guards, e-mail, dates, prefix and extension off a raw cell.

    Seen: '401—555—0138', '\\u202a+1 617 555 0150\\u202c', '="5085550136"', "'6175550133",
    '6175550154.00', '1.6175550158E+10', '1.61756E+10' (digits gone for good), 'tel:+16175550166',
    '617-555-0178 extensión 7', '617-555-0184 after 5:30', 'Â 617â€“555â€“0142' (UTF-8 read as Latin).
    """
    text, dirt = _fold(raw)
    text = _strip_guard(text)
    if text and _says_nothing(text):
        return Cell(text, dirt | Dirt.EMPTY_WORD, "")
    text, float_dirt = _read_float(text)
    text, prefixes = _LINK.subn("", text)
    text = _NOT_PHONES.sub(" mail ", text)
    text, extension = _take_extension(text)
    text = _OR.sub(" / ", text)
    if prefixes:
        dirt |= Dirt.PREFIX
    if any(char.isalpha() for char in text) and Dirt.LOST not in float_dirt:
        dirt |= Dirt.TEXT
    return Cell(text, dirt | float_dirt, extension)


def _fold(raw: str) -> tuple[str, Dirt]:
    """Lower case, no accents, ASCII digits, plain dashes and spaces, nothing invisible."""
    if raw.isascii():
        return raw.strip().casefold(), Dirt.NONE
    mended = _MOJIBAKE.sub("-", raw).replace("Â\xa0", " ").replace("ï»¿", "")
    odd = mended != raw or any(map(_is_odd, raw))
    folded = "".join(map(_fold_char, normalize("NFKD", mended)))
    return folded.strip().casefold(), Dirt.UNICODE if odd else Dirt.NONE


def _is_odd(char: str) -> bool:
    """No plain character and no letter: a foreign digit, a dash, a hidden mark, a keycap."""
    return char > "\x7f" and (category(char)[0] not in "LM" or char in "\ufe0f\u20e3ーｰ")


def _fold_char(char: str) -> str:
    if char < "\x7f":
        return char
    kind = category(char)
    if kind == "Nd":
        return str(decimal(char))
    if kind == "Pd" or char in "ーｰ−⁃‐":
        return "-"
    if char in "➕":
        return "+"
    if kind.startswith("Z"):
        return "\n" if char in "\u2028\u2029" else " "
    return "" if kind[0] in "CM" and kind != "Mc" else char


# An en dash, em dash or hyphen whose UTF-8 bytes were read as Windows-1252: â€“ â€” â€‘.
_MOJIBAKE = re.compile("â€[“”‘’\x90\x91\x93\x94]")

_LETTERS = r"[^\W\d_]"


def _strip_guard(text: str) -> str:
    """='...' and quotes keep a spreadsheet from reading a number; they are not part of it."""
    return text.removeprefix("=").strip("\"'` \t\r\n")


def _plain_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


_PLACEHOLDERS = frozenset(_plain_words(_fold(words)[0]) for words in PLACEHOLDERS)
_MASK = re.compile(r"[\d\sx*#?_•().+/-]*")


def _says_nothing(text: str) -> bool:
    """Words for "none", punctuation alone, or a number with its digits masked ("617-555-XXXX")."""
    if not any(char.isalnum() for char in text) or _plain_words(text) in _PLACEHOLDERS:
        return True
    masked = sum(map(text.count, "x*?_•"))
    return masked >= 2 and sum(map(str.isdigit, text)) < 10 and bool(_MASK.fullmatch(text))


_FLOAT = re.compile(r"\+?(\d{10,15}|\d{1,3}(?:,\d{3}){3,4})[.,]0+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){3,4}")
_SCIENTIFIC = re.compile(r"\+?(\d{1,15})(?:[.,](\d{1,30}))?\s?e\s?\+?(\d{1,2})")


def _read_float(text: str) -> tuple[str, Dirt]:
    """Spell a spreadsheet's float out as digits.

    '6.175550158E+09' has every digit; '6.17556E+09' and even '6.17555015E+09' may have had more,
    so they are lost: the rounded number would belong to a stranger.
    """
    if match := _FLOAT.fullmatch(text):
        return match[1].replace(",", ""), Dirt.FLOAT
    if _THOUSANDS.fullmatch(text):
        return text.replace(",", ""), Dirt.NONE
    if match := _SCIENTIFIC.fullmatch(text):
        whole, fraction, exponent = match[1], match[2] or "", int(match[3])
        if len(fraction) >= exponent and not fraction[exponent:].strip("0"):
            return whole + fraction[:exponent], Dirt.FLOAT
        if 7 <= len(whole) + exponent <= 16:
            return text, Dirt.LOST
    return text, Dirt.NONE


_LINK = re.compile(r"^(?:(?:tel|sms|callto|whatsapp):|(?:https?://)?wa\.me/)(?=[+\d(])")
# E-mail addresses, web addresses, dates, clock times and counts hold digits that are no phone number.
_NOT_PHONES = re.compile(
    r"[\w.+-]+@[\w.-]+|(?:https?://|www\.)\S+"
    r"|(?<![\d/.-])(?:\d{1,2}[/-]\d{1,2}[/-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})(?![\d/-])"
    r"|(?<!\d)\d{1,2}:\d{2}(?!\d)|(?<=[\s(,])\d{1,2}\s?(?:st|nd|rd|th|am|pm|kids?|yrs?)\b"
    r"|(?<=[^\W\d_])\s?#?\d{1,2}\s?[:)=](?=\s*[+(\d])"  # 'Phone 2: 617…'
)


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(_fold(word)[0]) for word in sorted(words, key=len, reverse=True))


# Before the digits: a word ('ext.', 'poste', '分机'), a hash, or a dialler's pauses (',,' and ';').
_EXTENSION = re.compile(
    r"(?<=[\d)])[\s,;.(/-]*"
    rf"(?:(?:{_alternatives(EXTENSION_WORDS)})(?!{_LETTERS})[\s.:=#]*(?:no\.?\s*|n[º°]\s*)?|[\#×]\s*|,,+\s*|;\s*)"
    r"(\d{1,6})(?!\d|[-.\s]?\d{3})\s*\)?"
)
_OR = re.compile(rf"(?<=\d)\s*(?:\b(?:{_alternatives(OR_WORDS)})\b)\s*(?=\d{{4}}(?!\d))")


def _take_extension(text: str) -> tuple[str, str]:
    """The text without its extension, and the extension; '#4' before the number is not one."""
    for match in _EXTENSION.finditer(text):
        if sum(map(str.isdigit, text[: match.start()])) >= 7:
            return text[: match.start()] + " " + text[match.end() :], match[1]
    return text, ""
