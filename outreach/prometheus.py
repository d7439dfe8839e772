"""What a Prometheus server reads at GET /metrics: how the engine stands, what was counted, how long webhooks took.

The engine is looked at when somebody asks, from the database and Redis, so every host tells the same. Only webhooks
are timed here, in each web process: with PROMETHEUS_MULTIPROC_DIR set (`outreach web` does), all processes of one
server add up; without it, a process tells its own.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from datetime import timedelta

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from outreach.crew import Crew, read_crew
from outreach.engine import Engine, count_crises, read_engine
from outreach.metrics import failures, read_counts
from outreach.runtime import Runtime

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client chooses by it, once, when it is imported
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)  # the carrier hangs up after 15 s

log = logging.getLogger(__name__)
_webhooks = Histogram(
    "outreach_webhook_seconds",
    "Time to answer the carrier's webhook.",
    ["webhook", "code"],
    buckets=BUCKETS,
    registry=None,
)


def time_webhook(webhook: str, code: int, seconds: float) -> None:
    """Note how long a webhook ("inbound", "status", "voice") took and how it was answered. Never fails the webhook."""
    try:
        _webhooks.labels(webhook, code).observe(seconds)
    except OSError as error:  # the folder that web processes share is gone, or its disk is full
        log.warning("webhook not timed", extra={"error": type(error).__name__})


def expose(work: Runtime) -> bytes:
    """All metrics in Prometheus' text format. What is away is told by its `_up` metric; its figures are left out."""
    registry = CollectorRegistry()
    registry.register(_Standing(work))
    if os.path.isdir(os.environ.get(SHARED, "")):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_webhooks)
    return generate_latest(registry)


class _Standing(Collector):
    """The gauges and the counters, read when they are asked for."""

    def __init__(self, work: Runtime) -> None:
        self.work = work

    def collect(self) -> Iterator[Metric]:
        yield from self._database()
        yield from self._redis()

    def _database(self) -> Iterator[Metric]:
        name, meaning = "outreach_database_up", "Whether the database answers."
        try:
            with self.work.database.reading() as session:
                engine, crises = read_engine(session), count_crises(session)
        except SQLAlchemyError:
            yield _gauge(name, meaning, 0)
            return
        yield _gauge(name, meaning, 1)
        yield from _engine_metrics(engine)
        yield _crisis_metric(crises)

    def _redis(self) -> Iterator[Metric]:
        name, meaning = "outreach_redis_up", "Whether Redis answers."
        try:
            found = [*_crew_metrics(read_crew(self.work.redis)), *_counters(self.work.redis)]
        except RedisError:
            yield _gauge(name, meaning, 0)
            return
        yield _gauge(name, meaning, 1)
        yield from found


def _engine_metrics(engine: Engine) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("outreach_messages_waiting", "Texts that may leave now.", labels=["priority"])
    age = GaugeMetricFamily(
        "outreach_queue_age_seconds", "How long the oldest of them has been allowed to leave.", labels=["priority"]
    )
    for one in engine.waiting:
        label = [one.priority.name.lower()]
        waiting.add_metric(label, one.count)
        age.add_metric(label, one.age(engine.at).total_seconds())
    yield from (waiting, age)
    yield _gauge("outreach_messages_held", "Texts that wait for an hour to come.", engine.held)
    yield _gauge("outreach_messages_sending", "Texts in a worker's hands.", engine.sending)
    yield _gauge("outreach_messages_unknown", "Texts that the carrier may or may not have.", engine.unknown)
    yield _gauge("outreach_inbounds_waiting", "Texts from families that nobody has routed.", engine.inbounds)
    yield _gauge("outreach_inbound_age_seconds", "Age of the oldest of them.", engine.inbound_age.total_seconds())
    mail_age = engine.at - engine.mails.oldest if engine.mails.oldest else timedelta()
    yield _gauge("outreach_mails_waiting", "E-mail to staff that has not left.", engine.mails.count)
    yield _gauge("outreach_mail_age_seconds", "Age of the oldest of it.", mail_age.total_seconds())
    yield _gauge("outreach_sender_paused", "1 while the carrier refuses a sender of ours.", bool(engine.pauses))
    yield _gauge(
        "outreach_campaigns_paused_by_service", "Campaigns that the service stopped.", engine.campaigns_stopped
    )


def _crisis_metric(crises: Mapping[str, int]) -> Metric:
    """Counts and languages, and nothing else of what families wrote."""
    counter = CounterMetricFamily("outreach_crises", "Texts that may be about danger to life.", labels=["language"])
    for language, number in sorted(crises.items()):
        counter.add_metric([language], number)
    return counter


def _crew_metrics(crew: Crew) -> Iterator[Metric]:
    workers = GaugeMetricFamily("outreach_workers", "Workers whose heart beats.", labels=["queue"])
    jobs = GaugeMetricFamily("outreach_queue_jobs", "Jobs that wait for a worker.", labels=["queue"])
    failed = GaugeMetricFamily("outreach_queue_failed_jobs", "Jobs that failed in the last days.", labels=["queue"])
    for queue in crew.queues:
        workers.add_metric([queue.name], crew.workers_of(queue.name))
        jobs.add_metric([queue.name], queue.waiting)
        failed.add_metric([queue.name], queue.failed)
    yield from (workers, jobs, failed)
    yield _gauge("outreach_scheduler_up", "Whether a scheduler leads.", crew.scheduler)


def _counters(redis: Redis) -> Iterator[Metric]:
    counts = read_counts(redis)
    yield CounterMetricFamily("outreach_texts_sent", "Texts that the carrier took.", value=counts["sent"])
    yield CounterMetricFamily("outreach_texts_retried", "Tries that are made again.", value=counts["retried"])
    failed = CounterMetricFamily(
        "outreach_texts_failed", "Texts that failed, by the carrier's code or a word.", labels=["reason"]
    )
    for reason, number in failures(counts).items():
        failed.add_metric([reason], number)
    yield failed


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
