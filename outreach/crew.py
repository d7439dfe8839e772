"""Who works: workers, their queues and the scheduler, as Redis knows them.

RQ's own Worker.all would give the connection a worker's patience of minutes, so its keys are read here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from redis import Redis
from rq import Queue
from rq.job import Job
from rq.registry import FailedJobRegistry, StartedJobRegistry
from rq.utils import utcparse
from rq.worker_registration import get_keys

from outreach import queues

SCHEDULER = "outreach:scheduler"  # the key that the leading scheduler holds
_PREFIX = "rq:worker:"


@dataclass(frozen=True)
class Worker:
    """One worker whose heart beats. `job` is the dotted name of what it runs."""

    name: str
    host: str
    pid: str
    queues: tuple[str, ...]
    since: datetime | None
    heartbeat: datetime | None
    job: str | None


@dataclass(frozen=True)
class QueueState:
    """One queue: jobs that wait, and jobs that failed in the last days."""

    name: str
    waiting: int
    failed: int


@dataclass(frozen=True)
class Crew:
    workers: Sequence[Worker]
    queues: Sequence[QueueState]
    scheduler: bool  # one leads

    def workers_of(self, queue: str) -> int:
        return Counter(name for worker in self.workers for name in worker.queues)[queue]


def read_crew(redis: Redis) -> Crew:
    """Everybody at work. Raises RedisError."""
    jobs = dict(_running(redis))
    workers = sorted(_workers(redis, jobs), key=lambda worker: (worker.host, len(worker.pid), worker.pid))
    return Crew(workers, [_state(redis, name) for name in queues.QUEUES], bool(redis.exists(SCHEDULER)))


def _workers(redis: Redis, jobs: Mapping[str, str]) -> Iterator[Worker]:
    """RQ's list keeps workers that were killed; the key of each lives only as long as its heart beats."""
    keys = sorted(get_keys(connection=redis))
    with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            pipeline.hgetall(key)
        found = pipeline.execute()
    for key, raw in zip(keys, found, strict=True):
        fields = {name.decode(): value.decode() for name, value in raw.items()}
        if "queues" not in fields or "death" in fields:
            continue
        name = key.removeprefix(_PREFIX)
        yield Worker(
            name=name,
            host=fields.get("hostname", ""),
            pid=fields.get("pid", ""),
            queues=tuple(fields["queues"].split(",")),
            since=_moment(fields.get("birth")),
            heartbeat=_moment(fields.get("last_heartbeat")),
            job=jobs.get(name),
        )


def _running(redis: Redis) -> Iterator[tuple[str, str]]:
    """Worker and job function of each job under way."""
    for name in queues.QUEUES:
        ids = StartedJobRegistry(name, connection=redis).get_job_ids(cleanup=False)
        for job in Job.fetch_many(ids, connection=redis):
            if job is not None and job.worker_name and job.func_name:
                yield job.worker_name, job.func_name


def _state(redis: Redis, name: str) -> QueueState:
    queue = Queue(name, connection=redis)
    return QueueState(name, queue.count, FailedJobRegistry(queue=queue).get_job_count(cleanup=False))


def _moment(value: str | None) -> datetime | None:
    return utcparse(value) if value else None
