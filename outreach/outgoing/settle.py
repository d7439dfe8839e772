"""What becomes of a row once the carrier has answered, refused, or left us not knowing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, literal, select, update
from sqlalchemy.orm import Session

from outreach.carriers.carrier import Action, CarrierError, CarrierMessage
from outreach.db import change
from outreach.outgoing.models import Message, MessageStatus
from outreach.outgoing.status import FINAL, move
from outreach.people.consent import record_consent
from outreach.people.models import Consent, Contact

PAUSED = "paused"  # the reason of rows a person paused, also of those that were in a worker's hands
MOST_ATTEMPTS = 5
RETRY_AFTER = timedelta(seconds=20)  # doubled for each attempt
OPERATOR_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one claimed row: the carrier's answer, its refusal, or None when it was not handed over."""

    message_id: int
    attempts: int
    result: CarrierMessage | CarrierError | None


def record(session: Session, claim: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write the results of one claim. A row that a receipt or the reconciler settled meanwhile is left as it is.

    Rows are written in the order of their ids, as pausing and canceling lock them, and contacts come last: two that
    lock the same rows in different orders would wait for each other.
    """
    ordered = sorted(outcomes, key=lambda outcome: outcome.message_id)
    written = [outcome for outcome in ordered if _write(session, claim, outcome, now)]
    for outcome in written:
        if isinstance(outcome.result, CarrierError):
            act_on(session, outcome.message_id, outcome.result.action, outcome.result.meaning, now)


def _write(session: Session, claim: str, outcome: Outcome, now: datetime) -> bool:
    result = outcome.result
    if isinstance(result, CarrierMessage):
        values = taken(result, now)
    elif result is None:
        values = {**waiting_again(None), "attempts": outcome.attempts - 1}
    else:
        values = _refused(result, outcome.attempts, now)
    changed = change(
        session,
        update(Message)
        .where(
            Message.id == outcome.message_id,
            Message.claim == claim,
            Message.status.in_([MessageStatus.SENDING, MessageStatus.UNKNOWN]),
        )
        .values(**values),
    )
    return bool(changed)


def taken(message: CarrierMessage, now: datetime) -> dict[str, Any]:
    """The carrier has it."""
    status = move(MessageStatus.SENDING, message.status) or MessageStatus.ACCEPTED
    return {
        "status": status,
        "carrier_sid": message.sid,
        "reason": None,
        "error_code": message.error_code,
        "sent_at": now,
        "settled_at": now if status in FINAL else None,
    }


def waiting_again(reason: str | None) -> dict[str, Any]:
    """The carrier provably has it not: back among those that wait, or that a person paused meanwhile."""
    paused = Message.reason == PAUSED
    kind = Message.status.type
    return {
        "status": case((paused, literal(MessageStatus.PAUSED, kind)), else_=literal(MessageStatus.QUEUED, kind)),
        "reason": case((paused, literal(PAUSED)), else_=literal(reason, Message.reason.type)),
        "claim": None,
    }


def _refused(error: CarrierError, attempts: int, now: datetime) -> dict[str, Any]:
    """The carrier did not take it, or nobody knows."""
    reason = error.meaning[:80]
    if error.action is Action.LOOK_UP:
        return {"status": MessageStatus.UNKNOWN, "reason": reason}
    waiting = {**waiting_again(reason), "error_code": error.code}
    if error.action is Action.STOP_SENDING:
        return {**waiting, "not_before": now + OPERATOR_PAUSE, "attempts": attempts - 1}
    if error.action in (Action.RETRY, Action.SLOW_DOWN) and attempts < MOST_ATTEMPTS:
        return {**waiting, "not_before": now + RETRY_AFTER * 2 ** (attempts - 1)}
    return {"status": MessageStatus.FAILED, "reason": reason, "error_code": error.code, "settled_at": now}


def act_on(session: Session, message_id: int, action: Action, meaning: str, now: datetime) -> None:
    """What a refusal means for the contact: opted out at the carrier, or not to be reached by text."""
    if action not in (Action.OPTED_OUT, Action.UNREACHABLE):
        return
    contact = session.scalars(
        select(Contact).join(Message, Message.contact_id == Contact.id).where(Message.id == message_id)
    ).one_or_none()
    if contact is None:
        return
    if action is Action.OPTED_OUT:
        record_consent(session, contact, Consent.UNSUBSCRIBED, source="carrier", evidence=meaning, happened_at=now)
    else:
        contact.unreachable_at, contact.unreachable_reason = now, meaning[:80]
