"""What a family was shown of the help near it: kept some hours, so that a number or "MORE" has a meaning."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import change, insert_new
from outreach.resources.models import ListingOffer

KEPT = timedelta(hours=6)  # an afternoon of phone calls; later a bare number may well mean something else


def remember_offer(
    session: Session, contact_id: int, *, category: str, zip_code: str, shown: Sequence[int], given: int
) -> None:
    """From now on the numbers of this contact mean the listings `shown`; `given` counts all shown so far."""
    now = clock.now()
    values = {
        "category": category,
        "zip": zip_code,
        "shown": list(shown),
        "given": given,
        "looked_at": None,
        "offered_at": now,
        "expires_at": now + KEPT,
    }
    changed = change(session, update(ListingOffer).where(ListingOffer.contact_id == contact_id).values(values))
    if not changed:
        session.execute(insert_new(session, ListingOffer).values(contact_id=contact_id, **values))


def open_offer(session: Session, contact_id: int) -> ListingOffer | None:
    """What the contact was shown last, unless that is too long ago."""
    offer = session.get(ListingOffer, contact_id, populate_existing=True)
    return offer if offer is not None and offer.expires_at > clock.now() else None


def listing_of(offer: ListingOffer, number: str | None) -> int | None:
    """The id of the listing a family means by a number ("2"); without one the last it asked about, or the only one.

    None when that could be any of several, or the number is none of ours.
    """
    place = int(number) if number else offer.looked_at or (1 if len(offer.shown) == 1 else 0)
    return offer.shown[place - 1] if 1 <= place <= len(offer.shown) else None
