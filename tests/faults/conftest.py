"""The service that all faults of a file befall, one after the other, and how one fault is tried on it."""

import os
import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from outreach.db import Database
from outreach.migrations.upgrade import upgrade
from tests.conftest import missing
from tests.faults.trial import MovedClock, Trial
from tests.support.servers import Postgres, find_postgres, run_postgres
from tests.support.service import Service, run_service


@dataclass(frozen=True)
class Fault:
    """What goes wrong, at how many texts, and how long the carrier takes for each."""

    strike: Callable[[Trial], None]
    size: int = 600
    latency_ms: int = 200


@dataclass
class Ground:
    """A service and what stands below it."""

    service: Service
    clock: MovedClock
    postgres: Postgres | None

    def endure(self, name: str, fault: Fault) -> None:
        """Launch a campaign, let the fault happen in the middle of it, and count at the carrier when all is settled."""
        seed = int(os.environ.get("OUTREACH_TEST_SEED") or secrets.randbelow(10**6))
        print(f"{name}: repeat with OUTREACH_TEST_SEED={seed}")
        trial = Trial(self.service, self.clock, self.postgres, random.Random(seed), fault.size)
        trial.launch(fault.latency_ms)
        fault.strike(trial)
        trial.settle()
        trial.judge(name, seed)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """A cluster for one file, as it is restarted under way."""
    binaries = find_postgres()
    if binaries is None:
        missing("PostgreSQL")
    assert binaries
    with run_postgres(binaries) as server:
        yield server


@pytest.fixture(scope="module")
def on_postgres(own_postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    own_postgres.run("CREATE DATABASE faults")
    yield from _serve(own_postgres.url("faults"), tmp_path_factory.mktemp("faults"), own_postgres)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("faults")
    yield from _serve(f"sqlite:///{folder / 'outreach.sqlite'}", folder, None)


def _serve(url: str, folder: Path, postgres: Postgres | None) -> Iterator[Ground]:
    database = Database(url)
    upgrade(database)
    database.close()
    clock = MovedClock(folder / "clock")
    with run_service(url, folder, clock.environment) as service:
        yield Ground(service, clock, postgres)
