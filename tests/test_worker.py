"""The processes that do the work: one scheduler leads and others stand by, and a Redis that forgets is survived."""

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import TimeoutError as RedisTimeout
from rq import Queue, SimpleWorker
from rq.job import Job

from outreach import clock
from outreach.crew import SCHEDULER
from outreach.incoming.models import Inbound, InboundState
from outreach.queues import QUEUES
from outreach.redis_server import RedisServer, free_port
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.worker import BULK_NICENESS, LEADER_SECONDS, PERIODIC, STANDBY_SECONDS, Scheduler, run_worker
from tests.support.servers import Phones


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    connection = Redis.from_url(redis_server.url)
    connection.flushdb()
    yield connection
    connection.close()


def due(scheduler: Scheduler) -> None:
    """Every job's time has come."""
    for job in scheduler.get_jobs():
        job.next_enqueue_time = clock.now() - timedelta(seconds=1)


def enqueued(scheduler: Scheduler) -> int:
    due(scheduler)
    return len(scheduler.enqueue_jobs())


def test_one_scheduler_leads_and_the_other_stands_by(redis: Redis) -> None:
    first, second = Scheduler(redis), Scheduler(redis)
    assert [enqueued(first), enqueued(second), enqueued(first)] == [len(PERIODIC), 0, len(PERIODIC)]


def test_the_second_takes_over_when_the_leader_is_gone(redis: Redis) -> None:
    first, second = Scheduler(redis), Scheduler(redis)
    assert enqueued(first)
    redis.delete(SCHEDULER)  # as when it expires
    assert enqueued(second) == len(PERIODIC)
    assert enqueued(first) == 0, "who comes back stands by"


def test_a_leader_that_died_is_missed_within_seconds_and_one_that_lives_stays(redis: Redis) -> None:
    leader = Scheduler(redis)
    enqueued(leader)
    redis.expire(SCHEDULER, 1)
    enqueued(leader)
    remaining = redis.ttl(SCHEDULER)
    assert isinstance(remaining, int)
    assert 1 < remaining <= LEADER_SECONDS
    assert STANDBY_SECONDS < LEADER_SECONDS / 2
    assert leader.calculate_sleep_interval() <= STANDBY_SECONDS


def test_periodic_jobs_go_on_after_redis_forgot_everything(redis: Redis) -> None:
    scheduler = Scheduler(redis)
    enqueued(scheduler)
    redis.flushall()
    assert enqueued(scheduler) == len(PERIODIC)
    scheduler.heartbeat()


def test_a_redis_that_is_away_is_waited_for() -> None:
    with Redis.from_url(f"redis://127.0.0.1:{free_port()}/0") as away:
        scheduler = Scheduler(away)
        assert enqueued(scheduler) == 0
        scheduler.heartbeat()


def test_every_periodic_job_goes_to_a_queue_that_workers_listen_to_and_can_be_found_by_name() -> None:
    for periodic in PERIODIC:
        assert periodic.queue in QUEUES
        module = importlib.import_module(periodic.job.__module__)
        assert getattr(module, periodic.job.__name__) is periodic.job


def test_a_sweep_and_a_worker_answer_a_text_that_nobody_was_called_for(
    work: Runtime, phones: Phones, environment: dict[str, str]
) -> None:
    with work.database.writing() as session:
        session.add(
            Inbound(
                carrier_sid="SM" + "1" * 32,
                phone=sample_phone(0),
                to_phone="+16175550100",
                body="HELP",
                state=InboundState.STORED,
                received_at=clock.now() - timedelta(minutes=1),
            )
        )
    scheduler = Scheduler(work.redis)
    assert enqueued(scheduler) == len(PERIODIC)
    command = [sys.executable, "-m", "outreach.cli", "worker", "--burst"]
    subprocess.run(command, env={**os.environ, **environment}, check=True, timeout=60)
    assert len(phones.texts(sample_phone(0))) == 1
    assert all(Queue(name, connection=work.redis).failed_job_registry.count == 0 for name in QUEUES)


LOWERED = "import os; from outreach.worker import lower_priority; lower_priority(); print(os.nice(0))"
GROUP = Path("/proc/self/autogroup")


def test_a_worker_that_redis_kept_waiting_begins_anew_and_ends_when_asked(
    work: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RQ's own loop ends for good when an answer of Redis takes too long."""
    jobs: list[str] = []

    def execute(worker: SimpleWorker, job: Job, _queue: Queue) -> None:
        jobs.append(str(job.func_name))
        if len(jobs) == 1:
            raise RedisTimeout
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(SimpleWorker, "execute_job", execute)
    handlers = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    queue = Queue(QUEUES[0], connection=work.redis)
    queue.enqueue("the.first")
    queue.enqueue("the.second")
    try:
        run_worker(work, QUEUES[:1])
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)
    assert jobs == ["the.first", "the.second"]


@pytest.mark.parametrize("leads", [False, True])
def test_a_worker_that_serves_campaigns_gives_way_and_its_session_with_it(leads: bool) -> None:
    tell = f"{LOWERED}; print(*open('{GROUP}').read().split()[-1:])" if GROUP.exists() else LOWERED
    said = subprocess.run(
        [sys.executable, "-c", tell], check=True, capture_output=True, text=True, start_new_session=leads
    ).stdout.split()
    assert int(said[0]) >= os.nice(0) + min(BULK_NICENESS, 19 - os.nice(0))
    if leads and len(said) > 1:  # a kernel that groups nothing has the file, and nothing in it
        assert int(said[1]) == BULK_NICENESS
