"""How the sending engine stands: what waits, for how long, and what holds it up. Read by /metrics and by its page.

Every query here walks an index that holds only what is under way, so that its cost follows what waits and not what
was ever sent. The conditions are written as the partial indexes have them: SQLite uses such an index only then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select, text, union_all
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.crisis.models import CrisisPage
from outreach.campaigns.models import Campaign, CampaignState
from outreach.incoming.models import Inbound
from outreach.mail.outbox import MailsWaiting, read_waiting
from outreach.outgoing.models import Message, MessageStatus, Priority, SenderPause

DUE = text("messages.status IN ('queued', 'held')")  # ix_messages_due
WATCHED = text("messages.status IN ('sending', 'unknown', 'accepted', 'sent')")  # ix_messages_watched
STORED = text("inbounds.state = 'stored'")  # ix_inbounds_stored

# While texts wait, a pause that has run out is tried with one of them, and goes on or ends. One that ran out longer ago
# is of a sender no longer in use, or has nothing to send.
PROBED = timedelta(minutes=2)


@dataclass(frozen=True)
class Waiting:
    """Texts of one priority that have not left.

    `count` may leave now, the first of them since `oldest`; `held` wait for an hour to come (decent hours, the next
    try), which is `opens` for the first of them.
    """

    priority: Priority
    count: int = 0
    oldest: datetime | None = None
    held: int = 0
    opens: datetime | None = None

    def age(self, now: datetime) -> timedelta:
        return now - self.oldest if self.oldest else timedelta()


@dataclass(frozen=True)
class Engine:
    """What the database says. `waiting` has every priority, the most urgent first; `pauses` are those in force."""

    at: datetime
    waiting: Sequence[Waiting]
    sending: int
    unknown: int
    pauses: Sequence[SenderPause]
    campaigns_stopped: int  # by the service itself
    inbounds: int
    inbound_oldest: datetime | None
    mails: MailsWaiting  # to staff

    @property
    def may_leave(self) -> int:
        return sum(one.count for one in self.waiting)

    @property
    def held(self) -> int:
        return sum(one.held for one in self.waiting)

    @property
    def inbound_age(self) -> timedelta:
        return self.at - self.inbound_oldest if self.inbound_oldest else timedelta()


def read_engine(session: Session) -> Engine:
    """How it stands now."""
    now = clock.now()
    inbounds, oldest = session.execute(select(func.count(), func.min(Inbound.received_at)).where(STORED)).one()
    pauses = session.scalars(
        select(SenderPause).where(SenderPause.until > now - PROBED).order_by(SenderPause.until.desc())
    )
    stopped = select(func.count(Campaign.id)).where(
        Campaign.state == CampaignState.PAUSED, Campaign.paused_reason.is_not(None)
    )
    return Engine(
        at=now,
        waiting=_waiting(session, now),
        sending=_count_watched(session, MessageStatus.SENDING),
        unknown=_count_watched(session, MessageStatus.UNKNOWN),
        pauses=pauses.all(),
        campaigns_stopped=session.scalar(stopped) or 0,
        inbounds=inbounds,
        inbound_oldest=oldest,
        mails=read_waiting(session),
    )


def count_crises(session: Session) -> Mapping[str, int]:
    """How often families wrote of danger, by language: every alarm that paged staff, ever."""
    alarms = select(CrisisPage.language, func.count()).where(CrisisPage.is_alarm).group_by(CrisisPage.language)
    return dict(session.execute(alarms).all())


def _waiting(session: Session, now: datetime) -> Sequence[Waiting]:
    """Two ranges of the index for each priority: what may leave, and what waits for its hour."""
    ranges = [
        select(literal(int(priority)), literal(int(leaves)), func.count(), func.min(Message.not_before)).where(
            DUE,
            Message.priority == int(priority),
            Message.not_before <= now if leaves else Message.not_before > now,
        )
        for priority in Priority
        for leaves in (True, False)
    ]
    found = {
        (priority, leaves): (count, first) for priority, leaves, count, first in session.execute(union_all(*ranges))
    }
    return [Waiting(priority, *found[priority, 1], *found[priority, 0]) for priority in Priority]


def _count_watched(session: Session, status: MessageStatus) -> int:
    return session.scalar(select(func.count()).where(WATCHED, Message.status == status)) or 0
