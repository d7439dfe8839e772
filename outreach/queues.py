"""Redis queues, which only wake workers: what there is to do stands in the database.

A wake-up is enqueued after the commit it belongs to, and at most one of a kind waits at a time. When Redis is away the
wake-up is dropped with a warning; the periodic sweep finds the work.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

URGENT = "urgent"  # replies, crisis, alerts
DEFAULT = "default"  # runs, receipts, sweeps
BULK = "bulk"  # campaigns and reminders
QUEUES = (URGENT, DEFAULT, BULK)

RESULT_SECONDS = 60
FAILURE_SECONDS = 7 * 24 * 3600
MARK_SECONDS = 15  # a wake-up lost by Redis or a killed worker blocks the next one no longer than this
HOLD_SECONDS = 2  # nor does a worker killed at a job that holds its mark, however busy the rest is
HURRY = "outreach:hurry"  # there while what is urgent waits too long
HURRY_MS = 250

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wake:
    """One call for a worker: a job function by dotted name, with ids only."""

    queue: str
    job: str
    args: tuple[int | str, ...] = ()
    timeout: int = 120

    @property
    def mark(self) -> str:
        return ":".join(["outreach", "wake", self.job, *map(str, self.args)])


def connect(url: str) -> Redis:
    """A Redis client that gives up quickly: a webhook must not wait for a Redis that is away or hangs.

    RQ gives its workers the longer patience that waiting for a job takes.
    """
    return Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2, health_check_interval=30)


def wake(connection: Redis, call: Wake) -> bool:
    """Enqueue the call unless the same one already waits. Returns whether it was enqueued; never raises for Redis."""
    try:
        if not connection.set(call.mark, 1, nx=True, ex=MARK_SECONDS):
            return False
        Queue(call.queue, connection=connection).enqueue(
            call.job,
            *call.args,
            job_timeout=call.timeout,
            result_ttl=RESULT_SECONDS,
            failure_ttl=FAILURE_SECONDS,
        )
    except RedisError as error:
        log.warning("wake-up dropped, the sweep will find the work: %s", type(error).__name__)
        return False
    return True


def hold(connection: Redis, call: Wake) -> None:
    """Said again and again by a job that looks for more work: for HOLD_SECONDS the same wake-up is not needed.

    The job has to say `awake` before its last look, or what came after that look would wait for the sweep.
    """
    try:
        connection.set(call.mark, 1, ex=HOLD_SECONDS)
    except RedisError as error:
        log.warning("wake-up mark not held: %s", type(error).__name__)


def awake(connection: Redis, call: Wake) -> None:
    """Said by a job as it starts, or before its last look: from now on the same wake-up may be enqueued again."""
    try:
        connection.delete(call.mark)
    except RedisError as error:
        log.warning("wake-up mark not removed: %s", type(error).__name__)


def hurry(connection: Redis) -> None:
    """Said by a job that finds urgent work waiting too long: for HURRY_MS other work leaves the machine to it."""
    try:
        connection.set(HURRY, 1, px=HURRY_MS)
    except RedisError as error:
        log.warning("nobody is asked to make way: %s", type(error).__name__)


def is_hurried(connection: Redis) -> bool:
    """Whether somebody said `hurry` a moment ago."""
    try:
        return bool(connection.exists(HURRY))
    except RedisError:
        return False


def wake_after_commit(session: Session, connection: Redis, call: Wake) -> None:
    """Enqueue when this session commits; a rollback forgets it."""
    if "wakes" not in session.info:
        session.info["wakes"] = {}
        event.listen(session, "after_commit", _enqueue_waiting(connection))
        event.listen(session, "after_soft_rollback", _forget_waiting)
    session.info["wakes"][call] = None


def _enqueue_waiting(connection: Redis) -> Callable[[Session], None]:
    def enqueue(session: Session) -> None:
        if session.in_nested_transaction():
            return  # a savepoint: nobody else sees its rows yet
        calls, session.info["wakes"] = session.info["wakes"], {}
        for call in calls:
            wake(connection, call)

    return enqueue


def _forget_waiting(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:  # after a savepoint's rollback the rest still commits; a call too many hurts nobody
        session.info["wakes"] = {}
