"""Workers, Redis and the database die in the middle of a campaign. Every family still gets one text."""

import time

import pytest
from redis import Redis

from outreach.cli.processes import WORKERS
from outreach.outgoing.outbox import SLICE_SECONDS
from tests.faults.conftest import Fault, Ground
from tests.faults.trial import Trial


def twenty_kills(trial: Trial) -> None:
    trial.kill_workers(20)


def kills_and_errors(trial: Trial) -> None:
    trial.trouble({"action": "error", "status": 500, "code": 20500, "probability": 0.1, "times": 50})
    trial.kill_workers(4)


def redis_forgets(trial: Trial) -> None:
    trial.wait_until_under_way()
    with Redis.from_url(trial.service.redis.url) as client:
        client.flushall()
    trial.assert_under_way()
    trial.wait_until_taken(trial.size // 2)
    trial.service.redis.stop()
    time.sleep(1)
    trial.service.redis.start()


def database_restarts(trial: Trial) -> None:
    assert trial.postgres
    trial.wait_until_under_way()
    trial.postgres.crash()
    time.sleep(1)
    trial.postgres.start()
    trial.assert_under_way()


def two_schedulers_and_four_workers(trial: Trial) -> None:
    trial.service.start("scheduler-2", "scheduler")
    trial.service.start_worker("worker-all-2", *WORKERS["worker-all"])
    trial.wait_until_taken(trial.size)
    time.sleep(SLICE_SECONDS / 5)
    for name in ("scheduler-2", "worker-all-2"):
        trial.service.end(name)


FAULTS = {
    "a worker is killed 20 times": Fault(twenty_kills, 5000),
    "kills and the carrier's 500s at once": Fault(kills_and_errors),
    "Redis forgets everything and restarts": Fault(redis_forgets),
    "PostgreSQL crashes and restarts": Fault(database_restarts),
    "two schedulers and four workers": Fault(two_schedulers_and_four_workers),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FAULTS)
def test_every_family_gets_one_text(name: str, on_postgres: Ground) -> None:
    on_postgres.endure(name, FAULTS[name])
