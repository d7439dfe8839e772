"""Urgent campaigns leave at any hour, and only when a second person said so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from rq import Queue
from sqlalchemy import select, update

from outreach import clock, queues
from outreach.campaigns import progress
from outreach.campaigns.approval import (
    ApprovalError,
    ReasonError,
    approve,
    approvers,
    cancel,
    may_decide,
    measure_reach,
    refuse,
)
from outreach.campaigns.jobs import advance
from outreach.campaigns.launch import LaunchError, launch
from outreach.campaigns.models import Campaign, CampaignState, Run, RunState
from outreach.campaigns.progress import StateError
from outreach.campaigns.runs import RUN
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.people.consent import Purpose
from outreach.people.models import Consent
from outreach.runtime import Runtime
from outreach.staff.accounts import add_staff
from outreach.staff.models import AuditEntry, Role, Staff
from tests.support.campaigns import (
    FAIR,
    SERIES,
    days,
    find_campaign,
    launch_pack,
    make_event,
    messages,
    plan_pack,
    runs,
    tick,
)
from tests.support.factories import NOON
from tests.support.jobs import run_jobs
from tests.support.sending import ON_SQLITE, make_family, send_due
from tests.support.servers import Phones

REASON = "School is closed, the storm took the power"


def employ(work: Runtime, name: str, role: Role = Role.COORDINATOR, phone: str | None = None) -> Staff:
    with work.database.writing() as session:
        address = f"{name.lower()}@school.example.org"
        return add_staff(session, address, role, "a long enough password", name=name, phone=phone)


def ask(work: Runtime, asker: Staff | None, **more: object) -> int:
    """Launch the vision pack as urgent; the campaign's id."""
    plan = plan_pack(work, **{"urgent": REASON, **more})  # type: ignore[arg-type]
    with work.database.writing() as session:
        staff = session.get_one(Staff, asker.id) if asker else None
        return launch(session, work.redis, work.settings, plan, staff=staff).id


def say_yes(work: Runtime, campaign_id: int, person: Staff) -> bool:
    with work.database.writing() as session:
        campaign, staff = session.get_one(Campaign, campaign_id), session.get_one(Staff, person.id)
        return approve(session, work.redis, campaign, staff)


def say_no(work: Runtime, campaign_id: int, person: Staff, reason: str = "The school opens at noon") -> None:
    with work.database.writing() as session:
        refuse(session, session.get_one(Campaign, campaign_id), session.get_one(Staff, person.id), reason)


def texts(work: Runtime) -> list[Message]:
    """The outbox rows of campaigns, without the pages to staff."""
    return [message for message in messages(work) if message.source == RUN]


def run_of(work: Runtime, message: Message) -> int:
    """The campaign that a text belongs to."""
    with work.database.reading() as session:
        return session.get_one(Run, message.source_id).campaign_id


def noted(work: Runtime, action: str) -> list[AuditEntry]:
    with work.database.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


@pytest.fixture
def asker(work: Runtime) -> Staff:
    return employ(work, "Priya")


@pytest.fixture
def colleague(work: Runtime, asker: Staff) -> Staff:
    """A second coordinator, in a town of two families."""
    make_family(work), make_family(work, 1)
    return employ(work, "Ana")


def test_an_urgent_campaign_waits_and_nothing_leaves(work: Runtime, asker: Staff, colleague: Staff) -> None:
    campaign_id = ask(work, asker)
    assert tick(work, clock.now() + timedelta(minutes=10)) == 0
    assert find_campaign(work, campaign_id).state is CampaignState.AWAITING
    assert [run.state for run in runs(work, campaign_id)] == [RunState.PLANNED]
    assert texts(work) == []


def test_a_colleague_approves_and_it_leaves_before_everything_else(
    work: Runtime, phones: Phones, asker: Staff, colleague: Staff
) -> None:
    campaign_id = ask(work, asker)
    assert say_yes(work, campaign_id, colleague)
    run_jobs(work)
    campaign = find_campaign(work, campaign_id)
    assert campaign.state is CampaignState.RUNNING
    assert (campaign.approved_by_id, campaign.launched_by_id) == (colleague.id, asker.id)
    assert campaign.approved_at is not None
    assert {(text.purpose, text.priority) for text in texts(work)} == {(Purpose.URGENT, Priority.ALERT)}
    assert len(phones.per_phone()) == 2
    [entry] = noted(work, "campaign.approved")
    assert (entry.staff_id, entry.subject_id) == (colleague.id, campaign_id)
    assert entry.details == {"urgent": REASON, "approved_for": 2}


def test_an_approved_one_passes_closed_hours_and_a_plain_one_waits_for_morning(
    work: Runtime, asker: Staff, colleague: Staff, phones: Phones
) -> None:
    family = make_family(work)
    midnight = NOON + timedelta(hours=12)
    with clock.frozen(midnight):
        plain, urgent = launch_pack(work), ask(work, asker)
        say_yes(work, urgent, colleague)
        advance()
        send_due(work, hours="Mon-Sun 09:00-20:00")
    assert {run_of(work, text): text.status for text in texts(work)} == {
        plain: MessageStatus.HELD,
        urgent: MessageStatus.ACCEPTED,
    }
    assert phones.per_phone()[family.phone] == 1


def test_resuming_an_urgent_one_calls_those_who_send_at_once(work: Runtime, asker: Staff, colleague: Staff) -> None:
    make_family(work)
    campaign_id = ask(work, asker)
    say_yes(work, campaign_id, colleague)
    advance()
    work.redis.flushdb()
    with work.database.writing() as session:
        campaign = session.get_one(Campaign, campaign_id)
        progress.pause(session, campaign)
        progress.resume(session, work.redis, campaign)
    assert Queue(queues.URGENT, connection=work.redis).count == 1


@pytest.mark.parametrize(
    ("reason", "approved", "purpose", "priority"),
    [
        (None, False, Purpose.CAMPAIGN, Priority.BULK),
        (REASON, False, Purpose.CAMPAIGN, Priority.BULK),
        (None, True, Purpose.CAMPAIGN, Priority.BULK),
        (REASON, True, Purpose.URGENT, Priority.ALERT),
    ],
)
@ON_SQLITE
def test_without_an_approval_no_text_is_urgent_however_the_campaign_came_to_run(
    work: Runtime, asker: Staff, colleague: Staff, reason: str | None, approved: bool, purpose: Purpose, priority: int
) -> None:
    ask(work, asker)
    with work.database.writing() as session:
        moment = clock.now() if approved else None
        values = {"state": CampaignState.RUNNING, "urgent_reason": reason, "approved_at": moment}
        session.execute(update(Campaign).values(**values))
    advance()
    assert {(text.purpose, text.priority) for text in texts(work)} == {(purpose, priority)}


def test_urgency_does_not_pass_consent(work: Runtime, asker: Staff, colleague: Staff) -> None:
    make_family(work, 2, consent=Consent.UNSUBSCRIBED)
    make_family(work, 3, consent=Consent.PENDING)
    campaign_id = ask(work, asker)
    with work.database.reading() as session:
        assert measure_reach(session, session.get_one(Campaign, campaign_id)).families == 2
    say_yes(work, campaign_id, colleague)
    advance()
    skipped = [text.reason for text in texts(work) if text.status is MessageStatus.SKIPPED]
    assert sorted(filter(None, skipped)) == ["no_consent_yet", "said_stop"]
    assert len(texts(work)) == 4


@pytest.mark.parametrize(
    ("role", "changed", "says"),
    [
        (Role.ADMIN, {}, None),
        (Role.COORDINATOR, {}, None),
        (Role.ORGANIZER, {}, "may not launch"),
        (Role.RESPONDER, {}, "may not launch"),
        (Role.VIEWER, {}, "may not launch"),
        (Role.ADMIN, {"active": False}, "cannot sign in"),
        (Role.ADMIN, {"password": None}, "cannot sign in"),
        (Role.ADMIN, {"id": 1}, "a colleague must"),
    ],
)
def test_who_may_decide(role: Role, changed: dict[str, object], says: str | None) -> None:
    person = Staff(**{"id": 2, "role": role, "active": True, "password": "a hash", **changed})
    verdict = may_decide(person, asked_by_id=1)
    assert verdict.allowed is (says is None)
    assert (says or "") in (verdict.reason or "")
    assert not may_decide(person, asked_by_id=None).allowed


@pytest.mark.parametrize("decide", [say_yes, say_no])
def test_who_asked_cannot_decide(work: Runtime, asker: Staff, colleague: Staff, decide: Callable[..., object]) -> None:
    campaign_id = ask(work, asker)
    with pytest.raises(ApprovalError, match="a colleague must"):
        decide(work, campaign_id, asker)
    assert find_campaign(work, campaign_id).state is CampaignState.AWAITING


def test_the_list_of_those_who_may_approve_is_the_rule(work: Runtime, asker: Staff) -> None:
    for role in Role:
        for name in ("Works", "Left", "Invited"):
            employ(work, f"{name}-{role}", role)
    with work.database.writing() as session:
        session.execute(update(Staff).where(Staff.name.startswith("Left")).values(active=False))
        session.execute(update(Staff).where(Staff.name.startswith("Invited")).values(password=None))
    make_family(work)
    campaign_id = ask(work, asker)
    with work.database.reading() as session:
        listed = [person.name for person in approvers(session, session.get_one(Campaign, campaign_id))]
        ruled = [person.name for person in session.scalars(select(Staff)) if may_decide(person, asker.id).allowed]
    assert listed == sorted(ruled) == ["Works-admin", "Works-coordinator"]


def test_a_double_click_approves_once(work: Runtime, asker: Staff, colleague: Staff) -> None:
    campaign_id = ask(work, asker)
    assert [say_yes(work, campaign_id, colleague) for _ in range(2)] == [True, False]
    assert len(noted(work, "campaign.approved")) == 1


def test_of_two_who_approve_at_the_same_moment_one_does(work: Runtime, asker: Staff, colleague: Staff) -> None:
    campaign_id, other = ask(work, asker), employ(work, "Kim")

    def click(person: Staff) -> bool:
        try:
            return say_yes(work, campaign_id, person)
        except StateError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(click, [colleague, other] * 4)) == 1
    assert len(noted(work, "campaign.approved")) == 1


def test_a_refusal_ends_it_and_keeps_the_reason(work: Runtime, asker: Staff, colleague: Staff) -> None:
    campaign_id = ask(work, asker)
    say_no(work, campaign_id, colleague, "  The school\nopens at noon ")
    assert find_campaign(work, campaign_id).state is CampaignState.CANCELED
    assert [(run.state, run.reason) for run in runs(work, campaign_id)] == [
        (RunState.CANCELED, "a second person refused it")
    ]
    [entry] = noted(work, "campaign.refused")
    assert (entry.staff_id, entry.details) == (colleague.id, {"reason": "The school opens at noon"})
    with pytest.raises(StateError, match="canceled"):
        say_yes(work, campaign_id, colleague)
    assert tick(work, clock.now() + timedelta(minutes=1)) == 0


@pytest.mark.parametrize("reason", ["", "  no ", "n" * 201])
def test_a_refusal_says_why(work: Runtime, asker: Staff, colleague: Staff, reason: str) -> None:
    campaign_id = ask(work, asker)
    with pytest.raises(ReasonError, match="why"):
        say_no(work, campaign_id, colleague, reason)
    assert find_campaign(work, campaign_id).state is CampaignState.AWAITING


def test_approved_past_its_use_it_is_left_out(work: Runtime, asker: Staff, colleague: Staff) -> None:
    campaign_id = ask(work, asker)
    [run] = runs(work, campaign_id)
    with clock.frozen(run.expires_at):
        say_yes(work, campaign_id, colleague)
        advance()
    [run] = runs(work, campaign_id)
    assert (run.state, run.reason) == (RunState.SKIPPED, "it was too late to be of use")
    assert texts(work) == []


def test_approved_ahead_of_its_time_it_leaves_at_its_time(work: Runtime, asker: Staff, colleague: Staff) -> None:
    with clock.frozen(NOON):
        campaign_id = ask(work, asker, at=NOON + days(1))
        say_yes(work, campaign_id, colleague)
        advance()
    assert texts(work) == []
    with clock.frozen(NOON + days(1)):
        advance()
    assert {text.purpose for text in texts(work)} == {Purpose.URGENT}


def test_who_asked_takes_it_back_while_it_waits(work: Runtime, asker: Staff, colleague: Staff) -> None:
    campaign_id = ask(work, asker)
    with work.database.writing() as session:
        assert cancel(session, session.get_one(Campaign, campaign_id), session.get_one(Staff, asker.id)) == 0
    assert find_campaign(work, campaign_id).state is CampaignState.CANCELED
    assert [run.state for run in runs(work, campaign_id)] == [RunState.CANCELED]
    [entry] = noted(work, "campaign.canceled")
    assert (entry.staff_id, entry.details) == (asker.id, {"texts": 0})
    with pytest.raises(StateError, match="canceled"):
        say_yes(work, campaign_id, colleague)


def test_an_approved_one_is_canceled_like_any_other(work: Runtime, asker: Staff, colleague: Staff) -> None:
    campaign_id = ask(work, asker)
    say_yes(work, campaign_id, colleague)
    advance()
    with work.database.writing() as session:
        assert cancel(session, session.get_one(Campaign, campaign_id)) == 2


@pytest.mark.parametrize("hand", [progress.pause, progress.finish])
@ON_SQLITE
def test_a_waiting_campaign_can_neither_be_paused_nor_come_to_an_end(
    work: Runtime, asker: Staff, colleague: Staff, hand: Callable[..., object]
) -> None:
    campaign_id = ask(work, asker)
    with work.database.writing() as session:
        campaign = session.get_one(Campaign, campaign_id)
        with suppress(StateError):
            assert not hand(session, campaign)
        assert campaign.state is CampaignState.AWAITING


@ON_SQLITE
def test_an_ordinary_campaign_has_nothing_to_approve(work: Runtime, asker: Staff, colleague: Staff) -> None:
    campaign_id = ask(work, asker, urgent=None)
    assert find_campaign(work, campaign_id).state is CampaignState.RUNNING
    with pytest.raises(StateError, match="not urgent"):
        say_yes(work, campaign_id, colleague)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"urgent": ""}, "at least 10 characters in your own words"),
        ({"urgent": "closed    .   "}, "at least 10 characters"),
        ({"urgent": "w" * 201}, "at most 200 characters"),
        ({"recurrence": "FREQ=WEEKLY;COUNT=2"}, "leaves once and cannot repeat"),
        ({"pack": SERIES, "values": {}}, "only a broadcast can be urgent"),
        ({"pack": FAIR, "values": {}}, "only a broadcast can be urgent"),
    ],
)
@ON_SQLITE
def test_what_cannot_be_urgent(work: Runtime, asker: Staff, asked: dict[str, object], says: str) -> None:
    make_family(work)
    event = make_event(work, clock.now() + days(9)) if asked.get("pack") == FAIR else None
    with pytest.raises(LaunchError, match=says):
        ask(work, asker, **asked, event=event)


@pytest.mark.parametrize(
    ("role", "says"), [(None, "needs the name"), (Role.VIEWER, "may not launch"), (Role.ORGANIZER, "may not launch")]
)
@ON_SQLITE
def test_somebody_with_the_right_to_send_asks(work: Runtime, role: Role | None, says: str) -> None:
    make_family(work)
    with pytest.raises(LaunchError, match=says):
        ask(work, employ(work, "Tom", role) if role else None)
    assert messages(work) == []


def test_those_who_may_approve_are_asked_by_text(work: Runtime, phones: Phones) -> None:
    make_family(work)
    asker = employ(work, "Priya", phone="+16175550190")
    employ(work, "Ana", Role.COORDINATOR, "+16175550191")
    employ(work, "Kim", Role.ADMIN, "+16175550192")
    employ(work, "Tom", Role.RESPONDER, "+16175550193")
    employ(work, "Lee", Role.ADMIN)
    campaign_id = ask(work, asker)
    run_jobs(work)
    assert {text["to"] for text in phones.texts()} == {"+16175550191", "+16175550192"}
    assert {text["body"] for text in phones.texts()} == {
        'Riverside: Priya asks you to approve an urgent text, "Free vision screening". '
        f"http://127.0.0.1:9/campaigns/{campaign_id}"
    }
    assert {(page.purpose, page.priority) for page in messages(work)} == {(Purpose.ALERT, Priority.ALERT)}
    [entry] = noted(work, "campaign.launched")
    assert (entry.details["urgent"], entry.details["paged"]) == (REASON, 2)


def test_runs_of_a_waiting_campaign_stay_untouched_while_others_fire(
    work: Runtime, asker: Staff, colleague: Staff
) -> None:
    waiting, other = ask(work, asker), ask(work, asker, urgent=None)
    advance()
    with work.database.reading() as session:
        fired = session.scalars(select(Run.campaign_id).where(Run.state == RunState.FIRED)).all()
    assert fired == [other]
    assert [run.state for run in runs(work, waiting)] == [RunState.PLANNED]
