"""How a call went, on its page: what closes it, what keeps it open, what marks it, and who is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.callbacks.models import Callback, CallbackState, Outcome, Urgency
from outreach.callbacks.requests import request_callback
from outreach.outgoing.models import Message
from outreach.staff.accounts import find_or_add_partner
from outreach.staff.models import AuditEntry, Role, Staff
from tests.admin.office import Office, Visitor, open_office
from tests.support.factories import make_contact


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


def ask(office: Office, number: int = 0, urgency: Urgency = Urgency.NORMAL) -> int:
    work = office.work
    with work.database.writing() as session:
        contact = make_contact(session, number, "es", name=f"Family {number}")
        return request_callback(
            session, work.redis, work.settings, contact, reason="By text", urgency=urgency
        ).callback.id


def hire(office: Office, role: Role, partner: str, name: str, languages: list[str] | None = None) -> Visitor:
    visitor = office.visit(role, name)
    with office.work.database.writing() as session:
        person = session.get_one(Staff, visitor.id)
        person.partner, person.languages = find_or_add_partner(session, partner), languages or []
    return visitor


def read(office: Office, callback_id: int) -> Callback:
    with office.work.database.reading() as session:
        callback = session.get_one(Callback, callback_id)
        assert callback.history
        return callback


def texts(office: Office) -> int:
    with office.work.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Message).where(Message.contact_id.is_not(None))) or 0


def test_no_answer_keeps_the_call_open_and_the_third_may_end_it(office: Office) -> None:
    callback, ben = ask(office), office.visit(Role.RESPONDER, "Ben Carter")
    for number in range(2):
        page = ben.send(
            f"/callbacks/{callback}/close", outcome="no_answer", note=f"Rang {number}", attempts=str(number), last="yes"
        )
        assert "The call stays open. The family is told by text." in page.text, "too early to give up"
    assert "Called 2 times, reached nobody." in page.text
    assert "that was the last try" in page.text
    assert "Attempt 2: no answer by Ben Carter" in page.text
    assert "Called 2 times" in ben.open("/callbacks/rows?show=mine").text
    page = ben.send(
        f"/callbacks/{callback}/close", outcome="left_voicemail", note="Left our number", attempts="2", last="yes"
    )
    assert "Closed: left a voicemail." in page.text
    closed = read(office, callback)
    assert (closed.state, closed.outcome, closed.attempts) == (CallbackState.CLOSED, Outcome.LEFT_VOICEMAIL, 3)
    assert [line.note for line in closed.history if line.note] == ["By text", "Rang 0", "Rang 1", "Left our number"]
    assert texts(office) == 3
    with office.work.database.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["callback.tried", "callback.tried", "callback.closed"]


def test_an_attempt_sent_twice_counts_once_and_no_word_is_lost(office: Office) -> None:
    callback, ben = ask(office), office.visit(Role.RESPONDER, "Ben Carter")
    form = {"outcome": "no_answer", "attempts": "0"}
    ben.send(f"/callbacks/{callback}/close", **form, note="Rang out")
    page = ben.send(f"/callbacks/{callback}/close", **form, note="Rang out, says Eva too")
    assert "Somebody noted an attempt in the meantime" in page.text
    kept = read(office, callback)
    assert kept.attempts == 1
    assert kept.history[-1].note == "No answer. Rang out, says Eva too"
    assert texts(office) == 1


def test_a_crisis_that_nobody_answers_stays_urgent_and_sends_no_text(office: Office) -> None:
    callback, ben = ask(office, urgency=Urgency.CRISIS), office.visit(Role.RESPONDER, "Ben Carter")
    page = ben.send(f"/callbacks/{callback}/close", outcome="no_answer", attempts="0")
    assert "told by text" not in page.text
    assert texts(office) == 0
    assert read(office, callback).due_at <= clock.now() + timedelta(minutes=16)


def test_an_interpreter_is_marked_by_the_rule_and_by_staff(office: Office) -> None:
    ben = hire(office, Role.RESPONDER, "School", "Ben Carter", ["en"])
    callback = ask(office)
    assert "Interpreter" in ben.open("/callbacks/rows").text, "nobody here speaks Spanish"
    assert "Needs an interpreter" in ben.open(f"/callbacks/{callback}").text
    page = ben.send(f"/callbacks/{callback}/interpreter", interpreter="no")
    assert "The call needs no interpreter." in page.text
    assert "Interpreter" not in ben.open("/callbacks/rows").text
    ben.send(f"/callbacks/{callback}/interpreter", interpreter="yes")
    assert [line.action for line in read(office, callback).history][1:] == [
        "no interpreter is needed", "an interpreter is needed",
    ]  # fmt: skip


def test_who_speaks_the_language_is_suggested_and_stands_first(office: Office) -> None:
    ben = hire(office, Role.RESPONDER, "School", "Ben Carter", ["en"])
    hire(office, Role.RESPONDER, "School", "Zoe Zapata", ["es"])
    page = ben.open(f"/callbacks/{ask(office)}")
    assert "Suggested: Zoe Zapata, who speaks Spanish." in page.text
    assert page.source.index(">Zoe Zapata, speaks Spanish<") < page.source.index(">Ben Carter</option>")


def test_a_call_is_handed_to_another_partner(office: Office) -> None:
    ben = hire(office, Role.RESPONDER, "School", "Ben Carter")
    nadia = hire(office, Role.RESPONDER, "Clinic", "Nurse Nadia")
    callback = ask(office)
    ben.send(f"/callbacks/{callback}/assign", assignee=str(ben.id), was="")
    with office.work.database.reading() as session:
        clinic = str(session.get_one(Staff, nadia.id).partner_id)
    page = ben.send(f"/callbacks/{callback}/hand-over", partner=clinic, reason=" ")
    assert "say in a few words what the call is about" in page.text
    page = ben.send(f"/callbacks/{callback}/hand-over", partner=clinic, reason="Asks for a vaccine")
    assert "Clinic has this call now." in page.text
    assert "Asks for a vaccine" in nadia.open("/callbacks/?show=unassigned").text


def test_calls_of_mine_that_are_due_within_the_hour_are_shown_where_i_look(office: Office) -> None:
    callback, ben = ask(office), office.visit(Role.RESPONDER, "Ben Carter")
    ben.send(f"/callbacks/{callback}/assign", assignee=str(ben.id), was="")
    assert "due within the hour" not in ben.open("/callbacks/").text
    with office.work.database.writing() as session:
        session.get_one(Callback, callback).due_at = clock.now() + timedelta(minutes=50)
    assert "1 call that you took is due within the hour or overdue." in ben.open("/callbacks/").text
    assert "1 call that you took is due within the hour or overdue." in ben.open("/").text
    assert "due within the hour" not in office.visit(Role.COORDINATOR).open("/callbacks/").text
