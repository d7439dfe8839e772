"""How long a campaign's sending still takes, as its page says it: by the sender's pace, or as it went so far."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.admin.times import show_soon
from outreach.campaigns.models import Campaign, CampaignState, Run
from outreach.campaigns.progress import Progress
from outreach.campaigns.runs import RUN
from outreach.carriers.sender import Pace, day_began, next_day, pace_of, used_today
from outreach.engine import DUE
from outreach.outgoing.models import Message, SenderPause
from outreach.outgoing.models import MessageStatus as S
from outreach.outgoing.quiet_hours import Hours
from outreach.settings import Settings
from outreach.wording.models import Text

STEP = timedelta(minutes=15)  # in which an estimate looks at the hours and the day
FARTHEST = timedelta(days=14)
IN_MINUTES = timedelta(minutes=90)  # what ends later is told by its hour


def say_remaining(session: Session, campaign: Campaign, found: Progress) -> str:
    """ "about 40 minutes at 12 segments a second"; empty when nothing moves."""
    going = found.counts.get(S.QUEUED, 0) + found.counts.get(S.SENDING, 0)
    if not going or campaign.state is not CampaignState.RUNNING:
        return ""
    work, now = runtime.current(), clock.now()
    pace = pace_of(work.settings)
    if not pace.limited or _is_urgent(campaign):
        minutes = _minutes_by_last_minute(session, campaign, going, now)
        return f"about {_count(minutes, 'minute')} left" if minutes else ""
    segments = count_ahead(session, campaign, now)
    if not segments or session.scalar(select(SenderPause.sender).where(SenderPause.until > now).limit(1)):
        return ""
    ends = estimate_end(now, segments, pace, used_today(work.redis, work.settings) or 0, _open_at(work.settings))
    return say_end(now, ends) + say_pace(pace)


def waits_for_day(campaign: Campaign, found: Progress) -> bool:
    """Whether texts of it would leave now if the day were not used up."""
    running = campaign.state is CampaignState.RUNNING and not _is_urgent(campaign)
    return running and bool(found.counts.get(S.QUEUED))


def say_day_over() -> tuple[str, str] | None:
    """That nothing paced leaves any more today, and when it goes on; None while the sender's day is not used up."""
    work, now = runtime.current(), clock.now()
    pace = pace_of(work.settings)
    used = used_today(work.redis, work.settings)
    if used is None or used < pace.per_day:
        return None
    return (
        f"The sender may send {_count(int(pace.per_day), 'segment')} a day, and today's are used up.",
        f"The rest leaves from {show_soon(next_day(now))} on, at a decent hour.",
    )


def count_ahead(session: Session, campaign: Campaign, now: datetime) -> int:
    """Segments that may leave now, up to the last of this campaign: its own, and what goes before them."""
    its = and_(Message.source == RUN, Message.source_id.in_(select(Run.id).where(Run.campaign_id == campaign.id)))
    priority, last = session.execute(
        select(func.max(Message.priority), func.max(Message.not_before, type_=Message.not_before.type)).where(
            its, DUE, Message.not_before <= now
        )
    ).one()
    if last is None:
        return 0
    before = or_(Message.priority < priority, and_(Message.priority == priority, Message.not_before <= last))
    texts = (
        select(Message.text_id, func.count().label("number"))
        .where(DUE, Message.not_before <= now, before)
        .group_by(Message.text_id)
        .subquery()
    )
    segments = select(func.sum(Text.segments * texts.c.number)).join_from(texts, Text, Text.id == texts.c.text_id)
    return int(session.scalar(segments) or 0)


def estimate_end(
    now: datetime, segments: int, pace: Pace, used: int, open_at: Callable[[datetime], bool]
) -> datetime | None:
    """When so many segments have left, while `open_at` says that texts may; `used` left today already.

    None when that is farther off than FARTHEST. A rough figure: replies on the way take their part of the pace too.
    """
    at, day, left_today = now, day_began(now), max(0, pace.per_day - used)
    while at < now + FARTHEST:
        if day_began(at) > day:
            day, left_today = day_began(at), pace.per_day
        ends = at + STEP
        if open_at(at):
            leaving = min(left_today, pace.per_second * STEP.total_seconds())
            if leaving >= segments:
                return at + timedelta(seconds=segments / pace.per_second)
            segments, left_today = segments - int(leaving), left_today - int(leaving)
        at = ends
    return None


def say_end(now: datetime, ends: datetime | None) -> str:
    if ends is None:
        return f"more than {_count(FARTHEST.days, 'day')}"
    if ends - now <= IN_MINUTES:
        return f"about {_count(max(1, round((ends - now).total_seconds() / 60)), 'minute')}"
    rounded = ends + timedelta(minutes=-ends.minute % 5, seconds=-ends.second, microseconds=-ends.microsecond)
    return f"until about {show_soon(rounded)}"


def say_pace(pace: Pace) -> str:
    """ " at 12 segments a second, 1,000 a day" """
    second = "" if pace.per_second == inf else f" at {pace.per_second:g} segment{'s' * (pace.per_second != 1)} a second"
    day = "" if pace.per_day == inf else f" {int(pace.per_day):,}{'' if second else ' segments'} a day"
    return second + (f",{day}" if second and day else f" at{day}" if day else "")


def _is_urgent(campaign: Campaign) -> bool:
    """Approved as urgent: its texts wait for no pace."""
    return bool(campaign.urgent_reason and campaign.approved_at)


def _open_at(settings: Settings) -> Callable[[datetime], bool]:
    """Whether it is a decent hour where staff are: most families are near, and closed days are few."""
    hours, zone = Hours.parse(settings.quiet_hours), ZoneInfo(settings.timezone)
    return lambda moment: hours.open_at(moment.astimezone(zone))


def _minutes_by_last_minute(session: Session, campaign: Campaign, going: int, now: datetime) -> int | None:
    """At the pace of the last minute; None when nothing left in it."""
    runs = select(Run.id).where(Run.campaign_id == campaign.id)
    left, first = session.execute(
        select(func.count(), func.min(Message.sent_at, type_=Message.sent_at.type)).where(
            Message.source == RUN, Message.source_id.in_(runs), Message.sent_at > now - timedelta(minutes=1)
        )
    ).one()
    if not left or first is None:
        return None
    seconds = max((now - first).total_seconds(), 1)
    return max(1, round(going * seconds / left / 60))


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
