"""The second journey: a family's text is stored, routed and answered in its language, or by a person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.callbacks.models import Callback, Urgency
from outreach.campaigns.models import Answer, Invitation
from outreach.incoming.jobs import sweep
from outreach.incoming.models import Inbound, InboundState
from outreach.outgoing.models import Message, MessageStatus
from outreach.people.models import Consent, ConsentEvent, Contact
from outreach.resources.importer import import_resources
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.setting_values import PACKAGE
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role
from tests.support.campaigns import FAIR, launch_pack, make_event
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones
from tests.support.webhooks import post_inbound

PHONE = sample_phone(0)


@pytest.fixture
def town(work: Runtime) -> Runtime:
    """A family per language, and the sample directory of help."""
    with work.database.writing() as session:
        for number, language in enumerate(("en", "es", "pt_BR", "ht")):
            make_contact(session, number, language)
    import_resources(work.database, PACKAGE / "resources" / "sample", source="sample")
    return work


def answers(work: Runtime, phones: Phones, number: int, body: str, **more: str) -> list[str]:
    """A family texts; what reaches the carrier for it."""
    before = len(phones.texts(sample_phone(number)))
    assert post_inbound(work, sample_phone(number), body, **more) == 200
    run_jobs(work)
    return [text["body"] for text in phones.texts(sample_phone(number))[before:]]


@pytest.mark.parametrize(
    ("number", "body", "heading"),
    [
        (0, "FOOD 02139", "Food near 02139"),
        (1, "COMIDA 02139", "02139"),
        (2, "comida 02139", "02139"),
        (3, "MANJE 02139", "02139"),
    ],
)
def test_a_keyword_brings_the_nearest_help_in_the_familys_language(
    town: Runtime, phones: Phones, number: int, body: str, heading: str
) -> None:
    (answer,) = answers(town, phones, number, body)
    assert heading in answer.splitlines()[0]
    assert answer.splitlines()[1].startswith("1. ")


def test_a_family_without_a_zip_is_asked_once_and_its_answer_is_understood(town: Runtime, phones: Phones) -> None:
    (question,) = answers(town, phones, 0, "FOOD")
    assert "ZIP" in question
    (answer,) = answers(town, phones, 0, "02139")
    assert answer.startswith("Food near 02139")


def test_talk_promises_a_call_and_opens_a_callback(town: Runtime, phones: Phones) -> None:
    (promise,) = answers(town, phones, 1, "HABLAR")
    assert "{" not in promise
    with town.database.reading() as session:
        callback = session.scalars(select(Callback)).one()
        assert (callback.language, callback.urgency) == ("es", Urgency.NORMAL)
    (again,) = answers(town, phones, 1, "llamame por favor")
    assert again != promise
    with town.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Callback)) == 1


def test_stop_is_confirmed_by_the_carrier_alone_and_ends_everything(town: Runtime, phones: Phones) -> None:
    assert answers(town, phones, 0, "STOP") == []
    assert answers(town, phones, 0, "FOOD 02139") == []
    with town.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == PHONE)).one()
        assert contact.consent is Consent.UNSUBSCRIBED
        entry = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id.desc())).first()
        assert entry is not None
        assert (entry.source, entry.raw_text) == ("carrier", "STOP")
        skipped = session.scalars(select(Message).where(Message.contact_id == contact.id)).all()
        assert [(message.status, message.reason) for message in skipped] == [(MessageStatus.SKIPPED, "said_stop")]


def test_a_stop_in_spanish_is_confirmed_once_in_spanish_and_start_brings_the_family_back(
    town: Runtime, phones: Phones
) -> None:
    (confirmation,) = answers(town, phones, 1, "ALTO")
    assert "START" in confirmation
    (welcome,) = answers(town, phones, 1, "START")
    assert "STOP" in welcome
    with town.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == sample_phone(1))).one()
        assert contact.consent is Consent.SUBSCRIBED


def test_help_and_a_languages_name_work(town: Runtime, phones: Phones) -> None:
    (help_text,) = answers(town, phones, 3, "ED")
    assert "MANJE" in help_text
    (switched,) = answers(town, phones, 3, "English")
    assert "English" in switched
    with town.database.reading() as session:
        assert session.scalars(select(Contact.language).where(Contact.phone == sample_phone(3))).one() == "en"


def test_a_new_family_is_answered_in_the_language_it_writes(town: Runtime, phones: Phones) -> None:
    (answer,) = answers(town, phones, 50, "comida 02139")
    with town.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == sample_phone(50))).one()
    assert contact.consent is Consent.PENDING
    assert contact.zip == "02139"
    assert "02139" in answer


def test_a_crisis_is_answered_at_once_and_pages_a_human(town: Runtime, phones: Phones) -> None:
    with town.database.writing() as session:
        add_staff(session, "on-call@example.org", Role.RESPONDER, "a long password", phone=sample_phone(99))
    (answer,) = answers(town, phones, 1, "me quiero matar")
    assert "988" in answer
    assert "AYUDA" in answer
    (page,) = phones.texts(sample_phone(99))
    assert "/callbacks/" in page["body"]
    assert "matar" not in page["body"]
    with town.database.reading() as session:
        assert session.scalars(select(Callback.urgency)).one() is Urgency.CRISIS


def test_a_text_nobody_understands_gets_one_gentle_answer_a_day(town: Runtime, phones: Phones) -> None:
    assert len(answers(town, phones, 0, "qwertz uiop")) == 1
    assert answers(town, phones, 0, "asdf jkl") == []


def test_an_answer_to_an_invitation_is_kept(town: Runtime, phones: Phones) -> None:
    event = make_event(town, clock.now() + timedelta(days=9))
    assert "Health Fair" not in answers(town, phones, 0, "1")[0], "nobody has asked yet: a number is no answer"
    launch_pack(town, FAIR, event=event, choices={"es": "en", "pt_BR": "en", "ht": "en"})
    run_jobs(town)
    (answer,) = answers(town, phones, 0, "1")
    assert "Health Fair" in answer
    with town.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.phone == PHONE)).one()
        assert session.get_one(Invitation, (event.id, contact.id)).answer is Answer.YES


def test_the_same_text_twice_is_stored_and_answered_once(town: Runtime, phones: Phones) -> None:
    for _ in range(3):
        assert post_inbound(town, PHONE, "HELP", sid="SM" + "a" * 32) == 200
        run_jobs(town)
    assert len(phones.texts(PHONE)) == 1
    with town.database.reading() as session:
        assert session.scalars(select(Inbound.state)).all() == [InboundState.ROUTED]


@pytest.mark.parametrize("signature", ["", "bm90IGEgc2lnbmF0dXJl"])
def test_a_forged_text_is_refused_and_not_stored(town: Runtime, signature: str) -> None:
    assert post_inbound(town, PHONE, "HELP", signature=signature) == 403
    with town.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inbound)) == 0


def test_texts_are_stored_while_redis_is_away_and_answered_when_it_is_back(town: Runtime, phones: Phones) -> None:
    away = Runtime(replace(town.settings, redis_url="redis://127.0.0.1:1/0"))
    assert post_inbound(away, PHONE, "HELP") == 200
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        sweep()
        run_jobs(town)
    assert len(phones.texts(PHONE)) == 1
