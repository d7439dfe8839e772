"""The partner wall on the pages: whatever staff of a school open, nothing of a clinic's callbacks stands there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.callbacks.models import Callback, CallbackState, Outcome
from outreach.callbacks.requests import add_note, assign, close, request_callback
from outreach.calls.models import Call, CallState
from outreach.calls.record import enter
from outreach.calls.starting import reserve
from outreach.people.models import Contact
from outreach.staff.accounts import find_or_add_partner
from outreach.staff.models import AuditEntry, Role, Staff
from tests.admin.office import Office, Visitor, open_office
from tests.support.factories import make_contact

REASON, NOTE, LAST = "Results of the blood test", "Told her about the clinic of Doctor Quill", "She agreed to insulin"
NURSE, OUTCOME = "Nurse Nadia", "No longer needed"
SECRETS = (REASON, NOTE, LAST, "blood", "Quill", "insulin", NURSE, OUTCOME)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@dataclass(frozen=True)
class Town:
    office: Office
    contact: int
    still_open: int
    closed: int
    nadia: Visitor

    def visit(self, role: Role, partner: str | None, name: str) -> Visitor:
        visitor = self.office.visit(role, name)
        with self.office.work.database.writing() as session:
            person = session.get_one(Staff, visitor.id)
            person.partner = find_or_add_partner(session, partner) if partner else None
        return visitor


@pytest.fixture
def town(environment: dict[str, str]) -> Iterator[Town]:
    """A family with an open and a closed callback of the clinic, both taken and noted by its nurse."""
    with open_office(environment) as office:
        nadia = office.visit(Role.RESPONDER, NURSE)
        work = office.work
        with work.database.writing() as session:
            nurse = session.get_one(Staff, nadia.id)
            nurse.partner = find_or_add_partner(session, "Clinic")
            contact = make_contact(session, 0, "es", name="Ana Rivera")
            ids = []
            for _ in range(2):
                callback = request_callback(
                    session, work.redis, work.settings, contact, reason=REASON, partner_id=nurse.partner.id
                ).callback
                assign(callback, nurse, nurse)
                add_note(callback, nurse, NOTE)
                ids.append(callback.id)
                if len(ids) == 1:
                    close(callback, Outcome.NO_LONGER_NEEDED, nurse, LAST)
                session.flush()
        yield Town(office, contact.id, ids[1], ids[0], nadia)


def pages_of(town: Town) -> list[str]:
    """Every address that answers GET, filled with this family and these callbacks, and the list in every shape."""
    found = []
    numbers = {"contact_id": [town.contact], "callback_id": [town.still_open, town.closed]}
    for rule in town.office.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith(".static"):
            continue
        if not rule.arguments <= set(numbers) or len(rule.arguments) > 1:
            continue
        fills: list[dict[str, Any]] = [{name: number} for name in rule.arguments for number in numbers[name]] or [{}]
        with town.office.app.test_request_context():
            found += [town.office.app.url_for(rule.endpoint, **fill) for fill in fills]
    lists = [
        f"/callbacks/{part}?show={show}&q={words}"
        for part in ("", "rows")
        for show in ("open", "mine", "unassigned", "closed", "others")
        for words in ("", "Ana", "blood", "insulin")
    ]
    searches = [f"/families/?q={words}" for words in ("Ana", "blood", "Quill", "insulin")]
    return [*found, *lists, *searches, f"/families/{town.contact}?texts=all"]


@pytest.mark.parametrize(
    ("role", "partner"),
    [(Role.RESPONDER, "School"), (Role.COORDINATOR, "School"), (Role.ADMIN, "School"), (Role.ADMIN, None),
     (Role.RESPONDER, None)],
)  # fmt: skip
def test_no_page_shows_others_what_is_the_clinics(town: Town, role: Role, partner: str | None) -> None:
    visitor = town.visit(role, partner, "Pat")
    # An admin may give the call to somebody there, and the name of the one who has it is offered among them.
    secrets = [secret for secret in SECRETS if role is not Role.ADMIN or secret != NURSE]
    opened = 0
    for address in pages_of(town):
        page = visitor.open(address)
        opened += page.status == 200
        searched = address.partition("q=")[2]  # it comes back in the search box
        assert [secret for secret in secrets if secret in page.source and secret != searched] == [], address
    assert opened > 30


def test_the_clinics_own_staff_read_all_of_it(town: Town) -> None:
    source = "".join(town.nadia.open(f"/callbacks/{one}").source for one in (town.still_open, town.closed))
    assert all(told in source for told in (REASON, NOTE, LAST, NURSE, OUTCOME))
    assert REASON in town.nadia.open("/callbacks/?show=closed&q=blood").text
    assert "1 call" in town.nadia.open("/callbacks/rows?q=Ana").text


def test_others_do_not_see_what_came_of_the_clinics_calls(town: Town) -> None:
    teacher, work = town.visit(Role.RESPONDER, "School", "Tom Teacher"), town.office.work
    with work.database.writing() as session:
        nurse = session.get_one(Staff, town.nadia.id)
        nurse.phone = "+16175550150"
        callback = session.get_one(Callback, town.still_open)
        row = reserve(session, work, "form", callback.contact, nurse, callback).call_id
        call = session.get_one(Call, row)
        enter(call, CallState.TALKING, clock.now())
    assert f"{NURSE} is calling this family now" in teacher.open(f"/families/{town.contact}").text
    with work.database.writing() as session:
        enter(session.get_one(Call, row), CallState.ANSWERED, clock.now())
    for address in (f"/families/{town.contact}", f"/calls/panel?contact={town.contact}"):
        assert "The call was answered" not in teacher.open(address).text
        assert "The call was answered" in town.nadia.open(address).text


def test_others_see_whose_it_is_and_when_it_is_due(town: Town) -> None:
    teacher = town.visit(Role.RESPONDER, "School", "Tom Teacher")
    page = teacher.open(f"/callbacks/{town.still_open}")
    assert page.status == 200
    assert "With Clinic. The call is due in" in page.text
    assert "Somebody there has it." in page.text
    assert "Ana Rivera" in teacher.open("/callbacks/rows?show=others").text
    assert "Ana Rivera" not in teacher.open("/callbacks/rows").text, "it is no call of theirs"
    assert "Waits for a call, due in" in teacher.open(f"/families/{town.contact}").text
    assert "with Clinic" in teacher.open(f"/families/{town.contact}").text
    assert "Ask that somebody calls" in teacher.open(f"/families/{town.contact}").text


FORMS = {
    "assign": {"assignee": "me"},
    "hand-over": {"partner": "1", "reason": "Mine now"},
    "interpreter": {"interpreter": "yes"},
    "note": {"note": "A long thought"},
    "close": {"outcome": "reached", "note": "A long thought"},
}


@pytest.mark.parametrize("form", FORMS)
def test_others_change_nothing_and_get_back_what_they_typed(town: Town, form: str) -> None:
    teacher = town.visit(Role.COORDINATOR, "School", "Tom Teacher")
    fields = {name: str(teacher.id) if value == "me" else value for name, value in FORMS[form].items()}
    page = teacher.send(f"/callbacks/{town.still_open}/{form}", **fields)
    assert "Clinic has this call. Nothing was kept." in page.text
    assert "note" not in fields or "You wrote: A long thought" in page.text
    with town.office.work.database.reading() as session:
        callback = session.get_one(Callback, town.still_open)
        assert (callback.state, callback.assignee_id) == (CallbackState.ASSIGNED, town.nadia.id)
        assert len(callback.history) == 3
        assert session.scalars(select(AuditEntry)).all() == []


def test_an_admin_of_another_partner_passes_a_call_on_without_reading_it(town: Town) -> None:
    teacher = town.visit(Role.RESPONDER, "School", "Tom Teacher")
    boss = town.visit(Role.ADMIN, None, "Bo Boss")
    page = boss.open(f"/callbacks/{town.still_open}")
    assert "Hand the call to another partner" in page.text
    assert "Choose who calls." in boss.send(f"/callbacks/{town.still_open}/assign", assignee=str(teacher.id)).text
    with town.office.work.database.reading() as session:
        school = session.get_one(Staff, teacher.id).partner_id
    page = boss.send(f"/callbacks/{town.still_open}/hand-over", partner=str(school), reason="Wants the school bus")
    assert "School has this call now." in page.text
    page = teacher.open(f"/callbacks/{town.still_open}")
    assert "Wants the school bus" in page.text
    assert not any(secret in page.source for secret in SECRETS if secret != OUTCOME), "which is one of its own choices"
    kept = town.nadia.open(f"/callbacks/{town.still_open}")
    assert NOTE in kept.text, "the clinic keeps its own notes"
    assert "Wants the school bus" not in kept.text


def test_a_school_that_asks_for_a_call_gets_one_of_its_own(town: Town) -> None:
    teacher = town.visit(Role.RESPONDER, "School", "Tom Teacher")
    teacher.send(f"/families/{town.contact}/callback", reason="Missed five days", urgency="normal")
    with town.office.work.database.reading() as session:
        contact = session.get_one(Contact, town.contact)
        calls = session.scalars(select(Callback).where(Callback.contact_id == contact.id).order_by(Callback.id)).all()
        assert [one.reason for one in calls] == [REASON, REASON, "Missed five days"]
    assert "Missed five days" in teacher.open("/callbacks/").text
    assert "Missed five days" not in town.nadia.open("/callbacks/?show=others").text
