"""A new number is answered in the language it writes in; a family we know keeps its own."""

import pytest
from sqlalchemy import select

from outreach.outgoing.models import Message
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones
from tests.support.webhooks import post_inbound

PHONE = sample_phone(0)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def answered_in(work: Runtime, body: str) -> str | None:
    """A family texts; the language of the newest text that went back."""
    assert post_inbound(work, PHONE, body) == 200
    run_jobs(work)
    with work.database.reading() as session:
        return session.scalars(select(Message.language).order_by(Message.id.desc()).limit(1)).one_or_none()


def stored(work: Runtime) -> Contact:
    with work.database.reading() as session:
        return session.scalars(select(Contact)).one()


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("mi hijo tiene fiebre y no va hoy", "es"),
        ("pitit mwen an malad jodi a li pap vini", "ht"),
        ("con tôi hôm nay bị sốt nên nghỉ học", "vi"),
        ("wiilkaygu maanta wuu xanuunsan yahay", "so"),
        ("孩子今天发烧了", "zh_Hans"),
        ("my son has a fever, he stays in bed", "en"),
        ("we have to bring the form tomorrow", "en"),  # "we" is a yes in Creole
    ],
)
def test_a_new_number_is_answered_in_the_language_it_writes(
    work: Runtime, phones: Phones, body: str, language: str
) -> None:
    assert answered_in(work, body) == language
    assert stored(work).language == language
    assert stored(work).language_known


def test_what_is_not_sure_is_answered_in_english_and_found_out_later(work: Runtime, phones: Phones) -> None:
    assert answered_in(work, "Mwangi Kamau") == "en"
    assert not stored(work).language_known
    answered_in(work, "nuestra hija no puede ir a la escuela mañana")
    assert stored(work).language == "es"


def test_a_family_we_know_keeps_its_language_and_gets_one_answer_in_the_other(work: Runtime, phones: Phones) -> None:
    with work.database.writing() as session:
        make_contact(session, 0, "en")
    assert answered_in(work, "mi hijo tiene fiebre y no va hoy") == "es"
    assert stored(work).language == "en"


@pytest.mark.parametrize(
    ("body", "languages"),
    [
        ("ya no quiero vivir, me quiero matar", ["vi", "es"]),
        ("孩子说想自杀", ["vi", "zh_Hans"]),
        ("tôi muốn chết", ["vi"]),
        ("kms", ["vi"]),  # nobody's language: the family's own
    ],
)
def test_a_crisis_is_answered_in_the_familys_language_and_in_its_own(
    work: Runtime, phones: Phones, body: str, languages: list[str]
) -> None:
    with work.database.writing() as session:
        make_contact(session, 0, "vi")
    answered_in(work, body)
    with work.database.reading() as session:
        sent = session.scalars(
            select(Message.language).where(Message.contact_id.is_not(None)).order_by(Message.id)
        ).all()
    assert sent == languages
    assert stored(work).language == "vi"
