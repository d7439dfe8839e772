"""Runs: when a step's time has come its recipients are fixed, once, in one statement."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from redis import Redis
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, null, select, update
from sqlalchemy.orm import Session

from outreach import clock, queues
from outreach.campaigns.models import (
    Campaign,
    CampaignState,
    CampaignStep,
    CampaignWording,
    Enrolment,
    Run,
    RunState,
)
from outreach.campaigns.recipients import INVITED, Recipients
from outreach.campaigns.recurrence import occurrences
from outreach.campaigns.timeline import due_at, read_when
from outreach.db import change, insert_new
from outreach.languages import LANGUAGES
from outreach.outgoing import outbox
from outreach.outgoing.models import MessageStatus, Priority
from outreach.people.consent import Purpose, skip_reason
from outreach.people.models import Contact

ADVANCE = queues.Wake(queues.DEFAULT, "outreach.campaigns.jobs.advance", timeout=600)
RUN = "run"  # the outbox's word for what a campaign's texts answer to


def fire_after_commit(session: Session, redis: Redis) -> None:
    """Call a worker that looks for due runs."""
    queues.wake_after_commit(session, redis, ADVANCE)


def due_runs(session: Session, now: datetime) -> list[int]:
    """Ids of planned runs whose time has come, in order."""
    return list(
        session.scalars(
            select(Run.id)
            .join(Campaign)
            .where(Run.state == RunState.PLANNED, Run.due_at <= now, Campaign.state == CampaignState.RUNNING)
            .order_by(Run.due_at, Run.id)
        )
    )


def fire(session: Session, redis: Redis, run_id: int, now: datetime) -> int:
    """Fix the recipients of one run, or skip it when it is too late to be useful. Returns how many rows it made.

    Whoever changes the run from planned fires it; the unique key of the outbox makes a second firing harmless.
    """
    run = session.get_one(Run, run_id)
    # Locked, so that a person's pause comes wholly before the firing or wholly after it.
    campaign = session.get_one(Campaign, run.campaign_id, with_for_update=True)
    if campaign.state is not CampaignState.RUNNING:
        return 0
    late = run.expires_at <= now
    changed = change(
        session,
        update(Run)
        .where(Run.id == run_id, Run.state == RunState.PLANNED)
        .values(
            state=RunState.SKIPPED if late else RunState.FIRED,
            reason="it was too late to be of use" if late else None,
            fired_at=now,
        ),
    )
    if not changed:
        return 0
    if campaign.recurrence:
        _plan_next(session, campaign, run)
    if late:
        return 0
    made = outbox.queue_selected(session, _recipients(session, campaign, run, now))
    outbox.wake_dispatch(session, redis, _priority(campaign))
    return made


def _priority(campaign: Campaign) -> Priority:
    return Priority.REMINDER if campaign.event_id else Priority.BULK


def _recipients(session: Session, campaign: Campaign, run: Run, now: datetime) -> Select[*tuple[Any, ...]]:
    """The outbox rows of a run: everybody in its audience, those who may not be texted as skipped with the reason."""
    wording = and_(
        CampaignWording.campaign_id == campaign.id,
        CampaignWording.step == run.step,
        CampaignWording.language == Contact.language,
    )
    reason = func.coalesce(
        skip_reason(campaign.topic),
        case(
            (CampaignWording.language.is_(None), literal("no_wording")),
            (CampaignWording.text_id.is_(None), literal("language_left_out")),
            else_=null(),
        ),
    )
    return (
        select(
            literal(RUN),
            literal(run.id),
            literal(""),
            Contact.id,
            Contact.phone,
            CampaignWording.text_id,
            func.coalesce(CampaignWording.sent_language, Contact.language),
            literal(str(Purpose.CAMPAIGN)),
            literal(campaign.topic),
            literal(int(_priority(campaign))),
            case(
                (reason.is_(None), literal(str(MessageStatus.QUEUED))),
                else_=literal(str(MessageStatus.SKIPPED)),
            ),
            reason,
            literal(now, type_=Run.due_at.type),
            literal(run.expires_at, type_=Run.due_at.type),
            literal(0),
            literal(now, type_=Run.due_at.type),
        )
        .select_from(Contact)
        .outerjoin(CampaignWording, wording)
        .where(_belongs(session, campaign, run))
    )


def _belongs(session: Session, campaign: Campaign, run: Run) -> ColumnElement[bool]:
    """Who belongs to this run: the enrolled of that day, the invited, or the audience."""
    enrolled = exists().where(Enrolment.campaign_id == campaign.id)
    if session.scalar(select(enrolled)):
        return exists().where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.contact_id == Contact.id,
            Enrolment.anchor_at == run.anchor_at,
            Enrolment.left_at.is_(None),
        )
    if campaign.event_id and campaign.audience == INVITED:
        return Recipients(INVITED, event_id=campaign.event_id).where()
    return Recipients.read(campaign.audience, tuple(LANGUAGES)).where()


def _plan_next(session: Session, campaign: Campaign, run: Run) -> None:
    """The next anchor of a recurring campaign, planned as the present one fires; a missed one is caught up once."""
    assert campaign.recurrence
    zone = ZoneInfo(campaign.timezone)
    start = campaign.anchor_at.astimezone(zone).replace(tzinfo=None)
    after = max(run.anchor_at + timedelta(seconds=1), clock.now() - timedelta(days=1))
    following = occurrences(campaign.recurrence, start, campaign.timezone, after=after, limit=1)
    for anchor in following:
        plan_runs(session, campaign, anchor)


def plan_runs(session: Session, campaign: Campaign, anchor: datetime, *, launched: bool = True) -> None:
    """A run per step for this anchor; those that exist stay. Without `launched`, steps "at launch" have none."""
    zone = ZoneInfo(campaign.timezone)
    steps = session.scalars(select(CampaignStep).where(CampaignStep.campaign_id == campaign.id))
    for step in steps:
        when = read_when(step.when)
        if when.at_launch and not launched:
            continue
        due = anchor if when.at_launch else due_at(when, anchor, zone)
        session.execute(
            insert_new(session, Run).values(
                campaign_id=campaign.id,
                step=step.step,
                anchor_at=anchor,
                due_at=due,
                expires_at=due + timedelta(seconds=step.useful_seconds),
                state=RunState.PLANNED,
            )
        )
