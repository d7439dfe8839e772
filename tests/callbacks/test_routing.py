"""A call goes to the partner that knows about it, and first to those of its staff who speak the family's language."""

from collections.abc import Sequence
from datetime import time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.calendar import write_week
from outreach.callbacks.models import Callback, CallbackState, Urgency
from outreach.callbacks.requests import assign, open_callback, request_callback
from outreach.callbacks.routing import OTHER, RECENT, find_partner, route, suggest, write_topics
from outreach.callbacks.wall import see
from outreach.outgoing import outbox
from outreach.outgoing.models import Message, Priority
from outreach.people.consent import Purpose
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.staff.accounts import add_staff, find_or_add_partner
from outreach.staff.models import Partner, Role, Staff
from tests.support.factories import NOON, make_contact
from tests.support.jobs import run_jobs
from tests.support.sending import send_due
from tests.support.servers import Phones
from tests.support.webhooks import post_inbound

PASSWORD = "a long password"
NOON_TO_THREE = (time(12), time(15))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def partner(session: Session, name: str, topics: Sequence[str] = (), *speaks: Sequence[str]) -> Partner:
    """A partner with a responder for each tuple of languages."""
    made = find_or_add_partner(session, name)
    write_topics(session, made, topics)
    for number, languages in enumerate(speaks):
        person(session, f"{name} {number}", made, languages)
    return made


def person(
    session: Session, name: str, home: Partner | None, languages: Sequence[str] = (), role: Role = Role.RESPONDER
) -> Staff:
    email = f"{name.replace(' ', '.').lower()}@example.org"
    return add_staff(session, email, role, PASSWORD, name=name, partner=home, languages=languages)


def ask(session: Session, work: Runtime, contact: Contact, **more: object) -> Callback:
    return request_callback(session, work.redis, work.settings, contact, reason="Asked", **more).callback  # type: ignore[arg-type]


def texted_about(session: Session, contact: Contact, topic: str | None) -> None:
    draft = outbox.Draft(
        "test", 1, contact.phone, f"About {topic}", "en", Purpose.CAMPAIGN, Priority.BULK,
        contact_id=contact.id, topic=topic, part=str(topic),
    )  # fmt: skip
    assert outbox.queue(session, draft)


@pytest.mark.parametrize(
    ("topic", "language", "expected"),
    [
        ("screenings", "es", "Clinic"),
        ("parenting", "en", "School"),
        ("coping_skills", "es", "School"),  # both take it; only the school speaks Spanish
        ("coping_skills", "ht", "Clinic"),
        ("health_fairs", "es", "Center"),  # nobody takes it: everything else
        (None, "es", "Center"),
    ],
)
def test_a_topic_decides_then_the_language(work: Runtime, topic: str | None, language: str, expected: str) -> None:
    with work.database.writing() as session:
        partner(session, "School", ["parenting", "coping_skills"], ["en", "es"])
        partner(session, "Clinic", ["screenings", "coping_skills"], ["en", "ht"])
        partner(session, "Center", [OTHER], ["en"])
        found = find_partner(session, topic, language)
        assert found is not None
        assert session.get_one(Partner, found).name == expected


def test_of_two_that_speak_it_the_less_busy_one_calls(work: Runtime) -> None:
    with work.database.writing() as session:
        first, second = (partner(session, name, ["parenting"], ["es"]) for name in ("First", "Second"))
        assert ask(session, work, make_contact(session, 0, "es"), topic="parenting").partner_id == first.id
        assert ask(session, work, make_contact(session, 1, "es"), topic="parenting").partner_id == second.id


def test_a_partner_where_nobody_answers_calls_gets_none(work: Runtime) -> None:
    with work.database.writing() as session:
        empty = partner(session, "Empty", ["parenting"])
        person(session, "Vera", empty, ["es"], Role.VIEWER)
        gone = person(session, "Gone", empty, ["es"])
        gone.active = False
        assert find_partner(session, "parenting", "es") is None
        callback = ask(session, work, make_contact(session, 0, "es"), topic="parenting")
        assert (callback.partner_id, callback.topic) == (None, "parenting")


def test_what_the_family_was_last_texted_about_decides_for_a_week(work: Runtime, phones: Phones) -> None:
    with work.database.writing() as session:
        contact = make_contact(session, 0, "en")
        for topic in ("screenings", "parenting", None):
            texted_about(session, contact, topic)
        assert route(session, contact, None).topic is None, "it has not left yet"
    send_due(work)
    with work.database.reading() as session:
        assert session.scalars(select(Message.sent_at)).all()
        contact = session.get_one(Contact, contact.id)
        assert route(session, contact, None).topic == "parenting"
        assert route(session, contact, "screenings").topic == "screenings", "what it wrote comes first"
        with clock.frozen(clock.now() + RECENT + timedelta(minutes=1)):
            assert route(session, contact, None).topic is None


@pytest.mark.parametrize(
    ("texts", "topic"),
    [
        (["TALK"], None),
        (["I need to talk to someone about the health fair"], "health_fairs"),
        (["DENTAL 02139", "TALK"], "screenings"),
        (["FOOD 02139", "TALK"], None),
    ],
)
def test_what_the_family_writes_says_what_the_call_is_about(
    work: Runtime, phones: Phones, texts: list[str], topic: str | None
) -> None:
    with work.database.writing() as session:
        make_contact(session, 0, "en")
    for text in texts:
        assert post_inbound(work, sample_phone(0), text) == 200
        run_jobs(work)
    with work.database.reading() as session:
        assert session.scalars(select(Callback.topic)).one() == topic


def test_who_speaks_the_language_is_suggested_first_then_who_has_fewer_calls(work: Runtime) -> None:
    with work.database.writing() as session:
        school = partner(session, "School", ["parenting"])
        anna, bea, carl = (
            person(session, name, school, spoken)
            for name, spoken in (("Anna", ["en"]), ("Bea", ["es"]), ("Carl", ["es"]))
        )
        other = partner(session, "Clinic", [], ["es"])
        callback = ask(session, work, make_contact(session, 0, "es"), topic="parenting")
        assert suggest(session, callback) == [bea, carl, anna]
        assert callback.assignee is None, "a suggestion, no more"
        assign(callback, bea, bea)
        session.flush()
        second = ask(session, work, make_contact(session, 1, "es"), topic="parenting")
        assert suggest(session, second) == [carl, bea, anna]
        assert other.id != school.id


@pytest.mark.parametrize(
    ("language", "spoken", "needed"),
    [("es", ["en", "es"], False), ("es", ["en"], True), ("ht", [], True), ("en", [], False)],
)
def test_an_interpreter_is_needed_when_nobody_there_speaks_the_language(
    work: Runtime, language: str, spoken: list[str], needed: bool
) -> None:
    with work.database.writing() as session:
        partner(session, "School", ["parenting"], spoken)
        partner(session, "Clinic", ["screenings"], ["es", "ht"])
        assert ask(session, work, make_contact(session, 0, language), topic="parenting").interpreter is needed


def test_the_promise_keeps_the_hours_of_the_partner(work: Runtime) -> None:
    with work.database.writing() as session, clock.frozen(NOON):
        school = partner(session, "School", ["parenting"], ["es"])
        write_week(session, school.id, {2: NOON_TO_THREE})
        callback = ask(session, work, make_contact(session, 0, "es"), topic="parenting")
        assert callback.due_at.astimezone(work.settings.zone).strftime("%a %H:%M") == "Wed 15:00"


def test_a_crisis_is_everybodys_until_somebody_takes_it(work: Runtime) -> None:
    with work.database.writing() as session:
        school = partner(session, "School", ["parenting", OTHER], ["es"])
        clinic = partner(session, "Clinic", [], ["ht"])
        contact = make_contact(session, 0, "es")
        callback = ask(session, work, contact, topic="parenting", urgency=Urgency.CRISIS)
        assert see(session.scalars(select(Staff)).first() or pytest.fail("nobody"), callback).partner is None
        assert {one.partner_id for one in suggest(session, callback)} == {school.id, clinic.id}
        nurse = session.scalars(select(Staff).where(Staff.partner_id == clinic.id)).one()
        assign(callback, nurse, nurse)
        assert (callback.partner_id, callback.state) == (clinic.id, CallbackState.ASSIGNED)


def test_what_was_nobodys_is_that_of_whoever_takes_it(work: Runtime) -> None:
    with work.database.writing() as session:
        callback = ask(session, work, make_contact(session, 0, "es"))
        school = partner(session, "School", [], ["es"])
        (nurse,) = session.scalars(select(Staff))
        assign(callback, nurse, nurse)
        assert callback.partner_id == school.id


def test_staff_of_one_partner_ask_beside_an_open_call_of_another_and_the_familys_own_text_opens_no_second(
    work: Runtime,
) -> None:
    with work.database.writing() as session:
        school = partner(session, "School", ["parenting"], ["es"])
        clinic = partner(session, "Clinic", ["screenings"], ["es"])
        contact = make_contact(session, 0, "es")
        first = ask(session, work, contact, topic="screenings")
        own = ask(session, work, contact, partner_id=school.id)
        assert (first.partner_id, own.partner_id) == (clinic.id, school.id)
        assert ask(session, work, contact, partner_id=school.id) is own
        assert ask(session, work, contact, topic="parenting") is first
        assert open_callback(session, contact) is first
