"""Importing a directory of help: read, compare with what an earlier import of the same source left, write."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database
from outreach.resources.categories import Rules
from outreach.resources.comparison import Comparison, compare, load_known
from outreach.resources.draft_places import draft_places
from outreach.resources.drafts import Draft, Drafts, draft_locations, draft_organizations, draft_services
from outreach.resources.hsds_files import ResourceImportError
from outreach.resources.hsds_quirks import Quirk
from outreach.resources.hsds_reader import Export, read_export
from outreach.resources.hsds_remarks import Remarks
from outreach.resources.models import Imported, Location, Organization, Service, ServiceAtLocation
from outreach.resources.upkeep.edits import put_back_edits
from outreach.resources.upkeep.own_listings import OWN_SOURCE
from outreach.resources.writing import write

__all__ = ["Quirk", "ResourceImportError", "ResourceReport", "import_resources"]

# Parents first: each table links to those before it.
TABLES: tuple[type[Imported], ...] = (Organization, Service, Location, ServiceAtLocation)
NAMED = 50  # listings that a report names, of each sort


@dataclass(frozen=True, slots=True)
class ResourceReport:
    """What an import did, or would do, counted in resources (a service at a location).

    `kept_edits` counts those among the changed of which staff say something otherwise, and go on doing so. `named` has
    the first names of each sort.
    """

    source: str
    added: int
    changed: int  # among them those that had been gone and are back
    unchanged: int
    gone: int
    dry_run: bool
    kept_edits: int = 0
    named: dict[str, list[str]] = field(default_factory=dict)
    quirks: list[Quirk] = field(default_factory=list)


def import_resources(
    database: Database,
    path: Path,
    *,
    source: str | None = None,
    dry_run: bool = False,
    rules: Rules | None = None,
) -> ResourceReport:
    """Import a folder of HSDS CSVs, a JSON file, a folder of JSON, or a zip of either; in one transaction.

    `source` names whose directory it is (default: the file's or folder's name without a date at its end, so
    that next month's export updates this month's). `rules` sort services into kinds of help (default: as
    shipped). Rows of the same source that are missing now are marked gone, unless the export says itself
    that it is only some pages. What staff changed stays in force. Raises ResourceImportError; mere oddities
    are in the report.
    """
    source = (source or source_name(path))[:80]
    if source == OWN_SOURCE:
        raise ResourceImportError(f"{source!r} is where listings added by hand stand; name the source otherwise")
    export = read_export(path)
    drafts = _draft(export, rules)
    whole = export.complete and bool(drafts[Service])
    kept = 0
    with database.reading() if dry_run else database.writing() as session:
        comparisons = _compare_all(session, source, drafts, whole)
        places = comparisons[ServiceAtLocation]
        named = _name(session, places)
        if not dry_run:
            _write_all(session, source, comparisons, clock.now())
            kept = put_back_edits(session, [*places.changed, *places.renamed])
    return ResourceReport(
        source=source,
        added=len(places.added),
        changed=len(places.changed),
        unchanged=len(places.unchanged),
        gone=len(places.gone),
        dry_run=dry_run,
        kept_edits=kept,
        named=named,
        quirks=export.quirks,
    )


def source_name(path: Path) -> str:
    """ "pantries-2026-05.zip" is "pantries": a date at the end tells exports apart, not sources."""
    stem = path.resolve().stem if path.suffix else path.resolve().name
    return re.sub(r"[-_ .]*(?:19|20)\d\d[\d\-_.T]*$", "", stem) or stem or "resources"


def _name(session: Session, places: Comparison) -> dict[str, list[str]]:
    def names(drafts: Iterable[Draft]) -> list[str]:
        return sorted(str(draft.columns["name"]) for draft in drafts)[:NAMED]

    leaving = select(ServiceAtLocation.name).where(ServiceAtLocation.id.in_(places.gone[:NAMED]))
    gone = sorted(session.scalars(leaving))
    return {"added": names(places.added), "changed": names(places.changed.values()), "gone": gone}


def _draft(export: Export, rules: Rules | None) -> dict[type[Imported], Drafts]:
    remarks = Remarks(export.quirks)
    organizations = draft_organizations(export, remarks)
    services = draft_services(export, organizations, remarks, rules)
    locations = draft_locations(export, remarks)
    places = draft_places(export, organizations, services, locations, remarks)
    return {Organization: organizations, Service: services, Location: locations, ServiceAtLocation: places}


def _compare_all(
    session: Session, source: str, drafts: dict[type[Imported], Drafts], whole: bool
) -> dict[type[Imported], Comparison]:
    return {table: compare(drafts[table], load_known(session, table, source), whole=whole) for table in TABLES}


def _write_all(
    session: Session,
    source: str,
    comparisons: dict[type[Imported], Comparison],
    now: datetime,
) -> None:
    ids: dict[type[Imported], dict[str, int]] = {}
    for table in TABLES:
        ids[table] = write(session, table, source, comparisons[table], ids, now)
