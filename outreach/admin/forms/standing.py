"""How a campaign stands, in words and counts, for its page, the list and the event it belongs to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.admin.forms.remaining import say_day_over, say_remaining, waits_for_day
from outreach.admin.times import show_soon
from outreach.campaigns.models import Campaign, CampaignState, Run, RunState
from outreach.campaigns.progress import Progress, measure
from outreach.campaigns.recipients import INVITED
from outreach.campaigns.runs import RUN
from outreach.languages import LANGUAGES
from outreach.outgoing.models import Message
from outreach.outgoing.models import MessageStatus as S
from outreach.people.audience import AudienceError, parse_audience

# Status, its label, what it means, and its colour.
STATUSES: dict[S, tuple[str, str, str]] = {
    S.QUEUED: ("Waiting", "Leaves as soon as its turn comes.", ""),
    S.HELD: ("Held", "Waits for a later hour; the reason says why.", "wait"),
    S.PAUSED: ("Paused", "A person paused it, or the service did and says why.", "wait"),
    S.SENDING: ("Sending", "Is leaving at this moment.", "go"),
    S.UNKNOWN: ("Being checked", "The line broke while it left; we ask the carrier before anything else.", "wait"),
    S.ACCEPTED: ("With the carrier", "The phone company has it.", "go"),
    S.SENT: ("Sent", "On its way to the phone.", "go"),
    S.DELIVERED: ("Delivered", "It reached the phone.", "go"),
    S.UNDELIVERED: ("Not delivered", "The phone company could not deliver it.", "trouble"),
    S.FAILED: ("Failed", "It never left.", "trouble"),
    S.SKIPPED: ("Skipped", "Decided not to be sent; the reason says why.", ""),
    S.EXPIRED: ("Expired", "It waited until it was of no more use.", ""),
    S.CANCELED: ("Canceled", "A person canceled it.", ""),
}


@dataclass(frozen=True)
class Standing:
    """`words` say where it stands, `tone` how to colour them; `due` is when its next step leaves."""

    progress: Progress
    words: str
    tone: str
    due: datetime | None
    remaining: str = ""  # how long what waits still takes, in words
    day_over: tuple[str, str] | None = None  # why no more of it leaves today, and when it goes on

    @property
    def lines(self) -> list[tuple[S, str, str, str, int, list[tuple[str, int]]]]:
        """Status, label, meaning, tone, count, and its reasons with counts; only those that are there."""
        return [
            (status, *STATUSES[status], number, self._reasons(status))
            for status in STATUSES
            if (number := self.progress.counts.get(status, 0))
        ]

    def _reasons(self, status: S) -> list[tuple[str, int]]:
        return [(reason, number) for its, reason, number in self.progress.reasons if its is status]

    @property
    def open(self) -> bool:
        """Whether its numbers may still move."""
        moving = self.progress.waiting or any(self.progress.counts.get(status) for status in (S.ACCEPTED, S.SENT))
        return bool(moving) or self.progress.state in (
            CampaignState.AWAITING,
            CampaignState.RUNNING,
            CampaignState.PAUSED,
        )


def stand_of(session: Session, campaign: Campaign) -> Standing:
    """One campaign, with the time its sending still takes."""
    found = measure(session, campaign)
    due = _next_due(session, [campaign.id]).get(campaign.id)
    words, tone = say(found, due, _held_until(session, [campaign.id]).get(campaign.id))
    day_over = say_day_over() if waits_for_day(campaign, found) else None
    return Standing(found, words, tone, due, say_remaining(session, campaign, found), day_over)


def standings(session: Session, campaigns: Sequence[Campaign]) -> dict[int, Standing]:
    """Many campaigns, in three statements; without reasons."""
    ids = [campaign.id for campaign in campaigns]
    counts: dict[int, Counter[S]] = {}
    for campaign_id, status, number in session.execute(
        select(Run.campaign_id, Message.status, func.count())
        .join(Message, (Message.source == RUN) & (Message.source_id == Run.id))
        .where(Run.campaign_id.in_(ids))
        .group_by(Run.campaign_id, Message.status)
    ):
        counts.setdefault(campaign_id, Counter())[status] += number
    due, held = _next_due(session, ids), _held_until(session, ids)
    standing = {}
    for campaign in campaigns:
        found = Progress(campaign.state, dict(counts.get(campaign.id, {})), (), int(campaign.id in due), 0)
        next_step = due.get(campaign.id)
        standing[campaign.id] = Standing(found, *say(found, next_step, held.get(campaign.id)), next_step)
    return standing


def say(found: Progress, due: datetime | None, held_until: datetime | None = None) -> tuple[str, str]:
    """Where a campaign stands, in words, and their tone. `held_until` is when the first held text may leave."""
    part = f"{found.left:,} of {found.total:,}"
    if found.state is CampaignState.AWAITING:
        return "Waits for a second person's approval", "wait"
    if found.state is CampaignState.PAUSED:
        return (f"Paused: {part} have left" if found.total else "Paused before its first text"), "wait"
    if found.state is CampaignState.CANCELED:
        return (f"Canceled: {part} had left" if found.total else "Canceled before its first text"), ""
    if found.waiting and found.waiting == found.counts.get(S.HELD, 0):
        return _say_held(found, held_until)
    if found.waiting:
        return f"Sending: {part}", "go"
    if found.state is CampaignState.RUNNING and due and not found.counts:
        return ("Starting" if due <= clock.now() else "Scheduled"), "wait"
    if found.state is CampaignState.RUNNING and due:
        return f"Between steps: {part} have left", "go"
    return (f"Sent: {part}" if found.total else "Done: there was nobody to text"), "go"


def _say_held(found: Progress, until: datetime | None) -> tuple[str, str]:
    """Nothing else waits: "278 delivered; 1 waits until 9:00 pm". Amber when nothing moves and most wait."""
    delivered, held = found.counts.get(S.DELIVERED, 0), found.waiting
    opens = f"until {show_soon(until)}" if until else "for a decent hour"
    waits = f"{held:,} {'waits' if held == 1 else 'wait'} {opens}"
    moving = found.counts.get(S.ACCEPTED, 0) + found.counts.get(S.SENT, 0)
    tone = "wait" if held > found.left and not moving else "go"
    if not found.left:
        return f"None has left; {waits}", tone
    return f"{found.left:,} {'delivered' if delivered == found.left else 'have left'}; {waits}", tone


def describe_audience(campaign: Campaign) -> str:
    """Whom a campaign was for, in words."""
    if campaign.audience == INVITED and campaign.event:
        return f"families invited to {campaign.event.title}"
    try:
        return parse_audience(campaign.audience, tuple(LANGUAGES)).describe()
    except AudienceError:
        return campaign.audience


def _next_due(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When the next step of each campaign leaves."""
    rows = session.execute(
        select(Run.campaign_id, func.min(Run.due_at, type_=Run.due_at.type))
        .where(Run.campaign_id.in_(ids), Run.state == RunState.PLANNED)
        .group_by(Run.campaign_id)
    )
    return dict(rows.all())


def _held_until(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When the first of each campaign's held texts may leave."""
    rows = session.execute(
        select(Run.campaign_id, func.min(Message.not_before, type_=Message.not_before.type))
        .join(Message, (Message.source == RUN) & (Message.source_id == Run.id))
        .where(Run.campaign_id.in_(ids), Message.status == S.HELD)
        .group_by(Run.campaign_id)
    )
    return dict(rows.all())
