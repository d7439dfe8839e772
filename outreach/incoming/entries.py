"""The entries of words.yaml: which section of the file means which intent, with which arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

CATEGORIES = (
    "food",
    "housing",
    "clothing",
    "jobs",
    "utilities",
    "childcare",
    "mental_health",
    "dental",
    "vision",
    "immigration",
    "parenting",
    "coping",
)
# A series word with a zip, or with "class", asks for a place instead.
SERIES_CATEGORY = {"parent": "parenting", "cope": "coping"}
_SIMPLE = ("stop", "start", "help", "crisis", "callback", "rsvp_yes", "rsvp_no")
_DETAILED = ("topic", "flag", "call_time")  # sections with a part for each topic, problem, time of day
# Words that count only beside a stop or a start, or after a question of ours: they may mean other things elsewhere.
SITUATIONAL = frozenset({*_DETAILED, "more"})
BESIDE = ("topic", "listing", "call_time")
_TOP = {
    *(*_SIMPLE, *SITUATIONAL, "automatic", "beside", "series", "resource", "language"),
    *("fillers", "spellings", "sets", "known"),
}


class VocabularyError(ValueError):
    """words.yaml cannot be used; the message names the file, the entry and what is wrong."""


class Kind(StrEnum):
    KEYWORD = "keyword"  # the word families are told to send
    WORD = "word"  # the text says nothing else
    PHRASE = "phrase"  # anywhere in the text
    GUARD = "guard"  # cancels what it overlaps
    FILLER = "filler"  # courtesy, changes nothing
    BESIDE = "beside"  # changes nothing beside a topic, the number of a listing, or an hour
    KNOWN = "known"  # an ordinary word that looks like one of ours misspelled
    NAME = "name"  # names a language
    ASK = "ask"  # asks for a named language
    REFUSAL = "refusal"  # says a named language is not spoken


KINDS_ALONE = {Kind.KEYWORD, Kind.WORD}


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase of one language. `text` is written in the language of `outreach.incoming.pattern`."""

    language: str
    section: str
    route: str
    kind: Kind
    text: str
    detail: str | None = None  # category, series, or the catalog code of a named language

    @property
    def meaning(self) -> tuple[str, str | None]:
        return self.route, self.detail

    @property
    def place(self) -> str:
        """Where it is written, for whoever has to change it."""
        if self.route == "resource" and self.detail and self.detail not in CATEGORIES:
            return f"categories/{self.detail}.yaml, words.{self.language}"
        return f"{self.language}/words.yaml, {self.section}"


def read_file(path: Path) -> dict[str, Any]:
    """The sections of one words.yaml. Raises VocabularyError when it is missing, not YAML or not a mapping."""
    where = f"{path.parent.name}/{path.name}"
    try:
        data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise VocabularyError(f"{where} cannot be read: {type(error).__name__}") from error
    if not isinstance(data, dict):
        raise VocabularyError(f"{where} is not a mapping of sections")
    unknown = set(data) - _TOP
    if unknown:
        raise VocabularyError(f"{where} has a section that means nothing: {', '.join(sorted(map(str, unknown)))}")
    return data


def read_entries(language: str, data: Mapping[str, Any]) -> Iterator[Entry]:
    """All entries of one file, in its order. Raises VocabularyError for a part that is not known."""
    for route in (*_SIMPLE, "more", "automatic"):
        yield from _section(language, route, route, None, data.get(route))
    for route in _DETAILED:
        for detail, parts in (data.get(route) or {}).items():
            yield from _section(language, f"{route}.{detail}", route, detail, parts)
    for route, values in (data.get("beside") or {}).items():
        _require(route in BESIDE, language, f"beside.{route}")
        yield from _listed(language, f"beside.{route}", route, None, Kind.BESIDE, values)
    for series, parts in (data.get("series") or {}).items():
        _require(series in SERIES_CATEGORY, language, f"series.{series}")
        yield from _section(language, f"series.{series}", "series", series, parts)
    for category, parts in (data.get("resource") or {}).items():
        if category == "guards":
            yield from _listed(language, "resource.guards", "resource", None, Kind.GUARD, parts)
            continue
        _require(category in CATEGORIES, language, f"resource.{category}")
        yield from read_category(language, category, parts)
    yield from _languages(language, data.get("language") or {})
    yield from _listed(language, "fillers", "filler", None, Kind.FILLER, data.get("fillers"))
    yield from _listed(language, "known", "known", None, Kind.KNOWN, data.get("known"))


def read_category(language: str, category: str, parts: Mapping[str, Any]) -> Iterator[Entry]:
    """The words of one kind of help in one language: ours, or one that the deployment adds."""
    yield from _section(language, f"resource.{category}", "resource", category, parts)


def _section(language: str, section: str, route: str, detail: str | None, parts: Any) -> Iterator[Entry]:
    for part, values in (parts or {}).items():
        kind = {
            "keyword": Kind.KEYWORD,
            "words": Kind.WORD,
            "phrases": Kind.PHRASE,
            "guards": Kind.GUARD,
        }.get(part)
        _require(kind is not None, language, f"{section}.{part}")
        assert kind is not None
        yield from _listed(language, section, route, detail, kind, values)


def _languages(language: str, parts: Mapping[str, Any]) -> Iterator[Entry]:
    for part, values in parts.items():
        if part == "names":
            for named, texts in values.items():
                yield from _listed(language, "language.names", "language", named, Kind.NAME, texts)
            continue
        kind = {"asks": Kind.ASK, "refusals": Kind.REFUSAL, "guards": Kind.GUARD}.get(part)
        _require(kind is not None, language, f"language.{part}")
        assert kind is not None
        yield from _listed(language, f"language.{part}", "language", None, kind, values)


def _listed(language: str, section: str, route: str, detail: str | None, kind: Kind, values: Any) -> Iterator[Entry]:
    for value in [values] if isinstance(values, str) else values or ():
        _require(isinstance(value, str), language, f"{section}: {value!r} (write it in quotes)")
        yield Entry(language, section, route, kind, value, detail)


def _require(condition: bool, language: str, what: str) -> None:
    if not condition:
        raise VocabularyError(f"{language}/words.yaml has an entry that means nothing: {what}")
