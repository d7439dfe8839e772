"""A crisis that nobody takes: staff are paged again and again, but not for ever."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.jobs import sweep
from outreach.callbacks.models import Callback, Outcome, Urgency
from outreach.callbacks.requests import assign, close, request_callback
from outreach.outgoing.models import Message
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from tests.support.factories import NOON, make_contact

QUARTER = timedelta(minutes=15)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def add_responder(session: Session) -> Staff:
    return add_staff(session, "nurse@example.org", Role.RESPONDER, "a long password", phone=sample_phone(99))


def ask(session: Session, work: Runtime, urgency: Urgency = Urgency.CRISIS, at: datetime = NOON) -> Callback:
    contact = session.scalars(select(Contact)).first() or make_contact(session)
    with clock.frozen(at):
        return request_callback(session, work.redis, work.settings, contact, reason="Asked", urgency=urgency).callback


def sweep_at(at: datetime) -> None:
    with clock.frozen(at):
        sweep()


def pages(work: Runtime) -> list[datetime]:
    """When each page was put into the outbox."""
    with work.database.reading() as session:
        return list(session.scalars(select(Message.created_at).order_by(Message.id)))


def test_a_crisis_that_nobody_takes_pages_again_every_quarter_of_an_hour_and_at_most_eight_times(
    work: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    with work.database.writing() as session:
        add_responder(session)
        callback_id = ask(session, work).id
    for minute in range(1, 60 * 5):
        sweep_at(NOON + timedelta(minutes=minute))
    assert pages(work) == [NOON + QUARTER * number for number in range(9)]
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors == [f"callback {callback_id}: nobody took it, and the last page has gone out"]
    with work.database.reading() as session:
        actions = [entry.action for entry in session.get_one(Callback, callback_id).history]
    assert actions == ["requested", "paged", *["paged again"] * 8]


def test_a_new_text_about_danger_begins_the_pages_anew(work: Runtime) -> None:
    with work.database.writing() as session:
        add_responder(session)
        ask(session, work)
    later = NOON + timedelta(hours=6)
    for minute in range(15, 60 * 5, 15):
        sweep_at(NOON + timedelta(minutes=minute))
    with work.database.writing() as session:
        ask(session, work, at=later)
    sweep_at(later + QUARTER)
    assert pages(work)[9:] == [later, later + QUARTER]


def test_nobody_is_paged_again_for_what_somebody_took_closed_or_did_not_call_urgent(work: Runtime) -> None:
    with work.database.writing() as session:
        person = add_responder(session)
        callback = ask(session, work, Urgency.NORMAL)
    sweep_at(NOON + timedelta(hours=5))
    assert pages(work) == []
    with work.database.writing() as session:
        callback = ask(session, work)
        assign(callback, session.get_one(Staff, person.id), by=session.get_one(Staff, person.id))
    sweep_at(NOON + QUARTER)
    with work.database.writing() as session:
        callback = session.get_one(Callback, callback.id)
        close(callback, Outcome.REACHED, by=session.get_one(Staff, person.id))
    sweep_at(NOON + 2 * QUARTER)
    assert pages(work) == [NOON]


def test_a_sweep_that_runs_twice_pages_once(work: Runtime) -> None:
    with work.database.writing() as session:
        add_responder(session)
        ask(session, work)
    for _ in range(3):
        sweep_at(NOON + QUARTER)
    assert len(pages(work)) == 2


def test_whoever_comes_on_call_later_is_paged_then(work: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    with work.database.writing() as session:
        ask(session, work)
    sweep_at(NOON + QUARTER)
    assert pages(work) == []
    assert caplog.text.count("nobody on call") == 2
    with work.database.writing() as session:
        add_responder(session)
    sweep_at(NOON + 2 * QUARTER)
    assert pages(work) == [NOON + 2 * QUARTER]
