"""Settling what nobody knows, rows whose worker died and answers that never came, with the carrier's own records.

A clock may be wrong by an hour, and may jump while a text is on its way: how long ago a row was claimed proves nothing.
The proof counts from the first question that the carrier was asked in vain; the row's `not_before` says until when.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.carriers.carrier import Carrier, CarrierError, CarrierMessage, StatusReport
from outreach.db import Database, change
from outreach.outgoing import breaker
from outreach.outgoing.dispatch import Timing
from outreach.outgoing.lookup import AWAY
from outreach.outgoing.models import Message, MessageStatus
from outreach.outgoing.orders import Source
from outreach.outgoing.past_tries import known_sids
from outreach.outgoing.receipts import hear
from outreach.outgoing.settle import MOST_ATTEMPTS, RETRY_AFTER, waiting_again
from outreach.outgoing.watching import FIRST_LOOK, next_question
from outreach.wording.models import Text

NOBODY_KNOWS = "nobody can say whether it was taken"
GIVE_UP = timedelta(hours=24)  # a record that may be ours, in other words: never sent again, and after a day told so
LATER = timedelta(minutes=10)  # no row that was claimed since then is right to wait so long for the next question
SKEW = timedelta(hours=2)  # between the carrier's clock and ours: one may be an hour wrong, as after a daylight change
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
    """Rows that a worker claimed and never came back for become unknown. Returns how many.

    So do those claimed by a clock that was ahead. A row that is in a worker's hands after all is none the worse for it.
    """
    now = clock.now()
    over = or_(
        Message.watch_at < now,
        and_(Message.watch_at.is_(None), Message.claimed_at < now - timing.lease),
        Message.claimed_at > now + timing.lease,
    )
    dead = {
        "status": MessageStatus.UNKNOWN,
        "reason": "its worker stopped",
        "watch_at": now,
    }
    released = change(session, update(Message).where(Message.status == MessageStatus.SENDING, over).values(**dead))
    _ask_anew(session, timing, now)
    return released


def _ask_anew(session: Session, timing: Timing, now: datetime) -> None:
    """Forget what a clock that was ahead noted of unknown rows: they are asked about as if never before."""
    ahead = or_(
        Message.claimed_at > now + timing.lease,
        Message.not_before > now + timing.lease + timing.proof,
        # To that clock it was old, and could wait.
        and_(Message.watch_at > now + LATER, Message.claimed_at > now - LATER),
    )
    earlier = case((Message.claimed_at > now, literal(now, Message.claimed_at.type)), else_=Message.claimed_at)
    anew = {"claimed_at": earlier, "not_before": earlier, "watch_at": now}
    change(session, update(Message).where(Message.status == MessageStatus.UNKNOWN, ahead).values(**anew))


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
    if match and not _twin_under_way(session, message):
        return _taken(session, carrier, message, match, report)
    in_vain = asked.records is not None and not strangers
    if in_vain and _proved(message, now):
        report.never_taken += _never_taken(session, message, now)
    elif not match and now - asked.claimed_at > GIVE_UP and not in_vain:
        _update(session, message, status=MessageStatus.FAILED, reason=NOBODY_KNOWS, settled_at=now, watch_at=None)
    else:
        report.open += _ask_again(session, message, timing, now, in_vain=in_vain)
    return None


def _proved(message: Message, now: datetime) -> bool:
    """Whether the carrier was asked in vain before, so long ago that the text was never taken."""
    return _asked_in_vain(message) and message.not_before <= now


def _asked_in_vain(message: Message) -> bool:
    """Whether `_ask_again` noted it: a row is claimed only when its `not_before` is past."""
    assert message.claimed_at
    return message.claimed_at < message.not_before


def _ask_again(session: Session, message: Message, timing: Timing, now: datetime, *, in_vain: bool) -> int:
    """Ever later, and once just as the proof is complete, which begins with the first question asked in vain."""
    assert message.claimed_at
    first = in_vain and not _asked_in_vain(message)
    complete = now + timing.lease + timing.proof if first else message.not_before
    again = next_question(message.claimed_at, complete, timedelta(seconds=timing.answer), now)
    return _update(session, message, not_before=complete, watch_at=again)


def _taken(
    session: Session, carrier: Carrier, message: Message, match: CarrierMessage, report: Reconciled
) -> Source | None:
    """The carrier has it: what its record says of it counts as a receipt does."""
    now = clock.now()
    its = {"status": MessageStatus.ACCEPTED, "carrier_sid": match.sid, "sent_at": now, "watch_at": now + FIRST_LOOK}
    if not _update(session, message, **its, reason=None, error_code=None):
        return None
    report.taken += 1
    return hear(session, carrier, StatusReport(match.sid, match.status, match.error_code, message.id), now).tripped


def _never_taken(session: Session, message: Message, now: datetime) -> int:
    """Provably not there: it is sent again, but not without end. The first time at once, as the proof took its time."""
    if message.attempts >= MOST_ATTEMPTS:
        ended = {"status": MessageStatus.FAILED, "reason": NOT_TAKEN, "settled_at": now}
        return _update(session, message, **ended, watch_at=None)
    wait = RETRY_AFTER * (2 ** (message.attempts - 1) - 1)
    assert message.claimed_at
    at = now + wait if wait else min(message.claimed_at, now)  # a clock that was ahead may have claimed it
    return _update(session, message, **waiting_again("never taken"), not_before=at)


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
