"""Runs: when a step's time has come its recipients are fixed, once, in one statement per chunk of contacts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from redis import Redis
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, null, select
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
from outreach.campaigns.personal_texts import queue_personal, read_frames
from outreach.campaigns.recipients import INVITED, Recipients
from outreach.campaigns.recurrence import occurrences
from outreach.campaigns.timeline import due_at, read_when
from outreach.db import Database, insert_new
from outreach.languages import LANGUAGES
from outreach.outgoing import outbox
from outreach.outgoing.models import MessageStatus, Priority
from outreach.people.consent import Purpose, skip_reason
from outreach.people.models import Contact

ADVANCE = queues.Wake(queues.DEFAULT, "outreach.campaigns.jobs.advance", timeout=600)
CHUNK = 50_000  # recipients a transaction: about half a second for which a person's pause waits
PERSONAL_CHUNK = 5_000  # the same where each text is written for its family
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


def fire(database: Database, redis: Redis, run_id: int, now: datetime) -> int:
    """Fix the recipients of one run, or skip it when it is too late to be useful. Returns how many rows it made.

    Each chunk is a transaction of its own: a person's pause waits for one chunk, not for a million rows, and texts
    already fixed may leave. Every chunk looks again whether the campaign runs, so that a pause or a cancel in between
    ends the firing; the run stays planned for whoever resumes it, and is fired with its last chunk. After a worker's
    death the next one begins anew, and the unique key of the outbox lets nobody in twice.
    """
    made = 0
    chunk: Chunk | None = Chunk()
    while chunk:
        with database.writing() as own:
            held = _hold(own, run_id, first=chunk.after == 0)
            if held is None:
                break
            campaign, run = held
            if run.expires_at <= now:
                _end(own, campaign, run, RunState.SKIPPED, now, "it was too late to be of use")
                break
            belongs = _belongs(own, campaign, run)
            frames = read_frames(own, campaign.id, run.step)
            chunk = _measure(own, belongs, chunk, PERSONAL_CHUNK if frames else CHUNK)
            recipients = _recipients(campaign, run, now).where(belongs, chunk.holds())
            made += queue_personal(own, recipients, frames) if frames else outbox.queue_selected(own, recipients)
            if chunk.until == chunk.newest:
                _end(own, campaign, run, RunState.FIRED, now)
            outbox.wake_dispatch(own, redis, priority_of(campaign))
        chunk = chunk.following()
    return made


@dataclass(frozen=True)
class Chunk:
    """A range of contact ids, `after` excluded; `newest` is the last contact of the moment the firing began."""

    after: int = 0
    until: int = 0
    newest: int | None = None

    def holds(self) -> ColumnElement[bool]:
        return and_(Contact.id > self.after, Contact.id <= self.until)

    def following(self) -> "Chunk | None":
        return None if self.until == self.newest else Chunk(self.until, newest=self.newest)


def _measure(session: Session, belongs: ColumnElement[bool], chunk: Chunk, size: int) -> Chunk:
    """The chunk with its end: `size` recipients on, however the ids are strewn, or the newest contact."""
    newest = chunk.newest
    if newest is None:
        newest = session.scalar(select(func.max(Contact.id))) or 0
    until = session.scalar(
        select(Contact.id)
        .where(belongs, Contact.id > chunk.after, Contact.id <= newest)
        .order_by(Contact.id)
        .offset(size - 1)
        .limit(1)
    )
    return Chunk(chunk.after, newest if until is None else until, newest)


def _hold(session: Session, run_id: int, *, first: bool) -> tuple[Campaign, Run] | None:
    """The campaign and its run while there is something to fire; None when there is not, or not for us.

    The campaign is locked, so that a person's pause comes wholly before a chunk or wholly after it. Who finds it
    locked at first leaves: somebody else fires it, or the next look does.
    """
    run = session.get_one(Run, run_id)
    campaign = session.get(Campaign, run.campaign_id, with_for_update={"skip_locked": first})
    session.refresh(run)  # under the lock: another worker may just have fired it
    if campaign is None or campaign.state is not CampaignState.RUNNING or run.state is not RunState.PLANNED:
        return None
    return campaign, run


def _end(
    session: Session, campaign: Campaign, run: Run, state: RunState, now: datetime, reason: str | None = None
) -> None:
    run.state, run.reason, run.fired_at = state, reason, now
    if campaign.recurrence:
        _plan_next(session, campaign, run)


def _purpose(campaign: Campaign) -> Purpose:
    """Any hour only where a second person said yes: the reason alone wakes nobody."""
    return Purpose.URGENT if campaign.urgent_reason and campaign.approved_at else Purpose.CAMPAIGN


def priority_of(campaign: Campaign) -> Priority:
    if _purpose(campaign) is Purpose.URGENT:
        return Priority.ALERT
    return Priority.REMINDER if campaign.event_id else Priority.BULK


def _recipients(campaign: Campaign, run: Run, now: datetime) -> Select[*tuple[Any, ...]]:
    """The outbox rows of a run, for those of its audience: who may not be texted is skipped with the reason.

    A row of a personal text begins with what families without a name get: it never holds the frame.
    """
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
            func.coalesce(CampaignWording.nameless_id, CampaignWording.text_id),
            func.coalesce(CampaignWording.sent_language, Contact.language),
            literal(str(_purpose(campaign))),
            literal(campaign.topic),
            literal(int(priority_of(campaign))),
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
