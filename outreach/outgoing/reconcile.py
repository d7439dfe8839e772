"""Settling what nobody knows, rows whose worker died and answers that never came, with the carrier's own records."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.carriers.carrier import Carrier, CarrierError, CarrierMessage, StatusReport
from outreach.db import Database, change
from outreach.outgoing import breaker
from outreach.outgoing.breaker import Source
from outreach.outgoing.dispatch import Timing
from outreach.outgoing.lookup import AWAY
from outreach.outgoing.models import Message, MessageStatus
from outreach.outgoing.past_tries import known_sids
from outreach.outgoing.receipts import hear
from outreach.outgoing.settle import MOST_ATTEMPTS, PAUSED, RETRY_AFTER, waiting_again
from outreach.outgoing.watching import FIRST_LOOK, next_question
from outreach.wording.models import Text

NOBODY_KNOWS = "nobody can say whether it was taken"
GIVE_UP = timedelta(hours=24)  # a record that may be ours, in other words: never sent again, and after a day told so
SKEW = timedelta(minutes=2)  # the carrier's clock and ours
BATCH = 200
NOT_TAKEN = f"the carrier did not take it in {MOST_ATTEMPTS} tries"

log = logging.getLogger(__name__)


@dataclass
class Reconciled:
    """What one pass found: the carrier had it, it never did, or it is too early to say."""

    taken: int = 0
    never_taken: int = 0
    open: int = 0


@dataclass
class Asked:
    """An unknown row, its words, and what the carrier has for its phone; None when that could not be read."""

    message: Message
    body: str
    claimed_at: datetime
    records: Sequence[CarrierMessage] | None = None


def release_dead_claims(session: Session, timing: Timing) -> int:
    """Rows that a worker claimed and never came back for become unknown. Returns how many."""
    now = clock.now()
    over = or_(Message.watch_at < now, and_(Message.watch_at.is_(None), Message.claimed_at < now - timing.lease))
    dead = {
        "status": MessageStatus.UNKNOWN,
        "reason": _unless_paused("its worker stopped"),
        "watch_at": now,
    }
    return change(session, update(Message).where(Message.status == MessageStatus.SENDING, over).values(**dead))


def reconcile(database: Database, carrier: Carrier, timing: Timing, *, everything: bool = False) -> Reconciled:
    """Ask the carrier about each unknown row that is to be asked about now, or about `everything` unknown.

    No transaction is open while it answers.
    """
    report = Reconciled()
    due = or_(Message.watch_at <= clock.now(), Message.watch_at.is_(None))
    with database.reading() as session:
        rows = session.execute(
            select(Message, Text.body)
            .join(Text)
            .where(Message.status == MessageStatus.UNKNOWN, *([] if everything else [due]))
            .order_by(Message.watch_at)
            .limit(BATCH)
        ).all()
    for place, (message, body) in enumerate(rows):
        assert message.claimed_at
        asked = Asked(message, body, message.claimed_at)
        try:
            asked.records = carrier.find(message.phone, message.claimed_at - SKEW)
        except CarrierError as error:
            log.warning("the carrier's records could not be read: %s", error.meaning)
            if error.action in AWAY:
                report.open += len(rows) - place
                break
        with database.writing() as session:
            tripped = _settle(session, carrier, asked, timing, report)
        if tripped:
            with database.writing() as session:
                breaker.stop(session, tripped)
    return report


def _settle(session: Session, carrier: Carrier, asked: Asked, timing: Timing, report: Reconciled) -> Source | None:
    """Settle one row by the carrier's records. Returns a source whose texts must be stopped."""
    now, message = clock.now(), asked.message
    records = asked.records or ()
    known = known_sids(session, [record.sid for record in records])
    strangers = [record for record in records if record.sid not in known]
    match = find_record(strangers, asked.body)
    proof = timing.lease + timing.proof
    age = now - asked.claimed_at
    if match and not _twin_under_way(session, message):
        return _taken(session, carrier, message, match, report)
    if asked.records is not None and not strangers and age > proof:
        report.never_taken += _never_taken(session, message, now)
    elif not match and age > GIVE_UP:
        _update(session, message, status=MessageStatus.FAILED, reason=NOBODY_KNOWS, settled_at=now, watch_at=None)
    else:
        again = next_question(asked.claimed_at, proof, timedelta(seconds=timing.answer), now)
        report.open += _update(session, message, watch_at=again)
    return None


def _taken(
    session: Session, carrier: Carrier, message: Message, match: CarrierMessage, report: Reconciled
) -> Source | None:
    """The carrier has it: what its record says of it counts as a receipt does."""
    now = clock.now()
    its = {"status": MessageStatus.ACCEPTED, "carrier_sid": match.sid, "sent_at": now, "watch_at": now + FIRST_LOOK}
    if not _update(session, message, **its, reason=_unless_paused(None), error_code=None):
        return None
    report.taken += 1
    return hear(session, carrier, StatusReport(match.sid, match.status, match.error_code, message.id), now).tripped


def _never_taken(session: Session, message: Message, now: datetime) -> int:
    """Provably not there: it is sent again, but not without end. The first time at once, as the proof took its time."""
    if message.attempts >= MOST_ATTEMPTS:
        ended = {"status": MessageStatus.FAILED, "reason": NOT_TAKEN, "settled_at": now}
        return _update(session, message, **ended, watch_at=None)
    wait = RETRY_AFTER * (2 ** (message.attempts - 1) - 1)
    later = {"not_before": now + wait} if wait else {}
    return _update(session, message, **waiting_again("never taken"), **later)


def _unless_paused(reason: str | None) -> ColumnElement[str | None]:
    """A person paused it while it was in a worker's hands: it keeps that word until it is settled."""
    return case((Message.reason == PAUSED, literal(PAUSED)), else_=literal(reason, Message.reason.type))


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
