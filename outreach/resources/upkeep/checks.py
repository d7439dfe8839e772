"""What staff make sure of: that a listing is right, whether families are sent there, and when it is time to ask."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import change
from outreach.resources.flags import settle_flags
from outreach.resources.models import ListingFlag, ServiceAtLocation
from outreach.settings import Settings
from outreach.staff.models import Staff

GOOD_FOR = timedelta(days=365)


def needs_check(listing: ServiceAtLocation, today: date) -> bool:
    """Whether nobody has made sure of it for a year, or ever."""
    checked = listing.checked_on
    return checked is None or checked <= today - GOOD_FOR


def unchecked(today: date) -> ColumnElement[bool]:
    """The same rule in SQL."""
    limit = today - GOOD_FOR
    columns = (ServiceAtLocation.assured_on, ServiceAtLocation.confirmed_on)
    first, second = (or_(column.is_(None), column <= limit) for column in columns)
    return first & second


def confirm_listing(session: Session, settings: Settings, listing: ServiceAtLocation, by: Staff) -> int:
    """Somebody made sure today that all of it is right: what families said against it is settled. Returns how many."""
    listing.confirmed_on = clock.now().astimezone(settings.zone).date()
    return settle_flags(session, listing.id, by)


def hide_listing(session: Session, listing: ServiceAtLocation, by: Staff) -> int:
    """Families are not sent there any more; what they said against it is settled. Returns how many flags that were."""
    listing.hidden, listing.hidden_at = True, clock.now()
    return settle_flags(session, listing.id, by)


def show_listing(session: Session, listing: ServiceAtLocation) -> None:
    """Undo of hiding, whole: flags that were settled by it are open again."""
    if listing.hidden_at is not None:
        change(
            session,
            update(ListingFlag)
            .where(
                ListingFlag.service_at_location_id == listing.id,
                ListingFlag.settled_at >= listing.hidden_at,
            )
            .values(settled_at=None, settled_by_id=None),
        )
    listing.hidden, listing.hidden_at = False, None
