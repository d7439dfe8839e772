"""Listings that families say are closed or wrong: kept for staff, who settle them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import change, insert_new
from outreach.resources.models import ListingFlag, ListingProblem
from outreach.staff.models import Staff


@dataclass(frozen=True, slots=True)
class Flagged:
    """The open flags of a listing: how many families said what, since when."""

    problems: dict[ListingProblem, int]
    since: datetime

    @property
    def families(self) -> int:
        return sum(self.problems.values())


def flag_listing(session: Session, contact_id: int, listing_id: int, problem: ListingProblem, zone: ZoneInfo) -> bool:
    """Keep what a family says about a listing. Returns False when it said so already today (in `zone`)."""
    now = clock.now()
    result = session.execute(
        insert_new(session, ListingFlag)
        .values(
            contact_id=contact_id,
            service_at_location_id=listing_id,
            day=now.astimezone(zone).date(),
            problem=problem,
            flagged_at=now,
        )
        .returning(ListingFlag.id)
    )
    return result.scalar() is not None


def flags_of(session: Session, listing_id: int) -> Flagged | None:
    """What families say of one listing, or None when all of it is settled."""
    rows = session.execute(
        select(ListingFlag.problem, func.count(), func.min(ListingFlag.flagged_at, type_=ListingFlag.flagged_at.type))
        .where(ListingFlag.settled_at.is_(None), ListingFlag.service_at_location_id == listing_id)
        .group_by(ListingFlag.problem)
    ).all()
    if not rows:
        return None
    return Flagged({problem: number for problem, number, _ in rows}, min(first for *_, first in rows))


def settle_flags(session: Session, listing_id: int, by: Staff) -> int:
    """Staff looked at the listing: its open flags are done with. Returns how many there were."""
    return change(
        session,
        update(ListingFlag)
        .where(ListingFlag.service_at_location_id == listing_id, ListingFlag.settled_at.is_(None))
        .values(settled_at=clock.now(), settled_by_id=by.id),
    )
