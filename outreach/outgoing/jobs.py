"""The jobs that send and settle: thin, and safe to run twice or at once."""

from functools import lru_cache

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy import exists, select

from outreach import clock, metrics, queues, runtime
from outreach.carriers.sender import sender_of
from outreach.outgoing import orders, outbox
from outreach.outgoing.claims import any_due
from outreach.outgoing.courtesy import Courteous
from outreach.outgoing.dispatch import Dispatcher, Report, Timing
from outreach.outgoing.hours import sending_hours
from outreach.outgoing.lookup import look_up_overdue
from outreach.outgoing.models import Message, MessageStatus, Priority, SourceOrder
from outreach.outgoing.outbox import SLICE_SECONDS, dispatch_call
from outreach.outgoing.pacing import make_pacer
from outreach.outgoing.reconcile import Reconciled, reconcile, release_dead_claims
from outreach.outgoing.status import AT_CARRIER
from outreach.runtime import Runtime

FOLLOW = queues.Wake(queues.DEFAULT, "outreach.outgoing.jobs.follow_orders", timeout=600)
RECONCILE = queues.Wake(queues.DEFAULT, "outreach.outgoing.jobs.settle_unknown", timeout=600)


@lru_cache(maxsize=1)
def _dispatcher(work: Runtime) -> Dispatcher:
    """One per process: its threads and connections are kept."""
    settings = work.settings
    return Dispatcher(
        database=work.database,
        carrier=work.carrier,
        hours=sending_hours(settings),
        default_zone=settings.timezone,
        timing=Timing(settings.carrier_seconds),
        sender=sender_of(settings),
        count=lambda counts: metrics.count(work.redis, counts),
        pacer=Courteous(make_pacer(settings, work.database), lambda: queues.is_hurried(work.redis)),
        wanted_elsewhere=lambda: _urgent_jobs_wait(work.redis),
    )


def _urgent_jobs_wait(redis: Redis) -> bool:
    """Whether a family's text, a reply or a run waits for a worker: this one may be the only one."""
    try:
        return any(Queue(name, connection=redis).count for name in (queues.URGENT, queues.DEFAULT))
    except RedisError:
        return False


def dispatch(which: str) -> Report:
    """Send what is due: "urgent" (crisis, replies, alerts) or "all". Calls for more hands while there is more to do."""
    work = runtime.current()
    call = dispatch_call(urgent=which == "urgent")
    queues.awake(work.redis, call)
    priorities = [p for p in Priority if which == "all" or p <= Priority.ALERT]
    report = _dispatcher(work).run(priorities, SLICE_SECONDS)
    if report.more:
        queues.wake(work.redis, call)
    return report


def settle_unknown() -> Reconciled:
    """Ask the carrier about texts whose fate is unknown, and about those whose receipt is overdue."""
    work = runtime.current()
    queues.awake(work.redis, RECONCILE)
    found = reconcile(work.database, work.carrier, Timing(work.settings.carrier_seconds))
    look_up_overdue(work.database, work.carrier, clock.now())
    return found


def follow_orders() -> None:
    """Let the rows of paused, resumed and canceled sources follow what a person said of them, a chunk at a time."""
    work = runtime.current()
    queues.awake(work.redis, FOLLOW)
    with work.database.reading() as session:
        waiting = orders.open_orders(session)
    for order in waiting:
        _follow(work, order)


def _follow(work: Runtime, order: SourceOrder) -> None:
    source = (order.source, order.source_id)
    with work.database.reading() as session:
        row: int | None = orders.first_row(session, source)
    while row is not None:
        with work.database.writing() as session:
            row = orders.follow(session, source, row)
            outbox.wake_dispatch(session, work.redis, Priority.BULK)
    with work.database.writing() as session:
        orders.close(session, order)


def sweep() -> None:
    """Find what Redis forgot: due texts nobody was called for, claims of dead workers, unknown outcomes."""
    work, now = runtime.current(), clock.now()
    with work.database.writing() as session:
        release_dead_claims(session, Timing(work.settings.carrier_seconds))
        overdue = session.scalar(
            select(exists().where(Message.status.in_([MessageStatus.UNKNOWN, *AT_CARRIER]), Message.watch_at <= now))
        )
        due = [one for one in Priority if any_due(session, [one], now)]  # a look each, however many wait
        ordered = orders.open_orders(session)
    if overdue:
        queues.wake(work.redis, RECONCILE)
    if ordered:
        queues.wake(work.redis, FOLLOW)
    for urgent in {priority <= Priority.ALERT for priority in due}:
        queues.wake(work.redis, dispatch_call(urgent=urgent))
