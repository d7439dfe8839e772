"""A sender that the carrier refuses through the operator's fault waits, and one text tries from time to time."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from outreach.carriers.carrier import CarrierError
from outreach.db import change, insert_new
from outreach.outgoing.models import SenderPause

FIRST = timedelta(minutes=5)
LONGEST = timedelta(hours=1)
PROBE = timedelta(minutes=2)  # so long nobody else tries while one text does

log = logging.getLogger(__name__)


def pause_sender(session: Session, sender: str, error: CarrierError, now: datetime) -> datetime:
    """Hand nothing over for this sender until the returned moment. Each refusal of a probe about doubles the wait.

    Many texts in flight that are refused at once count as one: the wait depends on how long the pause has lasted.
    """
    values = {"code": error.code, "reason": error.meaning[:80]}
    begun = insert_new(session, SenderPause).values(sender=sender, since=now, until=now + FIRST, **values)
    if change(session, begun):
        log.error("sending waits for %d minutes: %s (%s)", FIRST.seconds // 60, error.meaning, error.code)
        return now + FIRST
    pause = session.get_one(SenderPause, sender, with_for_update=True)
    until = max(pause.until, now + wait_after(pause.since, now))
    change(session, update(SenderPause).where(SenderPause.sender == sender).values(until=until, **values))
    return until


def wait_after(since: datetime, now: datetime) -> timedelta:
    """How long to wait after a refusal in a pause that began then: 5 minutes, 10, 20, 40, then an hour."""
    return min(FIRST + max(now - since, timedelta()), LONGEST)


def allowance(session: Session, sender: str, now: datetime) -> int | None:
    """How many texts may be claimed for this sender now: None for any number, 0 in a pause, 1 as a probe.

    To be asked in the claim's transaction: whoever gets the probe keeps the others waiting for PROBE.
    """
    pause = session.scalars(
        select(SenderPause).where(SenderPause.sender == sender).execution_options(populate_existing=True)
    ).one_or_none()
    if pause is None:
        return None
    taken = update(SenderPause).where(SenderPause.sender == sender, SenderPause.until <= now)
    return change(session, taken.values(until=now + PROBE))


def lift(session: Session, sender: str) -> bool:
    """A text was taken: the pause is over. Returns whether there was one."""
    lifted = bool(change(session, delete(SenderPause).where(SenderPause.sender == sender)))
    if lifted:
        log.warning("the sender is taken again; sending goes on")
    return lifted
