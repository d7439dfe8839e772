"""What becomes of a row once the carrier has answered, refused, or left us not knowing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, or_, select, update
from sqlalchemy.orm import Session

from outreach.carriers.carrier import Action, CarrierError, CarrierMessage
from outreach.db import change
from outreach.outgoing.models import Message, MessageStatus
from outreach.outgoing.status import FINAL, IN_HAND, move
from outreach.outgoing.watching import FIRST_LOOK
from outreach.people.consent import record_consent
from outreach.people.models import Consent, Contact

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

    Rows are locked in the order of their ids, as all lock them that follow an order, and contacts come last: two that
    lock the same rows in different orders would wait for each other.
    """
    ordered = sorted(outcomes, key=lambda outcome: outcome.message_id)
    _lock(session, [outcome.message_id for outcome in ordered])
    _write_taken(session, claim, [outcome for outcome in ordered if isinstance(outcome.result, CarrierMessage)], now)
    others = [outcome for outcome in ordered if not isinstance(outcome.result, CarrierMessage)]
    for outcome in [outcome for outcome in others if _write(session, claim, outcome, now)]:
        if isinstance(outcome.result, CarrierError):
            act_on(session, outcome.message_id, outcome.result.action, outcome.result.meaning, now)


def _lock(session: Session, ids: Sequence[int]) -> None:
    """All of the claim at once, in the order of their ids: what was taken is written before what was refused."""
    session.execute(select(Message.id).where(Message.id.in_(ids)).order_by(Message.id).with_for_update())


def _write_taken(session: Session, claim: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """What the carrier took, nearly always all of a batch: one statement, sent once for all its rows."""
    rows = []
    for outcome in outcomes:
        assert isinstance(outcome.result, CarrierMessage)
        values = taken(outcome.result, now)
        rows.append({"row": outcome.message_id, **{f"new_{name}": value for name, value in values.items()}})
    if not rows:
        return
    table = Message.__table__
    assert isinstance(table, Table)
    names = [name.removeprefix("new_") for name in rows[0] if name != "row"]
    statement = (
        update(table)
        # A list of states would be spelt out anew for each row, which a statement for many rows cannot be.
        .where(table.c.id == bindparam("row"), table.c.claim == claim, or_(*(table.c.status == s for s in IN_HAND)))
        .values(**{name: bindparam(f"new_{name}") for name in names})
    )
    session.connection().execute(statement, rows)


def _write(session: Session, claim: str, outcome: Outcome, now: datetime) -> bool:
    result = outcome.result
    assert not isinstance(result, CarrierMessage)
    if result is None:
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
        "watch_at": None if status in FINAL else now + FIRST_LOOK,
    }


def waiting_again(reason: str | None) -> dict[str, Any]:
    """The carrier provably has it not: back among those that wait."""
    return {"status": MessageStatus.QUEUED, "reason": reason, "claim": None, "watch_at": None}


def _refused(error: CarrierError, attempts: int, now: datetime) -> dict[str, Any]:
    """The carrier did not take it, or nobody knows."""
    reason = error.meaning[:80]
    if error.action is Action.LOOK_UP:
        return {"status": MessageStatus.UNKNOWN, "reason": reason, "watch_at": now}
    waiting = {**waiting_again(reason), "error_code": error.code}
    if error.action is Action.STOP_SENDING:
        return {**waiting, "not_before": now + OPERATOR_PAUSE, "attempts": attempts - 1}
    if error.action in (Action.RETRY, Action.SLOW_DOWN) and attempts < MOST_ATTEMPTS:
        return {**waiting, "not_before": now + RETRY_AFTER * 2 ** (attempts - 1)}
    return {
        "status": MessageStatus.FAILED,
        "reason": reason,
        "error_code": error.code,
        "settled_at": now,
        "watch_at": None,
    }


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
