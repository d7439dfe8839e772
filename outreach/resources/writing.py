"""Writing an import's comparison to the tables, many rows a statement; `hidden` is never among the columns
written."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from outreach.resources.comparison import Comparison
from outreach.resources.drafts import Draft
from outreach.resources.models import (
    Imported,
    Location,
    OpeningHours,
    Organization,
    Service,
    ServiceAtLocation,
    ServiceCategory,
    ServiceStatus,
)

T = TypeVar("T")
Ids = dict[type[Imported], dict[str, int]]
CHUNK = 500  # ids a statement: SQLite's oldest limit on parameters is 999
_LINKS: dict[str, type[Imported]] = {
    "organization_id": Organization,
    "service_id": Service,
    "location_id": Location,
}
_OWN_LINKS: dict[type[Imported], tuple[str, ...]] = {
    Service: ("organization_id",),
    ServiceAtLocation: ("service_id", "location_id"),
}


def write(
    session: Session,
    table: type[Imported],
    source: str,
    comparison: Comparison,
    ids: Ids,
    now: datetime,
) -> dict[str, int]:
    """Write one table and, for resources, their categories and hours; returns row ids by external id.

    `ids` has those of the tables before it. Does not commit.
    """
    added = [_columns(table, draft, ids) | {"source": source, "hidden": False, **_stamp(draft, now)}
             for draft in comparison.added]  # fmt: skip
    changed = [
        _columns(table, draft, ids) | {"id": row, **_stamp(draft, now)}
        for row, draft in (comparison.changed | comparison.renamed).items()
    ]
    for rows in _chunks(added):
        session.execute(insert(table), rows)
    for rows in _chunks(changed):
        session.execute(update(table), rows)
    for row_ids in _chunks(comparison.gone):
        session.execute(update(table).where(_id(table).in_(row_ids)).values(gone_at=now))
    _touch(session, table, list(comparison.unchanged), now)
    found = _ids(session, table, source)
    if table is ServiceAtLocation:
        fresh = [*comparison.added, *comparison.changed.values(), *comparison.renamed.values()]
        _write_children(session, fresh, comparison.gone, found, ids)
    return found


def _stamp(draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        "external_id": draft.external_id,
        "fingerprint": draft.fingerprint,
        "gone_at": None,
        "imported_at": now,
    }


def _columns(table: type[Imported], draft: Draft, ids: Ids) -> dict[str, Any]:
    links = {name: _target(draft, name, ids) for name in _OWN_LINKS.get(table, ())}
    return draft.columns | links


def _target(draft: Draft, name: str, ids: Ids) -> int | None:
    external_id = draft.links.get(name)
    return ids[_LINKS[name]].get(external_id) if external_id else None


def _touch(session: Session, table: type[Imported], row_ids: list[int], now: datetime) -> None:
    for chunk in _chunks(row_ids):
        session.execute(update(table).where(_id(table).in_(chunk)).values(imported_at=now))


def _ids(session: Session, table: type[Imported], source: str) -> dict[str, int]:
    rows = session.execute(select(table.external_id, _id(table)).where(table.source == source))
    return {row.external_id: row.id for row in rows}


def _write_children(session: Session, fresh: list[Draft], gone: list[int], found: dict[str, int], ids: Ids) -> None:
    """Categories and hours are replaced whole with their resource; those of a gone one stay, unlisted."""
    for row_ids in _chunks([found[draft.external_id] for draft in fresh]):
        session.execute(delete(ServiceCategory).where(ServiceCategory.service_at_location_id.in_(row_ids)))
        session.execute(delete(OpeningHours).where(OpeningHours.service_at_location_id.in_(row_ids)))
    for row_ids in _chunks(gone):
        session.execute(
            update(ServiceCategory).where(ServiceCategory.service_at_location_id.in_(row_ids)).values(listed=False)
        )
    for rows in _chunks(row for draft in fresh for row in _categories(draft, found[draft.external_id], ids)):
        session.execute(insert(ServiceCategory), rows)
    for rows in _chunks(
        {"service_at_location_id": found[draft.external_id], **hours} for draft in fresh for hours in draft.hours
    ):
        session.execute(insert(OpeningHours), rows)


def _categories(draft: Draft, row_id: int, ids: Ids) -> Iterator[dict[str, Any]]:
    for category in draft.categories:
        yield {
            "service_at_location_id": row_id,
            "category": category,
            "listed": draft.columns["status"] is ServiceStatus.ACTIVE,
            "latitude": draft.columns["latitude"],
            "longitude": draft.columns["longitude"],
            **{name: _target(draft, name, ids) for name in _LINKS},
        }


def _id(table: type[Imported]) -> Any:
    return table.__mapper__.c.id  # type: ignore[attr-defined]  # the mixin has no mapper of its own


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
