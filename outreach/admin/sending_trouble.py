"""Texts that do not leave through the operator's own fault: what is wrong with the account, and what to do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.models import Campaign, CampaignState
from outreach.carriers.carrier import Action
from outreach.carriers.twilio_errors import ERRORS
from outreach.outgoing.models import Message, MessageStatus, SenderPause

RECENT = timedelta(hours=24)
CREDENTIALS = "Correct TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN as the Twilio console has them, and restart."
ACCOUNT = "Open the Twilio console: its first page says what the account needs."
SENDER = "Correct TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID as the Twilio console has them, and restart."
TRIAL = "Upgrade the Twilio account: a trial account reaches only numbers that were verified by hand."
REGISTRATION = "Finish the sender's registration in the Twilio console, under Regulatory compliance."
BLOCKING = "Look at the words and links of the texts, and at the sender in the Twilio console, before it goes on."
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
OURS = [(row.meaning, code) for code, row in ERRORS.items() if row.by_receipt is Action.STOP_SENDING]
MEANINGS = dict(reversed(OURS))  # of two codes with one meaning, the first


@dataclass(frozen=True)
class Trouble:
    """One reason why sending fails. `texts` were tried and wait, or were lost since yesterday.

    `next_try` is set while the sender waits: nothing at all leaves before.
    """

    meaning: str
    code: int
    texts: int
    what_to_do: str
    next_try: datetime | None = None


@dataclass(frozen=True)
class Stopped:
    """A campaign that the service itself paused."""

    campaign_id: int
    title: str
    why: str
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
    pauses = {pause.reason: pause for pause in session.scalars(select(SenderPause))}
    found = [_trouble(reason, code, count, pauses.pop(reason, None)) for reason, code, count in rows if reason]
    return [_trouble(reason, pause.code, 0, pause) for reason, pause in pauses.items()] + found


def find_pauses(session: Session) -> Sequence[Trouble]:
    """The senders that wait, without counting texts: for a page that asks every two seconds."""
    pauses = session.scalars(select(SenderPause).order_by(SenderPause.since))
    return [_trouble(pause.reason, pause.code, 0, pause) for pause in pauses]


def _trouble(meaning: str, code: int | None, texts: int, pause: SenderPause | None) -> Trouble:
    code = code or MEANINGS.get(meaning, 0)
    return Trouble(meaning, code, texts, WHAT_TO_DO.get(code, ACCOUNT), pause.until if pause else None)


def find_stopped(session: Session) -> Sequence[Stopped]:
    """The campaigns that the service paused, and that wait for a person; the newest first."""
    paused = Campaign.state == CampaignState.PAUSED
    campaigns = select(Campaign).where(paused, Campaign.paused_reason.is_not(None)).order_by(Campaign.id.desc())
    return [stopped for campaign in session.scalars(campaigns) if (stopped := explain_stop(campaign))]


def explain_stop(campaign: Campaign) -> Stopped | None:
    """Why the service paused this campaign, and what to do about it; None when it did not."""
    if campaign.state is not CampaignState.PAUSED or not campaign.paused_reason:
        return None
    code = re.search(r"\((\d+)\)$", campaign.paused_reason)
    what_to_do = WHAT_TO_DO.get(int(code[1]), ACCOUNT) if code else BLOCKING
    return Stopped(campaign.id, campaign.title, campaign.paused_reason, what_to_do)
