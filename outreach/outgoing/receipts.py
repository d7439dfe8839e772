"""Receipts: what the carrier reports of a text after taking it. Every one is kept; few change anything."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach.carriers.carrier import Action, Carrier, StatusReport
from outreach.db import change
from outreach.outgoing.models import Message, MessageStatus, Receipt
from outreach.outgoing.settle import act_on
from outreach.outgoing.status import FINAL, move


def record_receipt(session: Session, carrier: Carrier, report: StatusReport, now: datetime) -> bool:
    """Keep the receipt and move its message. Returns whether the message moved.

    The callback carries our own row id, so it settles also a row whose worker died before it could note the carrier's.
    """
    message = _find(session, report)
    moved = message is not None and _move(session, message, report, carrier, now)
    session.add(
        Receipt(
            message_id=message.id if message else None,
            carrier_sid=report.sid,
            carrier_status=report.status,
            error_code=report.error_code,
            moved=moved,
            received_at=now,
        )
    )
    return moved


def _find(session: Session, report: StatusReport) -> Message | None:
    """The row that carries this SID; else the row the callback names, when it has none yet."""
    ours = (
        or_(Message.carrier_sid == report.sid, Message.id == report.row)
        if report.row
        else (Message.carrier_sid == report.sid)
    )
    found = session.scalars(select(Message).where(ours).with_for_update()).all()
    for message in found:
        if message.carrier_sid == report.sid:
            return message
    return next((message for message in found if message.carrier_sid is None), None)


def _move(session: Session, message: Message, report: StatusReport, carrier: Carrier, now: datetime) -> bool:
    target = move(message.status, report.status)
    if target is None:
        return False
    failed = target in (MessageStatus.FAILED, MessageStatus.UNDELIVERED)
    action, meaning = carrier.action_for(report.error_code) if failed else (Action.GIVE_UP, None)
    changed = change(
        session,
        update(Message)
        .where(Message.id == message.id, Message.status == message.status)
        .values(
            status=target,
            carrier_sid=report.sid,
            reason=meaning,
            error_code=report.error_code,
            sent_at=message.sent_at or now,
            settled_at=now if target in FINAL else None,
        ),
    )
    if failed and meaning:
        act_on(session, message.id, action, meaning, now)
    return bool(changed)
