"""The pages on which an event is planned, families are invited, and their answers are read."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock, runtime
from outreach.app import create_app
from outreach.campaigns.events import answer
from outreach.campaigns.models import Answer, Campaign, Event, Invitation
from outreach.outgoing.models import Message
from outreach.runtime import Runtime
from outreach.staff.models import Role, Staff
from outreach.wording.acceptance import accept_language
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.visitor import Visitor, hire

FAIR = {"title": "Winter Fair", "place": "Morse gym", "starts_date": "2099-01-10", "starts_time": "10:00"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def app(work: Runtime) -> Iterator[Flask]:
    """Twelve families, half of them reading Spanish, and a person of each role."""
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")
        for number in range(12):
            make_contact(session, number, ("en", "es")[number % 2], zip="02139")
    for role in Role:
        hire(work, role)
    hire(work, Role.ORGANIZER, "other@example.org")
    app = create_app(work.settings)
    yield app
    runtime.current().close()
    runtime.use(work)


@pytest.fixture
def organizer(app: Flask) -> Visitor:
    return Visitor(app, "organizer@example.org")


def plan_fair(organizer: Visitor, **more: str) -> int:
    organizer.get("/events/new")
    organizer.post("/events/new", {**FAIR, **more})
    with runtime.current().database.reading() as session:
        return session.scalars(select(Event.id).order_by(Event.id.desc())).first() or 0


def invite(organizer: Visitor, event_id: int, **typed: str) -> str:
    organizer.get(f"/events/{event_id}/invite")
    return organizer.post(f"/events/{event_id}/invite", {**typed, "action": "invite"})


def send(organizer: Visitor, event_id: int) -> str:
    page = f"/events/{event_id}/send/health_fairs/fair"
    organizer.get(page)
    seen = {name: organizer.hidden(name) for name in ("launch_key", "previewed", "previewed_families")}
    return organizer.post(page, {**seen, "action": "launch"})


def put_event_at(event_id: int, hours: int) -> None:
    with runtime.current().database.writing() as session:
        session.get_one(Event, event_id).starts_at = clock.now() + timedelta(hours=hours)


def test_an_empty_list_teaches_the_next_step(organizer: Visitor) -> None:
    assert "No events yet" in organizer.get("/events/")
    assert "Plan the first event" in organizer.text


def test_every_trouble_of_a_new_event_is_named_at_once(organizer: Visitor) -> None:
    organizer.get("/events/new")
    text = organizer.post("/events/new", {"title": "Winter Fair", "capacity": "many"})
    assert organizer.status == 422
    for trouble in ("The place is empty.", "The day is missing", "The time is missing", "a whole number"):
        assert trouble in text
    assert 'value="Winter Fair"' in organizer.html
    assert 'href="#starts_date"' in organizer.html


def test_an_event_in_the_past_is_refused(organizer: Visitor) -> None:
    organizer.get("/events/new")
    text = organizer.post("/events/new", {**FAIR, "starts_date": "2020-01-10"})
    assert "begin in the past; choose a later day or time." in text


def test_families_are_invited_once_and_no_text_leaves(organizer: Visitor) -> None:
    event_id = plan_fair(organizer, capacity="80")
    assert "Nobody is invited yet." in organizer.text
    assert "Put 12 families on the list" in organizer.get(f"/events/{event_id}/invite")
    assert "6 families are new on the list. No text has left yet." in invite(
        organizer, event_id, audience_language="es"
    )
    assert "6 families are new on the list." in invite(organizer, event_id)
    assert "0 families coming for 80 places, 0 declined, 12 without an answer, of 12 invited." in organizer.text
    with runtime.current().database.reading() as session:
        assert not session.scalar(select(func.count()).select_from(Message))


def test_the_builder_counts_before_anybody_is_invited(organizer: Visitor) -> None:
    event_id = plan_fair(organizer)
    organizer.get(f"/events/{event_id}/invite")
    text = organizer.post(f"/events/{event_id}/invite/preview", {"audience_language": "es"})
    assert "Families who read Spanish: 6 families" in text
    organizer.get(f"/events/{event_id}/invite")
    text = organizer.post(f"/events/{event_id}/invite", {"audience_words": "color=red", "action": "invite"})
    assert organizer.status == 422
    assert "color is not a filter" in text


def test_the_preview_shows_every_step_with_its_time(organizer: Visitor) -> None:
    event_id = plan_fair(organizer)
    invite(organizer, event_id)
    text = organizer.get(f"/events/{event_id}/send/health_fairs/fair")
    assert "Your family is invited to Winter Fair, Saturday, January 10 at 10:00 AM, Morse gym." in text
    assert "Sat 3 Jan 2099, 4:00 pm" in text
    assert "Invite 12 families" in text
    assert "72 texts" in text


def test_a_step_whose_time_has_passed_says_so_and_costs_nothing(organizer: Visitor) -> None:
    event_id = plan_fair(organizer)
    invite(organizer, event_id)
    put_event_at(event_id, hours=72)
    text = organizer.get(f"/events/{event_id}/send/health_fairs/fair")
    assert "The time of “week before”" in text
    assert "is in one week" not in text
    assert "48 texts" in text


def test_invitations_go_to_the_invited_who_have_not_declined(organizer: Visitor, work: Runtime) -> None:
    event_id = plan_fair(organizer)
    invite(organizer, event_id)
    with work.database.writing() as session:
        first, second = session.scalars(select(Invitation).where(Invitation.event_id == event_id).limit(2))
        answer(session, first, Answer.NO)
        answer(session, second, Answer.YES)
    assert "Invite 11 families" in organizer.get(f"/events/{event_id}/send/health_fairs/fair")
    assert "Invitations are on their way" in send(organizer, event_id)
    run_jobs(work)
    text = organizer.get(f"/events/{event_id}")
    assert "Between steps: 11 of 11 have left" in text
    assert "1 family coming" in text
    assert organizer.get(f"/events/{event_id}?answer=no").count("…01") == 1
    with work.database.reading() as session:
        assert session.scalars(select(Campaign)).one().audience == "invited"


def test_an_organizer_follows_and_stops_the_texts_of_her_own_event(organizer: Visitor, app: Flask) -> None:
    event_id = plan_fair(organizer)
    invite(organizer, event_id)
    send(organizer, event_id)
    with runtime.current().database.reading() as session:
        campaign_id = session.scalars(select(Campaign.id)).one()
    assert "families invited to Winter Fair" in organizer.get(f"/campaigns/{campaign_id}").replace(
        "Families", "families"
    )
    assert "Paused" in organizer.post(f"/campaigns/{campaign_id}/pause")
    other = Visitor(app, "other@example.org")
    other.get(f"/campaigns/{campaign_id}")
    assert other.status == 404


def test_sending_the_same_texts_again_is_warned_of(organizer: Visitor) -> None:
    event_id = plan_fair(organizer)
    invite(organizer, event_id)
    send(organizer, event_id)
    assert "Sending them again texts the same families twice" in organizer.get(
        f"/events/{event_id}/send/health_fairs/fair"
    )


def test_another_organizers_event_is_not_there(organizer: Visitor, app: Flask) -> None:
    event_id = plan_fair(organizer)
    other = Visitor(app, "other@example.org")
    assert "Winter Fair" not in other.get("/events/")
    for path in ("", "/invite", "/send/health_fairs/fair", "/edit"):
        other.get(f"/events/{event_id}{path}")
        assert other.status == 404
    coordinator = Visitor(app, "coordinator@example.org")
    assert "Winter Fair" in coordinator.get("/events/")
    coordinator.get(f"/events/{event_id}/invite")
    assert coordinator.status == 200


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.VIEWER, "/events/", 200),
        (Role.VIEWER, "/events/new", 403),
        (Role.RESPONDER, "/events/", 403),
        (Role.COORDINATOR, "/events/new", 200),
        (Role.COORDINATOR, "/events/999", 404),
        (Role.COORDINATOR, "/events/1/send/screenings/vision", 404),
    ],
)
def test_each_role_sees_what_it_may(app: Flask, role: Role, path: str, status: int) -> None:
    visitor = Visitor(app, f"{role}@example.org")
    visitor.get(path)
    assert visitor.status == status


def test_an_organizer_tells_families_apart_by_four_digits_and_sees_no_names(
    app: Flask, organizer: Visitor, work: Runtime
) -> None:
    event_id = plan_fair(organizer)
    with work.database.writing() as session:
        make_contact(session, 0, name="Rosa Example")
        assert session.scalars(select(Staff).where(Staff.role == Role.ORGANIZER)).first()
    invite(organizer, event_id)
    text = organizer.get(f"/events/{event_id}")
    assert "Rosa" not in text
    assert text.count("…01") == 12
    assert "+1" not in text
    assert Visitor(app, "viewer@example.org").get(f"/events/{event_id}").count("***") == 12
