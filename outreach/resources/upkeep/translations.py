"""A listing in a family's language: written by one person, reviewed by another, in force while its English stands."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.resources.models import ServiceAtLocation
from outreach.resources.upkeep.models import ListingTranslation
from outreach.staff.models import Staff


class TranslationState(StrEnum):
    MISSING = "missing"
    IN_REVIEW = "in review"
    REVIEWED = "reviewed"
    STALE = "out of date"  # the English changed: families read the English until somebody looks


@dataclass(frozen=True, slots=True)
class Saying:
    """What a text to a family says of a listing in its language; None where nobody wrote anything."""

    note: str | None
    eligibility: str | None


_REVIEWED = select(
    ListingTranslation.service_at_location_id,
    ListingTranslation.english_digest,
    ListingTranslation.note,
    ListingTranslation.eligibility,
).where(
    ListingTranslation.service_at_location_id.in_(bindparam("ids", expanding=True)),
    ListingTranslation.language == bindparam("language"),
    ListingTranslation.reviewed_at.is_not(None),
)


def translations_of(session: Session, listing_id: int) -> dict[str, ListingTranslation]:
    rows = session.scalars(select(ListingTranslation).where(ListingTranslation.service_at_location_id == listing_id))
    return {row.language: row for row in rows}


def state_of(translation: ListingTranslation | None, listing: ServiceAtLocation) -> TranslationState:
    if translation is None:
        return TranslationState.MISSING
    if translation.english_digest != english_digest(listing):
        return TranslationState.STALE
    return TranslationState.REVIEWED if translation.reviewed_at else TranslationState.IN_REVIEW


def write_translation(
    session: Session,
    listing: ServiceAtLocation,
    language: str,
    *,
    note: str | None,
    eligibility: str | None,
    by: Staff,
) -> bool:
    """Write it, to be reviewed by somebody else. False, and nothing new, when it says this already of this English."""
    found = session.get(ListingTranslation, (listing.id, language))
    digest = english_digest(listing)
    if found and (found.note, found.eligibility, found.english_digest) == (note, eligibility, digest):
        return False
    if found is None:
        found = ListingTranslation(service_at_location_id=listing.id, language=language)
        session.add(found)
    found.note, found.eligibility, found.english_digest = note, eligibility, digest
    found.written_by_id, found.written_at = by.id, clock.now()
    found.reviewed_by_id = found.reviewed_at = None
    session.flush()
    return True


def approve(session: Session, listing: ServiceAtLocation, language: str, by: Staff) -> str | None:
    """Let families have it. Returns why not, or None when it is done."""
    found = session.get(ListingTranslation, (listing.id, language))
    if found is None or state_of(found, listing) is not TranslationState.IN_REVIEW:
        return "There is nothing here that waits for review."
    if found.written_by_id == by.id:
        return "You wrote this. Somebody else who reads the language reviews it."
    found.reviewed_by_id, found.reviewed_at = by.id, clock.now()
    session.flush()
    return None


def sayings(session: Session, ids: Sequence[int], language: str) -> dict[int, tuple[str, Saying]]:
    """By listing, what was reviewed in a language, with the digest of the English it holds for."""
    if not ids:
        return {}
    rows = session.connection().execute(_REVIEWED, {"ids": list(ids), "language": language})
    return {row_id: (digest, Saying(note, eligibility)) for row_id, digest, note, eligibility in rows}


def english_digest(listing: ServiceAtLocation) -> str:
    """What a translation was made from: the name and whom the place serves."""
    return hashlib.sha256(f"{listing.name}\n{listing.eligibility or ''}".encode()).hexdigest()
