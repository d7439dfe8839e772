"""STOP FAIR beside STOP: one topic ends, the others go on, and the ledger has the family's own words."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.outgoing.models import Message
from outreach.people.consent import Purpose, skip_reason
from outreach.people.models import Consent, ConsentEvent, Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.wording.segments import count_segments
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones
from tests.support.webhooks import post_inbound


@pytest.fixture
def town(work: Runtime) -> Runtime:
    with work.database.writing() as session:
        make_contact(session, 0, "en")
        make_contact(session, 1, "es")
        make_contact(session, 2, "en", Consent.PENDING)
    return work


def answers(work: Runtime, phones: Phones, body: str, number: int = 0) -> list[str]:
    before = len(phones.texts(sample_phone(number)))
    assert post_inbound(work, sample_phone(number), body) == 200
    run_jobs(work)
    return [text["body"] for text in phones.texts(sample_phone(number))[before:]]


def may_get(work: Runtime, topic: str, number: int = 0) -> str | None:
    """None, or why a campaign of this topic leaves the family out."""
    with work.database.reading() as session:
        phone = Contact.phone == sample_phone(number)
        return session.scalars(select(skip_reason(topic)).where(phone)).one()


def contact(work: Runtime, number: int = 0) -> Contact:
    with work.database.reading() as session:
        return session.scalars(select(Contact).where(Contact.phone == sample_phone(number))).one()


def test_a_topic_ends_alone_is_confirmed_once_and_comes_back(town: Runtime, phones: Phones) -> None:
    (confirmation,) = answers(town, phones, "STOP FAIR")
    assert "health fairs" in confirmation
    assert "START FAIR" in confirmation
    assert "STOP." in confirmation, "and how to stop all"
    assert count_segments(confirmation).segments == 1
    assert may_get(town, "health_fairs") == "said_stop_to_topic"
    assert may_get(town, "screenings") is None
    assert contact(town).consent is Consent.SUBSCRIBED
    (welcome,) = answers(town, phones, "start fair")
    assert "STOP FAIR" in welcome
    assert may_get(town, "health_fairs") is None


def test_the_ledger_keeps_the_raw_words_and_the_topic(town: Runtime, phones: Phones) -> None:
    answers(town, phones, "stop the Fair texts pls")
    with town.database.reading() as session:
        entry = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id.desc())).first()
        assert entry is not None
        assert (entry.topic, entry.consent, entry.source) == ("health_fairs", Consent.UNSUBSCRIBED, "keyword")
        assert entry.raw_text == "stop the Fair texts pls"
        purpose = session.scalars(select(Message.purpose).order_by(Message.id.desc())).first()
        assert purpose is Purpose.CONFIRMATION


def test_several_topics_end_with_one_confirmation(town: Runtime, phones: Phones) -> None:
    (confirmation,) = answers(town, phones, "STOP FAIR and PARENT")
    assert "health fairs, parenting" in confirmation
    assert {may_get(town, topic) for topic in ("health_fairs", "parenting")} == {"said_stop_to_topic"}


def test_a_family_is_told_the_word_of_its_own_language(town: Runtime, phones: Phones) -> None:
    (confirmation,) = answers(town, phones, "ALTO FERIA", 1)
    assert "START FERIA" in confirmation
    assert may_get(town, "health_fairs", 1) == "said_stop_to_topic"


def test_a_stop_of_everything_outranks_a_topic(town: Runtime, phones: Phones) -> None:
    answers(town, phones, "STOP")
    assert answers(town, phones, "STOP FAIR") == [], "all texts have ended: there is nothing to confirm"
    assert may_get(town, "screenings") == "said_stop"


def test_start_fair_is_a_yes_to_fairs_and_to_nothing_else(town: Runtime, phones: Phones) -> None:
    (welcome,) = answers(town, phones, "START FAIR", 2)
    assert "health fairs" in welcome
    assert may_get(town, "health_fairs", 2) is None
    assert may_get(town, "screenings", 2) == "topic_not_chosen"
    answers(town, phones, "no me manden mas mensajes", 1)
    (welcome,) = answers(town, phones, "START FERIA", 1)
    assert may_get(town, "health_fairs", 1) is None
    assert may_get(town, "parenting", 1) == "topic_not_chosen"


def test_start_after_all_brings_the_other_topics_back_but_not_the_stopped_one(town: Runtime, phones: Phones) -> None:
    answers(town, phones, "STOP FAIR")
    answers(town, phones, "please stop texting me")
    answers(town, phones, "UNSTOP")
    assert may_get(town, "screenings") is None
    assert may_get(town, "health_fairs") == "said_stop_to_topic"


def test_a_topic_stop_that_was_delayed_counts_and_is_not_confirmed_late(town: Runtime, phones: Phones) -> None:
    assert post_inbound(town, sample_phone(0), "STOP FAIR") == 200
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        run_jobs(town)
    assert phones.texts(sample_phone(0)) == []
    assert may_get(town, "health_fairs") == "said_stop_to_topic"
