"""How far a campaign is, in counts and in words, and a person's hand on it: pause, resume, cancel."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import Redis
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.models import Campaign, CampaignState, Run, RunState
from outreach.campaigns.runs import RUN, fire_after_commit, priority_of
from outreach.outgoing import breaker, orders, outbox
from outreach.outgoing.models import Breaker, Message, MessageStatus
from outreach.outgoing.status import AT_CARRIER, FINAL, LEFT
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.wording.models import Text

RECENT = timedelta(days=7)  # a run that fired before is over


class StateError(ValueError):
    """What was asked does not go with the campaign's state."""


@dataclass(frozen=True)
class Progress:
    """Counts of one campaign's texts over all its runs. `reasons` has (status, reason word, how many)."""

    state: CampaignState
    counts: dict[MessageStatus, int]
    reasons: tuple[tuple[MessageStatus, str, int], ...]
    planned_runs: int
    segments: int  # of the texts that left
    again: int = 0  # failed by the fault for which the service stopped it: resuming sends them again

    @property
    def total(self) -> int:
        """Texts to send, without those that were decided not to go."""
        return sum(self.counts.values()) - self.counts.get(MessageStatus.SKIPPED, 0)

    @property
    def left(self) -> int:
        """Texts that have gone out."""
        return sum(self.counts.get(status, 0) for status in LEFT)

    @property
    def waiting(self) -> int:
        return sum(number for status, number in self.counts.items() if status not in FINAL and status not in LEFT)

    @property
    def finished(self) -> bool:
        """Nothing more will leave. Receipts may still come."""
        return not self.waiting and not self.planned_runs


def measure(session: Session, campaign: Campaign) -> Progress:
    runs = run_ids(session, campaign)
    rows = outbox.count(session, RUN, runs)
    counts: Counter[MessageStatus] = Counter()
    for status, _reason, number in rows:
        counts[status] += number
    planned = select(func.count()).where(Run.campaign_id == campaign.id, Run.state == RunState.PLANNED)
    segments = (
        select(func.coalesce(func.sum(Text.segments), 0))
        .join(Message, Message.text_id == Text.id)
        .where(Message.source == RUN, Message.source_id.in_(runs), Message.status.in_(LEFT))
    )
    return Progress(
        state=campaign.state,
        counts=dict(counts),
        reasons=tuple(
            (status, reason, number) for status, reason, number in rows if reason and status not in AT_CARRIER
        ),
        planned_runs=session.scalar(planned) or 0,
        segments=session.scalar(segments) or 0,
        again=breaker.count_again(session, RUN, runs, clock.now()) if campaign.paused_reason else 0,
    )


def run_ids(session: Session, campaign: Campaign) -> Sequence[int]:
    return session.scalars(select(Run.id).where(Run.campaign_id == campaign.id)).all()


def stop_tripped(session: Session, campaign: Campaign) -> bool:
    """Pause a campaign of whose texts too many failed, and say why. Returns whether that was so.

    Also one that is done: resuming it sends again what failed through the operator's fault.
    """
    session.refresh(campaign, with_for_update=True)
    runs = run_ids(session, campaign)
    found = breaker.find_tripped(session, RUN, runs)
    if not found or campaign.state not in (CampaignState.RUNNING, CampaignState.DONE):
        return False
    campaign.state, campaign.paused_reason = CampaignState.PAUSED, say_why(found[0])
    orders.pause(session, RUN, set(runs) - {one.source_id for one in found})
    for one in found:
        breaker.stop(session, (RUN, one.source_id))
    note(session, "campaign.paused", "campaign", campaign.id, details={"reason": campaign.paused_reason})
    return True


def say_why(tripped: Breaker) -> str:
    code = f" ({tripped.code})" if tripped.code and tripped.reason != breaker.BLOCKED else ""
    return f"Stopped by the service: {tripped.reason}{code}"


def find_tripped_campaigns(session: Session, now: datetime) -> Sequence[int]:
    """Ids of campaigns under way, or just done, whose runs have failed too often, one alone or several together."""
    enough = (func.count(Breaker.tripped_at) > 0) | (func.sum(Breaker.failures) >= breaker.LIMIT)
    return session.scalars(
        select(Run.campaign_id)
        .join(Breaker, (Breaker.source == RUN) & (Breaker.source_id == Run.id))
        .join(Campaign, Campaign.id == Run.campaign_id)
        .where(Campaign.state.in_([CampaignState.RUNNING, CampaignState.DONE]), Run.fired_at > now - RECENT)
        .group_by(Run.campaign_id)
        .having(enough)
    ).all()


def pause(session: Session, campaign: Campaign, staff: Staff | None = None) -> int:
    """Hold every text that has not left, and every run to come. Returns how many texts were stopped."""
    _change(session, campaign, {CampaignState.RUNNING}, CampaignState.PAUSED)
    stopped = orders.pause(session, RUN, run_ids(session, campaign))
    note(session, "campaign.paused", "campaign", campaign.id, staff=staff, details={"texts": stopped})
    return stopped


def resume(session: Session, redis: Redis, campaign: Campaign, staff: Staff | None = None) -> int:
    """Let it go on, and send again what failed by the fault for which it was stopped. Returns how many texts."""
    _change(session, campaign, {CampaignState.PAUSED}, CampaignState.RUNNING)
    campaign.paused_reason = None
    runs = run_ids(session, campaign)
    resumed = orders.resume(session, RUN, runs)
    again = breaker.lift(session, RUN, runs, clock.now())
    details = {"texts": resumed, **({"again": again} if again else {})}
    note(session, "campaign.resumed", "campaign", campaign.id, staff=staff, details=details)
    outbox.wake_dispatch(session, redis, priority_of(campaign))
    fire_after_commit(session, redis)
    return resumed + again


def cancel(session: Session, campaign: Campaign, staff: Staff | None = None) -> int:
    """End it: what has not left never will."""
    _change(session, campaign, {CampaignState.RUNNING, CampaignState.PAUSED}, CampaignState.CANCELED)
    stopped = orders.cancel(session, RUN, run_ids(session, campaign))
    session.execute(
        update(Run)
        .where(Run.campaign_id == campaign.id, Run.state == RunState.PLANNED)
        .values(state=RunState.CANCELED, reason="the campaign was canceled")
    )
    note(session, "campaign.canceled", "campaign", campaign.id, staff=staff, details={"texts": stopped})
    return stopped


def _change(session: Session, campaign: Campaign, before: set[CampaignState], after: CampaignState) -> None:
    session.refresh(campaign, with_for_update=True)
    if campaign.state not in before:
        raise StateError(f"the campaign is {campaign.state}")
    campaign.state = after


def finish(session: Session, campaign: Campaign) -> bool:
    """Mark a running campaign done when nothing more will leave. Locks it: another worker may be firing its run."""
    if outbox.any_waiting(session, RUN, run_ids(session, campaign)):  # a million rows need not be counted to know it
        return False
    session.refresh(campaign, with_for_update=True)
    if campaign.state is not CampaignState.RUNNING or not measure(session, campaign).finished:
        return False
    campaign.state = CampaignState.DONE
    return True
