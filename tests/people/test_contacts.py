"""A phone becomes a contact exactly once, whoever meets it first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

import outreach.callbacks.models
import outreach.campaigns.models
import outreach.incoming.models
import outreach.outgoing.models
import outreach.staff.models
import outreach.wording.models  # noqa: F401 - the tables that foreign keys point at
from outreach import clock
from outreach.db import Base, Database
from outreach.people.contacts import find_contact, find_or_create_contact, set_language
from outreach.people.models import Consent, Contact

NOW = datetime(2026, 3, 24, 15, 0, tzinfo=UTC)
PHONE = "+16175550124"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'outreach.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


def test_a_new_phone_becomes_a_pending_contact_with_its_zones(database: Database) -> None:
    with clock.frozen(NOW), database.writing() as session:
        contact, created = find_or_create_contact(session, PHONE, language="ht", language_known=False)
    assert created
    assert (contact.language, contact.language_known, contact.consent) == ("ht", False, Consent.PENDING)
    assert (contact.zones, contact.created_at) == ("America/New_York", NOW)


def test_a_known_phone_keeps_its_contact_and_language(database: Database) -> None:
    with database.writing() as session:
        first, _ = find_or_create_contact(session, PHONE, language="ht", language_known=True)
    with database.writing() as session:
        second, created = find_or_create_contact(session, PHONE, language="en", language_known=False)
    assert not created
    assert (second.id, second.language, second.language_known) == (first.id, "ht", True)


def test_many_at_once_make_one_contact(database: Database) -> None:
    def meet(_: int) -> tuple[int, bool]:
        with database.writing() as session:
            contact, created = find_or_create_contact(session, PHONE, language="es", language_known=True)
            return contact.id, created

    with ThreadPoolExecutor(8) as pool:
        met = list(pool.map(meet, range(24)))
    assert len({one for one, _ in met}) == 1
    assert sum(created for _, created in met) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 1


def test_a_phone_nobody_texted_from_is_not_found(database: Database) -> None:
    with database.reading() as session:
        assert find_contact(session, PHONE) is None


def test_a_language_the_family_chose_is_known_and_marked_as_its_choice(database: Database) -> None:
    with database.writing() as session:
        contact, _ = find_or_create_contact(session, PHONE, language="en", language_known=False)
        set_language(session, contact, "vi")
    with database.reading() as session:
        stored = find_contact(session, PHONE)
    assert stored is not None
    assert (stored.language, stored.language_known, stored.language_chosen) == ("vi", True, True)


def test_a_language_code_nobody_knows_is_refused(database: Database) -> None:
    with database.writing() as session:
        contact, _ = find_or_create_contact(session, PHONE, language="en", language_known=False)
        with pytest.raises(ValueError, match="tlh"):
            set_language(session, contact, "tlh")
