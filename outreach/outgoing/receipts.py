"""Receipts: what the carrier reports of a text after taking it. Every one is kept; few change anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from outreach.carriers.carrier import Carrier, StatusReport
from outreach.db import change
from outreach.outgoing.failures import follow_up
from outreach.outgoing.models import Message, MessageStatus, PastTry, Receipt
from outreach.outgoing.orders import Source
from outreach.outgoing.past_tries import hear_of_past_try
from outreach.outgoing.status import FAILURES, FINAL, MOVES, move
from outreach.outgoing.watching import FIRST_LOOK

QUIET = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a word of the carrier led to. `tripped` is a source whose texts must now be stopped: see breaker.stop."""

    message_id: int | None = None
    moved: bool = False
    tripped: Source | None = None


def record_receipt(session: Session, carrier: Carrier, report: StatusReport, now: datetime) -> Heard:
    """Keep the receipt and move its message."""
    heard = hear(session, carrier, report, now)
    keep(session, report, heard, now)
    return heard


def hear(session: Session, carrier: Carrier, report: StatusReport, now: datetime) -> Heard:
    """Move the message that a report is about, if it says anything new, and do what a failure asks for.

    A report that names our own row settles also one whose worker died before it could note the carrier's SID.
    """
    target, before = MOVES.get(report.status, (None, frozenset[MessageStatus]()))
    if target is not None and target not in FAILURES:  # nearly every receipt: found by its SID, moved in one statement
        values = _values(target, report, None, now)
        here = update(Message).where(Message.carrier_sid == report.sid, Message.status.in_(list(before)))
        row = session.execute(here.values(**values).returning(Message.id), execution_options=QUIET).scalar()
        if row is not None:
            return Heard(row, moved=True)
    return _look_closer(session, carrier, report, now)


def keep(session: Session, report: StatusReport, heard: Heard, now: datetime) -> None:
    kept = {"carrier_sid": report.sid, "carrier_status": report.status, "error_code": report.error_code}
    session.execute(
        insert(Receipt).values(message_id=heard.message_id, moved=heard.moved, received_at=now, **kept).inline()
    )


def _look_closer(session: Session, carrier: Carrier, report: StatusReport, now: datetime) -> Heard:
    """With the row locked: a failure, a doubled or a late word, a row without its SID, or a try of the past."""
    message = _lock(session, report)
    if message is None or message.carrier_sid != report.sid:
        # Asked only once the row is locked: another receipt may just have ended this try.
        past = session.get(PastTry, report.sid, populate_existing=True)
        if past is not None:
            return _hear_of_the_past(session, past, report, now)
    if message is None:
        return Heard()
    target = move(message.status, report.status)
    if target is None:
        return Heard(message.id)
    failed = target in FAILURES
    reason = carrier.action_for(report.error_code).meaning if failed else None
    change(session, update(Message).where(Message.id == message.id).values(**_values(target, report, reason, now)))
    if not failed:
        return Heard(message.id, moved=True)
    tripped = follow_up(session, carrier, message, report.error_code, now)
    return Heard(message.id, moved=True, tripped=tripped)


def _lock(session: Session, report: StatusReport) -> Message | None:
    """The row that carries this SID; else the row the report names, when it has none yet."""
    named = Message.id == report.row if report.row else None
    ours = Message.carrier_sid == report.sid if named is None else or_(Message.carrier_sid == report.sid, named)
    rows = select(Message).where(ours).order_by(Message.id).with_for_update()
    found = session.scalars(rows.execution_options(populate_existing=True)).all()
    by_sid = (message for message in found if message.carrier_sid == report.sid)
    return next(by_sid, None) or next((message for message in found if message.carrier_sid is None), None)


def _hear_of_the_past(session: Session, past: PastTry, report: StatusReport, now: datetime) -> Heard:
    message = session.get_one(Message, past.message_id, with_for_update=True, populate_existing=True)
    return Heard(message.id, moved=hear_of_past_try(session, message, past, report.status, now))


def _values(target: MessageStatus, report: StatusReport, reason: str | None, now: datetime) -> dict[str, Any]:
    final = target in FINAL
    return {
        "status": target,
        "carrier_sid": report.sid,
        "reason": reason if final else None,
        "error_code": report.error_code,
        "sent_at": func.coalesce(Message.sent_at, now),
        "settled_at": now if final else None,
        "watch_at": None if final else now + FIRST_LOOK,
    }
