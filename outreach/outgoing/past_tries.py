"""Tries that the carrier took and then failed to deliver: remembered by their SIDs when their text is tried again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, literal, null, or_, select, update
from sqlalchemy.orm import Session

from outreach.db import change
from outreach.outgoing.models import Message, MessageStatus, PastTry, Receipt
from outreach.outgoing.status import CARRIER_STATUSES, FAILURES, IN_HAND, WAITING

SENT_AGAIN = "failed before, sent again"
_DELIVERED = [word for word, status in CARRIER_STATUSES.items() if status is MessageStatus.DELIVERED]


def count_tries(session: Session, message_id: int) -> int:
    return session.scalar(select(func.count()).where(PastTry.message_id == message_id)) or 0


def known_sids(session: Session, sids: Collection[str]) -> set[str]:
    """Which of these SIDs stand for a try of ours, the present one of some text or a past one."""
    present = select(Message.carrier_sid).where(Message.carrier_sid.in_(sids))
    past = select(PastTry.carrier_sid).where(PastTry.carrier_sid.in_(sids))
    return {sid for sid in session.scalars(present.union(past)) if sid}


def put_back(
    session: Session, message_id: int, status: MessageStatus, at: datetime, reason: str, now: datetime
) -> None:
    """Let a text wait, queued or paused, for its next try. The one that failed is remembered."""
    _put_back(session, Message.id == message_id, now, status=status, not_before=at, reason=reason)


def _put_back(session: Session, which: ColumnElement[bool], now: datetime, **waits: Any) -> int:
    """No try is under way then, and attempts at handing over are counted anew."""
    tries = select(Message.carrier_sid, Message.id, Message.error_code, literal(now, Message.settled_at.type))
    names = ["carrier_sid", "message_id", "error_code", "ended_at"]
    change(session, insert(PastTry).from_select(names, tries.where(which)))
    cleared = dict.fromkeys(("carrier_sid", "claim", "claimed_at", "sent_at", "settled_at", "watch_at"), null())
    return change(session, update(Message).where(which).values(attempts=0, **cleared, **waits))


def was_delivered(session: Session, message_id: int) -> bool:
    """Whether the carrier said of any try that it arrived after all."""
    said = exists().where(Receipt.message_id == message_id, Receipt.carrier_status.in_(_DELIVERED))
    return bool(session.scalar(select(said)))


def hear_of_past_try(session: Session, message: Message, past: PastTry, word: str, now: datetime) -> bool:
    """A late receipt of a past try never speaks for the present one; yet a text that arrived is not sent again.

    If the text still waits it is settled as delivered. If a worker has it in its hands, that try goes its way, but if
    it was not taken there is no other. Returns whether the text moved.
    """
    if word not in _DELIVERED:
        return False
    if message.status in IN_HAND:
        change(session, update(Message).where(Message.id == message.id).values(expires_at=now))
    if message.status not in WAITING:
        return False
    change(session, delete(PastTry).where(PastTry.carrier_sid == past.carrier_sid))
    settle_delivered(session, message, now, carrier_sid=past.carrier_sid, sent_at=past.ended_at)
    return True


def settle_delivered(session: Session, message: Message, now: datetime, **more: object) -> None:
    """An earlier try arrived after all: the family has it, whatever became of the later ones."""
    arrived = {"status": MessageStatus.DELIVERED, "reason": None, "error_code": None, "settled_at": now, **more}
    change(session, update(Message).where(Message.id == message.id).values(**arrived))


def count_failed(session: Session, source: str, ids: Sequence[int], codes: Sequence[int], now: datetime) -> int:
    """How many texts of these sources failed with one of these codes and are still of use."""
    which = _failed(source, ids, codes, now)
    return session.scalar(select(func.count()).where(which)) or 0 if codes else 0


def send_again(session: Session, source: str, ids: Sequence[int], codes: Sequence[int], now: datetime) -> int:
    """Let these wait again: only for codes that prove that no phone was reached. Returns how many."""
    if not codes:
        return 0
    failed = select(Message.id).where(_failed(source, ids, codes, now)).order_by(Message.id).with_for_update()
    found = list(session.scalars(failed))
    made = 0
    for start in range(0, len(found), 500):  # SQLite takes so many values in one statement
        these = Message.id.in_(found[start : start + 500])
        made += _put_back(session, these, now, status=MessageStatus.QUEUED, not_before=now, reason=SENT_AGAIN)
    return made


def _failed(source: str, ids: Sequence[int], codes: Sequence[int], now: datetime) -> ColumnElement[bool]:
    in_use = or_(Message.expires_at.is_(None), Message.expires_at > now)
    return (
        (Message.source == source)
        & Message.source_id.in_(ids)
        & Message.status.in_(list(FAILURES))
        & Message.error_code.in_(codes)
        & Message.carrier_sid.is_not(None)
        & in_use
    )
