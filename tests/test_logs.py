"""Logs: one line an event, for people or machines, and never anything about a family."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from outreach import logs, queues
from outreach.logs import BLACKED_OUT, black_out
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.settings import Settings, SettingsError
from tests.support.campaigns import launch_pack
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones
from tests.support.webhooks import post_inbound

log = logging.getLogger("outreach.a.test")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is the process's: other tests find it as it was."""
    root = logging.getLogger()
    names = [logs.OURS, *logs.LIBRARIES]
    handlers, levels = list(root.handlers), {name: logging.getLogger(name).level for name in names}
    level = root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def speak(level: str = "DEBUG", log_format: str = "json") -> None:
    logs.set_up(Settings.from_env({"OUTREACH_LOG_LEVEL": level, "OUTREACH_LOG_FORMAT": log_format}))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize(
    "words",
    [
        "+16175550100",
        "to=+16175550100,",
        "'+16175550100'",
        "whatsapp:+16175550100",
        "+1 (617) 555-0100",
        "+1-617-555-0100",
        "+1 617 555 0100",
        "To=%2B16175550100&From=%2b18335550100",
        "+50937101234",
        "+509 37 10 1234",
        "+447911123456",
        "6175550100",
        "16175550100",
        "1-617-555-0100",
        "617-555-0100",
        "617.555.0100",
        "617 555 0100",
        "(617) 555-0100",
        "(617)555-0100",
        "617\u2011555\u20110100",
        "contact 617-555-0100.",
    ],
)
def test_whatever_looks_like_a_phone_number_is_blacked_out(words: str) -> None:
    shown = black_out(f"before {words} after")
    assert BLACKED_OUT in shown
    assert not any(digits in "".join(filter(str.isdigit, shown)) for digits in ("5550100", "101234", "7911123456"))
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@pytest.mark.parametrize(
    "words",
    [
        "run 12 fired",
        "message 6175550 of 1000000",
        "2026-11-24T17:00:00.123456+00:00",
        "SM" + "6175550100" * 3 + "ab",
        "123e4567-e89b-12d3-a456-426614174000",
        "job 0000001234567890",
        "127.0.0.1:8173",
        "Twilio 30007, 128 sent in 0.1423 s",
        "ZIP 02139-1234",
    ],
)
def test_ids_times_and_counts_stay(words: str) -> None:
    assert black_out(words) == words


def test_a_line_for_machines_has_time_level_logger_event_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    speak()
    log.info("slice done", extra={"sent": 128, "seconds": 0.142, "stopped": None, "message_id": 6175550100})
    (line,) = lines(capsys)
    assert list(line)[:4] == ["ts", "level", "logger", "event"]
    assert line.pop("ts").endswith("+00:00")
    assert line == {
        "level": "INFO", "logger": "outreach.a.test", "event": "slice done",
        "sent": 128, "seconds": 0.142, "stopped": None, "message_id": 6175550100,
    }  # fmt: skip


def test_a_line_for_people_ends_with_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    speak(log_format="text")
    log.info("slice done: %s", 3, extra={"sent": 128, "why": "time is up", "queue": "bulk"})
    line = capsys.readouterr().err
    assert line.endswith(' INFO outreach.a.test slice done: 3 sent=128 why="time is up" queue=bulk\n')


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_phones_are_blacked_out_of_message_fields_exception_and_its_cause(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    speak(log_format=log_format)
    try:
        try:
            raise KeyError("+16175550101")
        except KeyError as error:
            raise ValueError("no contact (617) 555-0102") from error
    except ValueError:
        log.exception("failed for %s", "+16175550103", extra={"to": ["617-555-0104", {"+16175550105": "+16175550106"}]})
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "ValueError" in told
    assert told.count(BLACKED_OUT) >= 6
    assert "5550" not in "".join(filter(str.isdigit, told.replace("-", "")))
    assert "55-01" not in told


def test_what_other_handlers_are_given_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = seen.append  # type: ignore[method-assign,assignment]
    logging.getLogger().addHandler(handler)
    speak()
    logging.getLogger().handlers.reverse()  # ours first
    log.warning("to %s", "+16175550100")
    assert seen[0].args == ("+16175550100",)
    assert BLACKED_OUT in capsys.readouterr().err


def test_setting_up_again_replaces_and_does_not_double(capsys: pytest.CaptureFixture[str]) -> None:
    speak()
    speak(log_format="text")
    log.warning("once")
    assert capsys.readouterr().err.count("once") == 1


def test_our_own_words_follow_the_setting_and_libraries_never_speak_below_warning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    speak("DEBUG")
    log.debug("ours")
    for name in (
        "twilio.http_client",
        "rq.worker",
        "urllib3.connectionpool",
        "sqlalchemy.engine",
        "alembic",
        "asyncio",
    ):
        logging.getLogger(name).info("theirs")
    logging.getLogger("alembic").warning("a warning")  # RQ sets the levels of its own anew
    assert [line["event"] for line in lines(capsys)] == ["ours", "a warning"]
    speak("ERROR")
    logging.getLogger("urllib3").warning("not an error")
    assert lines(capsys) == []


def test_without_settings_the_defaults_speak(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(None)
    log.info("not told")
    log.warning("told")
    assert capsys.readouterr().err.endswith(" WARNING outreach.a.test told\n")


def test_a_format_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"OUTREACH_LOG_FORMAT: 'xml' is not one of text json"):
        Settings.from_env({"OUTREACH_LOG_FORMAT": "xml"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_campaign_a_familys_text_and_their_failures_leave_no_phone_name_or_body_in_the_log(
    work: Runtime, phones: Phones, capsys: pytest.CaptureFixture[str]
) -> None:
    unfiltered: list[str] = []  # what our own code says, before the last line of defence
    plain = logging.Handler()
    plain.setFormatter(logging.Formatter("%(message)s %(args)s"))
    plain.emit = lambda record: unfiltered.append(plain.format(record) + str(vars(record)))  # type: ignore[method-assign]
    work.settings = replace(work.settings, log_level="DEBUG", log_format="json")
    logs.set_up(work.settings)
    logging.getLogger(logs.OURS).addHandler(plain)
    try:
        _live_through_a_day(work, phones)
    finally:
        logging.getLogger(logs.OURS).removeHandler(plain)
    told = capsys.readouterr().err
    assert "missing 1 required positional argument" in told
    assert "wake-up dropped" in told
    bodies = [text["body"] for text in phones.texts()]
    assert len(bodies) >= 5
    secrets = ["Rosalinda", "Quispe", "COMIDA", "02139", "me quiero matar", *bodies]
    secrets += [digits for number in range(8) for digits in (sample_phone(number), sample_phone(number)[2:])]
    for said in (told, *unfiltered):
        assert [secret for secret in secrets if secret in said] == []


def _live_through_a_day(work: Runtime, phones: Phones) -> None:
    """A campaign with two failures, texts from families, a job that raises, and a Redis that is away."""
    with work.database.writing() as session:
        for number in range(6):
            make_contact(session, number, name="Rosalinda Quispe")
    phones.control("faults", {"action": "error", "to": sample_phone(0), "code": 21211, "times": 1})
    phones.control("faults", {"action": "undeliver", "to": sample_phone(1), "code": 30005, "times": 1})
    launch_pack(work)
    for number, body in enumerate(("COMIDA 02139", "me quiero matar", "STOP", "qwertz")):
        assert post_inbound(work, sample_phone(number + 2), body) == 200
    run_jobs(work)
    queues.wake(work.redis, queues.Wake(queues.BULK, "outreach.outgoing.jobs.dispatch"))
    run_jobs(work)
    away = replace(work.settings, redis_url="redis://127.0.0.1:1/0")
    assert post_inbound(Runtime(away), sample_phone(7), "COMIDA 02139") == 200
