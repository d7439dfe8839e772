"""Families: found by what a person knows of them, shown with both sides of the talk, changed only with evidence."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.models import Callback, Urgency
from outreach.incoming.models import Inbound, InboundState
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.outbox import Draft, queue
from outreach.people.consent import Purpose, record_consent
from outreach.people.models import Consent, ConsentEvent, Contact, ContactTag, Household
from outreach.staff.models import AuditEntry, Role
from tests.admin.office import Office, open_office


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


def add_contact(session: Session, name: str, number: int, **columns: object) -> Contact:
    values = {"language": "es", "name": name, "created_at": clock.now(), **columns}
    contact = Contact(phone=f"+1617555{number:04d}", **values)
    session.add(contact)
    session.flush()
    return contact


def add_inbound(session: Session, contact: Contact, body: str, intent: str, **columns: object) -> Inbound:
    number = session.query(Inbound).count()
    values = {"received_at": clock.now(), "state": InboundState.ROUTED, "contact_id": contact.id, **columns}
    sent = {"carrier_sid": f"SM{number:032d}", "phone": contact.phone, "to_phone": "+16175550199"}
    inbound = Inbound(body=body, intent=intent, **sent, **values)
    session.add(inbound)
    session.flush()
    return inbound


@pytest.fixture
def families(office: Office) -> dict[str, int]:
    """Three families, by name."""
    with office.work.database.writing() as session:
        ana = add_contact(session, "Ana Garcia", 101, school="Lincoln School", tags=[ContactTag(tag="bus-12")])
        omar = add_contact(session, "Omar Haddad", 102, language="ar", school="Kennedy School")
        rosa = add_contact(session, "Rosa Garcia", 103, language="pt_BR")
        record_consent(session, ana, Consent.SUBSCRIBED, source="staff", evidence="on paper")
        record_consent(session, omar, Consent.UNSUBSCRIBED, source="keyword", raw_text="STOP لا")
        add_inbound(session, omar, "xyzzy", "unknown")
        return {"ana": ana.id, "omar": omar.id, "rosa": rosa.id}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["ana", "omar", "rosa"]),
        ("q=garcia", ["ana", "rosa"]),
        ("q=lincoln", ["ana"]),
        ("q=555-0102", ["omar"]),
        ("q=%25", []),
        ("language=ar", ["omar"]),
        ("consent=subscribed", ["ana"]),
        ("consent=pending", ["rosa"]),
        ("tag=bus-12", ["ana"]),
        ("unread=1", ["omar"]),
        ("q=garcia&language=pt_BR", ["rosa"]),
        ("sort=wrote", ["omar", "ana", "rosa"]),
        ("page=99", []),
        ("language=tlh&consent=perhaps&page=-1&sort=shoe", ["ana", "omar", "rosa"]),
    ],
)
def test_a_list_stands_in_its_address(office: Office, families: dict[str, int], asked: str, found: list[str]) -> None:
    source = office.visit(Role.COORDINATOR).open(f"/families/?{asked}").source
    places = {name: source.find(f'<th scope="row"><a href="/families/{row}">') for name, row in families.items()}
    assert sorted((name for name in places if places[name] > 0), key=places.__getitem__) == found


def test_the_list_has_fifty_families_a_page_and_keeps_its_filters(office: Office) -> None:
    with office.work.database.writing() as session:
        for number in range(51):
            add_contact(session, f"Family {number:02d}", 200 + number)
    responder = office.visit(Role.RESPONDER)
    first = responder.open("/families/?language=es")
    assert first.source.count('<th scope="row">') == 50
    assert "/families/?language=es&amp;page=2" in first.source
    assert responder.open("/families/?language=es&page=2").source.count('<th scope="row">') == 1


def test_an_empty_list_teaches_how_families_come_in(office: Office) -> None:
    assert "outreach families import families.csv" in office.visit(Role.ADMIN).open("/families/").text


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.VIEWER])
def test_who_may_not_see_families_sees_none(office: Office, families: dict[str, int], role: Role) -> None:
    visitor = office.visit(role)
    addresses = ("/families/", f"/families/{families['ana']}", f"/families/{families['ana']}/thread")
    assert [visitor.open(address).status for address in addresses] == [403, 403, 403]
    assert visitor.send(f"/families/{families['ana']}/stop", evidence="no").status == 403


def test_a_family_shows_both_sides_of_the_talk_in_order(office: Office, families: dict[str, int]) -> None:
    with office.work.database.writing() as session:
        ana = session.get_one(Contact, families["ana"])
        early, late = (clock.now() - timedelta(hours=ago) for ago in (3, 1))
        args = {"category": "food", "zip": "02139"}
        add_inbound(session, ana, "comida 02139", "resource", args=args, received_at=early)
        draft = Draft("inbound", 1, ana.phone, "مرحبا", "ar", Purpose.REPLY, Priority.REPLY, contact_id=ana.id)
        queue(session, draft)
        answer = session.query(Message).filter_by(contact_id=ana.id).one()
        answer.status, answer.sent_at = MessageStatus.UNDELIVERED, early + timedelta(minutes=1)
        answer.reason = "a landline"
        add_inbound(session, ana, "<b>gracias</b>", "unknown", received_at=late)
    page = office.visit(Role.RESPONDER).open(f"/families/{families['ana']}")
    assert page.text.index("comida 02139") < page.text.index("مرحبا") < page.text.index("<b>gracias</b>")
    assert "asks for help nearby: Food, 02139" in page.text
    assert "did not arrive: a landline · Arabic · 1 segment" in page.text
    assert '<div class="bubble ours" lang="ar" dir="rtl">' in page.source


def test_a_text_not_yet_routed_is_in_the_thread_already(office: Office, families: dict[str, int]) -> None:
    with office.work.database.writing() as session:
        ana = session.get_one(Contact, families["ana"])
        inbound = add_inbound(session, ana, "hola", "", contact_id=None, state=InboundState.STORED)
        inbound.intent = None
    part = office.visit(Role.RESPONDER).open(f"/families/{families['ana']}/thread")
    assert "hola" in part.text
    assert "being read" in part.text


def test_a_long_thread_opens_with_the_newest_texts(office: Office, families: dict[str, int]) -> None:
    with office.work.database.writing() as session:
        ana = session.get_one(Contact, families["ana"])
        for number in range(25):
            received = clock.now() - timedelta(hours=25 - number)
            add_inbound(session, ana, f"text-{number:02d}", "unknown", received_at=received)
    visitor = office.visit(Role.RESPONDER)
    newest = visitor.open(f"/families/{families['ana']}").text
    assert "Show all 25 texts" in newest
    assert "text-04" not in newest
    assert "text-05" in newest
    assert "text-00" in visitor.open(f"/families/{families['ana']}?texts=all").text


def test_the_ledger_says_what_the_family_wrote(office: Office, families: dict[str, int]) -> None:
    text = office.visit(Role.RESPONDER).open(f"/families/{families['omar']}").text
    assert "Said stop" in text
    assert "They wrote: “STOP لا”" in text


@pytest.mark.parametrize(
    ("source", "said"), [("import", "Said no on a form"), ("staff", "Said no to staff"), ("keyword", "Said stop")]
)
def test_a_no_is_worded_by_where_it_came_from(office: Office, families: dict[str, int], source: str, said: str) -> None:
    with office.work.database.writing() as session:
        rosa = session.get_one(Contact, families["rosa"])
        record_consent(session, rosa, Consent.UNSUBSCRIBED, source=source, evidence="the fall list")
    responder = office.visit(Role.RESPONDER)
    listed = responder.open("/families/?q=rosa").source.partition("<tbody>")[2]
    assert f">{said}<" in listed
    assert responder.open(f"/families/{families['rosa']}").text.count(said) == 2


def test_the_others_of_the_household_are_a_link_away(office: Office, families: dict[str, int]) -> None:
    with office.work.database.writing() as session:
        home = Household(key="H-1")
        session.add(home)
        for name in ("ana", "rosa"):
            session.get_one(Contact, families[name]).household = home
    page = office.visit(Role.RESPONDER).open(f"/families/{families['ana']}")
    assert f'href="/families/{families["rosa"]}">Rosa Garcia' in page.source


def test_a_stop_told_by_voice_is_written_with_who_heard_it(office: Office, families: dict[str, int]) -> None:
    responder = office.visit(Role.RESPONDER, "Ben Carter")
    page = responder.send(f"/families/{families['ana']}/stop", evidence="Mother told the front desk")
    assert "Nothing more is sent to this family." in page.text
    assert "Mother told the front desk Ben Carter" in page.text
    with office.work.database.reading() as session:
        assert session.get_one(Contact, families["ana"]).consent is Consent.UNSUBSCRIBED
        last = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id.desc())).first()
        assert last
        assert (last.source, last.staff_id) == ("staff", responder.id)
        noted = session.scalars(select(AuditEntry)).one()
        assert (noted.action, noted.subject_id, noted.staff_id) == ("family.stopped", families["ana"], responder.id)


def test_consent_told_in_person_lifts_a_stop_only_with_evidence(office: Office, families: dict[str, int]) -> None:
    responder = office.visit(Role.RESPONDER)
    page = responder.send(f"/families/{families['omar']}/consent", evidence="  ")
    assert page.status == 400
    assert "Say how the family told us" in page.text
    with office.work.database.reading() as session:
        assert session.get_one(Contact, families["omar"]).consent is Consent.UNSUBSCRIBED
    responder.send(f"/families/{families['omar']}/consent", evidence="Signed the blue form, kept in the office")
    with office.work.database.reading() as session:
        assert session.get_one(Contact, families["omar"]).consent is Consent.SUBSCRIBED


def test_a_language_that_staff_set_is_kept(office: Office, families: dict[str, int]) -> None:
    responder = office.visit(Role.RESPONDER)
    assert responder.send(f"/families/{families['rosa']}/language", language="xx").status == 400
    assert "Haitian Creole" in responder.send(f"/families/{families['rosa']}/language", language="ht").text
    with office.work.database.reading() as session:
        rosa = session.get_one(Contact, families["rosa"])
        assert (rosa.language, rosa.language_chosen) == ("ht", True)


def test_a_call_asked_for_twice_is_on_the_list_once(office: Office, families: dict[str, int]) -> None:
    responder = office.visit(Role.RESPONDER)
    address = f"/families/{families['rosa']}/callback"
    assert responder.send(address, reason="", urgency="normal").status == 400
    assert "on the list of calls." in responder.send(address, reason="Glasses for Leo", urgency="soon").text
    assert "on the list of calls already" in responder.send(address, reason="Again", urgency="normal").text
    with office.work.database.reading() as session:
        callback = session.scalars(select(Callback)).one()
        assert (callback.reason, callback.urgency) == ("Glasses for Leo", Urgency.SOON)


def test_a_form_without_its_token_changes_nothing(office: Office, families: dict[str, int]) -> None:
    client = office.visit(Role.RESPONDER).client
    assert client.post(f"/families/{families['ana']}/stop", data={"evidence": "x"}).status_code == 400
    with office.work.database.reading() as session:
        assert session.get_one(Contact, families["ana"]).consent is Consent.SUBSCRIBED


def test_a_family_that_is_not_there_is_told_so(office: Office) -> None:
    assert office.visit(Role.RESPONDER).open("/families/4711").status == 404
