"""The page of a partner: its hours, closed days and topics, kept or refused with a reason."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.callbacks.calendar import read_week
from outreach.callbacks.models import PartnerClosedDay
from outreach.callbacks.routing import topics_of
from outreach.staff.accounts import find_or_add_partner
from outreach.staff.models import AuditEntry, Role, Staff
from tests.admin.office import Office, open_office

MONDAY = {"open-0": "yes", "opens-0": "08:00", "closes-0": "15:30"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


def add_partner(office: Office, name: str = "Lincoln School") -> int:
    with office.work.database.writing() as session:
        return find_or_add_partner(session, name).id


def test_hours_are_kept_and_shown_again(office: Office) -> None:
    partner, admin = add_partner(office), office.visit(Role.ADMIN)
    assert "those of the office count" in admin.open(f"/partners/{partner}").text
    page = admin.send(f"/partners/{partner}/week", **MONDAY, **{"opens-1": "09:00", "closes-1": "12:00"})
    assert "Calls promised from now on fall into these hours." in page.text
    with office.work.database.reading() as session:
        assert read_week(session, partner) == ((time(8), time(15, 30)), *[None] * 6), "Tuesday was not ticked"
        assert session.scalars(select(AuditEntry.action)).all() == ["partner.hours_changed"]
    assert 'value="15:30"' in page.source
    assert "those of the office count" not in page.text


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, "Tick at least one day"),
        ({**MONDAY, "closes-0": "07:00"}, "Monday: the day ends before it begins."),
        ({**MONDAY, "closes-0": "08:00"}, "Monday: the day ends before it begins."),
        ({**MONDAY, "opens-0": ""}, "Monday: write from when to when"),
        ({**MONDAY, "opens-0": "8 o'clock"}, "Monday: write from when to when"),
    ],
)
def test_hours_that_make_no_sense_are_refused_and_what_was_typed_stays(
    office: Office, form: dict[str, str], problem: str
) -> None:
    partner, admin = add_partner(office), office.visit(Role.ADMIN)
    page = admin.send(f"/partners/{partner}/week", **form, **{"opens-6": "10:10"})
    assert page.status == 400
    assert problem in page.text
    assert 'value="10:10"' in page.source
    with office.work.database.reading() as session:
        assert read_week(session, partner) is None


def test_a_day_is_closed_once_and_opened_again(office: Office) -> None:
    partner, admin = add_partner(office), office.visit(Role.ADMIN)
    day = (clock.now() + timedelta(days=20)).date()
    form = {"day": day.isoformat(), "name": "Winter break"}
    assert "Nobody at Lincoln School calls on that day." in admin.send(f"/partners/{partner}/closed-days", **form).text
    assert "That day was closed already." in admin.send(f"/partners/{partner}/closed-days", **form).text
    assert "Winter break" in admin.open(f"/partners/{partner}").text
    page = admin.send(f"/partners/{partner}/closed-days/{day.isoformat()}/open")
    assert "Staff call on that day again." in page.text
    with office.work.database.reading() as session:
        assert session.scalars(select(PartnerClosedDay)).all() == []


@pytest.mark.parametrize(
    ("day", "name", "problem"),
    [
        ("", "Break", "Choose the day"),
        ("31 December", "Break", "Choose the day"),
        ("2020-01-01", "Break", "This day has passed."),
        ("2099-01-02", " ", "Say in a word why"),
    ],
)
def test_a_closed_day_needs_a_day_to_come_and_a_name(office: Office, day: str, name: str, problem: str) -> None:
    page = office.visit(Role.ADMIN).send(f"/partners/{add_partner(office)}/closed-days", day=day, name=name)
    assert page.status == 400
    assert problem in page.text


def test_topics_are_kept_and_those_that_nobody_takes_are_named(office: Office) -> None:
    partner, admin = add_partner(office), office.visit(Role.ADMIN)
    assert "No partner takes" in admin.open("/partners/").text
    admin.send(f"/partners/{partner}/topics", topics="parenting")
    page = admin.open("/partners/")
    assert "No partner takes screenings, health fairs, coping skills, everything else." in page.text
    admin.send(f"/partners/{partner}/topics", topics="nonsense")
    with office.work.database.reading() as session:
        assert topics_of(session) == {}
    admin.send(f"/partners/{partner}/topics", topics="other")
    assert "No partner takes" not in admin.open("/partners/").text
    other = add_partner(office, "Clinic")
    assert "taken by Lincoln School" in admin.open(f"/partners/{other}").text


def test_who_calls_there_is_named_with_languages(office: Office) -> None:
    partner, admin = add_partner(office), office.visit(Role.ADMIN)
    assert "No call is sent to this partner until one does." in admin.open(f"/partners/{partner}").text
    ben = office.visit(Role.RESPONDER, "Ben Carter")
    with office.work.database.writing() as session:
        person = session.get_one(Staff, ben.id)
        person.partner_id, person.languages = partner, ["es"]
    page = admin.open(f"/partners/{partner}")
    assert "Ben Carter" in page.text
    assert "Español (Spanish)" in page.text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.RESPONDER, Role.ORGANIZER, Role.VIEWER])
def test_partners_are_for_admins(office: Office, role: Role) -> None:
    partner, visitor = add_partner(office), office.visit(role)
    assert visitor.open("/partners/").status == 403
    assert visitor.open(f"/partners/{partner}").status == 403
    assert visitor.send(f"/partners/{partner}/week", **MONDAY).status == 403
