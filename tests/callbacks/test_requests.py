"""Callbacks: one open request a family, more urgent when need be, a history, staff paged discreetly."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.due import due_at
from outreach.callbacks.models import Callback, CallbackState, Outcome, Urgency
from outreach.callbacks.requests import (
    CallbackError,
    Requested,
    add_note,
    assign,
    close,
    open_callback,
    request_callback,
)
from outreach.outgoing.models import Message
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from tests.support.factories import NOON, make_contact

PASSWORD = "a long password"
NAME, SAID = "Marisol Peña", "no puedo más"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def ask(
    session: Session, work: Runtime, contact: Contact, urgency: Urgency = Urgency.NORMAL, at: datetime = NOON
) -> Requested:
    with clock.frozen(at):
        return request_callback(
            session, work.redis, work.settings, contact, reason=f"Asked ({urgency})", urgency=urgency
        )


def family(session: Session) -> Contact:
    return make_contact(session, 0, "es", name=NAME)


def staff(session: Session, number: int = 99, role: Role = Role.RESPONDER, **more: object) -> Staff:
    person = add_staff(session, f"person{number}@example.org", role, PASSWORD, phone=sample_phone(number))
    for name, value in more.items():
        setattr(person, name, value)
    session.flush()
    return person


def test_a_request_is_kept_with_the_familys_language_and_a_time(work: Runtime) -> None:
    with work.database.writing() as session:
        asked = ask(session, work, family(session))
        callback = asked.callback
        assert asked.new
        assert (callback.state, callback.language, callback.urgency) == (CallbackState.OPEN, "es", Urgency.NORMAL)
        assert callback.due_at == due_at(NOON, Urgency.NORMAL, work.settings.zone)
        assert [entry.action for entry in callback.history] == ["requested"]


def test_a_family_that_asks_again_keeps_its_request(work: Runtime) -> None:
    with work.database.writing() as session:
        contact = family(session)
        first = ask(session, work, contact)
        due = first.callback.due_at
        again = ask(session, work, contact, at=NOON + timedelta(days=1))
        assert (again.new, again.callback) == (False, first.callback)
        assert again.callback.due_at == due, "the first promise stands"
        assert [entry.action for entry in again.callback.history] == ["requested", "asked again"]
        assert session.scalar(select(func.count()).select_from(Callback)) == 1


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (Urgency.NORMAL, Urgency.SOON, Urgency.SOON),
        (Urgency.NORMAL, Urgency.CRISIS, Urgency.CRISIS),
        (Urgency.SOON, Urgency.CRISIS, Urgency.CRISIS),
        (Urgency.CRISIS, Urgency.NORMAL, Urgency.CRISIS),
        (Urgency.CRISIS, Urgency.SOON, Urgency.CRISIS),
        (Urgency.SOON, Urgency.NORMAL, Urgency.SOON),
    ],
)
def test_an_open_request_becomes_more_urgent_and_never_less(
    work: Runtime, before: Urgency, after: Urgency, kept: Urgency
) -> None:
    with work.database.writing() as session:
        contact = family(session)
        callback = ask(session, work, contact, before).callback
        due = callback.due_at
        ask(session, work, contact, after, NOON + timedelta(minutes=1))
        assert callback.urgency is kept
        assert callback.due_at <= due
        assert callback.reason == f"Asked ({kept})"


def test_a_later_crisis_does_not_postpone_what_is_due_already(work: Runtime) -> None:
    with work.database.writing() as session:
        contact = family(session)
        callback = ask(session, work, contact).callback
        ask(session, work, contact, Urgency.CRISIS, NOON + timedelta(days=2))
        assert callback.due_at == due_at(NOON, Urgency.NORMAL, work.settings.zone)
        assert callback.urgency is Urgency.CRISIS


def test_a_request_goes_from_open_to_assigned_to_closed_and_its_history_says_who(work: Runtime) -> None:
    with work.database.writing() as session:
        contact, person, boss = family(session), staff(session), staff(session, 98, Role.ADMIN)
        callback = ask(session, work, contact).callback
        assign(callback, person, by=boss)
        add_note(callback, person, "Speaks to her at six")
        close(callback, Outcome.LEFT_VOICEMAIL, by=person, note="Will try again")
        session.flush()
        assert (callback.state, callback.outcome, callback.assignee) == (
            CallbackState.CLOSED, Outcome.LEFT_VOICEMAIL, person,
        )  # fmt: skip
        assert callback.closed_at is not None
        session.expire(callback)
        assert [(entry.action, entry.staff, entry.note) for entry in callback.history] == [
            ("requested", None, "Asked (normal)"),
            (f"assigned to {person.name}", boss, None),
            ("noted", person, "Speaks to her at six"),
            ("closed: left voicemail", person, "Will try again"),
        ]


def test_what_is_closed_stays_closed_and_the_next_wish_is_a_new_request(work: Runtime) -> None:
    with work.database.writing() as session:
        contact, person = family(session), staff(session)
        callback = ask(session, work, contact).callback
        close(callback, Outcome.REACHED, by=person)
        with pytest.raises(CallbackError, match="closed already"):
            close(callback, Outcome.NO_ANSWER, by=person)
        with pytest.raises(CallbackError, match="closed already"):
            assign(callback, person, by=person)
        session.flush()
        assert open_callback(session, contact) is None
        assert ask(session, work, contact).new


def test_each_crisis_of_the_same_family_pages_again_and_a_plain_wish_pages_nobody(work: Runtime) -> None:
    with work.database.writing() as session:
        staff(session)
        contact = family(session)
        for urgency in (Urgency.NORMAL, Urgency.CRISIS, Urgency.NORMAL, Urgency.CRISIS):
            ask(session, work, contact, urgency)
            session.flush()
        assert session.scalar(select(func.count()).select_from(Message)) == 2
