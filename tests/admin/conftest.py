"""Pages meet one database each time: SQLite for whoever works on them, PostgreSQL in `make check`."""

import os

import pytest

ONE = "postgresql" if os.environ.get("OUTREACH_TEST_ALL") else "sqlite"


@pytest.fixture(params=[ONE])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url
