"""The pages on which a campaign is planned, read, sent, followed and stopped."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from outreach import runtime
from outreach.app import create_app
from outreach.callbacks.models import Urgency
from outreach.callbacks.requests import request_callback
from outreach.campaigns.models import Campaign, CampaignState, CampaignWording
from outreach.outgoing.models import Message
from outreach.people.models import Consent, Contact, ContactTag
from outreach.runtime import Runtime
from outreach.staff.models import Role
from outreach.wording.acceptance import accept_language
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.visitor import Visitor, hire

VISION = "/campaigns/new/screenings/vision"
FIELDS = {"field_place": "Lincoln School gym", "field_date": "2099-12-05", "field_time": "10:00"}
DECIDED = {**FIELDS, "choice_ht": "en"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def app(work: Runtime) -> Iterator[Flask]:
    """Twenty families: eight read English, eight Spanish, four Haitian Creole, which nobody has accepted yet."""
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")
        for number in range(20):
            family = make_contact(
                session, number, ("en", "es", "en", "es", "ht")[number % 5], zip="02139", school="Morse"
            )
            family.tags = [ContactTag(tag="soccer")] if number < 3 else []
        make_contact(session, 90, consent=Consent.PENDING)
        make_contact(session, 91, consent=Consent.UNSUBSCRIBED)
    for role in Role:
        hire(work, role)
    app = create_app(work.settings)
    yield app
    runtime.current().close()
    runtime.use(work)


@pytest.fixture
def nurse(app: Flask) -> Visitor:
    return Visitor(app, "coordinator@example.org")


def preview(nurse: Visitor, typed: Mapping[str, object]) -> str:
    """Fill in the form and look at the preview, as without JavaScript."""
    nurse.get(VISION)
    return nurse.post(VISION, {"launch_key": nurse.hidden("launch_key"), **typed, "action": "preview"})


def send(nurse: Visitor, typed: Mapping[str, object]) -> str:
    """Press the main button of the page in front of her."""
    seen = {name: nurse.hidden(name) for name in ("launch_key", "previewed", "previewed_families")}
    return nurse.post(VISION, {**seen, **typed, "action": "launch"})


def launch_vision(nurse: Visitor, **typed: object) -> int:
    preview(nurse, {**DECIDED, **typed})
    send(nurse, {**DECIDED, **typed})
    with runtime.current().database.reading() as session:
        return session.scalars(select(Campaign.id).order_by(Campaign.id.desc())).first() or 0


def count_campaigns() -> int:
    with runtime.current().database.reading() as session:
        return session.scalar(select(func.count()).select_from(Campaign)) or 0


def latest_campaign() -> Campaign:
    with runtime.current().database.reading() as session:
        return session.scalars(select(Campaign).order_by(Campaign.id.desc())).first() or Campaign()


def test_an_empty_list_teaches_the_next_step(nurse: Visitor) -> None:
    assert "No campaigns yet" in nurse.get("/campaigns/")
    assert 'href="/campaigns/new/"' in nurse.html


def test_packs_say_in_which_languages_they_are_ready(nurse: Visitor) -> None:
    text = nurse.get("/campaigns/new/")
    assert "Free vision screening" in text
    assert "1 text. Ready in English, Spanish." in text
    assert "Plan the event first" in text


def test_the_page_shows_the_texts_before_the_fields_are_filled_in(nurse: Visitor) -> None:
    text = nurse.get(VISION)
    assert "on [Day] at [Starts at], [Where]" in text
    assert "Check what is missing" in text
    assert "Still needed" not in text


def test_the_preview_has_the_exact_text_with_segments_and_price(nurse: Visitor) -> None:
    text = preview(nurse, DECIDED)
    assert (
        "Lincoln School: Free check of your child's eyes on Saturday, December 5 at 10:00 AM, Lincoln School gym."
        in text
    )
    assert "sábado 5 de diciembre" in text
    assert 'lang="es" dir="ltr"' in nurse.html
    assert "2 segments, $0.0226" in text
    assert "1 has not agreed to our texts yet" in text
    assert "Families to text 8 of 10" in text
    assert "Send to 20 families" in text


def test_what_needless_letters_cost_is_said_with_what_to_write(nurse: Visitor) -> None:
    text = preview(nurse, {**DECIDED, "field_place": "García School gym"})
    assert "This could cost $0.54 instead of $0.68." in text
    assert "English, “invitation”: write i instead of í" in text
    assert "instead of" not in preview(nurse, DECIDED)


def test_a_number_whose_price_nobody_knows_is_named_and_abroad_has_its_own_price(nurse: Visitor) -> None:
    with runtime.current().database.writing() as session:
        make_contact(session, 95, "en", phone="+17875550123")
        make_contact(session, 96, "en", phone="+50937101234")
    text = preview(nurse, DECIDED)
    assert "1 number in Haiti: no price is known, so the sum is without them." in text
    assert "price not known to Haiti" in text
    assert "$0.0840 to Puerto Rico" in text
    send(nurse, DECIDED)
    campaign = latest_campaign()
    assert campaign.bill is not None
    assert campaign.bill["families_without_price"] == {"HT": 1}
    shown = f"Price shown at launch ${float(campaign.bill['cost']):.2f}"
    assert shown in nurse.get(f"/campaigns/{campaign.id}")


def test_a_price_that_changed_since_the_preview_is_shown_before_anything_leaves(nurse: Visitor) -> None:
    preview(nurse, DECIDED)
    work = runtime.current()
    runtime.use(replace(work, settings=replace(work.settings, segment_price=Decimal("0.02"))))
    assert "the preview below is new" in send(nurse, DECIDED)
    assert count_campaigns() == 0
    send(nurse, DECIDED)
    assert count_campaigns() == 1


def test_a_place_has_its_own_name_in_a_language(nurse: Visitor) -> None:
    typed = {**DECIDED, "field_place.es": "Gimnasio Lincoln"}
    text = preview(nurse, typed)
    assert "10:00 AM, Lincoln School gym." in text
    assert "Gimnasio Lincoln" in text
    assert 'value="Gimnasio Lincoln"' in nurse.html
    send(nurse, typed)
    campaign = latest_campaign()
    assert campaign.fields["place.es"] == "Gimnasio Lincoln"
    assert "Where, Spanish Gimnasio Lincoln" in nurse.get(f"/campaigns/{campaign.id}")
    wrong = preview(nurse, {**DECIDED, "field_place.es": "x" * 41})
    assert "Where in Spanish: 41 characters, at most 40 fit." in wrong


def test_one_family_is_shown_exactly_what_it_gets_or_why_nothing(nurse: Visitor) -> None:
    with runtime.current().database.writing() as session:
        make_contact(session, 60, "es", name="Rosa Peralta")
        make_contact(session, 61, "ht", name="Jean Peralta")
        make_contact(session, 62, "es", name="Ana Peralta", consent=Consent.UNSUBSCRIBED)
    typed = {**FIELDS, "choice_ht": "skip", "whose": "peralta"}
    text = preview(nurse, typed)
    part = text[text.index("What “peralta” gets") : text.index("By language")]
    assert "Ana Peralta" in part
    assert "Jean Peralta Kreyòl ayisyen" in part
    assert part.count("sábado 5 de diciembre") == part.count("3 segments, $0.0339") == 1
    assert "Gets nothing: these families are left out, as you chose." in part
    assert "No family has this name" in preview(nurse, {**typed, "whose": "nobody"})
    none = preview(nurse, {**typed, "audience_words": "language=en"})
    assert "Is not in this audience and gets nothing." in none


def test_what_is_missing_is_named_once_she_has_typed_something(nurse: Visitor) -> None:
    assert "Still needed" not in nurse.get(VISION)
    assert "Still needed Day is empty." in preview(nurse, {"field_place": "Morse gym"})


def test_the_hours_of_texts_are_said_in_words(nurse: Visitor) -> None:
    assert "Texts leave at any hour." in nurse.get(VISION)


def test_the_live_preview_is_a_part_of_the_page(nurse: Visitor) -> None:
    nurse.get(VISION)
    text = nurse.post(f"{VISION}/preview", DECIDED)
    assert "<html" not in nurse.html
    assert "Send to 20 families" in text


def test_a_refused_form_names_every_trouble_and_keeps_what_was_typed(nurse: Visitor) -> None:
    nurse.get(VISION)
    text = send(nurse, {"field_place": "Morse gym", "when": "later", "send_date": "", "audience_words": "colour=red"})
    assert nurse.status == 422
    for trouble in ("Day is empty.", "Starts at is empty.", "The day is missing", "colour is not a filter"):
        assert trouble in text
    assert 'href="#field_date"' in nurse.html
    assert 'value="Morse gym"' in nurse.html
    assert count_campaigns() == 0


def test_a_language_that_is_not_ready_needs_a_decision(nurse: Visitor) -> None:
    preview(nurse, FIELDS)
    assert "awaits review by a native speaker" in nurse.text
    text = send(nurse, FIELDS)
    assert "Haitian Creole, 4 families: choose English for them, or leave them out." in text
    assert count_campaigns() == 0


@pytest.mark.parametrize(("choice", "families"), [("en", 20), ("skip", 16)])
def test_the_decision_is_what_is_sent(nurse: Visitor, choice: str, families: int) -> None:
    assert f"Send to {families} families" in preview(nurse, {**FIELDS, "choice_ht": choice})
    send(nurse, {**FIELDS, "choice_ht": choice})
    with runtime.current().database.reading() as session:
        wording = session.scalars(select(CampaignWording).where(CampaignWording.language == "ht")).one()
    assert (wording.text_id is None) is (choice == "skip")


def test_a_form_sent_twice_launches_once(nurse: Visitor) -> None:
    preview(nurse, DECIDED)
    seen = {name: nurse.hidden(name) for name in ("launch_key", "previewed", "previewed_families")}
    for _ in range(2):
        nurse.post(VISION, {**seen, **DECIDED, "action": "launch"})
        assert "Free vision screening" in nurse.text
    assert count_campaigns() == 1


def test_what_was_not_previewed_is_shown_instead_of_sent(nurse: Visitor) -> None:
    preview(nurse, DECIDED)
    text = send(nurse, {**DECIDED, "field_place": "Morse gym"})
    assert "Nothing has been sent yet" in text
    assert "10:00 AM, Morse gym" in text
    assert count_campaigns() == 0
    send(nurse, {**DECIDED, "field_place": "Morse gym"})
    assert count_campaigns() == 1


def test_more_families_than_she_was_told_of_are_shown_first(nurse: Visitor, work: Runtime) -> None:
    preview(nurse, DECIDED)
    with work.database.writing() as session:
        make_contact(session, 50)
    assert "Send to 21 families" in send(nurse, DECIDED)
    assert count_campaigns() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "everyone"),
        ({"audience_language": ["es", "en"], "audience_zip": "02139"}, "language=en,es zip=02139"),
        ({"audience_school": "Morse", "audience_words": "tag=soccer"}, "tag=soccer"),
    ],
)
def test_the_audience_is_read_from_boxes_or_from_words(nurse: Visitor, typed: Mapping[str, object], words: str) -> None:
    campaign_id = launch_vision(nurse, **typed)
    with runtime.current().database.reading() as session:
        assert session.get_one(Campaign, campaign_id).audience == words


def test_a_campaign_can_be_scheduled_and_repeated(nurse: Visitor) -> None:
    later = {"when": "later", "send_date": "2099-01-05", "send_time": "09:30", "repeat": "weekly", "times": "6"}
    text = preview(nurse, {**DECIDED, **later})
    assert "Schedule for 20 families" in text
    assert "120 texts" in text
    send(nurse, {**DECIDED, **later})
    assert "Scheduled" in nurse.text
    with runtime.current().database.reading() as session:
        assert session.scalars(select(Campaign)).one().recurrence == "FREQ=WEEKLY;COUNT=6"


def test_a_time_that_has_passed_is_refused_in_words(nurse: Visitor) -> None:
    text = preview(nurse, {**DECIDED, "when": "later", "send_date": "2020-01-05", "send_time": "09:30"})
    assert "The time to send has passed; choose a later one, or send now." in text


def test_the_page_of_a_campaign_says_how_far_it_is(nurse: Visitor, work: Runtime) -> None:
    campaign_id = launch_vision(nurse)
    assert "Starting" in nurse.text
    run_jobs(work)
    text = nurse.get(f"/campaigns/{campaign_id}")
    assert "Sent: 20 of 20" in text
    assert "Skipped 2" in text
    assert "1 said stop or no" in text
    assert "Day Saturday, December 5" in text
    assert "Launched" in text
    assert "Haitian Creole" in text
    assert "Sent: 20 of 20" in nurse.get("/campaigns/")


def test_the_part_that_refreshes_ends_when_nothing_moves(nurse: Visitor) -> None:
    campaign_id = launch_vision(nurse)
    nurse.get(f"/campaigns/{campaign_id}/progress")
    assert "<html" not in nurse.html
    assert "data-live-done" not in nurse.html
    nurse.post(f"/campaigns/{campaign_id}/cancel")
    nurse.get(f"/campaigns/{campaign_id}/progress")
    assert "data-live-done" in nurse.html


def test_a_person_can_pause_resume_and_cancel_and_reads_the_numbers(nurse: Visitor) -> None:
    campaign_id = launch_vision(nurse, when="later", send_date="2099-01-05", send_time="09:30")
    assert "Pausing stops the step to come. Nothing has left yet." in nurse.text
    assert "Paused before its first text" in nurse.post(f"/campaigns/{campaign_id}/pause")
    assert "Resuming sends the step to come." in nurse.text
    assert "Resumed" in nurse.post(f"/campaigns/{campaign_id}/resume")
    assert "Cancel Free vision screening? This stops the step to come, for good." in nurse.html
    assert "Canceled before its first text" in nurse.post(f"/campaigns/{campaign_id}/cancel")
    nurse.get("/campaigns/new/screenings/hearing")
    assert "not possible any more" in nurse.post(f"/campaigns/{campaign_id}/pause")


def test_pausing_counts_the_texts_that_have_not_left(nurse: Visitor, work: Runtime) -> None:
    campaign_id = launch_vision(nurse)
    run_jobs(work)
    with work.database.writing() as session:
        session.execute(update(Message).where(Message.id % 2 == 0, Message.reason.is_(None)).values(status="queued"))
        session.execute(update(Campaign).values(state=CampaignState.RUNNING))
    text = nurse.get(f"/campaigns/{campaign_id}")
    assert "Sending: 10 of 20" in text
    assert "Pausing stops 10 texts that have not left. 10 texts have left already." in text
    assert "Paused: 10 texts stopped." in nurse.post(f"/campaigns/{campaign_id}/pause")


def test_the_list_of_who_got_it_shows_no_whole_number_and_no_name_to_a_viewer(app: Flask, work: Runtime) -> None:
    nurse, viewer = Visitor(app, "coordinator@example.org"), Visitor(app, "viewer@example.org")
    campaign_id = launch_vision(nurse)
    run_jobs(work)
    text = nurse.get(f"/campaigns/{campaign_id}/families?status=skipped")
    assert text.count("***") == 2
    assert "+1" not in text
    assert "/families/" in nurse.html.partition("<table")[2]
    viewer.get(f"/campaigns/{campaign_id}/families")
    assert viewer.text.count("***") == 22
    assert "/families/" not in viewer.html.partition("<table")[2]


def test_the_list_is_searched_filtered_and_paged(nurse: Visitor, work: Runtime) -> None:
    campaign_id = launch_vision(nurse)
    with work.database.writing() as session:
        first = session.get_one(Campaign, campaign_id)
        for number in range(55):
            session.add(
                Campaign(
                    pack="screenings/dental", title=f"Dental {number}", topic="screenings", audience="everyone",
                    fields={}, anchor_at=first.anchor_at, timezone=first.timezone, launched_at=first.launched_at,
                    state=CampaignState.DONE, launch_key=str(uuid4()),
                )
            )  # fmt: skip
    assert "Page 1 of 2 More rows" in nurse.get("/campaigns/")
    assert "Free vision screening" in nurse.get("/campaigns/?page=2")
    assert "Free vision screening" in nurse.get("/campaigns/?q=vision")
    assert "Dental" not in nurse.text
    assert "Free vision screening" not in nurse.get("/campaigns/?state=done")
    assert "No campaign is like this" in nurse.get("/campaigns/?q=nothing")


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.VIEWER, "/campaigns/", 200),
        (Role.VIEWER, "/campaigns/new/", 403),
        (Role.VIEWER, VISION, 403),
        (Role.ORGANIZER, "/campaigns/", 403),
        (Role.RESPONDER, "/campaigns/", 403),
        (Role.ADMIN, VISION, 200),
        (Role.ADMIN, "/campaigns/new/screenings/nothing", 404),
        (Role.ADMIN, "/campaigns/999", 404),
    ],
)
def test_each_role_sees_what_it_may(app: Flask, role: Role, path: str, status: int) -> None:
    visitor = Visitor(app, f"{role}@example.org")
    visitor.get(path)
    assert visitor.status == status


def test_a_viewer_is_offered_no_button_that_she_may_not_press(app: Flask) -> None:
    campaign_id = launch_vision(Visitor(app, "coordinator@example.org"))
    viewer = Visitor(app, "viewer@example.org")
    assert "Pausing" not in viewer.get(f"/campaigns/{campaign_id}")
    viewer.get("/campaigns/")
    assert "New campaign" not in viewer.text


def test_a_family_held_since_a_crisis_is_skipped_with_that_reason(app: Flask, work: Runtime) -> None:
    nurse = Visitor(app, "coordinator@example.org")
    with work.database.writing() as session:
        held = session.scalars(select(Contact).where(Contact.consent == Consent.SUBSCRIBED)).first()
        assert held
        request_callback(session, work.redis, work.settings, held, reason="A text", urgency=Urgency.CRISIS)
    campaign_id = launch_vision(nurse)
    run_jobs(work)
    text = nurse.get(f"/campaigns/{campaign_id}/families?status=skipped")
    assert "No campaign goes to this family until staff release it" in text
