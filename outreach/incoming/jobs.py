"""The jobs that act on stored texts: thin, and safe to run twice or at once."""

import logging
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, queues, runtime
from outreach.incoming.inbox import route_call
from outreach.incoming.models import Inbound, InboundState
from outreach.incoming.routing import route_stored

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
TELL_AFTER = 6  # failures, some two and a half minutes: what passes by itself has passed by then
BATCH = 500

log = logging.getLogger(__name__)


def route(inbound_id: int) -> None:
    """Route one stored text: its intent, its reply and all it changes in one transaction."""
    work = runtime.current()
    queues.awake(work.redis, route_call(inbound_id))
    try:
        with work.database.writing() as session:
            route_stored(session, work, inbound_id)
    except Exception:
        with work.database.writing() as session:
            _put_off(session, inbound_id)
        raise


def _put_off(session: Session, inbound_id: int) -> None:
    """The text stays stored and is tried again, ever less often and for ever: it may be a STOP."""
    stored = session.get_one(Inbound, inbound_id, with_for_update=True)
    stored.attempts += 1
    stored.next_try_at = clock.now() + wait_after(stored.attempts)
    if stored.attempts == TELL_AFTER:
        log.error("inbound %s could not be routed %s times; it is tried again", inbound_id, TELL_AFTER)


def wait_after(attempts: int) -> timedelta:
    """How long a text rests after so many failures (1 or more): 5 s, doubled each time, at most 10 minutes."""
    doublings = min(attempts - 1, 10)  # beyond, the longest wait anyway
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def sweep() -> None:
    """Find stored texts that no worker was called for, or whose time for another try has come."""
    work = runtime.current()
    with work.database.reading() as session:
        waiting = session.scalars(
            select(Inbound.id)
            .where(Inbound.state == InboundState.STORED, Inbound.next_try_at <= clock.now())
            .order_by(Inbound.next_try_at, Inbound.id)
            .limit(BATCH)
        ).all()
    for inbound_id in waiting:
        queues.wake(work.redis, route_call(inbound_id))
