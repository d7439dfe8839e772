"""Where a mail begins: as a row, at most once for what it answers to and each address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import Redis
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock, queues
from outreach.db import change, insert_row
from outreach.mail.models import Mail, MailStatus

# Not the urgent queue: a mail server that hangs must not keep families waiting for their replies.
SEND = queues.Wake(queues.DEFAULT, "outreach.mail.jobs.send", timeout=240)


@dataclass(frozen=True)
class Draft:
    """A mail to be queued: plain text, `useful` for so long."""

    source: str
    source_id: int
    address: str
    subject: str
    body: str
    useful: timedelta
    part: str = ""


@dataclass(frozen=True)
class MailsWaiting:
    """Mails that have not left: how many, since when, and why the last try failed (None: none was made)."""

    count: int
    oldest: datetime | None
    reason: str | None


def queue(session: Session, draft: Draft) -> bool:
    """Put one mail into the outbox. Returns False when it was there already."""
    now = clock.now()
    inserted = insert_row(
        session,
        Mail,
        source=draft.source,
        source_id=draft.source_id,
        part=draft.part,
        address=draft.address,
        subject=draft.subject,
        body=draft.body,
        status=MailStatus.QUEUED,
        attempts=0,
        not_before=now,
        expires_at=now + draft.useful,
        created_at=now,
    )
    return inserted is not None


def wake_mail(session: Session, redis: Redis) -> None:
    """After this session's commit, call a worker that sends mail."""
    queues.wake_after_commit(session, redis, SEND)


def cancel(session: Session, source: str, ids: Sequence[int]) -> int:
    """End what waits. What is in a worker's hands goes its way, and is not tried again. Returns how many were ended."""
    ours = (Mail.source == source) & Mail.source_id.in_(ids)
    in_hand = update(Mail).where(ours, Mail.status == MailStatus.SENDING)
    change(session, in_hand.values(expires_at=clock.now()))
    waiting = update(Mail).where(ours, Mail.status == MailStatus.QUEUED)
    return change(session, waiting.values(status=MailStatus.CANCELED))


def read_waiting(session: Session) -> MailsWaiting:
    """For those who watch the service."""
    under_way = Mail.status.in_([MailStatus.QUEUED, MailStatus.SENDING])
    count, oldest = session.execute(select(func.count(), func.min(Mail.created_at)).where(under_way)).one()
    reason = session.scalar(
        select(Mail.reason).where(under_way, Mail.reason.is_not(None)).order_by(Mail.id.desc()).limit(1)
    )
    return MailsWaiting(count, oldest, reason)
