"""Sending: claim due rows, commit, call the carrier with no transaction open, commit what came of it.

A claim is a lease. A text is handed over only while its lease is young, so a row whose lease has run out is in nobody's
hands, and the reconciler may settle it with the carrier's records.
"""

import logging
import time
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.carriers.carrier import Action, Carrier, CarrierError, CarrierMessage, OutgoingText
from outreach.db import Database
from outreach.outgoing import settle
from outreach.outgoing.decision import Decision, decide_sending
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.outgoing.quiet_hours import Hours
from outreach.people.consent import Permission, may_text
from outreach.people.models import Consent, Contact, ContactTopic
from outreach.wording.models import Text

BATCH = 128
IN_FLIGHT = 32
LONGEST_VALIDITY = 36_000  # seconds; Twilio's own maximum

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timing:
    """How long things may take, all derived from the longest wait for the carrier's answer, in seconds."""

    answer: float

    @property
    def start_within(self) -> float:
        """A claimed text that has not been handed over by then is put back."""
        return self.answer

    @property
    def lease(self) -> timedelta:
        """After this a claimed row is in nobody's hands: start_within, connect and answer have all passed."""
        return timedelta(seconds=3 * self.answer)

    @property
    def proof(self) -> timedelta:
        """So long after the lease the carrier's records are complete: what they do not hold was never taken."""
        return timedelta(seconds=2 * self.answer)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One text in this worker's hands."""

    id: int
    text: OutgoingText
    attempts: int


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


@dataclass
class Report:
    """What one slice of dispatch did."""

    sent: int = 0
    other: int = 0
    stopped: str | None = None  # the operator's fault that made further sending pointless
    more: bool = False  # due rows were left when time ran out


@dataclass
class Dispatcher:
    """Sends what is due. One per process: it keeps its threads, as the carrier keeps its connections."""

    database: Database
    carrier: Carrier
    hours: Hours
    default_zone: str
    timing: Timing
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="send"), repr=False
    )

    def run(self, priorities: Iterable[Priority], seconds: float) -> Report:
        """Work through due rows for at most about `seconds`, most urgent first."""
        report, until = Report(), time.monotonic() + seconds
        priorities = sorted(priorities)
        while not report.stopped:
            if time.monotonic() > until:
                report.more = True
                break
            lease = Lease(str(uuid.uuid4()), clock.now(), time.monotonic(), self.timing.start_within)
            with self.database.writing() as session:
                seen, claimed = self._claim(session, priorities, lease)
            if not seen:
                break
            report.other += seen - len(claimed)
            self._send(claimed, lease, report)
        return report

    def _claim(self, session: Session, priorities: Sequence[Priority], lease: Lease) -> tuple[int, list[Claimed]]:
        now = lease.claimed_at
        rows = _due(session, priorities, now)
        verdicts = [(row, self._decide(row, now)) for row in rows]
        leaving = [row.Message.id for row, verdict in verdicts if verdict.status is MessageStatus.SENDING]
        if leaving:
            session.execute(
                update(Message)
                .where(Message.id.in_(leaving))
                .values(
                    status=MessageStatus.SENDING,
                    reason=None,
                    claim=lease.claim,
                    claimed_at=now,
                    attempts=Message.attempts + 1,
                )
                .execution_options(synchronize_session=False)
            )
        for row, verdict in verdicts:
            if verdict.status is not MessageStatus.SENDING:
                _put_aside(session, row.Message, verdict, now)
        return len(rows), [_claimed(row, now) for row, verdict in verdicts if verdict.status is MessageStatus.SENDING]

    def _decide(self, row: Row[Message, Text, Contact, ContactTopic], now: datetime) -> Decision:
        message, contact = row.Message, row.Contact
        return decide_sending(
            now,
            purpose=message.purpose,
            permission=_permission(message, contact, row.ContactTopic),
            zones=(contact.zones.split() if contact else []) or [self.default_zone],
            hours=self.hours,
            expires_at=message.expires_at,
        )

    def _send(self, claimed: Sequence[Claimed], lease: Lease, report: Report) -> None:
        results = list(self._threads.map(lambda one: self._hand_over(one, lease), claimed))
        outcomes = [settle.Outcome(one.id, one.attempts, result) for one, result in zip(claimed, results, strict=True)]
        with self.database.writing() as session:
            settle.record(session, lease.claim, outcomes, clock.now())
        for result in results:
            if isinstance(result, CarrierMessage):
                report.sent += 1
                continue
            report.other += 1
            if isinstance(result, CarrierError) and result.action is Action.STOP_SENDING:
                report.stopped = result.meaning
        if report.stopped:
            log.error("sending stopped: %s", report.stopped)

    def _hand_over(self, one: Claimed, lease: Lease) -> CarrierMessage | CarrierError | None:
        """The carrier's answer, its refusal, or None when the lease was too old to begin."""
        if lease.too_old:
            return None
        try:
            return self.carrier.send(one.text)
        except CarrierError as error:
            return error


def _due(
    session: Session, priorities: Sequence[Priority], now: datetime
) -> Sequence[Row[Message, Text, Contact, ContactTopic]]:
    """Up to BATCH due rows with all that the decision needs, locked against other workers."""
    ids: list[int] = []
    for priority in priorities:  # one index range each: a far-off reminder never stands before a due campaign
        if len(ids) == BATCH:
            break
        ids += session.scalars(
            select(Message.id)
            .where(
                Message.status.in_([MessageStatus.QUEUED, MessageStatus.HELD]),
                Message.priority == int(priority),
                Message.not_before <= now,
            )
            .order_by(Message.not_before, Message.id)
            .limit(BATCH - len(ids))
            .with_for_update(skip_locked=True)
        )
    if not ids:
        return []
    topic = and_(ContactTopic.contact_id == Message.contact_id, ContactTopic.topic == Message.topic)
    return session.execute(
        select(Message, Text, Contact, ContactTopic)
        .join(Text, Text.id == Message.text_id)
        .outerjoin(Contact, Contact.id == Message.contact_id)
        .outerjoin(ContactTopic, topic)
        .where(Message.id.in_(ids))
        .order_by(Message.priority, Message.id)
    ).all()


def _permission(message: Message, contact: Contact | None, topic: ContactTopic | None) -> Permission:
    if contact is None:  # an alert to staff
        return may_text(Consent.SUBSCRIBED, purpose=message.purpose)
    return may_text(
        contact.consent,
        purpose=message.purpose,
        topic=message.topic,
        topic_consent=topic.consent if topic else None,
        only_chosen_topics=contact.only_chosen_topics,
        unreachable=contact.unreachable_at is not None,
        held=contact.held_since is not None,
    )


def _put_aside(session: Session, message: Message, verdict: Decision, now: datetime) -> None:
    message.status, message.reason = verdict.status, verdict.reason
    if verdict.until is not None:
        message.not_before = verdict.until
    else:
        message.settled_at = now
    session.add(message)


def _claimed(row: Row[Message, Text, Contact, ContactTopic], now: datetime) -> Claimed:
    message = row.Message
    left = (message.expires_at - now).total_seconds() if message.expires_at else LONGEST_VALIDITY
    valid = max(60, int(left)) if left < LONGEST_VALIDITY else None
    return Claimed(message.id, OutgoingText(message.id, message.phone, row.Text.body, valid), message.attempts + 1)
