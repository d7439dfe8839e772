"""Settling what nobody knows, rows whose worker died and answers that never came, with the carrier's own records."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.carriers.carrier import Action, Carrier, CarrierError, CarrierMessage
from outreach.db import Database, change
from outreach.outgoing.dispatch import Timing
from outreach.outgoing.models import Message, MessageStatus
from outreach.outgoing.settle import taken, waiting_again
from outreach.wording.models import Text

NOBODY_KNOWS = "nobody can say whether it was taken"
GIVE_UP = timedelta(hours=24)  # a record that may be ours, in other words: never sent again, and after a day told so
SKEW = timedelta(minutes=2)  # the carrier's clock and ours
BATCH = 200
# The carrier itself is in trouble, not this one look-up: two hundred waits would hold a worker for an hour.
AWAY = frozenset({Action.LOOK_UP, Action.RETRY, Action.SLOW_DOWN, Action.STOP_SENDING})

log = logging.getLogger(__name__)


@dataclass
class Reconciled:
    """What one pass found: the carrier had it, it never did, or it is too early to say."""

    taken: int = 0
    never_taken: int = 0
    open: int = 0


def release_dead_claims(session: Session, timing: Timing) -> int:
    """Rows that a worker claimed and never came back for become unknown. Returns how many."""
    return change(
        session,
        update(Message)
        .where(Message.status == MessageStatus.SENDING, Message.claimed_at < clock.now() - timing.lease)
        .values(status=MessageStatus.UNKNOWN, reason="its worker stopped"),
    )


def reconcile(database: Database, carrier: Carrier, timing: Timing) -> Reconciled:
    """Ask the carrier about each unknown row; no transaction is open while it answers."""
    report = Reconciled()
    with database.reading() as session:
        rows = session.execute(
            select(Message, Text.body)
            .join(Text)
            .where(Message.status == MessageStatus.UNKNOWN)
            .order_by(Message.claimed_at)
            .limit(BATCH)
        ).all()
    for place, (message, body) in enumerate(rows):
        assert message.claimed_at
        try:
            records = carrier.find(message.phone, message.claimed_at - SKEW)
        except CarrierError as error:
            log.warning("the carrier's records could not be read: %s", error.meaning)
            if error.action in AWAY:
                report.open += len(rows) - place
                break
            report.open += 1
            continue
        with database.writing() as session:
            _settle(session, message, body, records, timing, report)
    return report


def _settle(
    session: Session,
    message: Message,
    body: str,
    records: Sequence[CarrierMessage],
    timing: Timing,
    report: Reconciled,
) -> None:
    assert message.claimed_at
    known = set(session.scalars(select(Message.carrier_sid).where(Message.carrier_sid.in_([r.sid for r in records]))))
    strangers = [record for record in records if record.sid not in known]
    match = find_record(strangers, body)
    age = clock.now() - message.claimed_at
    if match and _twin_under_way(session, message):
        report.open += 1
    elif match:
        report.taken += _update(session, message, **taken(match, clock.now()))
    elif not strangers and age > timing.lease + timing.proof:
        report.never_taken += _update(session, message, **waiting_again("never taken"))
    elif age > GIVE_UP:
        _update(session, message, status=MessageStatus.FAILED, reason=NOBODY_KNOWS, settled_at=clock.now())
    else:
        report.open += 1


def find_record(records: Sequence[CarrierMessage], body: str) -> CarrierMessage | None:
    """The oldest record with these words, else the oldest without any: an account may have its texts redacted."""
    oldest_first = list(reversed(records))
    exact = (record for record in oldest_first if record.body == body)
    return next(exact, None) or next((record for record in oldest_first if not record.body), None)


def _twin_under_way(session: Session, message: Message) -> bool:
    """Whether a worker just now hands over the same words to the same phone: the record may be of that text."""
    twin = exists().where(
        Message.phone == message.phone, Message.text_id == message.text_id, Message.status == MessageStatus.SENDING
    )
    return bool(session.scalar(select(twin)))


def _update(session: Session, message: Message, **values: object) -> int:
    return change(
        session,
        update(Message)
        .where(Message.id == message.id, Message.status == MessageStatus.UNKNOWN, Message.claim == message.claim)
        .values(**values),
    )
