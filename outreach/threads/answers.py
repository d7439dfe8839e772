"""What a person here writes to one family: whether it may, how fast it leaves, and its way into the outbox, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ScalarSelect, SQLColumnExpression, exists, func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import insert_row
from outreach.outgoing import orders, outbox
from outreach.outgoing.forecast import forecast
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.people.consent import Purpose
from outreach.people.models import Consent, Contact
from outreach.runtime import Runtime
from outreach.staff.models import Staff
from outreach.threads.models import StaffText
from outreach.wording.texts import store_text

SOURCE = "staff"  # in the outbox
LONGEST = 1600  # characters of a text, who writes included
ANSWERABLE = timedelta(days=14)  # so long may a family be answered that wrote to us and never agreed to our texts
LIVE = timedelta(hours=1)  # who wrote so recently is awake, and waits for the answer
LIVE_USE = timedelta(hours=4)  # an outage must not bring an evening's answer at night
USE = timedelta(hours=72)  # over a weekend and a holiday


class Refusal(StrEnum):
    """Why no person may write to a family."""

    SAID_STOP = "said_stop"
    NO_CONSENT = "no_consent"
    UNREACHABLE = "unreachable"
    NO_HOUR = "no_hour"


@dataclass(frozen=True)
class Way:
    """How a person's text would go to a family. Where `refusal` is set it does not.

    `leaves_at` is when a decent hour comes; None: at once.
    """

    purpose: Purpose = Purpose.STAFF
    useful: timedelta = USE
    refusal: Refusal | None = None
    leaves_at: datetime | None = None


class AnswerRefusedError(ValueError):
    """Nobody may write to this family now."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def decide_way(consent: Consent, *, unreachable: bool, last_wrote: datetime | None, now: datetime) -> Way:
    """By consent, reach and how long ago the family wrote. Pure; docs/decisions/0006 says why.

    A stop ends it. A family that agreed may be written to; one that never did, while what it asked is fresh. What
    answers a conversation under way leaves at any hour, all else waits for a decent one.
    """
    if consent is Consent.UNSUBSCRIBED:
        return Way(refusal=Refusal.SAID_STOP)
    if unreachable:
        return Way(refusal=Refusal.UNREACHABLE)
    if consent is Consent.PENDING and (last_wrote is None or now - last_wrote > ANSWERABLE):
        return Way(refusal=Refusal.NO_CONSENT)
    if last_wrote is not None and now - last_wrote <= LIVE:
        return Way(Purpose.REPLY, LIVE_USE)
    return Way()


def foresee(work: Runtime, contact: Contact, last_wrote: datetime | None) -> Way:
    """The same for this family now, with its hours."""
    now = clock.now()
    unreachable = contact.unreachable_at is not None
    way = decide_way(contact.consent, unreachable=unreachable, last_wrote=last_wrote, now=now)
    if way.refusal:
        return way
    verdict = forecast(work.settings, contact, way.purpose, now, now + way.useful)
    if verdict.status in (MessageStatus.SENDING, MessageStatus.HELD):
        return Way(way.purpose, way.useful, leaves_at=verdict.until)
    return Way(refusal=Refusal.NO_HOUR)


def write(
    session: Session,
    work: Runtime,
    contact: Contact,
    staff: Staff,
    body: str,
    *,
    key: str,
    way: Way,
    language: str | None = None,
    canned: str | None = None,
) -> StaffText:
    """Put a person's text into the outbox. The same `key` again gives the text that was written first.

    `way` is what `foresee` said; `language` what it is written in, the family's when None. Raises AnswerRefusedError.
    Does not commit.
    """
    if before := find_written(session, key):
        return before
    if way.refusal:
        raise AnswerRefusedError(way.refusal)
    row = insert_row(
        session,
        StaffText,
        key=key,
        contact_id=contact.id,
        staff_id=staff.id,
        text_id=store_text(session, body).id,
        language=language or contact.language,
        canned=canned,
        written_at=clock.now(),
    )
    if row is not None:
        _queue(session, work, contact, row, body, language or contact.language, way)
    written = find_written(session, key)
    assert written is not None
    return written


def _queue(session: Session, work: Runtime, contact: Contact, row: int, body: str, language: str, way: Way) -> None:
    draft = outbox.Draft(
        source=SOURCE,
        source_id=row,
        phone=contact.phone,
        contact_id=contact.id,
        body=body,
        language=language,
        purpose=way.purpose,
        priority=Priority.REPLY,
        useful=way.useful,
    )
    outbox.queue(session, draft)
    outbox.wake_dispatch(session, work.redis, Priority.REPLY)


def find_written(session: Session, key: str) -> StaffText | None:
    return session.scalars(select(StaffText).where(StaffText.key == key)).one_or_none()


def take_back(session: Session, written: StaffText) -> bool:
    """Keep a text from leaving. False when it is too late: a worker or the carrier has it."""
    return orders.withdraw(session, SOURCE, [written.id]) > 0


def last_left(contact_id: SQLColumnExpression[int], since: SQLColumnExpression[datetime]) -> ScalarSelect[datetime]:
    """When a person here last wrote to this family a text that has left, after `since`; a part of larger statements."""
    has_left = exists().where(Message.source == SOURCE, Message.source_id == StaffText.id, Message.sent_at.is_not(None))
    return (
        select(func.max(StaffText.written_at, type_=StaffText.written_at.type))
        .where(StaffText.contact_id == contact_id, StaffText.written_at > since, has_left)
        .scalar_subquery()
    )
