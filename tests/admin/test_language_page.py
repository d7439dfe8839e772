"""Languages: how far the wording is, and a decision that has a name and can be taken back."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.people.models import Contact
from outreach.staff.models import AuditEntry, Role
from outreach.wording.acceptance import accepted_languages, withdraw_language
from tests.admin.office import Office, open_office


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office({**environment, "OUTREACH_LANGUAGES": "en,es,ht,km"}) as office:
        yield office


def test_each_language_says_how_many_families_read_it(office: Office) -> None:
    with office.work.database.writing() as session:
        for number, language in enumerate(("es", "es", "ht", "so")):
            phone = f"+1617555{number:04d}"
            session.add(Contact(phone=phone, language=language, created_at=clock.now()))
    text = office.visit(Role.ADMIN).open("/languages/").text
    assert "Español Spanish Families 2" in text
    assert "Kreyòl ayisyen Haitian Creole Families 1" in text
    assert "Some families read a language that is not sent here: Soomaali (Somali) (1)" in text


def test_a_decision_to_send_bears_a_name_and_can_be_taken_back(office: Office) -> None:
    admin = office.visit(Role.ADMIN, "Ruth Ellis")
    page = admin.send("/languages/es/accept")
    assert "Campaigns may now send Spanish texts that await native review." in page.text
    assert "ruth.ellis@school.example.org decided it" in page.text
    admin.send("/languages/es/accept")
    with office.work.database.reading() as session:
        assert accepted_languages(session) == {"es"}
    admin.send("/languages/es/withdraw")
    with office.work.database.reading() as session:
        assert accepted_languages(session) == frozenset()
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    noted = [(entry.action, entry.staff_id, entry.details) for entry in entries]
    spanish = {"language": "es"}
    assert noted == [("language.accepted", admin.id, spanish), ("language.withdrawn", admin.id, spanish)]


def test_a_decision_never_made_cannot_be_withdrawn(office: Office) -> None:
    with office.work.database.writing() as session:
        assert withdraw_language(session, "ht") is False


@pytest.mark.parametrize("code", ["en", "fr", "nonsense"])
def test_only_a_language_that_is_sent_here_can_be_decided_on(office: Office, code: str) -> None:
    assert office.visit(Role.ADMIN).send(f"/languages/{code}/accept").status == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_decides(office: Office, role: Role) -> None:
    visitor = office.visit(role)
    assert visitor.open("/languages/").status == 403
    assert visitor.send("/languages/es/accept").status == 403
