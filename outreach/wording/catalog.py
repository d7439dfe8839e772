"""Translations: reads every PO file under locales/ as it stands, so a checkout needs no compile step.

An entry is found by its context ("screenings/vision:invitation", "reply:help") and its English text: editing the
English makes the translation stale, as gettext has it. The review state of an entry stands in a comment above it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from babel.messages.catalog import Catalog as PoCatalog
from babel.messages.catalog import Message as PoMessage
from babel.messages.pofile import PoFileError, read_po

from outreach.wording.exchange.plurals import form_order, header_in

SOURCE_LANGUAGE = "en"
AWAITING = "awaiting native review"
REVIEWED = "reviewed by"
_QUOTED = re.compile(r'(?:msg\w+(?:\[\d\])?\s+)?"(?:[^"\\]|\\.)*"')


class ReviewState(StrEnum):
    """How far one wording is in one language, the least advanced first."""

    MISSING = "missing"
    STALE = "stale"  # the English changed after it was translated
    DRAFT = "draft"  # somebody here is at work on it
    IN_REVIEW = "in review"  # waits for a reviewer here; nobody can accept that on record
    AWAITING = "awaiting review"  # as shipped; a deployment may accept it on record
    REVIEWED = "reviewed"


class CatalogError(Exception):
    """A PO file cannot be read; the text names file and line."""


@dataclass(frozen=True)
class Translation:
    """A wording in one language. `text` is empty unless the state is AWAITING or REVIEWED.

    `draft` is what somebody here is writing for the same English and nobody has reviewed: to be shown, never sent.
    """

    language: str
    text: str
    state: ReviewState
    draft: str = ""


class TranslationSource(Protocol):
    """Whatever knows translations: as shipped (Translations), or as this deployment has them (wording/library.py)."""

    def find(self, language: str, context: str, english: str) -> Translation: ...


class Translations:
    """Every translation a deployment has, by language, context and English text. Immutable once read."""

    def __init__(self, entries: dict[str, dict[str, PoMessage]]) -> None:
        self._entries = entries
        self._contexts: dict[str, dict[str, str]] = {}  # per language, by English: where a pack's step has it

    @property
    def languages(self) -> tuple[str, ...]:
        return (SOURCE_LANGUAGE, *sorted(self._entries.keys() - {SOURCE_LANGUAGE}))

    def find(self, language: str, context: str, english: str) -> Translation:
        """The wording of `english` under `context`; English itself is always reviewed, being the source."""
        if language == SOURCE_LANGUAGE:
            return Translation(language, english, ReviewState.REVIEWED)
        entry = self._entries.get(language, {}).get(context)
        if entry is None or not entry.string:
            return Translation(language, "", ReviewState.MISSING)
        if entry.id != english or entry.fuzzy:
            return Translation(language, "", ReviewState.STALE)
        reviewed = any(comment.startswith(REVIEWED) for comment in entry.user_comments)
        return Translation(language, str(entry.string), ReviewState.REVIEWED if reviewed else ReviewState.AWAITING)

    def former(self, language: str, context: str) -> str:
        """What stands under a context, whichever English it was made from; nothing when nothing does."""
        entry = self._entries.get(language, {}).get(context)
        return str(entry.string) if entry is not None and isinstance(entry.string, str) else ""

    def context_of(self, language: str, english: str) -> str | None:
        """Under which context a pack's step has this English translated, if any has."""
        if language not in self._contexts:
            entries = self._entries.get(language, {}).items()
            self._contexts[language] = {str(entry.id): context for context, entry in entries if "/" in context}
        return self._contexts[language].get(english)

    def contexts(self, language: str) -> Iterable[str]:
        return self._entries.get(language, {}).keys()


def read_translations(locales: Path) -> Translations:
    """Read locales/LANG/LC_MESSAGES/*.po. Raises CatalogError."""
    return Translations(
        {folder.name: dict(_entries(folder)) for folder in sorted(locales.iterdir()) if folder.is_dir()}
    )


def _entries(folder: Path) -> Iterator[tuple[str, PoMessage]]:
    for path in sorted((folder / "LC_MESSAGES").glob("*.po")):
        for message in read_catalog(path, folder.name):
            if message.id and message.context:
                yield message.context, message


def read_catalog(path: Path, language: str) -> PoCatalog:
    """One PO file as Babel has it. Raises CatalogError."""
    try:
        _check_quotes(path, language)
        _check_plurals(path, language)
        with path.open("rb") as file:
            return read_po(_lines_for_babel(file), locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise CatalogError(f"{path.name} ({language}): {error}") from error


def _check_quotes(path: Path, language: str) -> None:
    """Babel takes the first and last letter for the quotes, also where a quote is missing: a text would lose them."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.startswith(("msg", '"')) and not _QUOTED.fullmatch(line.strip()):
            raise CatalogError(f"{path.name} ({language}), line {number}: the quotes do not pair")


def _lines_for_babel(file: Iterable[bytes]) -> Iterator[bytes]:
    """Less what GNU gettext writes and Babel fails on: the former English of an entry out of use, and a date unset."""
    for line in file:
        yield b"\n" if line.startswith((b"#~|", b'"PO-Revision-Date: \\n"')) else line


def _check_plurals(path: Path, language: str) -> None:
    """A form's number means what the file's own header says. Raises PluralError when that does not fit the language."""
    text = path.read_text(encoding="utf-8")
    if "\nmsgid_plural " in text:
        form_order(header_in(text), language)


@lru_cache(maxsize=4)
def translations_at(locales: Path) -> Translations:
    """The translations of a folder, read once per process."""
    return read_translations(locales)
