"""The words of an event in other languages, and the page on which an event is corrected."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock, runtime
from outreach.app import create_app
from outreach.campaigns.models import Campaign, Event
from outreach.languages import LANGUAGES
from outreach.runtime import Runtime
from outreach.staff.models import AuditEntry, Role
from outreach.wording.acceptance import accept_language
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.visitor import Visitor, hire

FAIR = {
    "title": "Winter Fair", "place": "Morse gym", "starts_date": "2099-01-10", "starts_time": "10:00", "capacity": "80",
    "title.es": "Feria de invierno", "title.ar": "معرض الشتاء", "place.es": "Gimnasio Morse",
}  # fmt: skip


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def app(work: Runtime) -> Iterator[Flask]:
    """Three families of three languages, two organizers, a coordinator and a viewer."""
    with work.database.writing() as session:
        for number, language in enumerate(("en", "es", "ar")):
            accept_language(session, language, accepted_by="a test")
            make_contact(session, number, language)
    for role in (Role.ORGANIZER, Role.COORDINATOR, Role.VIEWER):
        hire(work, role)
    hire(work, Role.ORGANIZER, "other@example.org")
    app = create_app(work.settings)
    yield app
    runtime.current().close()
    runtime.use(work)


@pytest.fixture
def organizer(app: Flask) -> Visitor:
    return Visitor(app, "organizer@example.org")


def plan_fair(organizer: Visitor) -> int:
    organizer.get("/events/new")
    organizer.post("/events/new", FAIR)
    assert organizer.status == 200
    return the_event().id


def the_event() -> Event:
    with runtime.current().database.reading() as session:
        return session.scalars(select(Event)).one()


def correct(visitor: Visitor, event_id: int, **typed: str) -> str:
    """Open the page, type over some of it, and save."""
    visitor.get(f"/events/{event_id}/edit")
    return save(visitor, event_id, **typed)


def save(visitor: Visitor, event_id: int, **typed: str) -> str:
    """Type over some of the page that is open, and save."""
    dotted = {name.replace("__", "."): words for name, words in typed.items()}
    return visitor.post(f"/events/{event_id}/edit", {**inputs_of(visitor), **dotted})


def inputs_of(visitor: Visitor) -> dict[str, str]:
    names = re.findall(r'<input[^>]* name="([a-z_.A-Z]+)"', visitor.html)
    return {name: visitor.hidden(re.escape(name)) for name in names if name != "csrf_token"}


def announce(organizer: Visitor, event_id: int) -> int:
    """Invite all families and launch the texts. Returns the campaign's id."""
    organizer.get(f"/events/{event_id}/invite")
    organizer.post(f"/events/{event_id}/invite", {"action": "invite"})
    page = f"/events/{event_id}/send/health_fairs/fair"
    organizer.get(page)
    seen = {name: organizer.hidden(name) for name in ("launch_key", "previewed", "previewed_families")}
    assert "Invitations are on their way" in organizer.post(page, {**seen, "action": "launch"})
    with runtime.current().database.reading() as session:
        return session.scalars(select(Campaign.id).order_by(Campaign.id.desc())).first() or 0


def changes() -> list[object]:
    with runtime.current().database.reading() as session:
        return [one.details for one in session.scalars(select(AuditEntry).where(AuditEntry.action == "event.changed"))]


def test_a_new_event_takes_words_in_every_language_of_the_deployment(organizer: Visitor) -> None:
    organizer.get("/events/new")
    for code in runtime.current().settings.languages:
        assert (f'name="title.{code}"' in organizer.html) is (code != "en")
        assert (f'name="place.{code}"' in organizer.html) is (code != "en")
    assert '<details class="choices mt-1" >' in organizer.html  # folded while nothing stands in it
    event_id = plan_fair(organizer)
    event = the_event()
    assert event.titles == {"es": "Feria de invierno", "ar": "معرض الشتاء"}
    assert event.places == {"es": "Gimnasio Morse"}
    announce(organizer, event_id)
    organizer.get(f"/events/{event_id}/send/health_fairs/fair")
    for words in ("Winter Fair", "Feria de invierno", "معرض الشتاء", "Gimnasio Morse"):
        assert words in organizer.text
    organizer.get("/campaigns/1")
    assert organizer.status == 200
    assert "Feria de invierno" in organizer.text


@pytest.mark.parametrize("page", ["/events/new", "/events/1/edit"])
def test_a_trouble_with_words_names_the_language(organizer: Visitor, page: str) -> None:
    plan_fair(organizer)
    organizer.get(page)
    typed = {**inputs_of(organizer), **FAIR, "title.es": "x" * 61, "place.ar": "{مكان}", "place": " "}
    text = organizer.post(page, typed)
    assert organizer.status == 422
    assert "The name in Español has 61 characters; at most 60 fit into a text." in text
    assert "The place in العربية has braces" in text
    assert "The place is empty." in text
    assert '<details class="choices mt-1" open>' in organizer.html
    assert 'href="#title.es"' in organizer.html
    assert the_event().place == "Morse gym"
    assert changes() == []


def test_an_event_is_corrected_and_the_protocol_names_what_changed(organizer: Visitor) -> None:
    event_id = plan_fair(organizer)
    assert "Correct name, place or time" in organizer.get(f"/events/{event_id}")
    organizer.get(f"/events/{event_id}/edit")
    assert inputs_of(organizer).items() >= FAIR.items()
    text = correct(
        organizer, event_id, title="Spring Fair", title__es="", place__ht="Jimnazyòm Morse", starts_time="11:30"
    )
    assert "The event is corrected." in text
    assert "Spring Fair" in text
    assert "Sat 10 Jan 2099, 11:30 am" in text
    event = the_event()
    assert event.titles == {"ar": "معرض الشتاء"}
    assert event.places == {"es": "Gimnasio Morse", "ht": "Jimnazyòm Morse"}
    assert changes() == [{"fields": ["title", "titles", "places", "starts_at"]}]
    assert "The name in العربية was not changed." in text
    assert "The place in" not in text


def test_saving_what_stands_changes_nothing(organizer: Visitor) -> None:
    event_id = plan_fair(organizer)
    before = the_event().starts_at
    assert "Nothing was different" in correct(organizer, event_id)
    assert changes() == []
    assert the_event().starts_at == before


def test_words_of_a_language_without_an_input_stay(organizer: Visitor) -> None:
    event_id = plan_fair(organizer)
    assert "kea" in LANGUAGES
    assert "kea" not in runtime.current().settings.languages
    with runtime.current().database.writing() as session:
        session.get_one(Event, event_id).titles = {"kea": "Fera di Inbernu"}
    correct(organizer, event_id, title="Spring Fair", title__es="Feria")
    assert the_event().titles == {"kea": "Fera di Inbernu", "es": "Feria"}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"starts_date": "2020-01-10"}, "The event would begin in the past."),
        ({"starts_date": ""}, "The day is missing"),
        ({"title": ""}, "The name is empty."),
        ({"capacity": "many"}, "a whole number"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(
    organizer: Visitor, typed: dict[str, str], says: str
) -> None:
    event_id = plan_fair(organizer)
    text = correct(organizer, event_id, **{"place": "Typed place", **typed})
    assert organizer.status == 422
    assert "Nothing has been changed yet." in text
    assert says in text
    assert 'value="Typed place"' in organizer.html
    assert the_event().place == "Morse gym"
    assert changes() == []


def test_planned_texts_keep_their_words_and_the_time_stays_until_they_are_canceled(
    organizer: Visitor, work: Runtime
) -> None:
    event_id = plan_fair(organizer)
    campaign_id = announce(organizer, event_id)
    run_jobs(work)
    text = organizer.get(f"/events/{event_id}/edit")
    assert "Texts about this event are planned, and they keep the old words." in text
    assert "They stay while texts are planned" in text
    assert f'href="/campaigns/{campaign_id}"' in organizer.html
    assert 'name="starts_date"' not in organizer.html
    text = correct(organizer, event_id, title="Spring Fair", capacity="90")
    assert "Texts that are planned keep the old words." in text
    assert changes() == [{"fields": ["title", "capacity"]}]
    text = correct(organizer, event_id, starts_date="2099-01-11")
    assert organizer.status == 409
    assert "The day and time stay while texts are planned; cancel those texts first." in text
    assert the_event().starts_at.day == 10

    organizer.post(f"/campaigns/{campaign_id}/cancel")
    text = organizer.get(f"/events/{event_id}/edit")
    assert "Families have a text about this event" in text
    assert "send the invitation again, so that they know" in text
    text = correct(organizer, event_id, starts_date="2099-01-11")
    assert "Families who got a text do not know yet: send the invitation again." in text
    assert "Sun 11 Jan 2099" in organizer.text
    assert "The event is corrected." in correct(organizer, event_id, capacity="95")
    assert "do not know yet" not in organizer.text


def test_two_who_correct_at_once_overwrite_nothing_unseen(organizer: Visitor, app: Flask) -> None:
    event_id = plan_fair(organizer)
    coordinator = Visitor(app, "coordinator@example.org")
    coordinator.get(f"/events/{event_id}/edit")
    organizer.get(f"/events/{event_id}/edit")
    correct(coordinator, event_id, place="Morse gym, door B", place__es="Gimnasio, puerta B", starts_time="11:00")
    text = save(organizer, event_id, title="Spring Fair")
    assert organizer.status == 409
    assert "somebody else corrected this event after you opened this page" in text
    assert "The place Morse gym, door B" in text
    assert "The place in Español Gimnasio, puerta B" in text
    assert "The time Sat 10 Jan 2099, 11:00 am" in text
    assert "The name Winter Fair" in text
    assert 'value="Spring Fair"' in organizer.html
    assert the_event().title == "Winter Fair"
    save(organizer, event_id, place="Morse gym, door B")  # having read what stands
    event = the_event()
    assert (event.title, event.place) == ("Spring Fair", "Morse gym, door B")
    assert len(changes()) == 2


def test_two_who_type_the_same_are_told_that_it_stands(organizer: Visitor, app: Flask) -> None:
    event_id = plan_fair(organizer)
    coordinator = Visitor(app, "coordinator@example.org")
    organizer.get(f"/events/{event_id}/edit")
    correct(coordinator, event_id, title="Spring Fair")
    assert "It now says what you typed." in save(organizer, event_id, title="Spring Fair")


def test_an_event_that_has_begun_is_not_corrected(organizer: Visitor) -> None:
    event_id = plan_fair(organizer)
    organizer.get(f"/events/{event_id}/edit")
    typed = {**inputs_of(organizer), "title": "Spring Fair"}
    token = organizer.hidden("csrf_token")
    with runtime.current().database.writing() as session:
        session.get_one(Event, event_id).starts_at = clock.now() - timedelta(minutes=5)
    assert "has begun and cannot be corrected any more" in organizer.post(
        f"/events/{event_id}/edit", {**typed, "csrf_token": token}
    )
    assert "Correct name, place or time" not in organizer.text
    assert "has begun and cannot be corrected any more" in organizer.get(f"/events/{event_id}/edit")
    assert the_event().title == "Winter Fair"


@pytest.mark.parametrize(
    ("who", "status"),
    [("organizer", 200), ("coordinator", 200), ("other", 404), ("viewer", 403)],
)
def test_who_may_correct_an_event(app: Flask, organizer: Visitor, who: str, status: int) -> None:
    event_id = plan_fair(organizer)
    visitor = Visitor(app, f"{who}@example.org")
    visitor.get(f"/events/{event_id}/edit")
    assert visitor.status == status
    visitor.get("/account/" if who == "viewer" else "/events/new")
    visitor.post(f"/events/{event_id}/edit", {"title": "Stolen Fair"})
    assert visitor.status == (409 if status == 200 else status)
    assert the_event().title == "Winter Fair"
    visitor.get("/events/999/edit")
    assert visitor.status == (403 if who == "viewer" else 404)
