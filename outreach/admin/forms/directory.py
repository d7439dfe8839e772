"""What the pages of the directory share: a listing found, who is at work, and what was done with it."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from outreach.admin.sign_in import me_in
from outreach.resources.models import ServiceAtLocation
from outreach.staff.audit import note
from outreach.staff.models import AuditEntry, Staff

SUBJECT = "listing"
NEWEST = 20
# What each entry of the audit trail says.
ACTS = {
    "listing.added": "Added it",
    "listing.edited": "Changed",
    "listing.source_taken": "Took the source's word for",
    "listing.edit_kept": "Stayed with our word for",
    "listing.hidden": "Hid it from families",
    "listing.shown": "Showed it to families again",
    "listing.confirmed": "Confirmed that it is right",
    "listing.settled": "Settled what families said",
    "listing.translated": "Wrote it in",
    "listing.translation_approved": "Reviewed it in",
}


def find_listing(session: Session, listing_id: int, *, locked: bool = False) -> ServiceAtLocation:
    found = session.get(ServiceAtLocation, listing_id, with_for_update=locked or None)
    return found or abort(404)


def write_note(session: Session, action: str, listing: ServiceAtLocation, what: str = "") -> None:
    """On the audit trail; `what` is a field's label or a language, never a family's words."""
    note(session, action, SUBJECT, listing.id, staff=me_in(session), details={"what": what} if what else None)


def history_of(session: Session, listing: ServiceAtLocation) -> Sequence[Row[AuditEntry, str]]:
    return session.execute(
        select(AuditEntry, Staff.name)
        .outerjoin(Staff, Staff.id == AuditEntry.staff_id)
        .where(AuditEntry.subject == SUBJECT, AuditEntry.subject_id == listing.id)
        .order_by(AuditEntry.id.desc())
        .limit(NEWEST)
    ).all()
