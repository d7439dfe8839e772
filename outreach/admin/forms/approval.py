"""What the page of an urgent campaign says while it waits: what is asked, of whom, and who may answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.approval import approvers, may_decide, use_ends
from outreach.campaigns.models import Campaign, CampaignState
from outreach.staff.models import AuditEntry, Staff

MOST_NAMES = 6


@dataclass(frozen=True)
class Asked:
    """`own` is whether the reader asked for it herself, `decides` whether she may approve or refuse it."""

    useful_until: datetime | None
    own: bool
    decides: bool
    colleagues: Sequence[Staff]  # who may approve it

    @property
    def too_late(self) -> bool:
        """Approved now, nothing would leave."""
        return self.useful_until is not None and self.useful_until <= clock.now()

    @property
    def named(self) -> str:
        """ "Ana Ruiz, Kim Lee or Tom Hill" """
        names = [person.name for person in self.colleagues[:MOST_NAMES]]
        if len(self.colleagues) > MOST_NAMES:
            names.append("another colleague")
        return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""

    @property
    def with_phone(self) -> int:
        """Who of them got a text about it."""
        return sum(person.phone is not None for person in self.colleagues)


@dataclass(frozen=True)
class Refused:
    by: str
    reason: str


def read_asked(session: Session, campaign: Campaign, reader: Staff) -> Asked | None:
    """None unless the campaign waits for approval."""
    if campaign.state is not CampaignState.AWAITING:
        return None
    return Asked(
        useful_until=use_ends(session, campaign),
        own=campaign.launched_by_id == reader.id,
        decides=may_decide(reader, campaign.launched_by_id).allowed,
        colleagues=approvers(session, campaign),
    )


def read_refused(session: Session, campaign: Campaign) -> Refused | None:
    """Who refused it and why, if somebody did."""
    if not campaign.urgent_reason or campaign.state is not CampaignState.CANCELED:
        return None
    row = session.execute(
        select(AuditEntry, Staff.name)
        .join(Staff, Staff.id == AuditEntry.staff_id)
        .where(
            AuditEntry.subject == "campaign",
            AuditEntry.subject_id == campaign.id,
            AuditEntry.action == "campaign.refused",
        )
    ).one_or_none()
    return Refused(row[1], str(row[0].details["reason"])) if row else None
