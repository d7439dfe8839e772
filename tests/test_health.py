"""/healthz and /readyz: what a load balancer and a person at night look at."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rq.worker_registration import REDIS_WORKER_KEYS

from outreach import runtime
from outreach.app import create_app
from outreach.redis_server import free_port
from outreach.runtime import Runtime
from outreach.settings import Settings, SettingsError

WORKER = "rq:worker:a-test"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def settings(work: Runtime) -> Iterator[Settings]:
    """A deployment in which a worker has said that it lives."""
    work.redis.sadd(REDIS_WORKER_KEYS, WORKER)
    work.redis.set(WORKER, 1, ex=60)
    yield work.settings
    made = runtime.current()
    if made is not work:
        made.close()


def get(settings: Settings, path: str) -> tuple[int, dict[str, Any]]:
    answer = create_app(settings).test_client().get(path)
    assert answer.json is not None
    return answer.status_code, answer.json


def test_all_is_well(settings: Settings) -> None:
    assert get(settings, "/healthz") == (200, {"status": "ok"})
    fine = {"status": "ok", "database": "ok", "redis": "ok", "workers": "ok"}
    assert get(settings, "/readyz") == (200, {**fine, "mail": "not set up: staff are paged by text only"})
    mailing = replace(settings, smtp_url="smtp://127.0.0.1:1", mail_from="a@example.org")
    assert get(mailing, "/readyz") == (200, {**fine, "mail": "ok"})


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/outreach.sqlite", "postgresql://nobody@127.0.0.1:PORT/no"])
def test_a_database_that_is_away_is_named_and_the_process_is_still_alive(settings: Settings, url: str) -> None:
    broken = replace(settings, database_url=url.replace("PORT", str(free_port())))
    status, parts = get(broken, "/readyz")
    assert (status, parts["status"], parts["redis"]) == (503, "not ready", "ok")
    assert parts["database"] == "away (OperationalError)"
    assert get(broken, "/healthz")[0] == 200


def test_a_redis_that_is_away_is_named(settings: Settings) -> None:
    status, parts = get(replace(settings, redis_url=f"redis://127.0.0.1:{free_port()}/0"), "/readyz")
    assert (status, parts["database"]) == (503, "ok")
    assert parts["redis"].startswith("away")
    assert parts["workers"] == "unknown: Redis is away"


@pytest.mark.parametrize(
    ("variable", "wrong"), [("REDIS_URL", {"redis_url": None}), ("OUTREACH_QUIET_HOURS", {"quiet_hours": "at noon"})]
)
def test_the_web_process_refuses_to_start_on_wrong_settings(
    settings: Settings, variable: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(SettingsError, match=variable):
        create_app(replace(settings, **wrong))


def test_no_worker_is_told(settings: Settings, work: Runtime) -> None:
    work.redis.flushdb()
    assert get(settings, "/readyz")[1]["workers"] == "no worker is running"


def test_a_worker_that_was_killed_is_not_counted(settings: Settings, work: Runtime) -> None:
    """RQ keeps its name in a list; only its own key ends when its heart no longer beats."""
    work.redis.delete(WORKER)
    status, parts = get(settings, "/readyz")
    assert (status, parts["workers"]) == (503, "no worker is running")


def test_nothing_that_is_told_is_secret(settings: Settings, tmp_path: Path) -> None:
    url = f"postgresql://outreach:hunter2@127.0.0.1:{free_port()}/no"
    assert "hunter2" not in str(get(replace(settings, database_url=url), "/readyz"))
