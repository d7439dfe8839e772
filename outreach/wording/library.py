"""Every wording a deployment may send: what is shipped, and over it what was written or reviewed here.

What is in force stays in force while somebody works on a newer text: a draft shows, it never displaces a text that
families get. A text goes when a reviewer releases its successor, when its English changes, or when it is withdrawn.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from outreach import clock
from outreach.wording.catalog import SOURCE_LANGUAGE, ReviewState, Translation, Translations, translations_at
from outreach.wording.models import Wording, WordingState
from outreach.wording.texts import digest

OWN = "own/"  # how contexts of a deployment's own packs begin
REPLIES_FRESH_FOR = timedelta(seconds=10)
_PENDING = {WordingState.DRAFT: ReviewState.DRAFT, WordingState.IN_REVIEW: ReviewState.IN_REVIEW}

Place = tuple[str, str]  # language, context


@dataclass(frozen=True)
class Entry:
    """A row of `wordings`, as far as finding needs it."""

    english_digest: str
    text: str
    state: WordingState
    released: str | None
    released_digest: str | None
    withdrawn: bool

    def in_force(self, wanted: str) -> str:
        """The reviewed text for the English of this digest, or nothing."""
        return (self.released or "") if self.released_digest == wanted else ""

    def pending(self, wanted: str) -> str:
        """What somebody works on for the English of this digest, or nothing."""
        return self.text if self.english_digest == wanted and self.state is not WordingState.REVIEWED else ""


class Library:
    """Translations as this deployment has them. Immutable once read."""

    def __init__(self, shipped: Translations, entries: Mapping[Place, Entry]) -> None:
        self._shipped = shipped
        self._entries = entries
        self._released = {
            (language, entry.released_digest): context
            for (language, context), entry in entries.items()
            if entry.released and not context.startswith(OWN) and "/" in context
        }

    @property
    def languages(self) -> tuple[str, ...]:
        written = {language for language, _context in self._entries}
        return (SOURCE_LANGUAGE, *sorted({*self._shipped.languages, *written} - {SOURCE_LANGUAGE}))

    def contexts(self, language: str) -> Iterable[str]:
        written = (context for spoken, context in self._entries if spoken == language)
        return dict.fromkeys((*self._shipped.contexts(language), *written))

    def find(self, language: str, context: str, english: str) -> Translation:
        """The wording of `english` under `context`, in the least doubtful form there is; English is its own source."""
        if language == SOURCE_LANGUAGE:
            return self._shipped.find(language, context, english)
        entry = self._entries.get((language, context))
        if entry is None:
            return self._elsewhere(language, context, english)
        wanted = digest(english)
        pending = entry.pending(wanted)
        if released := entry.in_force(wanted):
            return Translation(language, released, ReviewState.REVIEWED, pending)
        if entry.withdrawn and entry.english_digest == wanted:
            return Translation(language, "", _PENDING[entry.state], pending)
        found = self._elsewhere(language, context, english)
        if found.text:
            return replace(found, draft=pending)
        if pending:
            return Translation(language, "", _PENDING[entry.state], pending)
        return Translation(language, "", ReviewState.STALE)

    def _elsewhere(self, language: str, context: str, english: str) -> Translation:
        """As shipped. A step that an own pack took over word for word has the translation it had there."""
        if not context.startswith(OWN):
            return self._shipped.find(language, context, english)
        copied = self._released.get((language, digest(english))) or self._shipped.context_of(language, english)
        found = self.find(language, copied, english) if copied else None
        if found is None or not found.text:
            return Translation(language, "", ReviewState.MISSING)
        return replace(found, draft="")


def read_library(session: Session, locales: Path) -> Library:
    """The library as it is now, with all that was written here. Raises CatalogError."""
    return Library(translations_at(locales), _read_entries(session, true()))


_replies: WeakKeyDictionary[Engine | Connection, tuple[datetime, Library]] = WeakKeyDictionary()


def reply_library(session: Session, locales: Path) -> Library:
    """What we answer, for where every query counts: read again after ten seconds. Holds no wording of packs."""
    bind, now = session.get_bind(), clock.now()
    read_at, library = _replies.get(bind, (now, None))
    if library is None or not read_at <= now < read_at + REPLIES_FRESH_FOR:
        answers = [Wording.context.startswith(kind) for kind in ("reply:", "category:", "canned:")]
        library = Library(translations_at(locales), _read_entries(session, or_(*answers)))
        _replies[bind] = (now, library)
    return library


def forget_replies(session: Session) -> None:
    """Let this process read its answers anew: somebody changed one."""
    _replies.pop(session.get_bind(), None)


def _read_entries(session: Session, wanted: ColumnElement[bool]) -> dict[Place, Entry]:
    """The rows as they stand, without an object of the session for each."""
    rows = session.execute(
        select(
            Wording.language,
            Wording.context,
            Wording.english_digest,
            Wording.text,
            Wording.state,
            Wording.released,
            Wording.released_digest,
            Wording.withdrawn,
        ).where(wanted)
    )
    return {
        (row.language, row.context): Entry(
            row.english_digest, row.text, row.state, row.released, row.released_digest, row.withdrawn
        )
        for row in rows
    }
