"""Making what a test is about, in one line."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from outreach.people.consent import record_consent
from outreach.people.contacts import find_or_create_contact
from outreach.people.models import Consent, Contact
from outreach.sample.families import sample_phone

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # a Tuesday, noon in New York


def make_contact(
    session: Session, number: int = 0, language: str = "en", consent: Consent = Consent.SUBSCRIBED, **more: object
) -> Contact:
    """A family with the n-th sample phone."""
    contact, _ = find_or_create_contact(session, sample_phone(number), language=language, language_known=True)
    for name, value in {"zones": "America/New_York", **more}.items():
        setattr(contact, name, value)
    if consent is not Consent.PENDING:
        record_consent(session, contact, consent, source="staff", evidence="told in person")
    return contact
