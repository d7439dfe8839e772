"""What a person writes to a family: who may get it, when it leaves, once however often the form is sent."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.people.consent import Purpose, record_consent
from outreach.people.models import Consent, Contact
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from outreach.threads import answers
from outreach.threads.answers import AnswerRefusedError, Refusal, Way, decide_way
from outreach.threads.models import StaffText
from tests.support.factories import NOON, make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones

SUBSCRIBED, PENDING, STOPPED = Consent.SUBSCRIBED, Consent.PENDING, Consent.UNSUBSCRIBED
MINUTES, DAYS = timedelta(minutes=1), timedelta(days=1)
LIVE = Way(Purpose.REPLY, answers.LIVE_USE)
DECENT = Way(Purpose.STAFF, answers.USE)


@pytest.mark.parametrize(
    ("consent", "unreachable", "wrote_ago", "way"),
    [
        (SUBSCRIBED, False, None, DECENT),
        (SUBSCRIBED, False, 400 * DAYS, DECENT),
        (SUBSCRIBED, False, 61 * MINUTES, DECENT),
        (SUBSCRIBED, False, 60 * MINUTES, LIVE),
        (PENDING, False, 5 * MINUTES, LIVE),
        (PENDING, False, 14 * DAYS, DECENT),
        (PENDING, False, 14 * DAYS + MINUTES, Way(refusal=Refusal.NO_CONSENT)),
        (PENDING, False, None, Way(refusal=Refusal.NO_CONSENT)),
        (STOPPED, False, MINUTES, Way(refusal=Refusal.SAID_STOP)),
        (STOPPED, True, MINUTES, Way(refusal=Refusal.SAID_STOP)),
        (SUBSCRIBED, True, MINUTES, Way(refusal=Refusal.UNREACHABLE)),
    ],
)
def test_who_may_be_written_to_and_how_fast(
    consent: Consent, unreachable: bool, wrote_ago: timedelta | None, way: Way
) -> None:
    last_wrote = None if wrote_ago is None else NOON - wrote_ago
    assert decide_way(consent, unreachable=unreachable, last_wrote=last_wrote, now=NOON) == way


def people(session: Session, consent: Consent = SUBSCRIBED) -> tuple[Contact, Staff]:
    return make_contact(session, 0, "es", consent), add_staff(session, "nora@example.org", Role.COORDINATOR, "x" * 12)


def messages(work: Runtime) -> list[Message]:
    with work.database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def test_a_form_sent_twice_is_one_text_at_the_phone(work: Runtime, phones: Phones) -> None:
    with work.database.writing() as session:
        contact, nora = people(session)
        first = answers.write(session, work, contact, nora, "Lincoln: Hola", key="k", way=LIVE).id
    with work.database.writing() as session:
        contact, nora = session.get_one(Contact, contact.id), session.get_one(Staff, nora.id)
        assert answers.write(session, work, contact, nora, "Lincoln: Hola", key="k", way=LIVE).id == first
    run_jobs(work)
    assert [text["body"] for text in phones.texts(contact.phone)] == ["Lincoln: Hola"]
    (sent,) = messages(work)
    assert (sent.source, sent.source_id, sent.priority, sent.language) == ("staff", first, Priority.REPLY, "es")


def test_the_same_words_under_another_form_are_another_text(work: Runtime, phones: Phones) -> None:
    with work.database.writing() as session:
        contact, nora = people(session)
        for key in ("a", "b"):
            answers.write(session, work, contact, nora, "Lincoln: Hola", key=key, way=LIVE)
    run_jobs(work)
    assert len(phones.texts(contact.phone)) == 2


def test_nothing_is_written_to_a_family_that_said_stop(work: Runtime) -> None:
    with work.database.writing() as session:
        contact, nora = people(session, STOPPED)
        way = answers.foresee(work, contact, clock.now())
        with pytest.raises(AnswerRefusedError) as refused:
            answers.write(session, work, contact, nora, "Lincoln: Hola", key="k", way=way)
        assert refused.value.refusal is Refusal.SAID_STOP
        assert session.scalars(select(StaffText)).all() == []
    assert messages(work) == []


def test_a_stop_that_comes_before_it_leaves_keeps_it_back(work: Runtime, phones: Phones) -> None:
    with work.database.writing() as session:
        contact, nora = people(session)
        answers.write(session, work, contact, nora, "Lincoln: Hola", key="k", way=LIVE)
        record_consent(session, contact, STOPPED, source="keyword", raw_text="ALTO")
    run_jobs(work)
    assert phones.texts(contact.phone) == []
    assert [(one.status, one.reason) for one in messages(work)] == [(MessageStatus.SKIPPED, "said_stop")]


@pytest.fixture
def night(environment: dict[str, str]) -> Runtime:
    """The usual hours, where the other tests have none."""
    return Runtime(Settings.from_env({**environment, "OUTREACH_QUIET_HOURS": "Mon-Sat 09:00-20:00, Sun 12:00-18:00"}))


def test_at_night_a_live_answer_leaves_and_another_waits_for_the_morning(night: Runtime) -> None:
    late = NOON.replace(hour=3) + DAYS  # 10 pm on Tuesday in New York
    with clock.frozen(late), night.database.writing() as session:
        contact, nora = people(session)
        assert answers.foresee(night, contact, late - 20 * MINUTES) == LIVE
        way = answers.foresee(night, contact, late - 3 * DAYS)
        assert way.leaves_at == NOON.replace(hour=14) + DAYS  # 9 am on Wednesday
        written = answers.write(session, night, contact, nora, "Hola", key="k", way=way)
        assert session.scalars(select(Message.purpose)).one() is Purpose.STAFF
        assert answers.take_back(session, written)
        assert not answers.take_back(session, written)
    night.close()


def test_where_no_decent_hour_comes_in_time_nothing_is_promised(environment: dict[str, str]) -> None:
    closed = " ".join(f"2026-11-{day}" for day in range(24, 31))
    work = Runtime(Settings.from_env({**environment, "OUTREACH_QUIET_HOURS": "Mon-Sat 09:00-20:00",
                                      "OUTREACH_CLOSED_DAYS": closed}))  # fmt: skip
    with clock.frozen(NOON), work.database.writing() as session:
        contact, _nora = people(session)
        assert answers.foresee(work, contact, None) == Way(refusal=Refusal.NO_HOUR)
    work.close()


def test_a_text_of_staff_is_remembered_once_it_has_left(work: Runtime, phones: Phones) -> None:
    with work.database.writing() as session:
        contact, nora = people(session)
        written = answers.write(session, work, contact, nora, "Hola", key="k", way=LIVE)
        assert last_left(session, contact, clock.now() - DAYS) is None
    run_jobs(work)
    with work.database.reading() as session:
        assert last_left(session, contact, clock.now() - DAYS) == written.written_at
        assert last_left(session, contact, clock.now() + MINUTES) is None


def last_left(session: Session, contact: Contact, since: datetime) -> datetime | None:
    of, after = literal(contact.id), literal(since, StaffText.written_at.type)
    return session.scalar(select(answers.last_left(of, after)))
