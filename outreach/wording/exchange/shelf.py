"""What we have of each text when an exchange begins or ends, and the drafts that come of it in a deployment."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.staff.models import Staff
from outreach.wording.catalog import CatalogError, ReviewState, TranslationSource
from outreach.wording.exchange import po
from outreach.wording.exchange.entries import Entry, ExchangeError
from outreach.wording.models import Origin, Wording
from outreach.wording.record import NEW, find_wording
from outreach.wording.review import write


def shipped_entries(locales: Path, language: str) -> dict[str, Entry]:
    """The entries of a language's PO files by context, stale texts and comments included. Raises CatalogError."""
    entries: dict[str, Entry] = {}
    for path in sorted((locales / language / "LC_MESSAGES").glob("*.po")):
        try:
            read = po.read(path.read_bytes(), language).entries
        except ExchangeError as error:
            raise CatalogError(f"{path.name} ({language}): {error}") from error
        entries |= {entry.context: entry for entry in read if not entry.obsolete}
    return entries


def written_texts(session: Session, language: str) -> dict[str, str]:
    """What was written in this deployment, by context, whichever English it was made from."""
    rows = session.execute(select(Wording.context, Wording.text).where(Wording.language == language))
    return {row.context: row.text for row in rows}


def present_entry(
    context: str,
    english: str,
    language: str,
    source: TranslationSource,
    shipped: Mapping[str, Entry],
    written: Mapping[str, str],
) -> Entry:
    """A text as it is now: what somebody here works on, else what is in force, else the text for an older English."""
    found = source.find(language, context, english)
    old = shipped.get(context, Entry(context, english))
    state = ReviewState.DRAFT if found.text and found.draft else found.state
    text = found.draft or found.text
    if state is ReviewState.STALE:
        text = written.get(context) or old.text
    return Entry(
        context=context,
        english=english,
        forms=(text,),
        state=state if text else ReviewState.MISSING,
        reviewer=old.reviewer if state is ReviewState.REVIEWED and text == old.text else "",
        comments=old.comments,
        flags=old.flags or (("python-brace-format",) if "{" in english else ()),
        previous=old.previous,
    )


def for_translators(present: Entry, about: tuple[str, ...], reference: str) -> Entry:
    """The entry as it leaves: with what translators need to know, and the mark by which we know it again."""
    exported = present.mark if present.text else ""
    return replace(present, notes=about, references=(reference,) if reference else (), exported=exported)


def keep_as_drafts(session: Session, language: str, entries: Sequence[Entry], origin: Origin = Origin.UPLOAD) -> None:
    """Store the texts as drafts, to be submitted and reviewed here; what is in force stays so. Raises WordingError."""
    for entry in entries:
        keep_as_draft(session, language, entry, origin)


def keep_as_draft(
    session: Session, language: str, entry: Entry, origin: Origin = Origin.UPLOAD, by: Staff | None = None
) -> Wording:
    """The same for one text; `by` uploaded it and is not its reviewer. Raises WordingError."""
    stored = find_wording(session, entry.context, language)
    version = stored.version if stored else NEW
    return write(
        session, entry.context, language, entry.english, entry.text, by=by, version=version, origin=origin
    )  # fmt: skip
