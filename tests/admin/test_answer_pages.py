"""Answering a family from its page: previewed to the character, sent once, doubted in time, taken back in time."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.outgoing.models import Message, MessageStatus
from outreach.people.consent import Purpose
from outreach.people.models import Consent, Contact
from outreach.staff.accounts import find_or_add_partner
from outreach.staff.models import AuditEntry, Role, Staff
from outreach.threads import answers, thread, waiting
from outreach.threads.models import WaitsFor
from outreach.wording.acceptance import accept_language
from tests.admin.conversations import add_family, add_text
from tests.admin.office import Office, Visitor, open_office
from tests.support.factories import NOON
from tests.support.jobs import run_jobs
from tests.support.servers import Phones


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


@pytest.fixture
def nora(office: Office) -> Visitor:
    """She signs as her school."""
    visitor = office.visit(Role.COORDINATOR, "Nora Nurse")
    with office.work.database.writing() as session:
        session.get_one(Staff, visitor.id).partner = find_or_add_partner(session, "Lincoln School")
        for language in ("es", "ar"):
            accept_language(session, language, accepted_by="a test")
    return visitor


@pytest.fixture
def ana(office: Office) -> int:
    """She has just written."""
    with office.work.database.writing() as session:
        contact = add_family(session, "Ana", 101)
        add_text(session, contact, "mis lentes azules", WaitsFor.NOT_UNDERSTOOD)
        return contact.id


def form(**more: str) -> dict[str, str]:
    return {"key": str(uuid4()), "seen": "999", "action": "send", "canned": "", "words": "", **more}


def messages(office: Office) -> list[Message]:
    with office.work.database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def test_what_was_previewed_reaches_the_phone_once(office: Office, nora: Visitor, ana: int, phones: Phones) -> None:
    filled = form(words="Sí, los lentes están en la escuela. ¿Qué día puede venir?")
    preview = nora.send(f"/families/{ana}/answer/preview", **filled)
    wanted = "Lincoln School: Sí, los lentes están en la escuela. ¿Qué día puede venir?"
    assert f">{wanted}</div>" in preview.source
    assert "2 segments, $0.0226" in preview.text
    assert "Send now" in preview.text
    assert messages(office) == []
    for _click in range(2):
        assert "Your text is on its way." in nora.send(f"/families/{ana}/answer/", **filled).text or _click
    run_jobs(office.work)
    assert [text["body"] for text in phones.texts("+16175550101")] == [wanted]
    page = nora.open(f"/families/{ana}")
    assert "Nora Nurse: " in page.text
    with office.work.database.reading() as session:
        assert not waiting.find_open(session, ana)
        kept = thread.find(session, ana)
        assert kept
        assert kept.assignee_id == nora.id, "who answers first looks after the family"
        assert session.scalars(select(AuditEntry.action)).all() == ["family.answered"]


def test_a_text_that_names_its_writer_is_not_signed_twice(office: Office, nora: Visitor, ana: int) -> None:
    preview = nora.send(
        f"/families/{ana}/answer/preview", **form(words="Lincoln School: hola, gracias por escribirnos")
    )
    assert ">Lincoln School: hola, gracias por escribirnos</div>" in preview.source


def test_english_for_a_family_that_reads_spanish_is_doubted_until_it_is_meant(
    office: Office, nora: Visitor, ana: int
) -> None:
    filled = form(words="Your glasses are at the school, what day can you come?")
    doubt = "This seems to be English. The family reads Spanish."
    assert doubt in nora.send(f"/families/{ana}/answer/preview", **filled).text
    page = nora.send(f"/families/{ana}/answer/", **filled)
    assert page.status == 422
    assert doubt in page.text
    assert "Nothing was sent yet." in page.text
    assert "what day can you come?</textarea>" in page.source
    assert messages(office) == []
    nora.send(f"/families/{ana}/answer/", **filled, meant="1")
    assert [one.language for one in messages(office)] == ["en"]


def test_a_word_that_the_carrier_takes_is_noticed(office: Office, nora: Visitor, ana: int) -> None:
    text = nora.send(f"/families/{ana}/answer/preview", **form(words="Reply YES to come, or CANCEL")).text
    assert "YES cannot be asked for as an answer" in text
    assert "CANCEL cannot be asked for as an answer" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Write what the family should read, or choose a ready-made text."),
        ({"words": "a" * 1600}, "Your text is 16 characters too long."),
        ({"canned": "nonsense"}, "This text is not ready in the family's language."),
        ({"canned": "will_call"}, "Day (date) is empty."),
        ({"canned": "will_call", "date": "soon", "time": "10:00"}, "Day (date): a day, written as 2026-12-05."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    office: Office, nora: Visitor, ana: int, typed: dict[str, str], said: str
) -> None:
    page = nora.send(f"/families/{ana}/answer/", **form(**typed))
    assert page.status == 422
    assert said in page.text
    assert messages(office) == []
    with office.work.database.reading() as session:
        assert waiting.find_open(session, ana)


def test_without_a_script_it_can_be_looked_at_first(office: Office, nora: Visitor, ana: int) -> None:
    page = nora.send(f"/families/{ana}/answer/", **form(words="Hola, gracias", action="show"))
    assert page.status == 200
    assert ">Lincoln School: Hola, gracias</div>" in page.source
    assert messages(office) == []


def test_a_ready_made_text_goes_in_the_familys_language(
    office: Office, nora: Visitor, ana: int, phones: Phones
) -> None:
    filled = form(canned="fair_where", date="2026-12-05", time="10:00", place="Lincoln School gym", words="left over")
    preview = nora.send(f"/families/{ana}/answer/preview", **filled).text
    assert "In English: Lincoln School: The health fair is on Saturday, December 5" in preview
    nora.send(f"/families/{ana}/answer/", **filled)
    run_jobs(office.work)
    (sent,) = phones.texts("+16175550101")
    assert sent["body"].startswith("Lincoln School: La feria de salud es el sábado")
    assert sent["body"] in preview
    assert "left over" not in sent["body"]


def test_what_nobody_reviewed_or_accepted_is_not_offered_and_the_page_says_why(
    office: Office, nora: Visitor, ana: int
) -> None:
    assert 'value="thanks"' in nora.open(f"/families/{ana}").source
    with office.work.database.writing() as session:
        session.get_one(Contact, ana).language = "so"
    page = nora.open(f"/families/{ana}")
    assert 'value="thanks"' not in page.source
    assert "13 of 13 ready-made texts are not offered in Soomaali (Somali)" in page.text
    assert "no native speaker has reviewed them" in page.text
    assert nora.send(f"/families/{ana}/answer/", **form(canned="thanks")).status == 422
    with office.work.database.writing() as session:
        session.get_one(Contact, ana).language = "kea"
    assert "there is no translation" in nora.open(f"/families/{ana}").text


def test_an_arabic_answer_keeps_names_and_numbers_in_order(office: Office, nora: Visitor) -> None:
    with office.work.database.writing() as session:
        omar = add_family(session, "Omar", 102, "ar").id
    source = nora.send(f"/families/{omar}/answer/preview", **form(words="من فضلكم اتصلوا بنا على 617-555-0100")).source
    assert "\u2068Lincoln School\u2069: من فضلكم اتصلوا بنا على \u2068617-555-0100\u2069" in source
    assert 'dir="rtl"' in source


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"consent": Consent.UNSUBSCRIBED}, "This family asked us to stop texting, so nobody here can text it."),
        ({"consent": Consent.PENDING}, "it has not written to us for two weeks"),
        ({"unreachable_at": NOON}, "Texts do not reach this number. Call, and ask for another number."),
    ],
)
def test_who_may_not_be_texted_is_called(office: Office, nora: Visitor, columns: dict[str, object], said: str) -> None:
    with office.work.database.writing() as session:
        family = add_family(session, "Rosa", 103, "es", **columns).id
    page = nora.open(f"/families/{family}")
    assert said in page.text
    assert "<textarea" not in page.source.partition("answer-title")[2].partition("</section>")[0]
    assert nora.send(f"/families/{family}/answer/", **form(words="Hola, gracias")).status == 422
    assert messages(office) == []


@pytest.fixture
def at_night(environment: dict[str, str]) -> Iterator[Office]:
    with open_office({**environment, "OUTREACH_QUIET_HOURS": "Mon-Sun 09:00-20:00"}) as office:
        yield office


def test_at_night_it_says_when_it_leaves_and_can_be_taken_back(at_night: Office, phones: Phones) -> None:
    late = NOON.replace(hour=3)  # 10 pm on Monday in New York
    with clock.frozen(late - answers.LIVE * 2), at_night.work.database.writing() as session:
        contact = add_family(session, "Ana", 101, "en")
        add_text(session, contact, "qwertz", WaitsFor.NOT_UNDERSTOOD)
        ana = contact.id
    with clock.frozen(late):
        nora = at_night.visit(Role.COORDINATOR, "Nora Nurse")
        page = nora.send(f"/families/{ana}/answer/", **form(words="Hello, come on Monday"))
        assert "Your text leaves Tue 24 Nov, 9:00 am, at a decent hour." in page.text
        run_jobs(at_night.work)
        (held,) = messages(at_night)
        assert (held.status, held.purpose) == (MessageStatus.HELD, Purpose.STAFF)
        page = nora.open(f"/families/{ana}")
        assert "waiting for a decent hour" in page.text
        refreshed = nora.open(f"/families/{ana}/thread").source
        assert f'formaction="/families/{ana}/answer/{held.source_id}/take-back"' in refreshed
        assert "csrf_token" not in refreshed, "what is refreshed changes only when a text does"
        page = nora.send(f"/families/{ana}/answer/{held.source_id}/take-back")
        assert "The text is taken back." in page.text
        with at_night.work.database.reading() as session:
            assert waiting.find_open(session, ana), "what it answered waits again"
        assert "It is too late" in nora.send(f"/families/{ana}/answer/{held.source_id}/take-back").text
    run_jobs(at_night.work)
    assert phones.texts("+16175550101") == []


def test_a_text_of_another_family_is_not_taken_back_through_this_one(office: Office, nora: Visitor, ana: int) -> None:
    nora.send(f"/families/{ana}/answer/", **form(words="Hola, gracias"))
    (sent,) = messages(office)
    assert nora.send(f"/families/4711/answer/{sent.source_id}/take-back").status == 404


def test_a_form_without_its_key_is_refused(office: Office, nora: Visitor, ana: int) -> None:
    for key in ("", "k" * 37):
        assert nora.send(f"/families/{ana}/answer/", **form(words="Hola, gracias", key=key)).status == 400
    assert messages(office) == []
