"""Shared fixtures: every test that needs a database gets a fresh one, migrated, on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from outreach import runtime
from outreach.db import Database
from outreach.migrations.upgrade import upgrade
from outreach.redis_server import RedisServer
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.staff import passwords
from tests.support.servers import (
    ACCOUNT,
    SENDER,
    TOKEN,
    Phones,
    Postgres,
    find_postgres,
    run_phones,
    run_postgres,
    run_redis,
)

# `make test` is quick and asks SQLite; `make check` asks both. A test that is about PostgreSQL names it.
DATABASES = ("sqlite", "postgresql") if os.environ.get("OUTREACH_TEST_ALL") else ("sqlite",)


def missing(what: str) -> None:
    """Skip for want of a server; where nothing may be skipped (`make check`), fail instead."""
    if os.environ.get("OUTREACH_TEST_ALL"):
        pytest.fail(f"{what} is missing, and OUTREACH_TEST_ALL asks for every test")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2 as it is, with its least effort: each test hires people of its own, and a hash is slow on purpose."""
    thorough, passwords.HASHER = passwords.HASHER, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords.HASHER = thorough


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    binaries = find_postgres()
    if binaries is None:
        missing("PostgreSQL")
    assert binaries
    with run_postgres(binaries) as server:
        server.run("CREATE DATABASE template_outreach")
        database = Database(server.url("template_outreach"))
        upgrade(database)
        database.close()
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "outreach.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "outreach.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    postgres.run(f"CREATE DATABASE {name} TEMPLATE template_outreach")
    yield postgres.url(name)
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with run_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def phones_server() -> Iterator[Phones]:
    with run_phones() as server:
        yield server


@pytest.fixture
def phones(phones_server: Phones) -> Phones:
    phones_server.reset()
    return phones_server


@pytest.fixture
def environment(database_url: str, redis_server: RedisServer, phones: Phones, tmp_path: Path) -> dict[str, str]:
    """The environment of a deployment whose carrier is the simulated one, open at all hours."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_server.url,
        "OUTREACH_DATA": str(tmp_path),
        "SECRET_KEY": "a-secret-of-tests-only",
        "PUBLIC_URL": "http://127.0.0.1:9",
        "TWILIO_API_URL": phones.url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": SENDER,
        "OUTREACH_QUIET_HOURS": "always",
        "OUTREACH_NAME": "Riverside",
        "OUTREACH_CARRIER_SECONDS": "1",
    }


@pytest.fixture(scope="session", autouse=True)
def as_urgent_as_at_first() -> Iterator[None]:
    """A worker of campaigns lowers its priority for good. In this process that would starve all tests that follow."""
    before = os.nice(0)
    yield
    assert os.nice(0) == before


@pytest.fixture
def work(environment: dict[str, str]) -> Iterator[Runtime]:
    """This process's runtime, on a fresh database and an empty Redis."""
    made = Runtime(Settings.from_env(environment))
    made.redis.flushdb()
    runtime.use(made)
    yield made
    runtime.use(None)
    made.close()
