"""What staff say otherwise than the source: kept apart, put in force again after each import, given up at will."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.resources.models import ServiceAtLocation
from outreach.resources.upkeep.models import ListingEdit, ListingField
from outreach.resources.upkeep.own_listings import is_own
from outreach.resources.upkeep.values import read_value, write_value
from outreach.staff.models import Staff

CHUNK = 500  # ids a statement


def edits_of(session: Session, listing: ServiceAtLocation) -> dict[ListingField, ListingEdit]:
    rows = session.scalars(select(ListingEdit).where(ListingEdit.service_at_location_id == listing.id))
    return {row.field: row for row in rows}


def edit_listing(
    session: Session, listing: ServiceAtLocation, changes: Mapping[ListingField, Any], by: Staff
) -> list[ListingField]:
    """Put these values in force; returns the fields that really changed.

    A value that is the source's own again is no edit any more. A listing of our own has no source, and just changes.
    """
    known = edits_of(session, listing)
    changed: list[ListingField] = []
    for field, value in changes.items():
        before = read_value(listing, field)
        if value == before:
            continue
        changed.append(field)
        write_value(session, listing, field, value)
        if not is_own(listing):
            _keep_apart(session, listing, field, value, before, known.get(field), by)
    session.flush()
    return changed


def give_up_edit(session: Session, listing: ServiceAtLocation, field: ListingField) -> bool:
    """From now on the source's word counts again. False when there was no edit."""
    edit = edits_of(session, listing).get(field)
    if edit is None:
        return False
    write_value(session, listing, field, edit.source_value)
    session.delete(edit)
    session.flush()
    return True


def keep_edit(session: Session, listing: ServiceAtLocation, field: ListingField) -> bool:
    """Somebody compared and stays with the edit, although the source has changed its mind."""
    edit = edits_of(session, listing).get(field)
    if edit is None:
        return False
    edit.differs = False
    session.flush()
    return True


def put_back_edits(session: Session, written: Iterable[int]) -> int:
    """After an import wrote these listings: notes what the source says now, and puts staff's word in force again.

    Returns how many listings kept an edit.
    """
    kept: set[int] = set()
    for edit in _edits_among(session, list(written)):
        listing = session.get_one(ServiceAtLocation, edit.service_at_location_id, populate_existing=True)
        now_says = read_value(listing, edit.field)
        if now_says == edit.value:
            session.delete(edit)  # the source came round
        else:
            edit.differs = edit.differs or now_says != edit.source_value
            edit.source_value = now_says
            write_value(session, listing, edit.field, edit.value)
            kept.add(listing.id)
        session.flush()
    return len(kept)


def _edits_among(session: Session, ids: Sequence[int]) -> list[ListingEdit]:
    found: list[ListingEdit] = []
    for start in range(0, len(ids), CHUNK):
        part = ListingEdit.service_at_location_id.in_(ids[start : start + CHUNK])
        found += session.scalars(select(ListingEdit).where(part).order_by(ListingEdit.service_at_location_id))
    return found


def _keep_apart(
    session: Session,
    listing: ServiceAtLocation,
    field: ListingField,
    value: Any,
    before: Any,
    edit: ListingEdit | None,
    by: Staff,
) -> None:
    source_value = before if edit is None else edit.source_value
    if value == source_value:
        if edit is not None:
            session.delete(edit)
        return
    if edit is None:
        edit = ListingEdit(service_at_location_id=listing.id, field=field, source_value=source_value)
        session.add(edit)
    edit.value, edit.differs = value, False
    edit.edited_by_id, edit.edited_at = by.id, clock.now()
