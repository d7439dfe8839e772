"""Callbacks: the most urgent first, one person at a call, and nothing of what was typed is lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.callbacks.models import Callback, CallbackState, Outcome, Urgency
from outreach.callbacks.requests import request_callback
from outreach.outgoing.models import Message, MessageStatus
from outreach.people.models import Contact
from outreach.staff.accounts import add_staff
from outreach.staff.models import AuditEntry, Role
from tests.admin.office import Office, open_office


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


def ask(
    office: Office,
    name: str,
    number: int,
    urgency: Urgency = Urgency.NORMAL,
    ago: timedelta = timedelta(),
    language: str = "es",
) -> int:
    """A family that asked for a call so long ago; the callback's id."""
    work = office.work
    with work.database.writing() as session, clock.frozen(clock.now() - ago):
        phone = f"+1617555{number:04d}"
        contact = Contact(phone=phone, name=name, language=language, created_at=clock.now())
        session.add(contact)
        session.flush()
        asked = request_callback(session, work.redis, work.settings, contact, reason="By text", urgency=urgency)
        return asked.callback.id


def read(office: Office, callback_id: int) -> Callback:
    with office.work.database.reading() as session:
        callback = session.get_one(Callback, callback_id)
        assert callback.history  # loaded while the session lives
        return callback


def test_the_most_urgent_stand_first_then_the_soonest_due(office: Office) -> None:
    ask(office, "Normal New", 101)
    ask(office, "Normal Old", 102, ago=timedelta(days=9))
    ask(office, "Crisis", 103, Urgency.CRISIS, ago=timedelta(minutes=35))
    ask(office, "Soon", 104, Urgency.SOON)
    text = office.visit(Role.RESPONDER).open("/callbacks/").text
    places = [text.index(name) for name in ("Crisis", "Soon", "Normal Old", "Normal New")]
    assert places == sorted(places)
    assert "due 20 minutes ago" in text


def test_the_list_keeps_to_its_filters(office: Office) -> None:
    mine, free, closed = (ask(office, name, n) for n, name in enumerate(("Mine", "Free", "Over"), start=101))
    ask(office, "Arabic", 110, language="ar")
    responder = office.visit(Role.RESPONDER)
    responder.send(f"/callbacks/{mine}/assign", assignee=str(responder.id), was="")
    responder.send(f"/callbacks/{closed}/close", outcome="reached")

    def shown(query: str) -> set[str]:
        source = responder.open(f"/callbacks/rows?{query}").source
        return {name for name in ("Mine", "Free", "Over", "Arabic") if f">{name}</a>" in source}

    assert shown("") == {"Mine", "Free", "Arabic"}
    assert shown("show=mine") == {"Mine"}
    assert shown("show=unassigned") == {"Free", "Arabic"}
    assert shown("show=unassigned&language=ar") == {"Arabic"}
    assert shown("show=closed") == {"Over"}
    assert shown("show=nonsense&language=nonsense") == {"Mine", "Free", "Arabic"}
    assert free


def test_one_call_shows_the_number_to_dial(office: Office) -> None:
    source = office.visit(Role.RESPONDER).open(f"/callbacks/{ask(office, 'Ana', 101)}").source
    assert 'href="tel:+16175550101"' in source
    assert "Call (617) 555-0101" in source


def test_a_call_is_taken_noted_and_closed(office: Office) -> None:
    callback, ben = ask(office, "Ana", 101), office.visit(Role.RESPONDER, "Ben Carter")
    page = ben.send(f"/callbacks/{callback}/assign", assignee=str(ben.id), was="")
    assert "You have this call." in page.text
    assert "Assigned to Ben Carter by Ben Carter" in page.text
    ben.send(f"/callbacks/{callback}/note", note="Try after 5")
    text = ben.send(f"/callbacks/{callback}/close", outcome="reached", note="Comes on Tuesday").text
    assert "Closed: we talked." in text
    closed = read(office, callback)
    assert (closed.state, closed.outcome) == (CallbackState.CLOSED, Outcome.REACHED)
    assert [entry.note for entry in closed.history] == ["By text", None, "Try after 5", "Comes on Tuesday"]
    with office.work.database.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["callback.assigned", "callback.noted", "callback.closed"]


def test_two_people_do_not_take_the_same_call(office: Office) -> None:
    callback = ask(office, "Ana", 101)
    ben, eva = office.visit(Role.RESPONDER, "Ben Carter"), office.visit(Role.COORDINATOR, "Eva Stone")
    ben.send(f"/callbacks/{callback}/assign", assignee=str(ben.id), was="")
    late = eva.send(f"/callbacks/{callback}/assign", assignee=str(eva.id), was="")
    assert "Ben Carter took this call in the meantime" in late.text
    assert read(office, callback).assignee_id == ben.id
    eva.send(f"/callbacks/{callback}/assign", assignee=str(eva.id), was=str(ben.id))
    assert read(office, callback).assignee_id == eva.id


def test_who_closes_a_call_that_was_closed_is_told_and_keeps_her_words(office: Office) -> None:
    callback = ask(office, "Ana", 101)
    ben, eva = office.visit(Role.RESPONDER, "Ben Carter"), office.visit(Role.COORDINATOR, "Eva Stone")
    ben.send(f"/callbacks/{callback}/close", outcome="wrong_number", note="A pizzeria")
    late = eva.send(f"/callbacks/{callback}/close", outcome="reached", note="She comes on Tuesday")
    assert "Ben Carter closed this call" in late.text
    kept = read(office, callback)
    assert kept.outcome is Outcome.WRONG_NUMBER
    assert kept.history[-1].note == "We talked. She comes on Tuesday"


def test_a_close_without_outcome_keeps_what_was_typed(office: Office) -> None:
    page = office.visit(Role.RESPONDER).send(f"/callbacks/{ask(office, 'Ana', 101)}/close", note="Long note")
    assert page.status == 400
    assert "Choose how the call went." in page.text
    assert "Long note</textarea>" in page.source


def test_a_call_goes_only_to_somebody_who_answers_calls(office: Office) -> None:
    callback, viewer = ask(office, "Ana", 101), office.visit(Role.VIEWER)
    page = office.visit(Role.RESPONDER).send(f"/callbacks/{callback}/assign", assignee=str(viewer.id), was="")
    assert "Choose who calls." in page.text
    assert read(office, callback).assignee_id is None


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.VIEWER])
def test_who_answers_no_calls_sees_none(office: Office, role: Role) -> None:
    callback, visitor = ask(office, "Ana", 101), office.visit(role)
    assert visitor.open("/callbacks/").status == 403
    assert visitor.open(f"/callbacks/{callback}").status == 403
    assert visitor.send(f"/callbacks/{callback}/close", outcome="reached").status == 403


def test_a_crisis_shows_the_steps_and_the_hold_until_it_is_released(office: Office) -> None:
    callback_id = ask(office, "In Trouble", 105, Urgency.CRISIS)
    responder = office.visit(Role.RESPONDER, "Remy Responder")
    address = f"/callbacks/{callback_id}"
    page = responder.open(address).text
    assert "What to do" in page
    assert "Press “I take this call” first" in page
    assert "No campaigns go to this family" in page
    tried = responder.send(f"{address}/close", outcome=Outcome.NO_ANSWER, attempts="0")
    assert "No campaigns go to this family" in tried.text, "a call without an answer releases nobody"
    assert "What to do" in tried.text
    closed = responder.send(f"{address}/close", outcome=Outcome.REACHED, attempts="1")
    assert "No campaigns go to this family" in closed.text, "nor does one that was answered"
    assert "What to do" not in closed.text
    contact_id = read(office, callback_id).contact_id
    released = responder.send(f"/holds/{contact_id}/release", callback=str(callback_id))
    assert "Released: this family gets campaigns again." in released.text
    assert "No campaigns go to this family" not in released.text
    assert "Released campaigns by Remy Responder" in released.text
    assert "released this family in the meantime" in responder.send(f"/holds/{contact_id}/release").text
    assert "by Remy Responder" in responder.open(f"/families/{contact_id}").text
    with office.work.database.reading() as session:
        assert "family.released" in session.scalars(select(AuditEntry.action)).all()


def test_a_call_that_is_no_crisis_shows_neither(office: Office) -> None:
    page = office.visit(Role.RESPONDER).open(f"/callbacks/{ask(office, 'Usual', 106)}").text
    assert "What to do" not in page
    assert "No campaigns go to this family" not in page


def test_an_admin_writes_the_steps_of_this_deployment(office: Office) -> None:
    admin = office.visit(Role.ADMIN, "Avery Admin")
    refused = admin.send("/staff/crisis-steps/", steps=" ")
    assert (refused.status, "at least one step" in refused.text) == (422, True)
    assert "Avery Admin" in admin.send("/staff/crisis-steps/", steps="Ask Dr. Ruiz first.\nThen call.").text
    callback_id = ask(office, "In Trouble", 107, Urgency.CRISIS)
    assert "Ask Dr. Ruiz first." in office.visit(Role.RESPONDER).open(f"/callbacks/{callback_id}").text
    assert "Press “I take this call” first" in admin.send("/staff/crisis-steps/", shipped="1").source
    assert office.visit(Role.COORDINATOR).open("/staff/crisis-steps/").status == 403


def test_a_crisis_tells_who_was_paged_and_in_red_that_a_text_did_not_arrive(office: Office) -> None:
    with office.work.database.writing() as session:
        add_staff(session, "remy@example.org", Role.RESPONDER, "a long password", name="Remy", phone="+16175550177")
    callback_id = ask(office, "In Trouble", 108, Urgency.CRISIS)
    responder = office.visit(Role.RESPONDER)
    page = responder.open(f"/callbacks/{callback_id}").text
    assert "text on its way" in page
    assert "A text did not arrive" not in page
    with office.work.database.writing() as session:
        session.execute(update(Message).values(status=MessageStatus.UNDELIVERED))
    page = responder.open(f"/callbacks/{callback_id}").text
    assert "A text did not arrive" in page
    assert "text did not arrive" in page
