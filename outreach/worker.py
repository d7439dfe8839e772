"""The processes that do the work: a worker that runs jobs in its own process, and the scheduler that calls for them.

A job here claims rows from the database and may be killed at any moment: RQ's forking worker would add its cost to each
job and protect nothing. Whoever starts the worker (`outreach up`, systemd, a container) restarts it when it dies.
"""

import gc
import logging
import os
import socket
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.cron import CronJob, CronScheduler

from outreach import queues
from outreach.callbacks import jobs as callback_jobs
from outreach.callbacks import reminders
from outreach.callbacks.crisis import escalation
from outreach.calls import jobs as call_jobs
from outreach.campaigns import jobs as campaign_jobs
from outreach.crew import SCHEDULER
from outreach.incoming import jobs as incoming_jobs
from outreach.incoming.vocabulary import load_vocabulary
from outreach.mail import jobs as mail_jobs
from outreach.outgoing import jobs as outgoing_jobs
from outreach.people.zip_codes import read_lines
from outreach.resources.upkeep import jobs as directory_jobs
from outreach.runtime import Runtime

LEADER_SECONDS = 10
STANDBY_SECONDS = 1.0
BULK_NICENESS = 10  # on a full machine, families that write are served before campaigns
HEARTBEAT_SECONDS = 30  # an idle worker that was killed is missed by /readyz a minute and a half later, not after eight

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Periodic:
    """A job of the scheduler's table. A call that no worker took within `seconds` is dropped: the next one follows."""

    job: Callable[[], object]
    queue: str
    seconds: int


PERIODIC = (
    Periodic(incoming_jobs.sweep, queues.URGENT, 5),
    Periodic(outgoing_jobs.sweep, queues.DEFAULT, 5),
    Periodic(campaign_jobs.advance, queues.DEFAULT, 5),
    Periodic(callback_jobs.sweep, queues.URGENT, 60),
    Periodic(directory_jobs.sweep, queues.DEFAULT, 60),
    Periodic(call_jobs.sweep, queues.DEFAULT, 10),
    Periodic(reminders.sweep, queues.DEFAULT, 60),
    Periodic(escalation.sweep, queues.URGENT, 10),
    Periodic(mail_jobs.sweep, queues.DEFAULT, 10),
)


def run_worker(work: Runtime, names: Sequence[str], *, burst: bool = False) -> None:
    """Run jobs of these queues, most urgent first, until stopped. Waits for a Redis that is away."""
    if queues.BULK in names:
        lower_priority()
    if queues.URGENT in names:
        load_vocabulary(work.settings.content / "locales")  # seconds that no family's first text should wait for
        read_lines()
    gc.collect()
    gc.freeze()  # what lives for good need not be walked at each collection: a tenth of a second, with a reply waiting
    while True:
        try:
            worker = Worker(
                [Queue(name, connection=work.redis) for name in names],
                connection=work.redis,
                worker_ttl=HEARTBEAT_SECONDS,
            )
            worker.work(burst=burst, logging_level="WARNING")
            if burst or worker.asked_to_end:
                return
            log.warning("the worker gave up, starting anew")
        except RedisError as error:
            log.warning("Redis is away, trying again: %s", type(error).__name__)
        time.sleep(STANDBY_SECONDS)


class Worker(SimpleWorker):
    """RQ's, which gives up when Redis is slow to answer it: it can tell that from having been asked to end."""

    asked_to_end = False

    def handle_warm_shutdown_request(self) -> None:
        self.asked_to_end = True
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]


def lower_priority() -> None:
    """Give way to whoever else wants the processor.

    Where Linux groups processes by session (autogroup) it weighs the groups, and niceness counts only within one: a
    worker that leads a session, as `outreach up` and systemd start it, lowers its group as well.
    """
    os.nice(BULK_NICENESS)
    group = Path("/proc/self/autogroup")
    if os.getsid(0) == os.getpid() and group.exists():
        with suppress(OSError):  # of the kernel's grace: where it refuses, we are as nice as we can be
            group.write_text(str(BULK_NICENESS))


class Scheduler(CronScheduler):
    """RQ's interval scheduler with a leader: one enqueues, others stand by and take over within LEADER_SECONDS."""

    def __init__(self, connection: Redis) -> None:
        super().__init__(connection, logging_level="WARNING", name=f"{socket.gethostname()}:{os.getpid()}")
        self._token = uuid.uuid4().hex
        for periodic in PERIODIC:
            self.register(periodic.job, periodic.queue, interval=periodic.seconds, ttl=periodic.seconds, result_ttl=60)

    def enqueue_jobs(self) -> list[CronJob]:
        """Enqueue what is due, when this scheduler leads. A Redis that is away is waited for."""
        try:
            return super().enqueue_jobs() if self._leads() else []
        except RedisError as error:
            log.warning("Redis is away, trying again: %s", type(error).__name__)
            return []

    def heartbeat(self) -> None:
        try:
            super().heartbeat()
        except RedisError:
            log.warning("the scheduler's heartbeat did not reach Redis")

    def calculate_sleep_interval(self) -> float:
        return min(STANDBY_SECONDS, max(0.1, super().calculate_sleep_interval()))

    def _leads(self) -> bool:
        if self.connection.set(SCHEDULER, self._token, nx=True, ex=LEADER_SECONDS):
            return True
        if self.connection.get(SCHEDULER) != self._token.encode():
            return False
        self.connection.expire(SCHEDULER, LEADER_SECONDS)
        return True


def run_scheduler(work: Runtime) -> None:
    """Call for the periodic jobs until stopped."""
    while True:
        try:
            Scheduler(work.redis).start()  # type: ignore[no-untyped-call]
            return
        except RedisError as error:
            log.warning("Redis is away, trying again: %s", type(error).__name__)
            time.sleep(STANDBY_SECONDS)
