"""The audit trail: who did what to which thing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock
from outreach.staff.models import AuditEntry, Staff


def note(
    session: Session,
    action: str,
    subject: str,
    subject_id: int,
    *,
    staff: Staff | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write one entry. No staff means the command line or the service itself."""
    session.add(
        AuditEntry(
            staff_id=staff.id if staff else None,
            action=action,
            subject=subject,
            subject_id=subject_id,
            details=dict(details or {}),
            happened_at=clock.now(),
        )
    )
