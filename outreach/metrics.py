"""Counts of what left and what failed, over all hosts: kept in Redis, for /metrics and the page "Sending engine".

They tell how it goes and decide nothing: the truth stands in the database. A flushed Redis sets them to zero, as
Prometheus allows for counters.
"""

import logging
import re
import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from weakref import WeakKeyDictionary

from redis import ConnectionPool, Redis
from redis.exceptions import RedisError

from outreach import clock

COUNTERS = "outreach:counters"  # a hash: "sent", "retried", "failed:30007", …
SPAN = timedelta(minutes=10)  # what was counted recently is kept by such spans of time, a hash each
KEPT = timedelta(hours=25)
WAIT_SECONDS = 0.5  # the longest that counting may hold up sending
REST_SECONDS = 30.0  # after a Redis that was away, nobody waits for it again before that

# A reason is the carrier's code or a short word, never a sentence: labels are few, and hold nothing about anybody.
_NAME = re.compile(r"sent|retried|failed:(?:[0-9]{1,6}|[a-z][a-z_]{0,23})")
_OTHER = "failed:other"

log = logging.getLogger(__name__)
_clients: WeakKeyDictionary[Redis, Redis] = WeakKeyDictionary()
_rests_until: WeakKeyDictionary[Redis, float] = WeakKeyDictionary()  # monotonic seconds


def count(redis: Redis, counts: Mapping[str, int]) -> None:
    """Add these counts, such as {"sent": 128, "retried": 3, "failed:30007": 2}.

    Never raises for Redis, and holds its caller up for at most about WAIT_SECONDS: counts that Redis does not take in
    that time are lost. Any other name is counted as "failed:other".
    """
    added = {name: number for name, number in counts.items() if number > 0}
    if not added or time.monotonic() < _rests_until.get(redis, 0):
        return
    recent = _recent_key(_span_number())
    try:
        with _client(redis).pipeline(transaction=False) as pipeline:
            for name, number in added.items():
                field = name if _NAME.fullmatch(name) else _OTHER
                pipeline.hincrby(COUNTERS, field, number)
                pipeline.hincrby(recent, field, number)
            pipeline.expire(recent, KEPT)
            pipeline.execute()
    except RedisError as error:
        _rests_until[redis] = time.monotonic() + REST_SECONDS
        log.warning("counts not kept", extra={"error": type(error).__name__})


def read_counts(redis: Redis) -> Counter[str]:
    """Everything counted so far. Raises RedisError."""
    with redis.pipeline(transaction=False) as pipeline:
        pipeline.hgetall(COUNTERS)
        return _counter(*pipeline.execute())


def read_recent(redis: Redis, within: timedelta) -> Counter[str]:
    """What was counted within the last such time, to the SPAN. Raises RedisError."""
    last = _span_number()
    with redis.pipeline(transaction=False) as pipeline:
        for number in range(last - within // SPAN, last + 1):
            pipeline.hgetall(_recent_key(number))
        spans = pipeline.execute()
    return sum((_counter(span) for span in spans), Counter())


def failures(counts: Mapping[str, int]) -> dict[str, int]:
    """The failed ones by reason, the most frequent first."""
    reasons = {name.removeprefix("failed:"): number for name, number in counts.items() if name.startswith("failed:")}
    return dict(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))


def _counter(fields: Mapping[bytes, bytes]) -> Counter[str]:
    return Counter({name.decode(): int(number) for name, number in fields.items()})


def _span_number() -> int:
    return int(clock.now().timestamp() // SPAN.total_seconds())


def _recent_key(number: int) -> str:
    return f"{COUNTERS}:{number}"


def _client(redis: Redis) -> Redis:
    """A client of our own that gives up soon: a worker's Redis waits for minutes, as waiting for a job takes."""
    if redis not in _clients:
        pool = redis.connection_pool
        patience = {"socket_timeout": WAIT_SECONDS, "socket_connect_timeout": WAIT_SECONDS}
        settings = {**pool.connection_kwargs, **patience}
        _clients[redis] = Redis(connection_pool=ConnectionPool(connection_class=pool.connection_class, **settings))
    return _clients[redis]
