"""Which category words a service answers to: its taxonomy terms speak first, then its name, last its
description."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_TABLE = Path(__file__).with_name("categories.yaml")
_EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Term:
    """One taxonomy term of a service; `code` may be empty or of a taxonomy we do not know."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Categorised:
    """The categories, in the table's order, and what decided: term, name, description, excluded or
    nothing."""

    categories: tuple[str, ...]
    decided_by: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How services of one category are recognised: beginnings of codes, words of terms, words of names."""

    codes: tuple[str, ...]
    terms: re.Pattern[str]
    names: re.Pattern[str]

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Rule":
        lists = {part: [str(word) for word in row.get(part) or ()] for part in ("codes", "terms", "names")}
        codes = tuple(code.upper() for code in lists["codes"])
        return cls(codes, _any_of(lists["terms"]), _any_of(lists["names"]))


Rules = Mapping[str, Rule]


def categories() -> tuple[str, ...]:
    """Every category word that is shipped, in the table's order."""
    return tuple(shipped_rules())


def categorise(terms: Iterable[Term], name: str, description: str | None, rules: Rules | None = None) -> Categorised:
    """Decide a service's categories, by the shipped rules unless others are given. A term counts by its code or its
    name; a service may have several categories."""
    rules = shipped_rules() if rules is None else rules
    terms = list(terms)
    if _excluded().search(" / ".join([name, *(term.name for term in terms)])):
        return Categorised((), "excluded")
    found = {word for term in terms for word in _of_term(term, rules)}
    if found:
        return Categorised(tuple(word for word in rules if word in found), "term")
    for text, source in ((name, "name"), (description or "", "description")):
        words = tuple(word for word, rule in rules.items() if rule.names.search(text))
        if words:
            return Categorised(words, source)
    return Categorised((), "nothing")


def _of_term(term: Term, rules: Rules) -> list[str]:
    """By its code, the longest that fits; by its name only when no code does: a code is the more exact word
    ("Food Allergy Counseling" is no food)."""
    code = term.code.strip().upper()
    fitting = [
        (len(start), word)
        for word, rule in rules.items()
        for start in rule.codes
        if code == start or code.startswith((f"{start}-", f"{start}."))
    ]
    if fitting:
        longest = max(fitting)[0]
        return [word for length, word in fitting if length == longest]
    return [word for word, rule in rules.items() if rule.terms.search(term.name)]


@cache
def shipped_rules() -> Rules:
    return {word: Rule.read(row) for word, row in _rows().items() if word != _EXCLUDED}


@cache
def _excluded() -> re.Pattern[str]:
    return _any_of(_rows()[_EXCLUDED]["names"])


@cache
def _rows() -> dict[str, dict[str, list[str]]]:
    rows: dict[str, dict[str, list[str]]] = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return rows


def _any_of(words: list[str]) -> re.Pattern[str]:
    """Any of these at the beginning of a word. Four letters or fewer are a whole word, or its plural:
    "eye" is not "Eyelet Street" and "wic" is not "Wickford". Of no words, nothing."""
    parts = [re.escape(word) + (r"s?\b" if len(word) <= 4 else "") for word in words]
    return re.compile(rf"\b(?:{'|'.join(parts)})" if parts else r"(?!)", re.IGNORECASE)
