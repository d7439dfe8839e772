"""Unknown texts and machines: one gentle answer a day, and no conversation between two computers."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.callbacks.models import Callback
from outreach.incoming.conversation import MOST_IN_AN_HOUR, MOST_REPLIES, WITHIN
from outreach.incoming.models import Inbound
from outreach.people.models import Consent, Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones
from tests.support.webhooks import post_inbound


@pytest.fixture
def town(work: Runtime) -> Runtime:
    with work.database.writing() as session:
        make_contact(session, 0, "en")
    return work


def answers(work: Runtime, phones: Phones, body: str) -> list[str]:
    before = len(phones.texts(sample_phone(0)))
    assert post_inbound(work, sample_phone(0), body) == 200
    run_jobs(work)
    return [text["body"] for text in phones.texts(sample_phone(0))[before:]]


def last(work: Runtime) -> Inbound:
    with work.database.reading() as session:
        return session.scalars(select(Inbound).order_by(Inbound.id.desc()).limit(1)).one()


def test_the_gentle_answer_comes_once_a_day(town: Runtime, phones: Phones) -> None:
    assert len(answers(town, phones, "qwertz uiop")) == 1
    assert answers(town, phones, "asdf jkl") == []
    assert answers(town, phones, "7") == []
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert len(answers(town, phones, "asdf jkl")) == 1


def test_a_phone_that_answers_by_itself_gets_no_answer_and_uses_up_none(town: Runtime, phones: Phones) -> None:
    assert answers(town, phones, "I'm driving right now - I'll get back to you later.") == []
    assert last(town).intent == "unknown"
    assert "automatic" in (last(town).reason or "")
    assert len(answers(town, phones, "qwertz uiop")) == 1


@pytest.mark.parametrize("body", ["HELP", "i want to die", "please stop texting me"])
def test_our_own_text_that_comes_back_is_neither_answered_nor_acted_on(
    town: Runtime, phones: Phones, body: str
) -> None:
    (ours,) = answers(town, phones, body)
    with town.database.reading() as session:
        before = session.scalars(select(Contact.consent)).one(), session.scalar(select(func.count(Callback.id)))
    assert answers(town, phones, f"  {ours.upper()}\n") == []
    with town.database.reading() as session:
        after = session.scalars(select(Contact.consent)).one(), session.scalar(select(func.count(Callback.id)))
    assert before == after
    assert last(town).reason == "one of our own texts came back"


def test_at_most_so_many_answers_go_to_one_phone_in_an_hour(town: Runtime, phones: Phones) -> None:
    start = clock.now()
    for step in range(6):
        with clock.frozen(start + step * (WITHIN - timedelta(seconds=5))):
            for _ in range(MOST_REPLIES):
                answers(town, phones, "HELP")
    assert len(phones.texts(sample_phone(0))) <= MOST_IN_AN_HOUR
    with clock.frozen(start + timedelta(minutes=59)):
        assert answers(town, phones, "HELP") == []
        assert "too many" in (last(town).reason or "")
        (confirmation,) = answers(town, phones, "please stop texting me")
        assert confirmation
    with town.database.reading() as session:
        assert session.scalars(select(Contact.consent)).one() is Consent.UNSUBSCRIBED
