"""What a failed receipt leads to: another try, the phone's or the family's standing, or the source's breaker."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.carriers.carrier import Action, Again, Carrier, Failure
from outreach.outgoing import breaker, past_tries
from outreach.outgoing.decision import Decision
from outreach.outgoing.models import Message, MessageStatus, PastTry, Priority
from outreach.outgoing.orders import Source, standing_orders
from outreach.outgoing.retries import count_days, plan_retry
from outreach.outgoing.settle import act_on
from outreach.outgoing.status import FAILURES

MEMORY = timedelta(days=60)  # an older failure says nothing about the phone of today


def follow_up(session: Session, carrier: Carrier, message: Message, code: int | None, now: datetime) -> Source | None:
    """Do what the failure of a text's present try asks for. `message` is as it stood before; its row stands as failed.

    Returns the source whose breaker it tripped, for a later transaction to stop. Contacts come last: see settle.record.
    """
    failure = carrier.action_for(code)
    source = (message.source, message.source_id)
    if past_tries.was_delivered(session, message.id):
        past_tries.settle_delivered(session, message, now)
        return None
    again = _try_again(session, message, failure, now)
    tripped = _notice(session, message, code, failure, now, again=again)
    if not again:
        _tell_contact(session, message, code, failure, now)
    return source if tripped else None


def _notice(
    session: Session, message: Message, code: int | None, failure: Failure, now: datetime, *, again: bool
) -> bool:
    """Whether the breaker of the text's source trips. Texts to one person have none: a crisis pages until somebody
    takes it, and nobody would resume what a breaker stopped there."""
    if message.priority <= Priority.ALERT:
        return False
    source = (message.source, message.source_id)
    if failure.by_receipt is Action.STOP_SENDING and not again:
        return breaker.count_failure(session, source, code, failure.meaning, now)
    return breaker.notice_blocking(session, source, code, now)


def _try_again(session: Session, message: Message, failure: Failure, now: datetime) -> bool:
    if failure.again is Again.NEVER:
        return False
    before = past_tries.count_tries(session, message.id)
    retry = plan_retry(failure.again, failure.meaning, before, now, message.expires_at)
    if retry.at is None:
        return False
    source = (message.source, message.source_id)
    ordered = standing_orders(session, [source]).get(source, Decision(MessageStatus.QUEUED, retry.reason))
    if ordered.status is MessageStatus.CANCELED:
        return False
    past_tries.put_back(session, message.id, ordered.status, retry.at, ordered.reason or "", now)
    return True


def _tell_contact(session: Session, message: Message, code: int | None, failure: Failure, now: datetime) -> None:
    action = failure.by_receipt
    if action is Action.OPTED_OUT:
        act_on(session, message.id, action, failure.meaning, now)
    elif (action is Action.UNREACHABLE or failure.days > 1) and _failed_often(session, message, code, failure, now):
        act_on(session, message.id, Action.UNREACHABLE, failure.meaning, now)


def _failed_often(session: Session, message: Message, code: int | None, failure: Failure, now: datetime) -> bool:
    """Whether the phone failed so on as many separate days as the code asks for, with no text delivered since."""
    if failure.days == 1:
        return True
    if message.contact_id is None:
        return False
    its = (Message.contact_id == message.contact_id, Message.settled_at > now - MEMORY)
    delivered = select(func.max(Message.settled_at, type_=Message.settled_at.type))
    last = session.scalar(delivered.where(*its, Message.status == MessageStatus.DELIVERED)) or now - MEMORY
    ended = select(Message.settled_at).where(
        *its, Message.status.in_(list(FAILURES)), Message.error_code == code, Message.settled_at > last
    )
    tried = (
        select(PastTry.ended_at)
        .join(Message, Message.id == PastTry.message_id)
        .where(Message.contact_id == message.contact_id, PastTry.error_code == code, PastTry.ended_at > last)
    )
    moments = [moment for moment in (*session.scalars(ended), *session.scalars(tried)) if moment]
    return count_days(moments) >= failure.days
