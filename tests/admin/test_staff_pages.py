"""Staff: an admin adds people, changes what they may do and who is paged; each sets her own phone and password."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from outreach import runtime
from outreach.callbacks.models import Callback, CallbackState, Urgency
from outreach.callbacks.requests import assign, request_callback
from outreach.mail.models import Mail
from outreach.runtime import Runtime
from outreach.staff.accounts import find_staff
from outreach.staff.models import AuditEntry, Role, Staff
from tests.admin.office import Office, Page, open_office
from tests.support.factories import make_contact

NEW = {"name": "Nora Nurse", "email": "nora@school.example.org", "role": "responder", "phone": "617-555-0177"}
PASSWORD = "apples in the garden"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


def read(office: Office, email: str = NEW["email"]) -> Staff:
    with office.work.database.reading() as session:
        person = find_staff(session, email)
        assert person
        assert person.partner is None or person.partner.name
        return person


def link_on(page: Page) -> str:
    found = re.search(r"http://\S+(/set-password/[\w.\-]+)", page.source)
    assert found, page.text
    return found[1]


def test_an_admin_adds_a_person_who_chooses_her_password_once_and_signs_in(office: Office) -> None:
    admin = office.visit(Role.ADMIN, "Avery Admin")
    added = admin.send("/staff/new", **NEW, on_duty="on", languages="es", new_partner="Lincoln School")
    person = read(office)
    assert (person.role, person.phone, person.languages, person.on_duty) == (
        Role.RESPONDER, "+16175550177", ["es"], True,
    )  # fmt: skip
    assert person.partner
    assert person.partner.name == "Lincoln School"
    link = link_on(added)

    visitor = office.app.test_client()
    office.app.config["WTF_CSRF_ENABLED"] = False
    assert "nora@school.example.org" in visitor.get(link).text
    assert "are not the same" in visitor.post(link, data={"password": PASSWORD, "again": "other"}).text
    assert "at least 12 characters" in visitor.post(link, data={"password": "short", "again": "short"}).text
    kept = visitor.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert kept.location == "/sign-in"
    spent = visitor.post(link, data={"password": "another long one", "again": "another long one"})
    assert (spent.status_code, "no longer works" in spent.text) == (410, True)
    signed = visitor.post("/sign-in", data={"email": NEW["email"], "password": PASSWORD})
    assert signed.status_code == 302
    assert "What waits for you" in visitor.get("/").text


@pytest.mark.parametrize("spoil", [("set-password/", "set-password/x"), (".", ".x")])
def test_a_link_that_was_tampered_with_opens_nothing(office: Office, spoil: tuple[str, str]) -> None:
    link = link_on(office.visit(Role.ADMIN).send("/staff/new", **NEW))
    answer = office.app.test_client().get(link.replace(*spoil))
    assert (answer.status_code, NEW["email"] in answer.text) == (410, False)


def test_the_link_goes_by_e_mail_where_that_is_set_up(office: Office) -> None:
    admin = office.visit(Role.ADMIN)
    settings = replace(office.work.settings, smtp_url="smtp://127.0.0.1:1", mail_from="a@example.org")
    runtime.use(mailing := Runtime(settings))
    page = admin.send("/staff/new", **NEW)
    with mailing.database.reading() as session:
        mail = session.scalars(select(Mail)).one()
    assert (mail.address, link_on(page) in mail.body) == (NEW["email"], True)
    mailing.close()


@pytest.mark.parametrize(
    ("wrong", "words", "field"),
    [
        ({"name": " "}, "The name is empty", "name"),
        ({"email": "nora"}, "is not an e-mail address", "email"),
        ({"email": "admin@school.example.org"}, "has an account already", "email"),
        ({"role": "king"}, "Choose what the person may do", "role"),
        ({"phone": "617-555"}, "Phone “617-555”: too short for a US number. Write all ten digits", "phone"),
    ],
)
def test_a_form_with_a_mistake_names_it_and_keeps_what_was_typed(
    office: Office, wrong: dict[str, str], words: str, field: str
) -> None:
    admin = office.visit(Role.ADMIN)
    page = admin.send("/staff/new", **{**NEW, **wrong})
    assert page.status == 422
    assert words in page.text
    assert f'href="#{field}"' in page.source
    assert (wrong.get("name", NEW["name"])) in page.source
    with office.work.database.reading() as session:
        assert len(session.scalars(select(Staff)).all()) == 1


def test_a_change_is_kept_with_who_made_it_and_duty_ends_with_the_role_that_lets_answer(office: Office) -> None:
    admin = office.visit(Role.ADMIN)
    admin.send("/staff/new", **NEW, on_duty="on", supervisor="on")
    person = read(office)
    assert (person.on_duty, person.supervisor) == (True, True)
    admin.send(f"/staff/{person.id}", **{**NEW, "role": "viewer"}, on_duty="on", supervisor="on")
    person = read(office)
    assert (person.role, person.on_duty, person.supervisor) == (Role.VIEWER, False, False)
    with office.work.database.reading() as session:
        entries = session.execute(select(AuditEntry.action, AuditEntry.staff_id, AuditEntry.details)).all()
    assert ("staff.changed", admin.id, {"fields": ["role", "on_duty", "supervisor"], "role": "viewer"}) in entries


def test_who_is_deactivated_is_out_at_once_and_may_come_back(office: Office) -> None:
    admin, nurse = office.visit(Role.ADMIN), office.visit(Role.COORDINATOR, "Nora Nurse")
    assert "signs in no more" in admin.send(f"/staff/{nurse.id}/deactivate").text
    assert nurse.client.get("/").location.startswith("/sign-in")
    assert "may sign in again" in admin.send(f"/staff/{nurse.id}/reactivate").text
    assert nurse.client.get("/").status_code == 200


def test_a_crisis_of_who_is_deactivated_is_untaken_again(office: Office) -> None:
    admin, nurse = office.visit(Role.ADMIN), office.visit(Role.COORDINATOR, "Nora Nurse")
    work = office.work
    with work.database.writing() as session:
        contact = make_contact(session, 7)
        asked = request_callback(session, work.redis, work.settings, contact, reason="A text", urgency=Urgency.CRISIS)
        hers = session.get_one(Staff, nurse.id)
        assign(asked.callback, hers, hers)
    admin.send(f"/staff/{nurse.id}/deactivate")
    with work.database.reading() as session:
        callback = session.scalars(select(Callback)).one()
        assert (callback.state, callback.assignee_id) == (CallbackState.OPEN, None)
        assert callback.history[-1].action == "untaken again: Nora Nurse signs in no more"


def test_the_last_admin_stays_one(office: Office) -> None:
    admin = office.visit(Role.ADMIN, "Avery Admin")
    form = {"name": "Avery Admin", "email": "avery.admin@school.example.org", "role": "viewer"}
    assert "Avery Admin is the only admin" in admin.send(f"/staff/{admin.id}", **form).text
    assert "Avery Admin is the only admin" in admin.send(f"/staff/{admin.id}/deactivate").text
    office.visit(Role.ADMIN, "Second Admin")
    admin.send(f"/staff/{admin.id}/deactivate")
    assert not read(office, form["email"]).active


def test_the_list_says_who_is_paged_and_how(office: Office) -> None:
    admin = office.visit(Role.ADMIN)
    assert "Nobody can be paged" in admin.open("/staff/").text
    admin.send("/staff/new", **NEW, on_duty="on")
    text = admin.open("/staff/").text
    assert "Paged at once: Nora Nurse." in text
    assert "Pages go by text only." in text
    assert "(617) 555-0177" in text


def test_the_page_is_for_admins_and_my_account_for_everybody(office: Office) -> None:
    viewer = office.visit(Role.VIEWER)
    assert [viewer.open(path).status for path in ("/staff/", "/staff/new", f"/staff/{viewer.id}")] == [403] * 3
    page = viewer.send("/account/", phone="617-555", languages="ht")
    assert (page.status, "too short for a US number" in page.text) == (422, True)
    viewer.send("/account/", phone="+1 617 555 0178", languages="ht")
    me = read(office, "viewer@school.example.org")
    assert (me.phone, me.languages) == ("+16175550178", ["ht"])
    assert viewer.send("/account/duty", duty="on").status == 403, "a viewer could not answer"
