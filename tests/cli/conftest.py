"""Running `outreach …` in this process, as a person would: arguments in, status, output and refusal out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner

from outreach.cli import main
from outreach.runtime import Runtime


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Outreach = Callable[..., Ended]


def outreach(*arguments: str, stdin: str | bytes | None = None) -> Ended:
    """One command. Anything but a proper end (an exception that escapes) fails the test."""
    result = CliRunner().invoke(main, arguments, input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.stderr
    return Ended(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The commands do not care which database it is."""
    return sqlite_url


@pytest.fixture
def run(work: Runtime) -> Outreach:
    """`outreach` in a deployment with a fresh database."""
    return outreach
