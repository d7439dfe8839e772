"""Kinds of help that a deployment adds: one file each in its content, `categories/KEY.yaml`.

    name: {en: Legal help, es: Ayuda legal}
    words:
      en: {keyword: LAWYER, words: [attorney, legal aid], phrases: ["need (a)? lawyer"]}
      es: {keyword: ABOGADO, words: [abogada, ayuda legal]}
    taxonomy: {codes: [FT], terms: [legal], names: [legal aid, law clinic]}

The words are written as in words.yaml and compiled with them, collisions and all; the taxonomy tells which services of
a directory belong here, as in resources/categories.yaml.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from outreach.languages import LANGUAGES
from outreach.resources.categories import Rule, Rules, shipped_rules
from outreach.wording.replies import CATEGORY_NAMES

_KEY = re.compile(r"[a-z][a-z_]{1,23}")
_TOP = ("name", "words", "taxonomy")
_TAXONOMY = ("codes", "terms", "names")
LONGEST_NAME = 40  # characters: it heads a list of places


class OwnCategoryError(ValueError):
    """A file of categories/ cannot be used; the message names the file, the place and what is wrong."""


@dataclass(frozen=True)
class OwnCategory:
    """`names` by language, English among them; `words` by language, sections as in words.yaml."""

    key: str
    names: Mapping[str, str]
    words: Mapping[str, Mapping[str, Any]]
    rule: Rule


@lru_cache(maxsize=8)
def own_categories(content: Path) -> Mapping[str, OwnCategory]:
    """By key, in the order of the file names. Raises OwnCategoryError. Read once a process, as all content is."""
    folder = content / "categories"
    return {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))} if folder.is_dir() else {}


def all_rules(content: Path) -> Rules:
    """How a directory's services are sorted here: the deployment's own kinds of help beside those shipped."""
    return {**shipped_rules(), **{key: one.rule for key, one in own_categories(content).items()}}


def kind_name(content: Path, key: str, language: str = "en") -> str:
    """The name of a kind of help, for those that no catalog has: in that language, else in English."""
    own = own_categories(content).get(key)
    if own is not None:
        return own.names.get(language) or own.names["en"]
    return CATEGORY_NAMES.get(key) or key.replace("_", " ").capitalize()


def kinds(content: Path) -> dict[str, str]:
    """Every kind of help by key, with its English name."""
    return {key: kind_name(content, key) for key in all_rules(content)}


def _read(path: Path) -> OwnCategory:
    where = f"categories/{path.name}"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise OwnCategoryError(f"{where} cannot be read: {type(error).__name__}") from error
    _require(_KEY.fullmatch(path.stem), where, "the file's name is the key: 2 to 24 small letters and _")
    _require(path.stem not in shipped_rules(), where, f"{path.stem} is a kind of help that is shipped")
    _require(isinstance(data, dict), where, f"a mapping of {', '.join(_TOP)} is needed")
    _refuse_others(data, _TOP, where)
    words = _by_language(data.get("words"), f"{where}, words")
    _require(words, where, "words are needed, or no family could ask for it")
    for language, parts in words.items():
        _require(isinstance(parts, dict), where, f"words.{language} is a mapping of keyword, words, phrases, guards")
    return OwnCategory(path.stem, _names(data.get("name"), where), words, _rule(data.get("taxonomy"), where))


def _names(value: Any, where: str) -> Mapping[str, str]:
    names = _by_language(value, f"{where}, name")
    _require("en" in names, where, "name.en is needed: staff read it, and families where there is no other")
    for language, name in names.items():
        fits = isinstance(name, str) and 0 < len(name.strip()) <= LONGEST_NAME
        _require(fits, where, f"name.{language} is a text of 1 to {LONGEST_NAME} characters")
    return {language: name.strip() for language, name in names.items()}


def _by_language(value: Any, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    _require(isinstance(value, dict), where, "a mapping by language is needed")
    for language in value:
        _require(language in LANGUAGES, where, f"{language!r} is no language we know")
    return dict(value)


def _rule(value: Any, where: str) -> Rule:
    value = {} if value is None else value
    _require(isinstance(value, dict), where, "taxonomy is a mapping of codes, terms and names")
    _refuse_others(value, _TAXONOMY, f"{where}, taxonomy")
    for part, listed in value.items():
        fits = isinstance(listed, list) and all(isinstance(word, str) and word.strip() for word in listed)
        _require(fits, where, f"taxonomy.{part} is a list of texts")
    return Rule.read(value)


def _refuse_others(data: Mapping[Any, Any], known: tuple[str, ...], where: str) -> None:
    others = ", ".join(sorted(str(key) for key in data if key not in known))
    _require(not others, where, f"means nothing here: {others}")


def _require(condition: object, where: str, what: str) -> None:
    if not condition:
        raise OwnCategoryError(f"{where}: {what}")
