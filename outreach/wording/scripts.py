"""Letters that do not belong: another script in a word, a look-alike, a text in the wrong script altogether."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import regex

from outreach.languages import LANGUAGES
from outreach.wording.direction import LINK
from outreach.wording.problems import Check, Problem

_SCRIPTS = (
    "Latin", "Arabic", "Han", "Khmer", "Cyrillic", "Greek", "Hebrew", "Armenian", "Thai", "Lao", "Hiragana", "Katakana",
    "Hangul", "Cherokee", "Devanagari", "Bengali", "Gujarati", "Gurmukhi", "Tamil", "Telugu", "Kannada", "Malayalam",
    "Sinhala", "Myanmar", "Ethiopic", "Georgian", "Tibetan", "Mongolian",
)  # fmt: skip
_OF_SCRIPT = {name: regex.compile(rf"\p{{Script={name}}}") for name in _SCRIPTS}
_LETTER = regex.compile(r"[\p{L}\u2e80-\u2fdf]")  # radicals look like Chinese letters and are signs
_WORD = regex.compile(r"[\p{L}\p{M}\p{Nd}\u2e80-\u2fdf]+")
_DIGIT_INSIDE = regex.compile(r"\p{Latin}\p{M}*[0-9]+\p{Latin}")
_BRACES = regex.compile(r"\{\w*\}")
_LINK = regex.compile(LINK, regex.ASCII)
_LATIN_RUN = regex.compile(r"\p{Latin}+")
_CAPITALS = regex.compile(r"(?<!\p{Latin})\p{Lu}{2,}(?!\p{Latin})(?: code)?")
_MOSTLY = 0.6  # of the letters of a text, keywords aside

# Latin letters of our languages beyond ASCII. Others of the block look like these and are something else (ı, ɑ, ǝ).
_WESTERN = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŒßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœªº")
_VIETNAMESE = frozenset("ĂăĐđĨĩŨũƠơƯư") | frozenset(map(chr, range(0x1EA0, 0x1EFA)))
_KNOWN_ALPHABETS = frozenset({"en", "es", "pt_BR", "ht", "fr", "vi", "so"})
_COMMON = frozenset("ـ")  # tatweel: draws a word out
# Standard Arabic, its vowel signs, and four letters that names borrow. ک and ی look like ك and ي and are Persian.
_ARABIC = regex.compile(r"[\u0621-\u063a\u0640-\u0652\u0670\u0671\u067e\u0686\u06a4\u06af]")


@lru_cache(maxsize=64)
def own_script(language: str) -> str:
    """The script a language is written in: that of its own name."""
    name = LANGUAGES[language].name if language in LANGUAGES else "a"
    return next((script for script, pattern in _OF_SCRIPT.items() if pattern.search(name)), "Latin")


def check_letters(english: str, text: str, language: str) -> Iterator[Problem]:
    """Wrong letters in a wording of this language; what stands in the English word for word is left alone."""
    bare = _LINK.sub(" ", _BRACES.sub(" ", text))
    own = own_script(language)
    for word in dict.fromkeys(_WORD.findall(bare)):
        if word not in english:
            yield from _word(word, own, language)
    yield from _whole(bare, own, language)


def _word(word: str, own: str, language: str) -> Iterator[Problem]:
    foreign = next((letter for letter in _LETTER.findall(word) if not _belongs(letter, own, language)), None)
    if foreign is not None:
        yield Problem(
            Check.SCRIPT,
            f'in "{word}" the letter {foreign} is {_script(foreign)} (U+{ord(foreign):04X}), not of this language; '
            "type the word again",
        )
    elif _DIGIT_INSIDE.search(word):
        yield Problem(Check.SCRIPT, f'"{word}" has a digit among its letters; type the word again')
    elif own != "Latin" and _has_stray_latin(word, own):
        yield Problem(Check.SCRIPT, f'"{word}" mixes Latin letters into a word; type it again')


def _belongs(letter: str, own: str, language: str) -> bool:
    """Whether a letter has a place in a text of this language: its own, and Latin ones of names and keywords."""
    if letter.isascii() or letter in _COMMON:
        return True
    if _OF_SCRIPT[own].match(letter) and own != "Latin":
        return _OWN_LETTERS.get(language, _any_letter)(letter)
    if _OF_SCRIPT["Latin"].match(letter) and own == "Latin" and language not in _KNOWN_ALPHABETS:
        return True
    return letter in _WESTERN or (language == "vi" and letter in _VIETNAMESE)


def _any_letter(_letter: str) -> bool:
    return True


def _is_simplified(letter: str) -> bool:
    """GB 2312 holds the simplified letters of everyday use, and no traditional ones, radicals or look-alikes."""
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_standard_arabic(letter: str) -> bool:
    return _ARABIC.match(letter) is not None


_OWN_LETTERS: dict[str, Callable[[str], bool]] = {"zh_Hans": _is_simplified, "ar": _is_standard_arabic}


def _has_stray_latin(word: str, own: str) -> bool:
    """A Latin letter alone beside letters of the word's own script, or two among them: a keyword is longer."""
    for run in _LATIN_RUN.finditer(word):
        beside = (word[run.start() - 1 : run.start()], word[run.end() : run.end() + 1])
        own_letters = sum(bool(letter) and _OF_SCRIPT[own].match(letter) is not None for letter in beside)
        if own_letters >= len(run[0]):
            return True
    return False


def _script(letter: str) -> str:
    name = next((name for name, pattern in _OF_SCRIPT.items() if pattern.match(letter)), "of another script")
    return f"another {name} letter" if name in ("Latin", "Arabic", "Han") else name


def _whole(bare: str, own: str, language: str) -> Iterator[Problem]:
    letters = _LETTER.findall(_CAPITALS.sub(" ", bare))
    mine = sum(_OF_SCRIPT[own].match(letter) is not None for letter in letters)
    if letters and mine < _MOSTLY * len(letters):
        name = LANGUAGES[language].english if language in LANGUAGES else language
        yield Problem(Check.SCRIPT, f"this does not look like {name}: most of it is written in other letters")
