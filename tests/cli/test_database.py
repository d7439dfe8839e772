"""`outreach db upgrade`, and what every command says when the deployment is not in order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach import runtime
from outreach.migrations.upgrade import newest
from outreach.redis_server import free_port
from tests.cli.conftest import outreach

COMMANDS = (
    ("staff", "add", "ana@example.org", "--role", "viewer", "--password-stdin"),
    ("campaigns", "status", "1"),
    ("campaigns", "pause", "1"),
    ("translations", "accept", "es"),
)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """A process of its own: no runtime yet, settings from its environment."""
    runtime.use(None)
    monkeypatch.setenv("OUTREACH_DATA", str(tmp_path / "data"))
    yield monkeypatch
    runtime.use(None)


def test_the_schema_is_made_and_a_second_time_changes_nothing(elsewhere: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for _ in range(2):
        ended = outreach("db", "upgrade")
        assert (ended.status, ended.out) == (0, f"the database is at {newest()}\n")
        runtime.use(None)
    assert (tmp_path / "data" / "outreach.sqlite").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_a_database_without_a_schema_is_told_with_what_to_do(
    elsewhere: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "data").mkdir()
    ended = outreach(*command, stdin="a password of twelve\n")
    assert (ended.status, ended.out) == (1, "")
    assert "outreach db upgrade" in ended.err


def test_a_database_that_is_away_is_told_without_its_password(elsewhere: pytest.MonkeyPatch) -> None:
    elsewhere.setenv("DATABASE_URL", f"postgresql://outreach:hunter2@127.0.0.1:{free_port()}/outreach")
    ended = outreach("campaigns", "status", "1")
    assert (ended.status, "DATABASE_URL" in ended.err, "hunter2" in ended.err) == (1, True, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OUTREACH_TIMEZONE", "Eastern"),
        ("OUTREACH_QUIET_HOURS", "from nine to five"),
        ("OUTREACH_QUIET_HOURS", "Sun closed"),
        ("SECRET_KEY", "short"),
        ("OUTREACH_LOG_LEVEL", "bad"),
    ],
)
@pytest.mark.parametrize("command", [("db", "upgrade"), ("web",), ("worker", "--burst"), ("scheduler",), ("up",)])
def test_a_wrong_setting_is_refused_by_its_name_before_anything_starts(
    elsewhere: pytest.MonkeyPatch, command: tuple[str, ...], name: str, value: str
) -> None:
    elsewhere.setenv("TWILIO_ACCOUNT_SID", "AC" + "1" * 32)
    elsewhere.setenv("TWILIO_AUTH_TOKEN", "token")
    elsewhere.setenv("TWILIO_FROM", "+16175550100")
    elsewhere.setenv(name, value)
    ended = outreach(*command)
    assert (ended.status, ended.out) == (1, "")
    assert name in ended.err


@pytest.mark.parametrize("command", [("web",), ("worker", "--burst"), ("up",), ("messages", "reconcile")])
def test_what_talks_to_the_carrier_wants_its_account(elsewhere: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    elsewhere.setenv("SECRET_KEY", "a-secret-of-tests-only")
    elsewhere.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    if command[0] == "messages":
        assert outreach("db", "upgrade").status == 0
    ended = outreach(*command)
    assert ended.status == 1
    assert "TWILIO_ACCOUNT_SID" in ended.err


@pytest.mark.parametrize("command", [("web",), ("worker", "--burst"), ("scheduler",)])
def test_processes_of_a_larger_deployment_want_to_know_where_redis_is(
    elsewhere: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    elsewhere.setenv("SECRET_KEY", "a-secret-of-tests-only")
    elsewhere.setenv("TWILIO_ACCOUNT_SID", "AC" + "1" * 32)
    elsewhere.setenv("TWILIO_AUTH_TOKEN", "token")
    elsewhere.setenv("TWILIO_FROM", "+16175550100")
    ended = outreach(*command)
    assert ended.status == 1
    assert "REDIS_URL is not set" in ended.err


@pytest.mark.parametrize("command", [("dance",), ("db",), ("worker", "slow"), ("demo", "--families", "5")])
def test_wrong_usage_ends_with_two(elsewhere: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    assert outreach(*command).status == 2


def test_help_answers_without_any_setting(elsewhere: pytest.MonkeyPatch) -> None:
    elsewhere.setenv("OUTREACH_TIMEZONE", "Eastern")
    elsewhere.setenv("OUTREACH_LOG_LEVEL", "bad")
    for command in ((), ("campaigns",), ("campaigns", "launch"), ("demo",)):
        assert outreach(*command, "--help").status == 0
