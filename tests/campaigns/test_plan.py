"""A plan says who gets which words at what price, or why it cannot be launched; and what it says is what is sent."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from outreach import clock
from outreach.campaigns.launch import LaunchError
from outreach.campaigns.models import Event
from outreach.campaigns.plan import Plan
from outreach.outgoing.models import MessageStatus
from outreach.people.models import Consent
from outreach.runtime import Runtime
from outreach.wording.acceptance import accept_language, withdraw_language
from outreach.wording.segments import count_segments
from tests.support.campaigns import (
    FAIR,
    PLACES,
    SERIES,
    TITLES,
    VALUES,
    VISION,
    days,
    find_campaign,
    launch_pack,
    launch_plan,
    make_event,
    messages,
    plan_pack,
    tick,
)
from tests.support.factories import NOON
from tests.support.sending import ON_SQLITE, make_family
from tests.support.servers import Phones

S = MessageStatus


def accept(work: Runtime, *languages: str) -> None:
    with work.database.writing() as session:
        for language in languages:
            accept_language(session, language, accepted_by="a test")


@pytest.fixture
def town(work: Runtime) -> Runtime:
    """Two English families, one Spanish, one Haitian, one that stopped."""
    for number, language in enumerate(("en", "en", "es", "ht")):
        make_family(work, number, language=language)
    make_family(work, 9, consent=Consent.UNSUBSCRIBED)
    return work


def refuse(plan: Plan, work: Runtime, says: str) -> None:
    assert any(says in problem for problem in plan.problems), plan.problems
    with pytest.raises(LaunchError) as caught:
        launch_plan(work, plan)
    assert caught.value.problems == plan.problems


@ON_SQLITE
@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"at": NOON - timedelta(minutes=3)}, "the time to send has passed"),
        ({"audience": "zip=02141"}, "no family in this audience can be texted"),
        ({"audience": "language=so"}, "no family in this audience can be texted"),
        ({"values": {**VALUES, "place": " "}}, "Where (place) is empty"),
        ({"values": {"place": "Gym", "date": "2099-12-05"}}, "Starts at (time) is empty"),
        ({"values": {**VALUES, "date": "soon"}}, "Day (date): a day, written as 2026-12-05"),
        ({"values": {**VALUES, "room": "4"}}, "there is no field 'room'; this pack has place, date, time"),
        ({}, "Spanish, 1 family: the wording awaits native review; accept it"),
        ({}, "Haitian Creole, 1 family: the wording awaits native review"),
        ({"choices": {"es": "pt_BR", "ht": "en"}}, "es cannot fall back to pt_BR: that wording is not ready"),
        ({"choices": {"es": "xx"}}, "es cannot fall back to xx: that wording is not ready"),
        ({"choices": {"es": "vi"}}, "es cannot fall back to vi: that wording is not ready"),
        ({"pack": FAIR}, "this pack goes with an event"),
        ({"pack": SERIES, "recurrence": "FREQ=DAILY"}, "only a broadcast can repeat"),
        ({"recurrence": "FREQ=HOURLY"}, "FREQ must be one of"),
    ],
)
def test_a_plan_that_cannot_go_says_why(town: Runtime, more: dict[str, Any], says: str) -> None:
    with clock.frozen(NOON):
        refuse(plan_pack(town, **more), town, says)


def test_an_event_that_has_begun_cannot_be_announced(town: Runtime) -> None:
    with clock.frozen(NOON):
        event = make_event(town, NOON + timedelta(hours=1), "language=en")
    with clock.frozen(NOON + timedelta(hours=1)):
        refuse(plan_pack(town, FAIR, event=event), town, "the event has already begun")


def test_a_language_without_any_wording_needs_a_decision(town: Runtime) -> None:
    make_family(town, 20, language="ne")
    refuse(plan_pack(town, audience="language=ne"), town, "Nepali, 1 family: the wording is missing")


def test_a_fallback_sends_english_and_leaving_out_is_counted(town: Runtime, phones: Phones) -> None:
    plan = plan_pack(town, choices={"es": "en", "ht": "skip"})
    assert (plan.problems, plan.families) == ((), 3)
    assert (plan.sent_language("es"), plan.sent_language("ht"), plan.sent_language("pt_BR")) == ("en", None, None)
    launch_plan(town, plan)
    tick(town, clock.now())
    english = plan.wordings["en"].steps[0].text
    assert {text["body"] for text in phones.texts()} == {english}
    assert sorted((m.language, m.status, m.reason) for m in messages(town)) == [
        ("en", S.ACCEPTED, None),
        ("en", S.ACCEPTED, None),
        ("en", S.ACCEPTED, None),
        ("en", S.SKIPPED, "said_stop"),
        ("ht", S.SKIPPED, "language_left_out"),
    ]


def test_a_family_of_a_language_nobody_decided_about_is_left_out_with_the_reason(town: Runtime) -> None:
    launch_pack(town, choices={"es": "en", "ht": "skip"}, at=clock.now() + days(1))
    make_family(town, 30, language="vi")
    tick(town, clock.now() + days(1.01))
    assert [(m.status, m.reason) for m in messages(town) if m.language == "vi"] == [(S.SKIPPED, "no_wording")]


def test_an_acceptance_on_record_lets_awaiting_wording_go_and_can_be_withdrawn(town: Runtime) -> None:
    accept(town, "es", "ht")
    plan = plan_pack(town)
    assert (plan.problems, plan.families) == ((), 4)
    with town.database.writing() as session:
        withdraw_language(session, "ht")
    assert [problem.split(",")[0] for problem in plan_pack(town).problems] == ["Haitian Creole"]


@pytest.mark.parametrize("pack", [VISION, FAIR, SERIES])
def test_what_was_planned_is_what_is_sent_to_the_character_at_the_price_shown(
    town: Runtime, phones: Phones, pack: str
) -> None:
    accept(town, "es", "ht")
    with clock.frozen(NOON):
        event: Event | None = make_event(town, NOON + days(3)) if pack == FAIR else None
        plan = plan_pack(town, pack, event=event)
        campaign_id = launch_plan(town, plan)
    for step in plan.steps:
        tick(town, max(step.due, NOON))
    texts = phones.texts()
    going = [number for number, step in enumerate(plan.steps) if not step.too_late]
    assert len(texts) == plan.families * len(going)
    assert sum(text["segments"] for text in texts) == plan.segments
    assert plan.cost == plan.segments * town.settings.segment_price > Decimal(0)
    shown = {plan.wordings[language].steps[number].text for language in ("en", "es", "ht") for number in going}
    assert {text["body"] for text in texts} == shown
    assert find_campaign(town, campaign_id).audience == plan.request.recipients.words
    assert {count_segments(body).segments for body in shown} <= {1, 2, 3, 4}


@ON_SQLITE
def test_families_read_the_name_and_place_of_an_event_in_their_language(town: Runtime) -> None:
    make_family(town, 40, language="ar")
    accept(town, "es", "ht", "ar")
    with clock.frozen(NOON):
        event = make_event(town, NOON + days(9), titles=TITLES, places=PLACES)
        plan = plan_pack(town, FAIR, event=event)
        campaign_id = launch_plan(town, plan)
    assert plan.problems == ()
    said = {language: wording.steps[0].text for language, wording in plan.wordings.items()}
    for language in ("es", "ar"):
        assert TITLES[language] in said[language]
        assert PLACES[language] in said[language]
        assert "Health Fair" not in said[language]
        assert "City Hall" not in said[language]
    for language in ("en", "ht"):
        assert "Health Fair" in said[language]
        assert "City Hall" in said[language]
    campaign = find_campaign(town, campaign_id)
    assert (campaign.title, campaign.fields["event"]) == ("Health Fair", "Health Fair")
    assert campaign.fields["event.ar"] == TITLES["ar"]


def test_an_event_corrected_since_it_was_read_is_not_announced(town: Runtime) -> None:
    with clock.frozen(NOON):
        event = make_event(town, NOON + days(9), "language=en")
        plan = plan_pack(town, FAIR, event=event)
        with town.database.writing() as session:
            session.get_one(Event, event.id).places = {"es": "Alcaldía"}
        with pytest.raises(LaunchError, match="somebody has just corrected the event"):
            launch_plan(town, plan)


@ON_SQLITE
def test_steps_before_the_launch_are_marked_and_cost_nothing(town: Runtime) -> None:
    with clock.frozen(NOON):
        near, far = make_event(town, NOON + days(3), "language=en"), make_event(town, NOON + days(9), "language=en")
        late = [step.too_late for step in plan_pack(town, FAIR, event=near).steps]
        assert late == [False, True, True, False, False, False]
        assert plan_pack(town, FAIR, event=near).segments < plan_pack(town, FAIR, event=far).segments


@ON_SQLITE
def test_a_reminder_is_of_no_use_once_the_event_has_begun(town: Runtime) -> None:
    with clock.frozen(NOON):
        event = make_event(town, NOON + days(9), "language=en")
        steps = {step.step.name: step for step in plan_pack(town, FAIR, event=event).steps}
    assert steps["day_before"].expires <= event.starts_at
    assert steps["hours_before"].expires == event.starts_at
    assert steps["thank_you"].expires > event.starts_at


@ON_SQLITE
def test_planning_changes_nothing(town: Runtime) -> None:
    plan_pack(town)
    assert messages(town) == []
