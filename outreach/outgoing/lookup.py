"""Texts at the carrier whose receipt is overdue are looked up there: callbacks get lost."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select, update

from outreach.carriers.carrier import Action, Carrier, CarrierError, StatusReport
from outreach.db import Database, change
from outreach.outgoing import breaker
from outreach.outgoing.models import Message
from outreach.outgoing.receipts import Heard, hear, keep
from outreach.outgoing.status import AT_CARRIER
from outreach.outgoing.watching import next_look

BATCH = 200
# The carrier itself is in trouble, not this one look-up: two hundred waits would hold a worker for an hour.
AWAY = frozenset({Action.LOOK_UP, Action.RETRY, Action.SLOW_DOWN, Action.STOP_SENDING})

log = logging.getLogger(__name__)


@dataclass
class LookedUp:
    """What one pass did: texts asked about, those of them that moved, and those left for want of an answer."""

    looked_up: int = 0
    moved: int = 0
    left: int = 0


def look_up_overdue(database: Database, carrier: Carrier, now: datetime, limit: int = BATCH) -> LookedUp:
    """Ask the carrier about up to `limit` texts, the longest overdue first; no transaction is open while it answers."""
    report = LookedUp()
    with database.reading() as session:
        rows = session.execute(
            select(Message.id, Message.carrier_sid, Message.sent_at)
            .where(Message.status.in_(list(AT_CARRIER)), Message.watch_at <= now, Message.carrier_sid.is_not(None))
            .order_by(Message.watch_at)
            .limit(limit)
        ).all()
    for place, row in enumerate(rows):
        word: StatusReport | None = None
        try:
            record = carrier.fetch(row.carrier_sid)
            word = StatusReport(record.sid, record.status, record.error_code, row.id)
        except CarrierError as error:
            if error.action in AWAY:
                log.warning("overdue receipts could not be looked up: %s", error.meaning)
                report.left = len(rows) - place
                break
        report.looked_up += 1
        report.moved += _learn(database, carrier, row, word, now).moved
    return report


def _learn(
    database: Database,
    carrier: Carrier,
    row: Row[int, str | None, datetime | None],
    word: StatusReport | None,
    now: datetime,
) -> Heard:
    """Treat the carrier's record as a receipt; without one there is nothing to learn. Then say when to look again."""
    heard = Heard()
    with database.writing() as session:
        if word:
            heard = hear(session, carrier, word, now)
        if word and heard.moved:
            keep(session, word, heard, now)
        again = next_look(row.sent_at or now, now)
        its = (Message.id == row.id, Message.carrier_sid == row.carrier_sid, Message.status.in_(list(AT_CARRIER)))
        change(session, update(Message).where(*its).values(watch_at=again))
    if heard.tripped:
        with database.writing() as session:
            breaker.stop(session, heard.tripped)
    return heard
