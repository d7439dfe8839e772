"""Claiming: the due rows, what is asked before they leave, and the lease under which a worker holds them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.carriers.carrier import OutgoingText
from outreach.db import change
from outreach.outgoing.decision import Decision
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.orders import Source
from outreach.outgoing.status import FINAL
from outreach.people.consent import Permission, may_text
from outreach.people.models import Consent, Contact, ContactTopic
from outreach.wording.models import Text

LONGEST_VALIDITY = 36_000  # seconds; Twilio's own maximum

Due: TypeAlias = Row[*tuple[Any, ...]]  # the columns of _NEEDED, by name


@dataclass(frozen=True, slots=True)
class Claimed:
    """One text in this worker's hands."""

    id: int
    text: OutgoingText
    attempts: int
    segments: int
    source: Source


@dataclass(frozen=True, slots=True)
class Lease:
    """How long the rows of one claim are ours. Two clocks watch it: one stands still while the machine sleeps, the
    other may be set; whichever says first that it is old ends it."""

    claim: str
    claimed_at: datetime
    started: float  # time.monotonic()
    start_within: float  # seconds

    @property
    def too_old(self) -> bool:
        asleep = (clock.now() - self.claimed_at).total_seconds()
        return max(asleep, time.monotonic() - self.started) > self.start_within


def mark_claimed(session: Session, ids: Sequence[int], lease: Lease, watch_at: datetime) -> None:
    values = {
        "status": MessageStatus.SENDING,
        "reason": None,
        "claim": lease.claim,
        "claimed_at": lease.claimed_at,
        "watch_at": watch_at,
        "attempts": Message.attempts + 1,
    }
    change(session, update(Message).where(Message.id.in_(ids)).values(**values))


# Columns, not objects: a thousand texts a second pass here.
_NEEDED: tuple[Any, ...] = (
    Message.id, Message.phone, Message.contact_id, Message.purpose, Message.topic, Message.priority,
    Message.source, Message.source_id, Message.expires_at, Message.attempts, Text.body, Text.segments,
    Contact.consent, Contact.only_chosen_topics, Contact.unreachable_at, Contact.held_since, Contact.zones, Contact.zip,
    ContactTopic.consent.label("topic_consent"),
)  # fmt: skip


def is_due() -> ColumnElement[bool]:
    """Rows that wait to be claimed, spelt out: PostgreSQL uses their index only when it sees the states."""
    states = [MessageStatus.QUEUED, MessageStatus.HELD]
    return Message.status.in_(bindparam("due", states, Message.status.type, expanding=True, literal_execute=True))


def find_due(session: Session, priorities: Sequence[Priority], now: datetime, most: int) -> Sequence[Due]:
    """Up to `most` due rows with all that the decision needs, locked against other workers."""
    ids: list[int] = []
    for priority in priorities:  # one index range each: a far-off reminder never stands before a due campaign
        if len(ids) == most:
            break
        ids += session.scalars(
            select(Message.id)
            .where(is_due(), Message.priority == int(priority), Message.not_before <= now)
            # As the index has them. By id as well, each claim would sort all of a campaign: it has one not_before.
            .order_by(Message.not_before)
            .limit(most - len(ids))
            .with_for_update(skip_locked=True)
        )
    if not ids:
        return []
    topic = and_(ContactTopic.contact_id == Message.contact_id, ContactTopic.topic == Message.topic)
    return session.execute(
        select(*_NEEDED)
        .join_from(Message, Text, Text.id == Message.text_id)
        .outerjoin(Contact, Contact.id == Message.contact_id)
        .outerjoin(ContactTopic, topic)
        .where(Message.id.in_(ids))
        .order_by(Message.priority, Message.id)
    ).all()


def any_due(session: Session, priorities: Sequence[Priority], now: datetime) -> bool:
    """Whether a text of these priorities may leave now; locks nothing."""
    due = is_due() & (Message.not_before <= now)
    return any(session.scalar(select(exists().where(due, Message.priority == int(one)))) for one in priorities)


def permission_of(row: Due) -> Permission:
    if row.contact_id is None:  # an alert to staff
        return may_text(Consent.SUBSCRIBED, purpose=row.purpose)
    return may_text(
        row.consent,
        purpose=row.purpose,
        topic=row.topic,
        topic_consent=row.topic_consent,
        only_chosen_topics=row.only_chosen_topics,
        unreachable=row.unreachable_at is not None,
        held=row.held_since is not None,
    )


def put_aside(row: Due, verdict: Decision, now: datetime) -> dict[str, Any]:
    """The columns of a row that does not leave now, for an update by primary key."""
    changed = {"id": row.id, "status": verdict.status, "reason": verdict.reason}
    if verdict.until:
        changed["not_before"] = verdict.until
    if verdict.status in FINAL:
        changed["settled_at"] = now
    return changed


def read_claimed(row: Due, now: datetime) -> Claimed:
    left = (row.expires_at - now).total_seconds() if row.expires_at else LONGEST_VALIDITY
    valid = max(60, int(left)) if left < LONGEST_VALIDITY else None
    text = OutgoingText(row.id, row.phone, row.body, valid)
    return Claimed(row.id, text, row.attempts + 1, row.segments, source_of(row))


def source_of(row: Due) -> Source:
    return row.source, row.source_id
