"""Wake-ups: one of a kind at a time, only after the commit, and never a reason to fail."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from sqlalchemy.orm import Session

from outreach.db import Database
from outreach.outgoing.outbox import dispatch_call
from outreach.queues import (
    DEFAULT,
    HOLD_SECONDS,
    HURRY,
    HURRY_MS,
    MARK_SECONDS,
    QUEUES,
    URGENT,
    Wake,
    awake,
    connect,
    hold,
    hurry,
    is_hurried,
    wake,
    wake_after_commit,
)
from outreach.redis_server import RedisServer, free_port
from outreach.staff.models import Partner

CALL = Wake(URGENT, "outreach.incoming.jobs.route", (40,))
OTHER = Wake(DEFAULT, "outreach.incoming.jobs.route", (41,))


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    connection = connect(redis_server.url)
    connection.flushdb()
    yield connection
    connection.close()


@pytest.fixture
def away() -> Iterator[Redis]:
    """A Redis that nobody serves."""
    connection = connect(f"redis://127.0.0.1:{free_port()}/0")
    yield connection
    connection.close()


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def waiting(redis: Redis) -> list[tuple[object, object]]:
    return [(job.func_name, job.args) for name in QUEUES for job in Queue(name, connection=redis).get_jobs()]


def test_one_wake_up_of_a_kind_waits_at_a_time(redis: Redis) -> None:
    assert [wake(redis, CALL), wake(redis, CALL), wake(redis, OTHER)] == [True, False, True]
    assert waiting(redis) == [(CALL.job, CALL.args), (OTHER.job, OTHER.args)]


def test_a_job_that_has_begun_may_be_called_for_again(redis: Redis) -> None:
    wake(redis, CALL)
    awake(redis, CALL)
    assert wake(redis, CALL)
    assert len(waiting(redis)) == 2


def test_a_wake_up_that_was_lost_holds_the_next_one_up_for_seconds_only(redis: Redis) -> None:
    wake(redis, CALL)
    remaining = redis.ttl(CALL.mark)
    assert isinstance(remaining, int)
    assert 0 < remaining <= MARK_SECONDS


def test_a_job_that_looks_for_more_holds_others_up_and_its_death_for_two_seconds_only(redis: Redis) -> None:
    wake(redis, CALL)
    hold(redis, CALL)
    assert wake(redis, CALL) is False
    remaining = redis.pttl(CALL.mark)
    assert isinstance(remaining, int)
    assert 0 < remaining <= 1000 * HOLD_SECONDS
    awake(redis, CALL)
    assert wake(redis, CALL)


def test_a_call_to_make_way_is_forgotten_when_nobody_repeats_it(redis: Redis, away: Redis) -> None:
    assert not is_hurried(redis)
    hurry(redis)
    assert is_hurried(redis)
    remaining = redis.pttl(HURRY)
    assert isinstance(remaining, int)
    assert 0 < remaining <= HURRY_MS
    hurry(away)
    assert not is_hurried(away), "without Redis campaigns go on"


def test_replies_and_campaigns_are_called_for_separately(redis: Redis) -> None:
    assert wake(redis, dispatch_call(urgent=False))
    assert wake(redis, dispatch_call(urgent=True))


def test_a_worker_is_called_only_after_the_commit_and_once(database: Database, redis: Redis) -> None:
    with database.writing() as session:
        wake_after_commit(session, redis, CALL)
        wake_after_commit(session, redis, CALL)
        wake_after_commit(session, redis, OTHER)
        session.flush()
        assert waiting(redis) == []
    assert len(waiting(redis)) == 2


def test_a_rollback_calls_nobody(database: Database, redis: Redis) -> None:
    with Session(database.engine) as session:
        wake_after_commit(session, redis, CALL)
        session.add(Partner(name="a", short_name="a"))
        session.flush()
        session.rollback()
    assert waiting(redis) == []


def test_a_session_that_goes_on_after_a_rollback_calls_for_the_new_work_only(database: Database, redis: Redis) -> None:
    with Session(database.engine) as session:
        wake_after_commit(session, redis, CALL)
        session.add(Partner(name="a", short_name="a"))
        session.flush()
        session.rollback()
        wake_after_commit(session, redis, OTHER)
        session.add(Partner(name="b", short_name="b"))
        session.commit()
        assert waiting(redis) == [(OTHER.job, OTHER.args)]
        awake(redis, OTHER)
        session.add(Partner(name="c", short_name="c"))
        session.commit()
    assert len(waiting(redis)) == 1


def test_the_end_of_a_savepoint_is_no_commit(database: Database, redis: Redis) -> None:
    with database.writing() as session:
        wake_after_commit(session, redis, CALL)
        with session.begin_nested():
            session.add(Partner(name="a", short_name="a"))
        assert waiting(redis) == []
    assert len(waiting(redis)) == 1


def test_a_savepoint_rolled_back_forgets_no_wake_up(database: Database, redis: Redis) -> None:
    with database.writing() as session:
        wake_after_commit(session, redis, CALL)
        with pytest.raises(RuntimeError), session.begin_nested():
            raise RuntimeError
    assert len(waiting(redis)) == 1


def test_a_redis_that_is_away_fails_nobody(database: Database, away: Redis, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert wake(away, CALL) is False
        hold(away, CALL)
        awake(away, CALL)
        with database.writing() as session:
            session.add(Partner(name="a", short_name="a"))
            wake_after_commit(session, away, CALL)
    with database.reading() as session:
        assert session.get(Partner, 1) is not None
    assert "wake-up dropped" in caplog.text


def test_a_redis_of_our_own_remembers_after_a_kill(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis")
    server.start()
    connection = connect(server.url)
    wake(connection, CALL)
    connection.config_set("appendfsync", "always")
    connection.set("a", "b")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.start()
    assert len(waiting(connection)) == 1
    connection.close()
    server.stop()
