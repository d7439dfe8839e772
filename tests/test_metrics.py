"""/metrics: what waits, what was counted, how long webhooks took; and that asking costs little and breaks nothing."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.error import HTTPError

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from rq import SimpleWorker
from sqlalchemy import text

from outreach import clock, crew, engine, metrics, prometheus, queues, runtime
from outreach.app import create_app
from outreach.callbacks.models import Urgency
from outreach.callbacks.requests import request_callback
from outreach.campaigns.models import Campaign, CampaignState
from outreach.cli.processes import make_shared_folder
from outreach.incoming.models import Inbound, InboundState
from outreach.mail.outbox import Draft
from outreach.mail.outbox import queue as queue_mail
from outreach.outgoing.models import Message, MessageStatus, Priority, SenderPause
from outreach.people.consent import Purpose
from outreach.redis_server import free_port
from outreach.runtime import Runtime
from outreach.settings import Settings, SettingsError
from tests.support.factories import NOON, make_contact
from tests.support.webhooks import post_status

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)
TOKEN = "a-token-of-tests-only"


def add_message(work: Runtime, number: int, status: MessageStatus, priority: Priority, waits: timedelta) -> None:
    """A text that could leave `waits` ago (negative: from then on)."""
    with work.database.writing() as session:
        session.add(
            Message(
                source="test", source_id=1, phone=f"+1617555{number:04d}", language="en", purpose=Purpose.CAMPAIGN,
                priority=int(priority), status=status, not_before=NOON - waits, created_at=NOON,
            )
        )  # fmt: skip


def scrape(work: Runtime) -> dict[str, float]:
    """Every sample by its name and labels, these in the order of their names: {'outreach_workers{bulk}': 1.0}."""
    return read(prometheus.expose(work).decode())


def read(page: str) -> dict[str, float]:
    return {
        sample.name + ("{" + ",".join(sample.labels.values()) + "}" if sample.labels else ""): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


# What the database says


def test_texts_that_wait_are_told_by_priority_with_the_age_of_the_first(work: Runtime) -> None:
    for number, (status, priority, waits) in enumerate(
        (
            (MessageStatus.QUEUED, Priority.REPLY, timedelta(seconds=20)),
            (MessageStatus.QUEUED, Priority.BULK, 2 * HOUR),
            (MessageStatus.HELD, Priority.BULK, 1 * HOUR),  # its hour has come
            (MessageStatus.HELD, Priority.BULK, -8 * HOUR),
            (MessageStatus.QUEUED, Priority.REMINDER, -timedelta(seconds=40)),  # tried again later
            (MessageStatus.SENDING, Priority.BULK, HOUR),
            (MessageStatus.UNKNOWN, Priority.BULK, HOUR),
            (MessageStatus.UNKNOWN, Priority.BULK, HOUR),
            (MessageStatus.PAUSED, Priority.BULK, HOUR),
            (MessageStatus.DELIVERED, Priority.CRISIS, HOUR),
        )
    ):
        add_message(work, number, status, priority, waits)
    with clock.frozen(NOON):
        found = scrape(work)
    waiting = {name: value for name, value in found.items() if name.startswith("outreach_messages_waiting") and value}
    assert waiting == {"outreach_messages_waiting{reply}": 1, "outreach_messages_waiting{bulk}": 2}
    assert found["outreach_messages_waiting{crisis}"] == 0
    assert found["outreach_queue_age_seconds{reply}"] == 20
    assert found["outreach_queue_age_seconds{bulk}"] == 7200
    assert found["outreach_queue_age_seconds{reminder}"] == 0
    assert found["outreach_messages_held"] == 2
    assert found["outreach_messages_sending"] == 1
    assert found["outreach_messages_unknown"] == 2
    assert found["outreach_database_up"] == found["outreach_redis_up"] == 1


def test_crises_are_counted_by_language_and_mail_that_waits_by_its_age(work: Runtime) -> None:
    with clock.frozen(NOON), work.database.writing() as session:
        for number, language in enumerate(("es", "ht", "es")):
            contact = make_contact(session, number, language)
            ask = partial(request_callback, session, work.redis, work.settings, contact, reason="A text")
            ask(urgency=Urgency.CRISIS)
            ask(urgency=Urgency.NORMAL)
        mail = Draft(source="t", source_id=1, address="a@example.org", subject="s", body="b", useful=HOUR)
        queue_mail(session, mail)
    with clock.frozen(NOON + timedelta(seconds=50)):
        found = scrape(work)
    assert {name: value for name, value in found.items() if name.startswith("outreach_crises_total")} == {
        "outreach_crises_total{es}": 2,
        "outreach_crises_total{ht}": 1,
    }
    assert (found["outreach_mails_waiting"], found["outreach_mail_age_seconds"]) == (1, 50)


def test_what_holds_sending_up_is_told(work: Runtime) -> None:
    assert scrape(work)["outreach_sender_paused"] == 0
    with work.database.writing() as session:
        session.add(SenderPause(sender="MG1", reason="no", since=NOON - 2 * HOUR, until=NOON + HOUR))
        for state, reason in (
            (CampaignState.PAUSED, "refused"),
            (CampaignState.PAUSED, None),
            (CampaignState.RUNNING, None),
        ):
            session.add(
                Campaign(
                    pack="p", title="t", topic="screenings", audience="everyone", fields={}, anchor_at=NOON,
                    timezone="America/New_York", launched_at=NOON, state=state, paused_reason=reason,
                )
            )  # fmt: skip
        for number, routed in enumerate((InboundState.STORED, InboundState.STORED, InboundState.ROUTED)):
            session.add(
                Inbound(
                    carrier_sid=f"SM{number}", phone="+16175550100", to_phone="+18335550100", body="?", state=routed,
                    received_at=NOON - timedelta(seconds=30 - number), next_try_at=NOON,
                )
            )  # fmt: skip
    with clock.frozen(NOON):
        found = scrape(work)
    assert found["outreach_sender_paused"] == 1
    assert found["outreach_campaigns_paused_by_service"] == 1
    assert found["outreach_inbounds_waiting"] == 2
    assert found["outreach_inbound_age_seconds"] == 30


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (f"{engine.DUE.text} AND messages.priority = 4 AND messages.not_before <= '2026-11-24'", "ix_messages_due"),
        (f"{engine.WATCHED.text} AND messages.status = 'unknown'", "ix_messages_watched"),
    ],
)
def test_a_scrape_walks_what_waits_and_not_all_that_was_ever_sent(work: Runtime, condition: str, index: str) -> None:
    postgres = work.settings.database_url.startswith("postgresql")
    explain = "EXPLAIN " if postgres else "EXPLAIN QUERY PLAN "
    with work.database.writing() as session:
        if postgres:  # an empty table is read whole, whatever indexes it has
            session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = str(session.execute(text(f"{explain}SELECT count(*) FROM messages WHERE {condition}")).all())
    assert index in plan


def test_a_database_that_is_away_is_told_and_the_rest_still_answers(work: Runtime) -> None:
    away = Runtime(replace(work.settings, database_url=f"postgresql://nobody@127.0.0.1:{free_port()}/no"))
    found = scrape(away)
    away.close()
    assert (found["outreach_database_up"], found["outreach_redis_up"]) == (0, 1)
    assert "outreach_messages_held" not in found


@ON_SQLITE
@pytest.mark.parametrize(
    ("until", "paused"),
    [
        (HOUR, 1),
        (timedelta(seconds=-5), 1),  # one text is trying it
        (-HOUR, 0),  # a sender that nobody uses any more
    ],
)
def test_a_paused_sender_is_told_also_while_it_is_tried_again(work: Runtime, until: timedelta, paused: int) -> None:
    with work.database.writing() as session:
        session.add(SenderPause(sender="MG1", reason="no", since=NOON - 2 * HOUR, until=NOON + until))
    with clock.frozen(NOON):
        assert scrape(work)["outreach_sender_paused"] == paused


# What Redis says


@ON_SQLITE
def test_a_redis_that_is_away_is_told_and_the_rest_still_answers(work: Runtime) -> None:
    away = Runtime(replace(work.settings, redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    found = scrape(away)
    away.close()
    assert (found["outreach_database_up"], found["outreach_redis_up"]) == (1, 0)
    assert "outreach_texts_sent_total" not in found


@ON_SQLITE
def test_workers_queues_and_the_scheduler_are_told(work: Runtime) -> None:
    found = scrape(work)
    assert (found["outreach_workers{urgent}"], found["outreach_scheduler_up"]) == (0, 0)
    queues.wake(work.redis, queues.Wake(queues.BULK, "outreach.outgoing.jobs.dispatch", ("all",)))
    work.redis.set(crew.SCHEDULER, "a token")
    its_own = Redis.from_url(work.settings.redis_url or "")
    a_worker = SimpleWorker([queues.URGENT, queues.DEFAULT], connection=its_own)
    a_worker.register_birth()
    found = scrape(work)
    assert (found["outreach_workers{urgent}"], found["outreach_workers{bulk}"]) == (1, 0)
    assert (found["outreach_queue_jobs{bulk}"], found["outreach_queue_jobs{urgent}"]) == (1, 0)
    assert found["outreach_scheduler_up"] == 1
    a_worker.register_death()
    its_own.close()
    assert scrape(work)["outreach_workers{urgent}"] == 0


@ON_SQLITE
def test_looking_at_workers_leaves_the_patience_of_our_connection_alone(work: Runtime) -> None:
    before = dict(work.redis.connection_pool.connection_kwargs)
    scrape(work)
    assert work.redis.connection_pool.connection_kwargs == before


# What is counted


@ON_SQLITE
def test_counts_add_up_and_are_told_by_reason(work: Runtime) -> None:
    metrics.count(work.redis, {"sent": 128, "retried": 3, "failed:30007": 2})
    metrics.count(work.redis, {"sent": 2, "failed:expired": 1, "retried": 0})
    found = scrape(work)
    assert found["outreach_texts_sent_total"] == 130
    assert found["outreach_texts_retried_total"] == 3
    assert found["outreach_texts_failed_total{30007}"] == 2
    assert found["outreach_texts_failed_total{expired}"] == 1


@ON_SQLITE
def test_a_flushed_redis_sets_them_to_zero(work: Runtime) -> None:
    metrics.count(work.redis, {"sent": 1})
    work.redis.flushall()
    assert scrape(work)["outreach_texts_sent_total"] == 0


@ON_SQLITE
@pytest.mark.parametrize(
    "name", ["failed:the number +16175550100 is not valid", "failed:", "failed:None", "delivered", "failed:1234567", ""]
)
def test_what_is_no_code_and_no_short_word_is_counted_as_other(work: Runtime, name: str) -> None:
    metrics.count(work.redis, {name: 1})
    assert metrics.read_counts(work.redis) == {"failed:other": 1}


@ON_SQLITE
def test_what_happened_lately_is_known_to_ten_minutes_for_a_day(work: Runtime) -> None:
    minutes = {0: 1, 35: 10, 5 * 60: 100, 48 * 60: 1000}  # ago: how many
    for ago, number in minutes.items():
        with clock.frozen(NOON - timedelta(minutes=ago)):
            metrics.count(work.redis, {"sent": number, "failed:30003": number})
    with clock.frozen(NOON):
        sums = [metrics.read_recent(work.redis, within)["sent"] for within in (metrics.SPAN, HOUR, 24 * HOUR)]
        assert metrics.failures(metrics.read_recent(work.redis, 24 * HOUR)) == {"30003": 111}
    assert sums == [1, 11, 111]
    kept = [work.redis.ttl(key) for key in work.redis.scan_iter(f"{metrics.COUNTERS}:*")]
    assert len(kept) == 4
    assert -1 not in kept  # for ever


def test_counting_into_a_redis_that_is_away_or_hangs_never_raises_and_soon_gives_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for port in (free_port(), silent.getsockname()[1]):
            redis = queues.connect(f"redis://127.0.0.1:{port}/0")
            redis.connection_pool.connection_kwargs["socket_timeout"] = 400  # as RQ does to its worker's
            started = time.monotonic()
            for _ in range(20):
                metrics.count(redis, {"sent": 128})
            assert time.monotonic() - started < 2
            redis.close()


# Webhooks


@ON_SQLITE
def test_webhooks_are_timed_by_name_and_answer(work: Runtime) -> None:
    def timed() -> float:
        return scrape(work).get("outreach_webhook_seconds_count{204,status}", 0)

    before = timed()
    assert post_status(work, "SM" + "1" * 32, "delivered") == 204
    assert timed() == before + 1
    assert create_app(work.settings).test_client().post("/twilio/inbound").status_code == 403
    runtime.current().close()
    runtime.use(work)
    assert scrape(work)["outreach_webhook_seconds_count{403,inbound}"] >= 1


# Who may ask


@pytest.fixture
def client(work: Runtime) -> Iterator[FlaskClient]:
    app = create_app(replace(work.settings, metrics_token=TOKEN))
    yield app.test_client()
    runtime.current().close()
    runtime.use(work)


@ON_SQLITE
@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("", {}, 403),  # a socket file: the proxy behind it did not say for whom it asks
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),  # through the proxy
        ("192.0.2.7", {"X-Forwarded-For": "127.0.0.1"}, 403),  # a header of its own making
        ("192.0.2.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7", "Authorization": f"Bearer {TOKEN}"}, 200),
        ("192.0.2.7", {"Authorization": "Bearer "}, 403),
        ("192.0.2.7", {"Authorization": f"Bearer {TOKEN}x"}, 403),
        ("192.0.2.7", {"Authorization": "Bearer \u00e9\u00e8"}, 403),
    ],
)
def test_only_this_machine_or_who_knows_the_token_may_ask(
    client: FlaskClient, peer: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    assert answer.status_code == status
    assert (b"outreach_redis_up" in answer.data) is (status == 200)


@ON_SQLITE
@pytest.mark.parametrize("given", ["Bearer None", "Bearer ", "Bearer"])
def test_without_a_token_in_the_settings_none_opens(work: Runtime, given: str) -> None:
    app = create_app(work.settings)
    answer = app.test_client().get(
        "/metrics", headers={"Authorization": given}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    runtime.current().close()
    runtime.use(work)
    assert answer.status_code == 403


def test_a_token_that_can_be_guessed_is_refused_and_never_shown() -> None:
    with pytest.raises(
        SettingsError, match="OUTREACH_METRICS_TOKEN: its value is not at least 16 characters"
    ) as refused:
        Settings.from_env({"OUTREACH_METRICS_TOKEN": "short"})
    assert "short" not in str(refused.value)
    assert TOKEN not in repr(Settings.from_env({"OUTREACH_METRICS_TOKEN": TOKEN}))


# The web process as it is served


@contextmanager
def serve(environment: dict[str, str], log: Path) -> Iterator[tuple[str, psutil.Process]]:
    """`outreach web` with two processes: its address, and the process that looks after them."""
    port = free_port()
    command = [sys.executable, "-m", "outreach.cli", "web", f"--port={port}", "--workers=2"]
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=stderr)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while not _answers(f"{url}/healthz"):
            assert time.monotonic() < until, "the web process did not start"
            time.sleep(0.2)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def _forge(url: str) -> None:
    """A webhook that nobody signed."""
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(f"{url}/twilio/inbound", data=b"Body=STOP", timeout=10)
    refused.value.close()


def _webhooks_told(url: str) -> float:
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
        return read(answer.read().decode())["outreach_webhook_seconds_count{403,inbound}"]


@ON_SQLITE
def test_all_processes_of_a_server_count_together_also_what_a_killed_one_counted(
    work: Runtime, environment: dict[str, str], tmp_path: Path
) -> None:
    left_over = tmp_path / "metrics" / "of-another-server"
    left_over.mkdir(parents=True)
    log = tmp_path / "web.log"
    with serve({**environment, "OUTREACH_LOG_FORMAT": "json"}, log) as (url, master):
        for _ in range(24):
            _forge(url)
        assert [_webhooks_told(url) for _ in range(6)] == [24] * 6
        for child in master.children():
            child.kill()
        until = time.monotonic() + 20
        while not _answers(f"{url}/healthz"):
            assert time.monotonic() < until, "killed web processes were not replaced"
            time.sleep(0.2)
        assert _webhooks_told(url) == 24
    assert left_over.is_dir()
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["logger"] for line in told} == {"gunicorn.error"}
    assert any("SIGKILL" in line["event"] for line in told)


def test_a_server_starts_counting_afresh(tmp_path: Path) -> None:
    folder = make_shared_folder(tmp_path, 8000)
    (folder / "histogram_1.db").touch()
    assert list(make_shared_folder(tmp_path, 8000).iterdir()) == []
    assert make_shared_folder(tmp_path, 8001) != folder


def test_a_webhook_is_answered_though_it_cannot_be_timed(tmp_path: Path) -> None:
    """The folder that web processes share was deleted under them."""
    program = "from outreach.prometheus import time_webhook; time_webhook('inbound', 200, 0.01); print('answered')"
    gone = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "gone")}
    done = subprocess.run([sys.executable, "-c", program], env=gone, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("answered\n", 0)
    assert "webhook not timed" in done.stderr
