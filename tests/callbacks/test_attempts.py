"""A call that reaches nobody stays open with a next try in working hours, the family is told; the third may end it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.attempts import ENOUGH, PAUSE, next_try, record
from outreach.callbacks.due import WorkingHours
from outreach.callbacks.jobs import sweep
from outreach.callbacks.models import Callback, CallbackState, DayPart, Outcome, Urgency
from outreach.callbacks.requests import CallbackError, close, request_callback
from outreach.callbacks.slips import GRACE
from outreach.outgoing.closed_days import ClosedDays
from outreach.outgoing.models import Message
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from outreach.wording.models import Text
from tests.support.factories import make_contact

NEW_YORK = ZoneInfo("America/New_York")
SCHOOL = WorkingHours(((time(8), time(15, 30)),) * 5 + (None,) * 2, ClosedDays(federal=True))
MORNING = "2026-12-01T10:00"  # a Tuesday


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "preferred", "starts", "ends"),
    [
        ("2026-12-01T09:00", None, "2026-12-01T11:00", "2026-12-01T15:30"),
        ("2026-12-01T12:30", None, "2026-12-01T14:30", "2026-12-01T15:30"),
        ("2026-12-01T12:31", None, "2026-12-02T08:00", "2026-12-02T15:30"),  # less than an hour would be left
        ("2026-12-04T15:00", None, "2026-12-07T08:00", "2026-12-07T15:30"),  # Friday
        ("2026-12-05T22:00", None, "2026-12-07T08:00", "2026-12-07T15:30"),  # called on a Saturday night
        ("2026-11-25T14:00", None, "2026-11-27T08:00", "2026-11-27T15:30"),  # Thanksgiving
        ("2026-12-31T14:00", None, "2027-01-04T08:00", "2027-01-04T15:30"),
        ("2026-12-01T09:00", DayPart.MORNING, "2026-12-01T11:00", "2026-12-01T12:00"),
        ("2026-12-01T09:30", DayPart.MORNING, "2026-12-02T08:00", "2026-12-02T12:00"),
        ("2026-12-01T09:30", DayPart.AFTERNOON, "2026-12-01T12:00", "2026-12-01T15:30"),
        ("2026-12-01T09:00", DayPart.EVENING, "2026-12-01T11:00", "2026-12-01T15:30"),  # nobody works then
        ("2026-03-06T14:00", None, "2026-03-09T08:00", "2026-03-09T15:30"),  # clocks go forward
        ("2026-10-30T14:00", None, "2026-11-02T08:00", "2026-11-02T15:30"),  # and back
    ],
)
def test_the_next_try_lies_in_working_hours(now: str, preferred: DayPart | None, starts: str, ends: str) -> None:
    found = next_try(local(now), Urgency.NORMAL, preferred, NEW_YORK, SCHOOL)
    assert (found.starts, found.ends) == (local(starts), local(ends))
    assert found.starts - local(now) >= PAUSE


def test_a_crisis_is_tried_again_within_minutes_at_any_hour() -> None:
    now = local("2026-12-05T02:00")
    found = next_try(now, Urgency.CRISIS, DayPart.MORNING, NEW_YORK, SCHOOL)
    assert (found.starts, found.ends) == (now, now + timedelta(minutes=15))


def ask(session: Session, work: Runtime, urgency: Urgency = Urgency.NORMAL, language: str = "en") -> Callback:
    contact = make_contact(session, 0, language)
    return request_callback(session, work.redis, work.settings, contact, reason="Asked", urgency=urgency).callback


def nurse(session: Session) -> Staff:
    return session.scalars(select(Staff)).first() or add_staff(
        session, "nurse@example.org", Role.RESPONDER, "a long password", name="Nora Nurse"
    )


def try_once(work: Runtime, callback_id: int, at: str, *, last: bool = False, note: str = "Rang out") -> None:
    with clock.frozen(local(at)), work.database.writing() as session:
        callback = session.get_one(Callback, callback_id, with_for_update=True)
        record(session, work, callback, Outcome.NO_ANSWER, nurse(session), note, last=last)


def texts(work: Runtime) -> list[tuple[str, Purpose]]:
    with work.database.reading() as session:
        found = session.execute(
            select(Text.body, Message.purpose).join(Message).where(Message.contact_id.is_not(None)).order_by(Message.id)
        )
        return [(body, purpose) for body, purpose in found]


def read(work: Runtime, callback_id: int) -> Callback:
    with work.database.reading() as session:
        callback = session.get_one(Callback, callback_id)
        assert callback.history
        return callback


def test_an_attempt_keeps_the_call_open_with_whoever_called_and_the_family_is_told(work: Runtime) -> None:
    with clock.frozen(local(MORNING)), work.database.writing() as session:
        callback_id = ask(session, work).id
    try_once(work, callback_id, "2026-12-01T11:00")
    kept = read(work, callback_id)
    assert (kept.state, kept.outcome, kept.attempts) == (CallbackState.ASSIGNED, None, 1)
    assert kept.assignee_id is not None
    assert (kept.next_try_at, kept.due_at) == (local("2026-12-01T13:00"), local("2026-12-01T17:00"))
    assert [(line.action, line.note) for line in kept.history] == [
        ("requested", "Asked"),
        ("assigned to Nora Nurse", None),
        ("attempt 1: no answer", "Rang out"),
    ]
    ((body, purpose),) = texts(work)
    assert "We called and could not reach you" in body
    assert "December 1, 5:00 PM" in body
    assert purpose is Purpose.STAFF, "it waits for a decent hour"


def test_giving_up_is_for_the_third_attempt_and_a_person_decides_it(work: Runtime) -> None:
    with clock.frozen(local(MORNING)), work.database.writing() as session:
        callback_id = ask(session, work).id
    for number in range(1, ENOUGH):
        with pytest.raises(CallbackError, match="after 3 attempts"):
            try_once(work, callback_id, f"2026-12-0{number}T11:00", last=True)
        try_once(work, callback_id, f"2026-12-0{number}T11:00")
    try_once(work, callback_id, "2026-12-03T11:00", last=True, note="Three times")
    ended = read(work, callback_id)
    assert (ended.state, ended.outcome, ended.attempts) == (CallbackState.CLOSED, Outcome.NO_ANSWER, ENOUGH)
    assert ended.history[-1].note == "Three times"
    bodies = [body for body, _ in texts(work)]
    assert len(bodies) == ENOUGH
    assert "Text TALK when you would like a call" in bodies[-1]
    with pytest.raises(CallbackError):
        try_once(work, callback_id, "2026-12-04T11:00")


def test_nobody_has_to_give_up(work: Runtime) -> None:
    with clock.frozen(local(MORNING)), work.database.writing() as session:
        callback_id = ask(session, work).id
    for number in range(1, 6):
        try_once(work, callback_id, f"2026-12-0{number}T11:00")
    assert read(work, callback_id).state is CallbackState.ASSIGNED
    assert len(texts(work)) == 5


def test_each_attempt_makes_a_new_promise_and_each_promise_slips_once(work: Runtime) -> None:
    with clock.frozen(local(MORNING)), work.database.writing() as session:
        callback_id = ask(session, work).id
    for at in (local("2026-12-01T17:00") + GRACE, local("2026-12-02T17:00") + GRACE):
        with clock.frozen(at):
            sweep()
    assert read(work, callback_id).slipped_at is not None
    try_once(work, callback_id, "2026-12-03T10:00")
    kept = read(work, callback_id)
    assert (kept.slipped_at, kept.missed_at) == (None, None)
    for at in (local("2026-12-03T17:00") + GRACE, local("2026-12-04T17:00") + GRACE):
        with clock.frozen(at):
            sweep()
    told = [body for body, _ in texts(work)]
    assert ["could not call you in time" in body for body in told] == [True, False, True]


def test_a_machine_tells_nobody_in_danger_that_we_did_not_get_through(work: Runtime) -> None:
    with clock.frozen(local(MORNING)), work.database.writing() as session:
        callback_id = ask(session, work, Urgency.CRISIS).id
    try_once(work, callback_id, "2026-12-01T10:05")
    kept = read(work, callback_id)
    assert kept.due_at == local("2026-12-01T10:20")
    assert texts(work) == []


def test_only_a_call_that_reached_nobody_is_an_attempt(work: Runtime) -> None:
    with work.database.writing() as session:
        callback = ask(session, work)
        with pytest.raises(CallbackError):
            record(session, work, callback, Outcome.REACHED, nurse(session), last=False)
        close(callback, Outcome.REACHED, nurse(session))
        with pytest.raises(CallbackError):
            record(session, work, callback, Outcome.NO_ANSWER, nurse(session), last=False)


def test_the_family_is_told_in_its_language(work: Runtime) -> None:
    with clock.frozen(local(MORNING)), work.database.writing() as session:
        callback_id = ask(session, work, language="es").id
    try_once(work, callback_id, MORNING)
    assert "no pudimos comunicarnos con usted" in texts(work)[0][0]
