"""Which texts wait for a person, and that the service does not talk into what a person began."""

import pytest
from sqlalchemy import select

from outreach.incoming.for_staff import why_waits
from outreach.incoming.intent import Route
from outreach.incoming.models import Inbound
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role
from outreach.threads import answers, waiting
from outreach.threads.models import WaitingText, WaitsFor
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones
from tests.support.webhooks import post_inbound

NOT_UNDERSTOOD, MEDIA, ANSWER, AFTER = (
    WaitsFor.NOT_UNDERSTOOD, WaitsFor.MEDIA, WaitsFor.ANSWER, WaitsFor.AFTER_CALLBACK,
)  # fmt: skip


@pytest.mark.parametrize(
    ("route", "automatic", "media", "staff_wrote", "call_promised", "why"),
    [
        (Route.UNKNOWN, False, False, False, False, NOT_UNDERSTOOD),
        (Route.UNKNOWN, False, True, False, False, MEDIA),
        (Route.UNKNOWN, False, True, True, True, ANSWER),
        (Route.UNKNOWN, False, False, False, True, AFTER),
        (Route.UNKNOWN, True, False, True, True, None),  # a phone that answers by itself
        (Route.START, False, False, True, False, ANSWER),  # "YES"
        (Route.RSVP_NO, False, False, True, False, ANSWER),
        (Route.RSVP_NO, False, False, False, False, None),
        (Route.RESOURCE, False, True, True, True, None),
        (Route.STOP, False, False, True, True, None),
        (Route.CRISIS, False, False, True, True, None),
    ],
)
def test_why_a_text_waits(
    route: Route, automatic: bool, media: bool, staff_wrote: bool, call_promised: bool, why: WaitsFor | None
) -> None:
    given = {"automatic": automatic, "media": media, "staff_wrote": staff_wrote, "call_promised": call_promised}
    assert why_waits(route, **given) is why


@pytest.fixture
def town(work: Runtime) -> Runtime:
    with work.database.writing() as session:
        make_contact(session, 0, "en")
    return work


def texts(work: Runtime, phones: Phones, body: str, **more: str) -> list[str]:
    """A family texts; what it is answered."""
    before = len(phones.texts(sample_phone(0)))
    assert post_inbound(work, sample_phone(0), body, **more) == 200
    run_jobs(work)
    return [text["body"] for text in phones.texts(sample_phone(0))[before:]]


def waits(work: Runtime) -> list[WaitsFor]:
    with work.database.reading() as session:
        found = select(WaitingText.waits_for).where(waiting.is_open()).order_by(WaitingText.inbound_id)
        return list(session.scalars(found))


def ask(work: Runtime, body: str) -> None:
    """A person here writes to the family."""
    with work.database.writing() as session:
        contact = session.scalars(select(Contact)).one()
        nora = add_staff(session, "nora@example.org", Role.COORDINATOR, "x" * 12)
        answers.write(session, work, contact, nora, body, key=body[-9:], way=answers.Way())
    run_jobs(work)


def test_a_text_nobody_understands_waits_for_a_person_and_one_understood_does_not(
    town: Runtime, phones: Phones
) -> None:
    texts(town, phones, "FOOD 02139")
    assert waits(town) == []
    texts(town, phones, "qwertz uiop")
    assert waits(town) == [NOT_UNDERSTOOD]


def test_a_picture_is_answered_with_what_to_do_instead_and_waits(town: Runtime, phones: Phones) -> None:
    (answer,) = texts(town, phones, "", NumMedia="1")
    assert "cannot open pictures" in answer
    assert waits(town) == [MEDIA]


def test_a_phone_that_answers_by_itself_does_not_wait(town: Runtime, phones: Phones) -> None:
    texts(town, phones, "I'm driving right now - I'll get back to you later.")
    assert waits(town) == []


def test_the_answer_to_a_persons_question_is_left_to_that_person(town: Runtime, phones: Phones) -> None:
    ask(town, "Lincoln School: What day is good for you?")
    assert texts(town, phones, "friday after work would be ok for us") == []
    assert waits(town) == [ANSWER]
    with town.database.reading() as session:
        reason = session.scalars(select(Inbound.reason)).one()
        assert reason == "not answered by the service: it may answer what a person here wrote"


def test_a_request_beside_it_is_answered_by_the_service(town: Runtime, phones: Phones) -> None:
    ask(town, "Lincoln School: What day is good for you?")
    (answer,) = texts(town, phones, "FOOD 02139")
    assert "02139" in answer
    assert waits(town) == []


def test_a_call_takes_what_waited_and_what_is_asked_after_it_waits_again(town: Runtime, phones: Phones) -> None:
    texts(town, phones, "qwertz uiop")
    texts(town, phones, "TALK")
    assert waits(town) == []
    texts(town, phones, "asdf jkl")
    assert waits(town) == [AFTER]
