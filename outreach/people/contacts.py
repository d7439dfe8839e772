"""Contacts by their phone: finding one, making one exactly once, and setting the language it reads."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, make_transient_to_detached

from outreach import clock
from outreach.db import insert_row
from outreach.languages import LANGUAGES
from outreach.people.models import Consent, Contact
from outreach.people.phone import zones_of


def find_contact(session: Session, phone: str) -> Contact | None:
    """The contact with this phone (E.164), or None."""
    return session.scalar(select(Contact).where(Contact.phone == phone))


def find_or_create_contact(
    session: Session, phone: str, *, language: str, language_known: bool
) -> tuple[Contact, bool]:
    """The contact with this phone (E.164), and whether it is new.

    Safe when two processes meet a phone at the same moment: the unique key lets one row in, and both get
    it. An existing contact keeps its language. Does not commit.
    """
    contact = find_contact(session, phone)
    if contact is not None:
        return contact, False
    return create_contact(session, phone, language=language, language_known=language_known)


def create_contact(session: Session, phone: str, *, language: str, language_known: bool) -> tuple[Contact, bool]:
    """The same for a phone that was looked for just now, and not found. Nothing is flushed for a new one."""
    columns: dict[str, Any] = {
        "language_chosen": False,
        "consent": Consent.PENDING,
        "only_chosen_topics": False,
        **new_contact(phone, language=language, language_known=language_known),
    }
    contact_id = insert_row(session, Contact, **columns)
    if contact_id is None:
        return session.scalars(select(Contact).where(Contact.phone == phone)).one(), False
    contact = Contact(**{**dict.fromkeys(Contact.__table__.columns.keys()), **columns, "id": contact_id})
    make_transient_to_detached(contact)  # it is in the database as it is here
    session.add(contact)
    return contact, True


def set_language(session: Session, contact: Contact, language: str) -> None:
    """Keep the language the family chose (a code of LANGUAGES, else ValueError); no import changes it."""
    if language not in LANGUAGES:
        raise ValueError(f"unknown language code: {language!r}")
    contact.language = language
    contact.language_known = True
    contact.language_chosen = True
    session.flush()


def new_contact(phone: str, *, language: str, language_known: bool, zip_code: str | None = None) -> dict[str, object]:
    """The columns of a contact nobody has told us more about."""
    return {
        "phone": phone,
        "language": language,
        "language_known": language_known,
        "zip": zip_code,
        "zones": join_zones(phone, zip_code),
        "created_at": clock.now(),
    }


def join_zones(phone: str, zip_code: str | None) -> str:
    """Every zone the phone may be in, as `Contact.zones` stores them."""
    return " ".join(zones_of(phone, zip_code))
