"""What commands on translations work with: all texts, and where their translations are found."""

from pathlib import Path

from sqlalchemy import inspect, make_url

from outreach.campaigns import all_wording
from outreach.campaigns.all_wording import AllWording, shipped_wording, wording_for
from outreach.runtime import Runtime
from outreach.wording.exchange.entries import Entry
from outreach.wording.exchange.shelf import written_texts
from outreach.wording.models import Wording


def as_here(work: Runtime) -> AllWording:
    """What this deployment has: its own packs and wording too. Raises PackError, CatalogError."""
    if not has_schema(work):
        return shipped_wording(work.settings)
    with work.database.reading() as session:
        return wording_for(session, work.settings, None)


def has_schema(work: Runtime) -> bool:
    """Whether anything can have been written here; a checkout that only serves translators has no tables."""
    url = make_url(work.settings.database_url)
    if url.drivername == "sqlite" and url.database and not Path(url.database).exists():
        return False  # asking SQLite would make the file
    return inspect(work.database.engine).has_table(Wording.__tablename__)


def present_entries(work: Runtime, wording: AllWording, language: str) -> dict[str, Entry]:
    """Every text in one language as it is now, by context. Raises CatalogError."""
    written: dict[str, str] = {}
    if has_schema(work):
        with work.database.reading() as session:
            written = written_texts(session, language)
    return all_wording.present_entries(work.settings, wording, language, written)
