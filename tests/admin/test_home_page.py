"""Home: what waits stands first and says what to do; each role sees what is its own."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.models import Urgency
from outreach.callbacks.requests import request_callback
from outreach.campaigns.models import Campaign, Event, Run, RunState
from outreach.campaigns.runs import RUN
from outreach.incoming.models import Inbound, InboundState
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.outbox import Draft, queue
from outreach.people.consent import Purpose
from outreach.people.models import Contact
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role
from outreach.threads import waiting
from outreach.threads.models import WaitsFor
from tests.admin.office import Office, open_office


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        yield office


def add_contact(session: Session, name: str, number: int = 100) -> Contact:
    contact = Contact(phone=f"+1617555{number:04d}", language="es", name=name, created_at=clock.now())
    session.add(contact)
    session.flush()
    return contact


def add_messages(session: Session, contact: Contact, **columns: object) -> None:
    """A running campaign whose one text to this family stands as `columns` say."""
    now = clock.now()
    campaign = Campaign(
        pack="screenings/vision", title="Vision screening", topic="screenings", audience="everyone", fields={},
        anchor_at=now, timezone="America/New_York", launched_at=now,
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    run = Run(
        campaign_id=campaign.id, step="invitation", anchor_at=now, due_at=now,
        expires_at=now + timedelta(days=1), state=RunState.FIRED,
    )  # fmt: skip
    session.add(run)
    session.flush()
    draft = Draft(RUN, run.id, contact.phone, "Hola", "es", Purpose.CAMPAIGN, Priority.BULK, contact_id=contact.id)
    queue(session, draft)
    message = session.query(Message).filter_by(source=RUN, source_id=run.id).one()
    for name, value in columns.items():
        setattr(message, name, value)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_home_that_teaches_the_next_step_when_nothing_waits(office: Office, role: Role) -> None:
    page = office.visit(role).open("/")
    assert page.status == 200
    expected = {
        Role.ADMIN: "outreach families import families.csv",
        Role.COORDINATOR: "outreach families import families.csv",
        Role.ORGANIZER: "You have no event ahead",
        Role.RESPONDER: "outreach families import families.csv",
        Role.VIEWER: "Nothing waits for you",
    }
    assert expected[role] in page.text


def test_a_crisis_stands_before_every_other_call_and_says_how_late_it_is(office: Office) -> None:
    with office.work.database.writing() as session:
        work = office.work
        usual, urgent = add_contact(session, "Usual Call", 101), add_contact(session, "Urgent Call", 102)
        with clock.frozen(clock.now() - timedelta(minutes=35)):
            request_callback(session, work.redis, work.settings, usual, reason="Asked for a call by text")
            request_callback(session, work.redis, work.settings, urgent, reason="Danger", urgency=Urgency.CRISIS)
    text = office.visit(Role.RESPONDER).open("/").text
    assert "1 family to call at once" in text
    assert "due 20 minutes ago" in text
    assert text.index("Urgent Call") < text.index("Usual Call")


@pytest.mark.parametrize(
    ("role", "phone", "active", "words"),
    [
        (Role.RESPONDER, None, True, "A crisis would reach nobody"),
        (Role.RESPONDER, "+16175550177", False, "A crisis would reach nobody"),
        (Role.ORGANIZER, "+16175550177", True, "A crisis would reach nobody"),
        (Role.RESPONDER, "+16175550177", True, "A crisis would page all who can answer: 1 person."),
        (Role.COORDINATOR, "+16175550177", True, "A crisis would page all who can answer: 1 person."),
    ],
)
def test_with_nobody_on_duty_home_says_so_in_red_and_whom_a_crisis_would_reach(
    office: Office, role: Role, phone: str | None, active: bool, words: str
) -> None:
    with office.work.database.writing() as session:
        other = add_staff(session, "other@example.org", role, "a long password of tests", phone=phone)
        other.active = active
    page = office.visit(Role.RESPONDER).open("/")
    assert "alert alert-danger duty" in page.source
    assert f"Nobody is on duty. {words}" in page.text
    assert "Nobody is on duty" not in office.visit(Role.VIEWER).open("/").text


def test_duty_begins_and_ends_on_home(office: Office) -> None:
    responder = office.visit(Role.RESPONDER, "Remy Responder")
    told = responder.send("/account/duty", duty="on")
    assert "have no phone number here" in told.text
    responder.send("/account/", phone="(617) 555-0177")
    home = responder.open("/")
    assert "On duty: Remy Responder." in home.text
    assert "alert-danger" not in home.source
    assert "Nobody is on duty" in responder.send("/account/duty", duty="off").text


def test_families_that_get_no_campaigns_since_a_crisis_stand_on_home(office: Office) -> None:
    with office.work.database.writing() as session:
        work = office.work
        family = add_contact(session, "A Family")
        request_callback(session, work.redis, work.settings, family, reason="?", urgency=Urgency.CRISIS)
    responder = office.visit(Role.RESPONDER)
    text = responder.open("/").text
    assert "1 family gets no campaigns since a crisis" in text
    assert "The call is not closed yet" in text
    responder.send(f"/holds/{family.id}/release")
    assert "no campaigns since a crisis" not in responder.open("/").text


def test_texts_that_no_worker_takes_up_are_told(office: Office) -> None:
    with office.work.database.writing() as session:
        states = (InboundState.STORED, InboundState.STORED, InboundState.ROUTED)
        for number, (state, seconds) in enumerate(zip(states, (90, 20, 90), strict=True)):
            received = clock.now() - timedelta(seconds=seconds)
            text = {"carrier_sid": f"SM{number:032d}", "phone": "+16175550101", "to_phone": "+16175550199"}
            session.add(Inbound(body="?", received_at=received, state=state, **text))
    waits = "1 text waits to be understood: the workers may be stopped."
    assert waits in office.visit(Role.RESPONDER).open("/").text
    assert waits not in office.visit(Role.VIEWER).open("/").text


def test_the_bar_counts_open_calls_for_those_who_answer_them(office: Office) -> None:
    responder, viewer = office.visit(Role.RESPONDER), office.visit(Role.VIEWER)
    assert "waits" not in responder.open("/languages/").source.partition("<nav")[2].partition("</nav>")[0]
    with office.work.database.writing() as session:
        work = office.work
        request_callback(session, work.redis, work.settings, add_contact(session, "Usual", 101), reason="?")
    assert "Callbacks 1 open" in responder.open("/families/").text
    with office.work.database.writing() as session:
        family = add_contact(session, "Urgent", 102)
        request_callback(session, work.redis, work.settings, family, reason="?", urgency=Urgency.CRISIS)
    page = responder.open("/families/")
    assert "Callbacks 2 open, 1 of them a crisis" in page.text
    assert 'class="waits trouble"' in page.source
    assert 'class="waits' not in viewer.open("/").source


def test_texts_refused_through_our_own_fault_are_told_with_what_to_do(office: Office) -> None:
    with office.work.database.writing() as session:
        refused = {"reason": "the account's credentials were refused", "error_code": 20003}
        add_messages(session, add_contact(session, "A Family"), **refused)
    text = office.visit(Role.ADMIN).open("/").text
    assert "Texts are not leaving: the account's credentials were refused" in text
    assert "TWILIO_AUTH_TOKEN" in text


def test_a_text_that_is_tried_again_is_no_trouble(office: Office) -> None:
    with office.work.database.writing() as session:
        add_messages(session, add_contact(session, "A Family"), reason="too many requests at once", error_code=20429)
    assert "not leaving" not in office.visit(Role.ADMIN).open("/").text


def test_held_texts_and_the_campaign_under_way_stand_in_a_line_each(office: Office) -> None:
    with office.work.database.writing() as session:
        hour = clock.now() + timedelta(hours=9)
        contact = add_contact(session, "A Family")
        add_messages(session, contact, status=MessageStatus.HELD, reason="quiet_hours", not_before=hour)
    text = office.visit(Role.VIEWER).open("/").text
    assert "0 of 1 texts have left" in text
    assert "1 text waits for a decent hour. The first leaves" in text


def test_texts_that_wait_for_a_person_lead_to_the_inbox(office: Office) -> None:
    with office.work.database.writing() as session:
        contact = add_contact(session, "A Family")
        for number in range(2):
            received = {"received_at": clock.now(), "state": InboundState.ROUTED, "intent": "unknown"}
            sender = {"phone": contact.phone, "to_phone": "+16175550199", "contact_id": contact.id}
            inbound = Inbound(carrier_sid=f"SM{number:032d}", body="k", **received, **sender)
            session.add(inbound)
            session.flush()
            waiting.add(session, contact.id, inbound.id, WaitsFor.NOT_UNDERSTOOD)
    page = office.visit(Role.RESPONDER).open("/")
    assert "1 family waits for an answer" in page.text
    assert "/inbox/" in page.source


def test_an_organizer_sees_her_next_event_and_no_family(office: Office) -> None:
    organizer = office.visit(Role.ORGANIZER)
    with office.work.database.writing() as session:
        add_contact(session, "A Family")
        for days, title in ((9, "Later fair"), (2, "Health fair")):
            starts = clock.now() + timedelta(days=days)
            event = {"place": "Gym", "starts_at": starts, "timezone": "America/New_York", "created_at": clock.now()}
            session.add(Event(title=title, organizer_id=organizer.id, **event))
    text = organizer.open("/").text
    assert "Your next event: Health fair" in text
    assert "No family is invited yet" in text
    assert organizer.open("/families/").status == 403


def test_what_waits_is_refreshed_by_a_part_of_the_page(office: Office) -> None:
    part = office.visit(Role.COORDINATOR).open("/waiting")
    assert part.status == 200
    assert "<html" not in part.source
