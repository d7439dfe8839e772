"""Who is paged in a crisis, when, by which ways, and what stops it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.callbacks.crisis.delivery import read_deliveries
from outreach.callbacks.crisis.escalation import HOUR, QUICK_PAGES, may_page_again, sweep
from outreach.callbacks.crisis.models import CrisisPage
from outreach.callbacks.crisis.paging import page_staff, whom
from outreach.callbacks.models import Callback, Outcome, Urgency
from outreach.callbacks.requests import assign, close, request_callback
from outreach.db import insert_row
from outreach.mail.models import Mail, MailStatus
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.people.consent import Purpose
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from tests.support.factories import NOON, make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones
from tests.support.service import wait_for

QUARTER = timedelta(minutes=15)
NAME, SAID = "Marisol Peña", "no puedo más"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def person(session: Session, name: str, role: Role = Role.RESPONDER, number: int | None = 90, **more: object) -> Staff:
    """A member of staff; with `number` None, one without a phone."""
    phone = None if number is None else sample_phone(number)
    made = add_staff(session, f"{name.lower()}@example.org", role, "a long password", name=name, phone=phone)
    for field, value in more.items():
        setattr(made, field, value)
    session.flush()
    return made


def ask(session: Session, work: Runtime, at: datetime = NOON, urgency: Urgency = Urgency.CRISIS) -> Callback:
    contact = session.scalars(select(Contact)).first() or make_contact(session, 0, "es", name=NAME)
    with clock.frozen(at):
        return request_callback(session, work.redis, work.settings, contact, reason="Asked", urgency=urgency).callback


def sweep_at(at: datetime) -> None:
    with clock.frozen(at):
        sweep()


def texted(work: Runtime) -> list[tuple[str, datetime]]:
    """Whom each page was put into the outbox for, and when."""
    with work.database.reading() as session:
        rows = session.execute(select(Message.phone, Message.created_at).order_by(Message.id))
        return [(phone, at) for phone, at in rows]


def notes(work: Runtime, callback_id: int) -> list[tuple[str, str | None]]:
    with work.database.reading() as session:
        history = session.get_one(Callback, callback_id).history
        return [(one.action, one.note) for one in history if one.action.startswith("paged")]


Town = Callable[[Session], object]


def on_duty_and_others(session: Session) -> None:
    person(session, "Duty", number=91, on_duty=True)
    person(session, "Other", Role.ADMIN, number=92)
    person(session, "Boss", Role.COORDINATOR, number=93, supervisor=True)


def nobody_on_duty(session: Session) -> None:
    person(session, "Responder", number=91)
    person(session, "Coordinator", Role.COORDINATOR, number=92)
    person(session, "Organizer", Role.ORGANIZER, number=93)
    person(session, "Viewer", Role.VIEWER, number=94, on_duty=True)
    person(session, "Gone", number=95, active=False, on_duty=True)


def no_supervisor(session: Session) -> None:
    person(session, "Duty", number=91, on_duty=True)
    person(session, "Other", Role.ADMIN, number=92)


def on_duty_without_a_phone(session: Session) -> None:
    person(session, "Duty", number=None, on_duty=True)
    person(session, "Other", Role.ADMIN, number=92)


@pytest.mark.parametrize(
    ("town", "mail", "again", "names"),
    [
        (on_duty_and_others, False, False, ["Duty"]),
        (on_duty_and_others, False, True, ["Duty", "Boss"]),
        (nobody_on_duty, False, False, ["Responder", "Coordinator"]),
        (nobody_on_duty, False, True, ["Responder", "Coordinator"]),
        (no_supervisor, False, True, ["Duty", "Other"]),
        (on_duty_without_a_phone, False, False, ["Other"]),
        (on_duty_without_a_phone, True, False, ["Duty"]),
        (lambda _session: None, True, True, []),
    ],
)
def test_who_is_paged_first_and_who_after_them(
    work: Runtime, town: Town, mail: bool, again: bool, names: list[str]
) -> None:
    settings = replace(work.settings, smtp_url="smtp://127.0.0.1:1" if mail else None)
    with work.database.writing() as session:
        town(session)
        assert [one.name for one in whom(session, settings, again=again).people] == names


def test_pages_say_nothing_of_the_family_and_are_alerts(work: Runtime) -> None:
    mailing = Runtime(replace(work.settings, smtp_url="smtp://127.0.0.1:1", mail_from="a@example.org"))
    runtime.use(mailing)
    with work.database.writing() as session:
        person(session, "Duty", on_duty=True)
        callback = ask(session, mailing)
    with work.database.reading() as session:
        message, mail = session.scalars(select(Message)).one(), session.scalars(select(Mail)).one()
        assert (message.purpose, message.priority, message.contact_id) == (Purpose.ALERT, Priority.ALERT, None)
        assert message.text
        for words in (message.text.body, f"{mail.subject} {mail.body}"):
            assert f"request {callback.id}" in words
            assert not any(told in words for told in (NAME, "Marisol", SAID, sample_phone(0), "crisis", "Spanish"))
        assert f"{work.settings.public_url}/callbacks/{callback.id}" in mail.body
        assert (mail.source, mail.source_id, mail.part) == ("page", callback.id, "1")
    assert notes(work, callback.id) == [("paged", "1 on duty, by text and e-mail")]
    mailing.close()


def test_a_crisis_that_nobody_takes_pages_again_with_the_supervisor_and_later_by_the_hour(
    work: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    with work.database.writing() as session:
        on_duty_and_others(session)
        callback_id = ask(session, work).id
    for minute in range(1, 60 * 4 + 30):
        sweep_at(NOON + timedelta(minutes=minute))
    duty, boss = sample_phone(91), sample_phone(93)
    quick = [NOON + QUARTER * number for number in range(QUICK_PAGES + 1)]
    times = [*quick, quick[-1] + HOUR, quick[-1] + 2 * HOUR]
    assert texted(work) == [(duty, NOON), *[(phone, at) for at in times[1:] for phone in (duty, boss)]]
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors == [f"callback {callback_id}: nobody took it after {number} pages" for number in (9, 10, 11)]
    assert notes(work, callback_id)[:2] == [
        ("paged", "1 on duty, by text"),
        ("paged again", "1 on duty, 1 supervisor, by text"),
    ]


def test_the_minutes_are_the_deployments(work: Runtime) -> None:
    runtime.use(quick := Runtime(replace(work.settings, crisis_minutes=5)))
    with work.database.writing() as session:
        person(session, "Duty", on_duty=True)
        callback = ask(session, quick)
        assert callback.due_at == NOON + timedelta(minutes=5)
    for minute in range(1, 6):
        sweep_at(NOON + timedelta(minutes=minute))
    assert [at for _, at in texted(work)] == [NOON, NOON + timedelta(minutes=5)]
    quick.close()


def test_a_new_text_about_danger_begins_the_pages_anew(work: Runtime) -> None:
    with work.database.writing() as session:
        person(session, "Duty", on_duty=True)
        ask(session, work)
    for minute in range(15, 60 * 2 + 30, 15):
        sweep_at(NOON + timedelta(minutes=minute))
    before, later = len(texted(work)), NOON + timedelta(hours=2, minutes=40)
    with work.database.writing() as session:
        ask(session, work, at=later)
    sweep_at(later + QUARTER)
    assert [at for _, at in texted(work)][before:] == [later, later + QUARTER], "by the quarter again, not by the hour"


def test_nobody_is_paged_again_for_what_somebody_took_closed_or_did_not_call_urgent(work: Runtime) -> None:
    with work.database.writing() as session:
        duty = person(session, "Duty", on_duty=True)
        ask(session, work, urgency=Urgency.NORMAL)
    sweep_at(NOON + timedelta(hours=5))
    assert texted(work) == []
    with work.database.writing() as session:
        callback = ask(session, work)
        assign(callback, session.get_one(Staff, duty.id), by=session.get_one(Staff, duty.id))
    sweep_at(NOON + QUARTER)
    with work.database.writing() as session:
        close(session.get_one(Callback, callback.id), Outcome.REACHED, by=session.get_one(Staff, duty.id))
    sweep_at(NOON + 2 * QUARTER)
    assert [at for _, at in texted(work)] == [NOON]


def test_taking_it_stops_the_pages_that_have_not_left(work: Runtime) -> None:
    mailing = Runtime(replace(work.settings, smtp_url="smtp://127.0.0.1:1", mail_from="a@example.org"))
    with work.database.writing() as session:
        duty = person(session, "Duty", on_duty=True)
        callback = ask(session, mailing)
    with work.database.writing() as session:
        assign(session.get_one(Callback, callback.id), session.get_one(Staff, duty.id), session.get_one(Staff, duty.id))
    with work.database.reading() as session:
        assert session.scalars(select(Message.status)).all() == [MessageStatus.CANCELED]
        assert session.scalars(select(Mail.status)).all() == [MailStatus.CANCELED]
    mailing.close()


def test_a_sweep_that_runs_twice_pages_once(work: Runtime) -> None:
    with work.database.writing() as session:
        person(session, "Duty", on_duty=True)
        ask(session, work)
    for _ in range(3):
        sweep_at(NOON + QUARTER)
    assert len(texted(work)) == 2


def test_the_database_refuses_the_same_page_twice(work: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    with work.database.writing() as session:
        person(session, "Duty", on_duty=True)
        callback = ask(session, work)
    # Another worker has read the same state and comes second.
    monkeypatch.setattr("outreach.callbacks.crisis.paging._next_number", lambda _session, _callback_id: 1)
    with work.database.writing() as session:
        assert page_staff(session, work.redis, work.settings, session.get_one(Callback, callback.id), again=True) == 0
        twice = {"callback_id": callback.id, "number": 1, "is_alarm": True, "language": "es", "people": 1}
        assert insert_row(session, CrisisPage, **twice, paged_at=NOON) is None
    assert len(texted(work)) == 1
    assert [action for action, _ in notes(work, callback.id)] == ["paged"]


def test_with_nobody_to_page_the_request_is_there_and_whoever_comes_later_is_paged_then(
    work: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    with work.database.writing() as session:
        callback = ask(session, work)
    assert notes(work, callback.id) == [("paged", "nobody reached")]
    assert caplog.text.count("nobody can be paged") == 1
    with work.database.writing() as session:
        person(session, "Late")
    sweep_at(NOON + QUARTER)
    assert [at for _, at in texted(work)] == [NOON + QUARTER]


def test_a_crisis_from_before_an_upgrade_is_paged_at_the_first_look() -> None:
    assert may_page_again([], NOON, QUARTER)
    assert not may_page_again([NOON], NOON + timedelta(minutes=14), QUARTER)
    assert may_page_again([NOON], NOON + QUARTER, QUARTER)
    assert not may_page_again([NOON] * (QUICK_PAGES + 1), NOON + timedelta(minutes=59), QUARTER)
    assert may_page_again([NOON] * (QUICK_PAGES + 1), NOON + HOUR, QUARTER)


def test_what_came_of_each_page_is_told_by_person(work: Runtime, phones: Phones) -> None:
    mailing = Runtime(replace(work.settings, smtp_url="smtp://127.0.0.1:1", mail_from="a@example.org"))
    with work.database.writing() as session:
        person(session, "Duty", on_duty=True)
        person(session, "Mailed", number=None, on_duty=True)
        callback = ask(session, mailing, at=clock.now())
    run_jobs(work)
    wait_for(lambda: bool(phones.texts(sample_phone(90))), "the page")
    with work.database.reading() as session:
        told = [(one.name, one.text is not None, one.mail) for one in read_deliveries(session, callback.id)]
    assert told == [("Duty", True, MailStatus.QUEUED), ("Mailed", False, MailStatus.QUEUED)]
    mailing.close()
