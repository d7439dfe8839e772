"""The job that acts on stored texts: one for all that wait, safe to run twice or at once."""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from outreach import clock, queues, runtime
from outreach.incoming.background import read_backgrounds
from outreach.incoming.inbox import ROUTE, take, waits
from outreach.incoming.models import Inbound
from outreach.incoming.routing import route_stored, route_taken
from outreach.runtime import Runtime

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
TELL_AFTER = 6  # failures, some two and a half minutes: what passes by itself has passed by then
# Texts of one transaction. Their replies leave when all of them are routed, some 2 ms each.
BATCH = 16
SLICE_SECONDS = 0.5  # then replies get their turn, where one worker does both
GATHER_SECONDS = 0.02  # texts come in bunches: the ones of this time are routed together
TOO_LONG = timedelta(milliseconds=80)  # a text that waited so long asks campaigns to leave the machine to families

log = logging.getLogger(__name__)


def route() -> None:
    """Route what is stored: each text with its reply and all it changes at once, or not at all.

    While it looks nobody else is called. It gives that up before its last look, so that a text stored in between is
    either seen by it or calls for the next one. Raises the first error that kept a text from being routed.
    """
    work = runtime.current()
    broken: list[Exception] = []
    until = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < until:
        queues.hold(work.redis, ROUTE)
        taken = _route_some(work, broken)
        if not taken:
            break
        if taken < BATCH:
            time.sleep(GATHER_SECONDS)
    queues.awake(work.redis, ROUTE)
    if _route_some(work, broken):
        queues.wake(work.redis, ROUTE)
    if broken:
        raise broken[0]


def _route_some(work: Runtime, broken: list[Exception]) -> int:
    """Route the oldest texts in one transaction, or, when one of them breaks it, each in its own. Returns how many."""
    taken: Sequence[int] = ()
    try:
        with work.database.writing() as session:
            inbounds = take(session, BATCH)
            taken = [inbound.id for inbound in inbounds]
            if inbounds and clock.now() - inbounds[0].next_try_at > TOO_LONG:  # the oldest
                queues.hurry(work.redis)
            known = read_backgrounds(session, inbounds)
            for inbound in inbounds:
                route_taken(session, work, inbound, known.get(inbound.phone))
    except Exception:
        if not taken:
            raise
        for inbound_id in taken:
            _route_one(work, inbound_id, broken)
    return len(taken)


def _route_one(work: Runtime, inbound_id: int, broken: list[Exception]) -> None:
    try:
        with work.database.writing() as session:
            route_stored(session, work, inbound_id)
    except Exception as error:  # noqa: BLE001 - raised at the end of the job: one text must not keep the others
        broken.append(error)
        with work.database.writing() as session:
            _put_off(session, inbound_id)


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
        waiting = session.scalar(select(exists().where(*waits())))
    if waiting:
        queues.wake(work.redis, ROUTE)
