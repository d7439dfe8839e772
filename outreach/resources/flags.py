"""Listings that families say are closed or wrong: kept for staff, who settle them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import change, insert_new
from outreach.resources.models import ListingFlag, ListingProblem, ServiceAtLocation
from outreach.staff.models import Staff


@dataclass(frozen=True, slots=True)
class Flagged:
    """A listing with open flags: how many families said what, since when."""

    listing: ServiceAtLocation
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


def open_flags(session: Session, *, limit: int = 100) -> list[Flagged]:
    """Listings with flags nobody settled, those with most flags first, then the oldest."""
    listing_id = ListingFlag.service_at_location_id
    page = session.scalars(
        select(listing_id)
        .where(ListingFlag.settled_at.is_(None))
        .group_by(listing_id)
        .order_by(func.count().desc(), func.min(ListingFlag.flagged_at), listing_id)
        .limit(limit)
    ).all()
    return _with_problems(session, page)


def flags_of(session: Session, listing_id: int) -> Flagged | None:
    """What families say of one listing, or None when all of it is settled."""
    said = ListingFlag.service_at_location_id == listing_id
    open_one = session.scalars(select(ListingFlag.id).where(said, ListingFlag.settled_at.is_(None)).limit(1)).first()
    return _with_problems(session, [listing_id])[0] if open_one else None


def settle_flags(session: Session, listing_id: int, by: Staff) -> int:
    """Staff looked at the listing: its open flags are done with. Returns how many there were."""
    return change(
        session,
        update(ListingFlag)
        .where(ListingFlag.service_at_location_id == listing_id, ListingFlag.settled_at.is_(None))
        .values(settled_at=clock.now(), settled_by_id=by.id),
    )


def _with_problems(session: Session, page: Sequence[int]) -> list[Flagged]:
    listings = {one.id: one for one in session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.id.in_(page)))}
    rows = session.execute(
        select(
            ListingFlag.service_at_location_id,
            ListingFlag.problem,
            func.count(),
            func.min(ListingFlag.flagged_at, type_=ListingFlag.flagged_at.type),
        )
        .where(ListingFlag.settled_at.is_(None), ListingFlag.service_at_location_id.in_(page))
        .group_by(ListingFlag.service_at_location_id, ListingFlag.problem)
    )
    problems: dict[int, dict[ListingProblem, int]] = {one: {} for one in page}
    since: dict[int, datetime] = {}
    for one, problem, number, first in rows:
        problems[one][problem] = number
        since[one] = min(first, since.get(one, first))
    return [Flagged(listings[one], problems[one], since[one]) for one in page]
