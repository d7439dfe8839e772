"""Runs: a step fires once, when its time has come, for the families it is for at that moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.campaigns import progress, series
from outreach.campaigns.events import answer, count_attendance, invite
from outreach.campaigns.jobs import advance
from outreach.campaigns.models import Answer, Campaign, CampaignState, Event, Invitation, Run, RunState
from outreach.campaigns.recipients import Recipients
from outreach.campaigns.runs import fire
from outreach.languages import LANGUAGES
from outreach.outgoing.models import MessageStatus
from outreach.people.audience import AudienceError
from outreach.people.models import Contact
from outreach.runtime import Runtime
from tests.support.campaigns import (
    FAIR,
    SERIES,
    days,
    find_campaign,
    launch_pack,
    make_event,
    messages,
    runs,
    tick,
)
from tests.support.factories import NOON
from tests.support.sending import ON_SQLITE, make_family, send_due
from tests.support.servers import Phones

S, R = MessageStatus, RunState


@pytest.fixture
def town(work: Runtime) -> Runtime:
    """Three English families."""
    for number in range(3):
        make_family(work, number)
    return work


def test_two_workers_at_once_fire_a_run_once(town: Runtime) -> None:
    launch_pack(town)
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: advance(), range(4)))
    assert sum(made) == 3
    assert len(messages(town)) == 3


def test_a_run_that_cannot_be_fired_keeps_no_other_from_firing(town: Runtime) -> None:
    broken, whole = launch_pack(town), launch_pack(town)
    with town.database.writing() as session:
        session.get_one(Campaign, broken).audience = "tag="  # as an upgrade might leave it
    with pytest.raises(AudienceError):
        advance()
    assert [run.state for run in runs(town, whole)] == [R.FIRED]
    assert [run.state for run in runs(town, broken)] == [R.PLANNED]


def test_a_run_waits_for_its_time(town: Runtime) -> None:
    with clock.frozen(NOON):
        launch_pack(town, at=NOON + days(1))
    assert tick(town, NOON + days(1) - timedelta(seconds=1)) == 0
    assert tick(town, NOON + days(1)) == 3


def test_a_run_that_is_too_late_is_skipped_with_its_reason(town: Runtime) -> None:
    with clock.frozen(NOON):
        campaign_id = launch_pack(town)
    tick(town, NOON + timedelta(hours=48))
    assert [(run.state, run.reason) for run in runs(town, campaign_id)] == [(R.SKIPPED, "it was too late to be of use")]
    assert messages(town) == []
    assert find_campaign(town, campaign_id).state is CampaignState.DONE


def test_a_campaign_is_done_when_nothing_waits(town: Runtime) -> None:
    campaign_id = launch_pack(town)
    advance()
    assert find_campaign(town, campaign_id).state is CampaignState.RUNNING
    send_due(town)
    advance()
    assert find_campaign(town, campaign_id).state is CampaignState.DONE


STARTS = datetime(2026, 12, 5, 15, 0, tzinfo=UTC)  # a Saturday, 10:00 in New York


@pytest.fixture
def fair(town: Runtime) -> Event:
    with clock.frozen(NOON):
        return make_event(town, STARTS)


def decline(work: Runtime, event: Event, number: int) -> None:
    with work.database.writing() as session:
        contact = session.scalars(select(Contact).order_by(Contact.id)).all()[number]
        answer(session, session.get_one(Invitation, (event.id, contact.id)), Answer.NO)


def test_an_event_reminds_a_week_four_days_a_day_and_two_hours_before_and_thanks(
    town: Runtime, fair: Event, phones: Phones
) -> None:
    with clock.frozen(NOON):
        campaign_id = launch_pack(town, FAIR, event=fair)
    moments = [
        (NOON, 3, "invited"),
        (datetime(2026, 11, 28, 21, 0, tzinfo=UTC), 3, "in one week"),
        (datetime(2026, 12, 1, 22, 0, tzinfo=UTC), 3, "interpreter"),
        (datetime(2026, 12, 4, 21, 0, tzinfo=UTC), 3, "tomorrow"),
        (STARTS - timedelta(hours=2), 3, "today"),
        (datetime(2026, 12, 6, 16, 0, tzinfo=UTC), 3, "Thank you"),
    ]
    for at, sent, words in moments:
        if at > NOON:
            assert tick(town, at - timedelta(seconds=1)) == 0
        assert tick(town, at) == sent
        assert words in phones.texts()[-1]["body"]
    assert {run.state for run in runs(town, campaign_id)} == {R.FIRED}
    tick(town, moments[-1][0] + timedelta(seconds=5))
    assert find_campaign(town, campaign_id).state is CampaignState.DONE


def test_a_family_that_declined_gets_no_reminder_and_one_invited_later_does(town: Runtime, fair: Event) -> None:
    with clock.frozen(NOON):
        launch_pack(town, FAIR, event=fair)
    assert tick(town, NOON) == 3
    decline(town, fair, 0)
    with town.database.reading() as session:
        found = count_attendance(session, [fair])[fair.id]
    assert (found.invited, found.coming, found.declined, found.silent) == (3, 0, 1, 2)
    assert tick(town, datetime(2026, 11, 28, 21, 0, tzinfo=UTC)) == 2


def test_only_families_new_on_the_list_are_counted_as_invited(town: Runtime, fair: Event) -> None:
    make_family(town, 40)
    everyone = Recipients.read("everyone", tuple(LANGUAGES))
    with town.database.writing() as session:
        assert [invite(session, fair, everyone) for _ in range(2)] == [1, 0]


def test_steps_whose_time_had_passed_at_launch_are_skipped(town: Runtime, fair: Event) -> None:
    at = STARTS - days(2)
    with clock.frozen(at):
        campaign_id = launch_pack(town, FAIR, event=fair)
    states = {run.step: (run.state, run.reason) for run in runs(town, campaign_id)}
    for step in ("week_before", "days_before"):
        assert states.pop(step) == (R.SKIPPED, "its time had passed at launch")
    assert set(states.values()) == {(R.PLANNED, None)}


def test_a_series_counts_from_the_day_each_family_joined(town: Runtime, phones: Phones) -> None:
    with clock.frozen(NOON):
        campaign_id = launch_pack(town, SERIES)
    assert tick(town, NOON) == 3
    late = make_family(town, 7)
    with clock.frozen(NOON + days(2)), town.database.writing() as session:
        campaign = session.get_one(Campaign, campaign_id)
        contact = session.get_one(Contact, late.id)
        assert series.running_series(session, "parenting", clock.now()) is campaign
        first = series.first_text(session, campaign, contact)
        assert first is not None
        assert "Welcome" in first
        assert [series.join(session, campaign, contact) for _ in range(2)] == [True, False]
    ten = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 10:00 in New York
    expected = [(7, 3), (9, 1), (14, 3), (16, 1), (21, 3), (23, 1)]
    sent = [(day, count) for day in range(3, 30) if (count := tick(town, ten + days(day)))]
    assert sent == expected
    assert len(phones.texts(late.phone)) == 3  # the first one is the answer to its keyword
    assert find_campaign(town, campaign_id).state is CampaignState.RUNNING


def test_a_family_that_left_a_series_may_begin_anew(town: Runtime) -> None:
    with clock.frozen(NOON):
        campaign_id = launch_pack(town, SERIES)
    tick(town, NOON)
    with clock.frozen(NOON + days(1)), town.database.writing() as session:
        contact = session.scalars(select(Contact)).first()
        assert contact is not None
        series.leave_all(session, contact)
    with clock.frozen(NOON + days(3)), town.database.writing() as session:
        campaign = session.get_one(Campaign, campaign_id)
        assert [series.join(session, campaign, contact) for _ in range(2)] == [True, False]
    assert tick(town, NOON + days(7)) == 2
    assert tick(town, NOON + days(10)) == 1


def test_a_repeating_campaign_keeps_its_hour_over_a_change_of_the_clocks(town: Runtime) -> None:
    start = datetime(2027, 3, 6, 15, 0, tzinfo=UTC)  # 10:00 EST, a Saturday; clocks go forward on the 14th
    with clock.frozen(start):
        campaign_id = launch_pack(town, recurrence="FREQ=WEEKLY;COUNT=3")
    assert tick(town, start) == 3
    assert tick(town, start + days(7)) == 3
    assert [f"{run.due_at:%m-%dT%H:%M}" for run in runs(town, campaign_id)] == [
        "03-06T15:00", "03-13T15:00", "03-20T14:00",
    ]  # fmt: skip
    assert tick(town, start + days(14) - timedelta(hours=1)) == 3
    tick(town, start + days(14))
    assert find_campaign(town, campaign_id).state is CampaignState.DONE


def test_a_daily_campaign_that_missed_some_days_is_caught_up_once(town: Runtime) -> None:
    with clock.frozen(NOON):
        campaign_id = launch_pack(town, recurrence="FREQ=DAILY")
    assert tick(town, NOON) == 3
    back = NOON + days(5) + timedelta(hours=1)  # the service was away for five days
    sent = [tick(town, back + timedelta(seconds=5 * number)) for number in range(5)]
    assert sum(sent) == 3
    states = [run.state for run in runs(town, campaign_id)]
    assert (states[-1], states.count(R.FIRED), states.count(R.SKIPPED)) == (R.PLANNED, 2, 1)
    assert tick(town, NOON + days(6)) == 3


def test_pause_holds_texts_and_runs_resume_lets_them_go(town: Runtime) -> None:
    with clock.frozen(NOON):
        campaign_id = launch_pack(town)
        advance()
        with town.database.writing() as session:
            assert progress.pause(session, session.get_one(Campaign, campaign_id)) == 3
        assert tick(town, NOON) == 0
        with town.database.writing() as session:
            assert progress.resume(session, town.redis, session.get_one(Campaign, campaign_id)) == 3
    assert tick(town, NOON) == 3


def test_a_paused_campaign_fires_nothing_not_even_what_was_already_chosen(town: Runtime) -> None:
    campaign_id = launch_pack(town)
    with town.database.writing() as session:
        progress.pause(session, session.get_one(Campaign, campaign_id))
    assert advance() == 0
    (run,) = runs(town, campaign_id)
    # a worker had found it due before the pause
    assert fire(town.database, town.redis, run.id, clock.now()) == 0
    assert messages(town) == []
    with town.database.writing() as session:
        progress.resume(session, town.redis, session.get_one(Campaign, campaign_id))
    assert advance() == 3


def test_cancel_ends_texts_and_runs(town: Runtime, fair: Event) -> None:
    with clock.frozen(NOON):
        campaign_id = launch_pack(town, FAIR, event=fair)
        advance()
        with town.database.writing() as session:
            assert progress.cancel(session, session.get_one(Campaign, campaign_id)) == 3
    assert {message.status for message in messages(town)} == {S.CANCELED}
    assert [run.state for run in runs(town, campaign_id)] == [R.FIRED] + [R.CANCELED] * 5
    assert tick(town, STARTS + days(2)) == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("state", "hand"),
    [
        (CampaignState.PAUSED, progress.pause),
        (CampaignState.DONE, progress.pause),
        (CampaignState.DONE, progress.cancel),
        (CampaignState.CANCELED, progress.cancel),
    ],
)
def test_a_hand_that_does_not_go_with_the_state_is_refused(town: Runtime, state: CampaignState, hand: object) -> None:
    campaign_id = launch_pack(town)
    with town.database.writing() as session:
        campaign = session.get_one(Campaign, campaign_id)
        campaign.state = state
        session.flush()
        with pytest.raises(progress.StateError, match=f"the campaign is {state}"):
            hand(session, campaign)  # type: ignore[operator]


def test_a_run_is_there_once_whoever_plans_it(town: Runtime) -> None:
    with clock.frozen(NOON):
        campaign_id = launch_pack(town, recurrence="FREQ=DAILY")
    tick(town, NOON)
    tick(town, NOON)
    with town.database.reading() as session:
        found = session.scalars(select(Run.anchor_at).where(Run.campaign_id == campaign_id)).all()
    assert len(found) == len(set(found)) == 2
