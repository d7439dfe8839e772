"""TALK: a promise, one question about a good time, and an answer that moves the promise."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.callbacks.models import Callback, DayPart, Outcome
from outreach.callbacks.requests import close
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role
from outreach.wording.segments import count_segments
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones
from tests.support.webhooks import post_inbound

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def town(work: Runtime) -> Runtime:
    with work.database.writing() as session:
        make_contact(session, 0)
    return work


def answers(work: Runtime, phones: Phones, body: str) -> list[str]:
    before = len(phones.texts(sample_phone(0)))
    assert post_inbound(work, sample_phone(0), body) == 200
    run_jobs(work)
    return [text["body"] for text in phones.texts(sample_phone(0))[before:]]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def callback(work: Runtime) -> Callback:
    with work.database.reading() as session:
        return session.scalars(select(Callback).order_by(Callback.id.desc())).first() or pytest.fail("no callback")


@pytest.mark.parametrize(
    ("at", "answer", "part", "due"),
    [
        ("2026-12-01T08:30", "1", DayPart.MORNING, "2026-12-01T12:00"),  # Tuesday
        ("2026-12-01T10:30", "morning", DayPart.MORNING, "2026-12-01T12:00"),
        ("2026-12-01T11:30", "1", DayPart.MORNING, "2026-12-02T12:00"),  # too little of it is left
        ("2026-12-01T11:30", "2.", DayPart.AFTERNOON, "2026-12-01T17:00"),
        ("2026-12-04T16:30", "in the afternoon please", DayPart.AFTERNOON, "2026-12-07T17:00"),  # over a weekend
        ("2026-12-24T13:00", "1", DayPart.MORNING, "2026-12-28T12:00"),  # Christmas is a Friday
    ],
)
def test_the_answer_is_kept_and_the_promise_follows_it(
    town: Runtime, phones: Phones, at: str, answer: str, part: DayPart, due: str
) -> None:
    with clock.frozen(local(at)):
        (promise,) = answers(town, phones, "TALK")
        assert "Text 1 morning, 2 afternoon." in promise
        assert count_segments(promise).segments == 1
        (kept,) = answers(town, phones, answer)
    found = callback(town)
    assert (found.preferred_time, found.due_at) == (part, local(due))
    assert "between" in kept
    assert "{" not in kept


def test_a_time_at_which_nobody_works_is_refused_honestly_and_the_promise_stands(town: Runtime, phones: Phones) -> None:
    with clock.frozen(local("2026-12-01T10:00")):
        answers(town, phones, "TALK")
        (regret,) = answers(town, phones, "evening")
    assert "cannot call at that time" in regret
    assert "Tuesday, December 1, 5:00 PM" in regret
    assert (callback(town).preferred_time, callback(town).due_at) == (DayPart.EVENING, local("2026-12-01T17:00"))


def test_only_a_new_request_asks_and_a_second_answer_is_not_taken_for_one(town: Runtime, phones: Phones) -> None:
    answers(town, phones, "TALK")
    answers(town, phones, "2")
    (again,) = answers(town, phones, "TALK")
    assert "We have your request" in again
    (unknown,) = answers(town, phones, "1")
    assert "did not understand" in unknown
    assert callback(town).preferred_time is DayPart.AFTERNOON


def test_the_question_lapses_after_half_a_day_and_when_the_call_was_made(town: Runtime, phones: Phones) -> None:
    answers(town, phones, "TALK")
    with clock.frozen(clock.now() + timedelta(hours=13)):
        answers(town, phones, "1")
    assert callback(town).preferred_time is None
    with town.database.writing() as session:
        person = add_staff(session, "nurse@example.org", Role.RESPONDER, "a long password")
        close(session.scalars(select(Callback)).one(), Outcome.REACHED, by=person)
    answers(town, phones, "1")
    assert callback(town).preferred_time is None


def test_a_stop_and_a_crisis_are_no_time_of_day(town: Runtime, phones: Phones) -> None:
    answers(town, phones, "TALK")
    (answer,) = answers(town, phones, "i want to die")
    assert "988" in answer
    answers(town, phones, "1")
    assert callback(town).preferred_time is None, "nobody moves the call that a crisis asks for"
