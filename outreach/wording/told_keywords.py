"""The words that families are told to send back: each must be one the service knows, in the language they read.

What families say is data, locales/LANG/words.yaml; the router (incoming) compiles it, and this module reads from the
same files which single words mean what. English keywords work for every family, so a translation may keep them.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import regex
import yaml

from outreach.setting_values import PACKAGE
from outreach.wording.characters import ascii_digits
from outreach.wording.facts_kept import HELPLINES

ENGLISH = "en"
_NOT_KEYWORDS = frozenset({"fillers", "spellings", "sets", "known", "language", "crisis"})
_PATTERN = frozenset("()|?^${}*")
_EXACT_MARKS = frozenset({"vi"})  # there an accent makes another word
_MARKS = regex.compile(r"[\u0300-\u036f\u064b-\u065f\u0670]")
_SAME = str.maketrans("ةىٱ", "هيا", "ـ")

VERB = r"\b(?:text|reply|send|answer|respond|write|type)\b(?: (?:us|back|with|the word|the words|just|now))*"
_CAPITAL = r"\p{Lu}[\p{Lu}\p{M}]+"
_WORDS = regex.compile(rf"(?<![\p{{Latin}}\p{{N}}-]){_CAPITAL}(?: {_CAPITAL})*(?![\p{{Latin}}\p{{N}}-])")
_TOLD = regex.compile(rf"(?i:{VERB}) [\"'“‘«]?(?P<word>{_CAPITAL}|\d)(?![\p{{Latin}}\p{{N}}-])")
_QUOTED = regex.compile(r"[\"“”«「『‘](?P<word>[^\"“”»」』’{}]{1,30})[\"”“»」』’]")
_SENTENCE = regex.compile(r"(?<=[.!?])\s+|\n")
DIGIT = regex.compile(r"(?<![A-Za-z\d:.,/$-])\d(?![A-Za-z\d:/%-]|[.,]\d)")
_ELSEWHERE = regex.compile(rf"\s+\p{{Ll}}+\s+(?:{'|'.join(sorted(HELPLINES))}|\d{{6}}|88788)\b")  # "AYUDA al 988"
_NEVER = frozenset({"ZIP", "TV", "US", "USA", "ID", "AM", "PM"})


class Keywords:
    """What single words mean to the service, per language. Reads a language's file when it is first asked for."""

    def __init__(self, locales: Path) -> None:
        self._locales = locales
        self._read: dict[str, _Words] = {}

    def meanings(self, language: str, word: str) -> frozenset[str]:
        """What the service may take a whole text of this word for ("stop", "resource:food"); nothing when unknown."""
        own, english = self._words(language), self._words(ENGLISH)
        return own.meanings.get(own.key(word)) or english.meanings.get(english.key(word)) or frozenset()

    def words_for(self, language: str, meanings: frozenset[str]) -> tuple[str, ...]:
        """The keywords to propose for a meaning: the language's own, then the English one."""
        found = (
            self._words(code).keywords.get(meaning) for code in (language, ENGLISH) for meaning in sorted(meanings)
        )
        return tuple(dict.fromkeys(word for word in found if word))

    def _words(self, language: str) -> "_Words":
        if language not in self._read:
            self._read[language] = _Words(language, _read_yaml(self._locales / language / "words.yaml"))
        return self._read[language]


@lru_cache(maxsize=4)
def keywords_at(locales: Path) -> Keywords:
    """The keywords of a folder of languages, read once per process."""
    return Keywords(locales)


def shipped_keywords() -> Keywords:
    """The keywords that come with the program: from the checkout, or from the installed package."""
    folders = (PACKAGE.parent / "locales", PACKAGE / "_content" / "locales")
    return keywords_at(next((folder for folder in folders if folder.is_dir()), folders[0]))


def _read_yaml(path: Path) -> Mapping[str, Any]:
    """One words.yaml, or nothing where a language has none yet: then its families answer in English keywords."""
    if not path.is_file():
        return {}
    data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return data if isinstance(data, dict) else {}


@dataclass(frozen=True)
class _Words:
    language: str
    data: Mapping[str, Any]

    @cached_property
    def meanings(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for meaning, word in self._all(("keyword", "words")):
            found[self.key(word)] = found.get(self.key(word), frozenset()) | {meaning}
        return found

    @cached_property
    def keywords(self) -> dict[str, str]:
        return dict(self._all(("keyword",)))

    def key(self, word: str) -> str:
        """The word as it is compared: without capitals, and without accents where the service forgives them."""
        word = ascii_digits(unicodedata.normalize("NFKC", word)).casefold()
        if self.language not in _EXACT_MARKS:
            word = _MARKS.sub("", unicodedata.normalize("NFD", word)).translate(_SAME)
        return " ".join(unicodedata.normalize("NFC", word).split())

    def _all(self, parts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for section, content in self.data.items():
            if section in _NOT_KEYWORDS or not isinstance(content, dict):
                continue
            if {"keyword", "words", "phrases"} & content.keys():
                content, prefix = {"": content}, section
            else:
                prefix = f"{section}:"
            for name, lists in content.items():
                for part in parts if isinstance(lists, dict) else ():
                    values = lists.get(part) or ()
                    for word in [values] if isinstance(values, str) else values:
                        if isinstance(word, str) and not _PATTERN & set(word):
                            yield f"{prefix}{name}", word.removeprefix("=")


@dataclass(frozen=True)
class Told:
    """A word a wording tells families to send. `meanings`: what the service may make of it, none when unknown."""

    word: str
    meanings: frozenset[str]
    place: int


def find_told(text: str, keywords: Keywords) -> list[Told]:
    """The keywords an English wording tells families to send: after "text" or "reply", and what follows in capitals
    in the same sentence ("Text FOOD for food near you, TALK for a call"). Digits are answers, not keywords."""
    found: list[Told] = []
    start = 0
    for sentence in _SENTENCE.split(text):
        start = text.index(sentence, start)
        first = _TOLD.search(sentence)
        if first is not None:
            direct = {match.start("word") for match in _TOLD.finditer(sentence)}
            for told in _capitals(sentence, ENGLISH, keywords, after=first.start()):
                if told.meanings or told.place in direct:
                    found.append(Told(told.word, told.meanings, start + told.place))
        start += len(sentence)
    return found


def find_given(text: str, language: str, keywords: Keywords) -> list[Told]:
    """The words of a translation that stand out as keywords: in capitals, or in quotation marks."""
    quoted = [
        Told(match["word"].strip(), keywords.meanings(language, match["word"]), match.start("word"))
        for match in _QUOTED.finditer(text)
    ]
    inside = {told.place for told in quoted}
    capitals = [told for told in _capitals(text, language, keywords) if told.place not in inside]
    return sorted((*capitals, *quoted), key=lambda told: told.place)


def _capitals(text: str, language: str, keywords: Keywords, after: int = 0) -> Iterator[Told]:
    for match in _WORDS.finditer(text):
        if match.start() < after or _ELSEWHERE.match(text, match.end()):
            continue
        words = match[0].split(" ")
        place = match.start()
        while words:
            size = next((n for n in range(len(words), 0, -1) if keywords.meanings(language, " ".join(words[:n]))), 1)
            word = " ".join(words[:size])
            if word not in _NEVER:
                yield Told(word, keywords.meanings(language, word), place)
            place += len(word) + 1
            words = words[size:]


def find_sent_elsewhere(text: str) -> list[tuple[str, str]]:
    """Words that families are told to text to another number than ours, each with that number."""
    found = [(match[0], _ELSEWHERE.match(text, match.end())) for match in _WORDS.finditer(text)]
    return [(word, line[0].split()[-1]) for word, line in found if line]


def find_answers(english: str) -> list[str]:
    """The digits an English wording tells families to send, in order."""
    sentences = [part for part in _SENTENCE.split(english) if any(m["word"].isdigit() for m in _TOLD.finditer(part))]
    return [digit for part in sentences for digit in DIGIT.findall(part)]
