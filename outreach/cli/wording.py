"""What commands on translations work with: all texts, and where their translations are found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, make_url

from outreach.campaigns.own_packs import packs_for
from outreach.campaigns.packs import packs_at
from outreach.campaigns.translatable import Translatable, translatable
from outreach.runtime import Runtime
from outreach.wording.catalog import TranslationSource, translations_at
from outreach.wording.exchange.entries import Entry
from outreach.wording.exchange.shelf import present_entry, shipped_entries, written_texts
from outreach.wording.library import read_library
from outreach.wording.models import Wording


@dataclass(frozen=True)
class AllWording:
    """Every text that families can read, by context; `source` knows its translations."""

    texts: Mapping[str, Translatable]
    source: TranslationSource


def as_shipped(work: Runtime) -> AllWording:
    """What is shipped. Raises PackError, CatalogError."""
    packs = packs_at(work.settings.content / "campaigns")
    return AllWording(translatable(packs.values()), translations_at(work.settings.content / "locales"))


def as_here(work: Runtime) -> AllWording:
    """What this deployment has: its own packs and wording too. Raises PackError, CatalogError."""
    if not has_schema(work):
        return as_shipped(work)
    with work.database.reading() as session:
        packs = packs_for(session, work.settings, None)
        library = read_library(session, work.settings.content / "locales")
    return AllWording(translatable(packs.values()), library)


def has_schema(work: Runtime) -> bool:
    """Whether anything can have been written here; a checkout that only serves translators has no tables."""
    url = make_url(work.settings.database_url)
    if url.drivername == "sqlite" and url.database and not Path(url.database).exists():
        return False  # asking SQLite would make the file
    return inspect(work.database.engine).has_table(Wording.__tablename__)


def present_entries(work: Runtime, wording: AllWording, language: str) -> dict[str, Entry]:
    """Every text in one language as it is now, by context. Raises CatalogError."""
    shipped = shipped_entries(work.settings.content / "locales", language)
    written: dict[str, str] = {}
    if has_schema(work):
        with work.database.reading() as session:
            written = written_texts(session, language)
    return {
        text.context: present_entry(text.context, text.english, language, wording.source, shipped, written)
        for text in wording.texts.values()
    }
