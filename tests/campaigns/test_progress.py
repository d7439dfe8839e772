"""A campaign whose texts fail through the operator's fault waits for a person, and says why."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import runtime
from outreach.admin.sending_trouble import explain_stop, find_pauses, find_stopped, find_trouble
from outreach.app import create_app
from outreach.campaigns import progress
from outreach.campaigns.jobs import advance
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.progress import Progress, measure
from outreach.carriers.carrier import Action, CarrierError
from outreach.outgoing.models import Message, MessageStatus
from outreach.outgoing.sender_pause import pause_sender
from outreach.runtime import Runtime
from outreach.staff.models import AuditEntry, Role
from tests.support.campaigns import find_campaign, launch_pack, messages
from tests.support.factories import NOON
from tests.support.sending import make_family, send_due
from tests.support.servers import Phones
from tests.support.visitor import Visitor, hire
from tests.support.webhooks import post_status

S = MessageStatus
LATER = datetime(2098, 1, 1, 17, 0, tzinfo=UTC)
WHY = "Stopped by the service: the sender is not registered (30034)"


@pytest.fixture
def campaign_id(work: Runtime, phones: Phones) -> int:
    """A campaign to ten families of whom seven have been sent their text."""
    for number in range(10):
        make_family(work, number)
    campaign_id = launch_pack(work)
    advance()
    with work.database.writing() as session:
        waiting = session.scalars(select(Message).order_by(Message.id).offset(7)).all()
        for message in waiting:
            message.not_before = LATER
    send_due(work)
    return campaign_id


def fail(work: Runtime, count: int, code: int = 30034) -> None:
    left = [message for message in messages(work) if message.status is S.ACCEPTED][:count]
    for message in left:
        assert post_status(work, message.carrier_sid or "", "undelivered", row=message.id, code=code) == 204


def measured(work: Runtime, campaign_id: int) -> Progress:
    with work.database.reading() as session:
        return measure(session, session.get_one(Campaign, campaign_id))


def resume(work: Runtime, campaign_id: int) -> int:
    with work.database.writing() as session:
        return progress.resume(session, work.redis, session.get_one(Campaign, campaign_id))


def test_a_campaign_in_trouble_is_paused_with_the_reason(work: Runtime, campaign_id: int) -> None:
    fail(work, 4)
    advance()
    assert find_campaign(work, campaign_id).state is CampaignState.RUNNING
    fail(work, 1)
    advance()
    campaign = find_campaign(work, campaign_id)
    assert (campaign.state, campaign.paused_reason) == (CampaignState.PAUSED, WHY)
    now = measured(work, campaign_id)
    assert (now.counts[S.PAUSED], now.again) == (3, 5)
    with work.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "campaign.paused")).all()
        (stopped,) = find_stopped(session)
    assert (entry.staff_id, entry.details) == (None, {"reason": WHY})
    assert (stopped.why, stopped.title) == (WHY, campaign.title)
    assert "registration" in stopped.what_to_do
    advance()
    assert find_campaign(work, campaign_id).paused_reason == WHY


def test_resuming_sends_what_waits_and_again_what_failed(work: Runtime, campaign_id: int, phones: Phones) -> None:
    fail(work, 5)
    advance()
    assert resume(work, campaign_id) == 8
    campaign = find_campaign(work, campaign_id)
    assert (campaign.state, campaign.paused_reason) == (CampaignState.RUNNING, None)
    send_due(work)
    assert sorted(phones.per_phone().values()) == [1] * 2 + [2] * 5
    advance()
    assert find_campaign(work, campaign_id).state is CampaignState.RUNNING


def test_one_that_was_done_already_can_be_sent_again(work: Runtime, campaign_id: int, phones: Phones) -> None:
    with work.database.writing() as session:
        session.get_one(Campaign, campaign_id).state = CampaignState.DONE
    fail(work, 6)
    advance()
    assert find_campaign(work, campaign_id).paused_reason == WHY
    assert resume(work, campaign_id) == 9


def test_a_person_pauses_without_a_reason_and_nothing_is_sent_again(work: Runtime, campaign_id: int) -> None:
    fail(work, 2)
    with work.database.writing() as session:
        assert progress.pause(session, session.get_one(Campaign, campaign_id)) == 3
    campaign = find_campaign(work, campaign_id)
    assert (campaign.paused_reason, explain_stop(campaign), measured(work, campaign_id).again) == (None, None, 0)
    assert resume(work, campaign_id) == 3


def test_a_retry_of_a_paused_campaign_waits_and_of_a_canceled_one_ends(work: Runtime, campaign_id: int) -> None:
    with work.database.writing() as session:
        progress.pause(session, session.get_one(Campaign, campaign_id))
    fail(work, 1, 30008)
    assert measured(work, campaign_id).counts[S.PAUSED] == 4
    with work.database.writing() as session:
        progress.cancel(session, session.get_one(Campaign, campaign_id))
    fail(work, 1, 30008)
    counts = measured(work, campaign_id).counts
    assert (counts[S.CANCELED], counts[S.UNDELIVERED]) == (4, 1)


@pytest.fixture
def app(work: Runtime) -> Iterator[Flask]:
    made = create_app(work.settings)
    mine = runtime.current()
    runtime.use(work)
    yield made
    mine.close()


def test_the_page_says_why_what_to_do_and_how_many(work: Runtime, app: Flask, campaign_id: int) -> None:
    fail(work, 5)
    advance()
    hire(work, Role.ADMIN)
    visitor = Visitor(app, "admin@example.org")
    text = visitor.get(f"/campaigns/{campaign_id}")
    assert WHY in text
    assert "Finish the sender's registration in the Twilio console" in text
    assert "Resuming sends 3 texts that have not left, and again 5 that failed for this reason." in text
    assert 'class="alert alert-danger"' in visitor.html
    assert WHY in visitor.get("/")


def test_a_sender_that_waits_is_told(work: Runtime, phones: Phones) -> None:
    refused = CarrierError(Action.STOP_SENDING, 20003, "the account's credentials were refused")
    with work.database.writing() as session:
        until = pause_sender(session, "MG1", refused, NOON)
    with work.database.reading() as session:
        (trouble,) = find_trouble(session)
        assert find_pauses(session) == [trouble]
    assert (trouble.meaning, trouble.code, trouble.next_try) == (refused.meaning, 20003, until)
    assert "TWILIO_AUTH_TOKEN" in trouble.what_to_do


def test_the_page_of_a_running_campaign_says_that_its_sender_waits(work: Runtime, app: Flask, campaign_id: int) -> None:
    refused = CarrierError(Action.STOP_SENDING, 20003, "the account's credentials were refused")
    with work.database.writing() as session:
        pause_sender(session, "MG1", refused, NOON)
    hire(work, Role.ADMIN)
    visitor = Visitor(app, "admin@example.org")
    for page in (f"/campaigns/{campaign_id}", "/"):
        text = visitor.get(page)
        assert "the account's credentials were refused" in text
        assert "ext try" in text
