"""Translations that came back, put into the PO files that the project ships: new texts await their review there."""

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from outreach.campaigns.catalog_update import update
from outreach.wording.catalog import AWAITING
from outreach.wording.exchange.entries import Entry, without_state


def keep_in_catalogs(content: Path, language: str, entries: Sequence[Entry]) -> list[Path]:
    """Write the texts into locales/LANGUAGE/LC_MESSAGES; returns what changed. Raises PackError, CatalogError.

    The files are brought up to date with the English on the way, as `outreach translations update` leaves them.
    """
    texts = {(entry.context, entry.english): entry for entry in entries}
    changed = []
    for path, updated in update(content, language).items():
        catalog = read_po(BytesIO(updated), locale=language)
        _put(catalog, texts)
        buffer = BytesIO()
        write_po(buffer, catalog, width=100, ignore_obsolete=False, include_lineno=False)
        if path.exists() and path.read_bytes() == buffer.getvalue():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".po.new")
        beside.write_bytes(buffer.getvalue())
        os.replace(beside, path)  # a reader never meets half a file
        changed.append(path)
    return changed


def _put(catalog: Catalog, texts: dict[tuple[str, str], Entry]) -> None:
    for message in catalog:
        english = message.id if isinstance(message.id, str) else message.id[0]
        entry = texts.get((message.context or "", english))
        if entry is None:
            continue
        message.string = entry.forms if message.pluralizable else entry.text
        kept = entry.comments or without_state(message.user_comments)
        message.user_comments = [AWAITING, *kept]
        message.flags.discard("fuzzy")
