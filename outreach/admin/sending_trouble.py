"""Texts that do not leave through the operator's own fault: what is wrong with the account, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.carriers.carrier import Action
from outreach.carriers.twilio_errors import ERRORS
from outreach.outgoing.models import Message, MessageStatus

RECENT = timedelta(hours=24)
CREDENTIALS = "Correct TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN as the Twilio console has them, and restart."
ACCOUNT = "Open the Twilio console: its first page says what the account needs."
SENDER = "Correct TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID as the Twilio console has them, and restart."
TRIAL = "Upgrade the Twilio account: a trial account reaches only numbers that were verified by hand."
REGISTRATION = "Finish the sender's registration in the Twilio console, under Regulatory compliance."
WHAT_TO_DO = {
    20003: CREDENTIALS,
    20005: ACCOUNT,
    21212: SENDER,
    21603: SENDER,
    21606: SENDER,
    21608: TRIAL,
    21703: SENDER,
    21704: SENDER,
    30002: ACCOUNT,
    30032: REGISTRATION,
    30033: REGISTRATION,
    30034: REGISTRATION,
    30035: REGISTRATION,
    30037: ACCOUNT,
    30044: TRIAL,
}
OURS = [(meaning, code) for code, (action, meaning) in ERRORS.items() if action is Action.STOP_SENDING]
MEANINGS = dict(reversed(OURS))  # of two codes with one meaning, the first


@dataclass(frozen=True)
class Trouble:
    """One reason why sending fails. `texts` were tried and wait, or were lost since yesterday."""

    meaning: str
    code: int
    texts: int
    what_to_do: str


def find_trouble(session: Session) -> Sequence[Trouble]:
    """What the carrier refuses through our own fault, at once or by receipt, the most texts first."""
    rows = session.execute(
        select(Message.reason, Message.error_code, func.count())
        .where(
            Message.reason.in_(MEANINGS),
            or_(
                Message.status == MessageStatus.QUEUED,
                Message.status.in_([MessageStatus.FAILED, MessageStatus.UNDELIVERED])
                & (Message.settled_at > clock.now() - RECENT),
            ),
        )
        .group_by(Message.reason, Message.error_code)
        .order_by(func.count().desc())
    )
    return [_trouble(reason, code, count) for reason, code, count in rows if reason]


def _trouble(meaning: str, code: int | None, texts: int) -> Trouble:
    code = code or MEANINGS[meaning]
    return Trouble(meaning, code, texts, WHAT_TO_DO.get(code, ACCOUNT))
