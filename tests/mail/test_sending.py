"""Mail to staff: once, tried again while the server is away, given up when it says so for good."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import clock, runtime
from outreach.mail import jobs, outbox
from outreach.mail.models import Mail, MailStatus
from outreach.mail.sending import Sent, send_due, wait_after
from outreach.redis_server import free_port
from outreach.runtime import Runtime
from tests.support.factories import NOON
from tests.support.jobs import run_jobs
from tests.support.mail_server import MailServer, run_mail_server

NURSE, HELPER = "nurse@school.example.org", "helper@school.example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with run_mail_server() as running:
        yield running


@pytest.fixture
def office(work: Runtime, server: MailServer) -> Iterator[Runtime]:
    """The runtime with this mail server set."""
    made = Runtime(replace(work.settings, smtp_url=server.url, mail_from="Riverside <alerts@example.org>"))
    runtime.use(made)
    yield made
    made.close()


def queue(work: Runtime, *addresses: str, part: str = "") -> None:
    with work.database.writing() as session:
        for address in addresses:
            draft = outbox.Draft(
                source="test", source_id=7, part=part, address=address, subject="Urgent: request 7", body="https://x/7\n",
                useful=timedelta(hours=1),
            )  # fmt: skip
            outbox.queue(session, draft)
        outbox.wake_mail(session, work.redis)


def standing(work: Runtime) -> list[tuple[MailStatus, str | None]]:
    with work.database.reading() as session:
        rows = session.execute(select(Mail.status, Mail.reason).order_by(Mail.id))
        return [(status, reason) for status, reason in rows]


def send_at(work: Runtime, at: datetime) -> Sent:
    with clock.frozen(at):
        return send_due(work.database, work.settings)


def test_a_mail_arrives_once_however_often_it_is_asked_for(office: Runtime, server: MailServer) -> None:
    for _ in range(3):
        queue(office, NURSE)
        run_jobs(office)
    (mail,) = server.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == ("Riverside <alerts@example.org>", NURSE, "Urgent: request 7")
    assert mail.get_content().splitlines() == ["https://x/7"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert standing(office) == [(MailStatus.SENT, None)]
    with office.database.reading() as session:
        assert session.scalars(select(Mail.body)).all() == [""], "a link that lets somebody in is not kept"


def test_nothing_is_lost_while_the_server_is_away(office: Runtime) -> None:
    port = free_port()
    away = Runtime(replace(office.settings, smtp_url=f"smtp://127.0.0.1:{port}"))
    with clock.frozen(NOON):
        queue(away, NURSE, HELPER)
    assert send_at(away, NOON) == Sent(again=2)
    assert standing(away) == [(MailStatus.QUEUED, "ConnectionRefusedError")] * 2
    assert send_at(away, NOON + timedelta(seconds=29)) == Sent(), "it waits before the next try"
    with run_mail_server(port) as back:
        assert send_at(away, NOON + timedelta(seconds=30)) == Sent(sent=2)
        assert [mail["To"] for mail in back.mails] == [NURSE, HELPER]
    away.close()


def test_the_sweep_finds_what_redis_forgot(office: Runtime, server: MailServer) -> None:
    queue(office, NURSE)
    office.redis.flushdb()
    jobs.sweep()
    run_jobs(office)
    assert len(server.to(NURSE)) == 1


def test_without_a_mail_server_a_row_waits_and_nothing_is_tried(work: Runtime) -> None:
    queue(work, NURSE)
    run_jobs(work)
    jobs.sweep()
    run_jobs(work)
    assert standing(work) == [(MailStatus.QUEUED, None)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 no such user", (MailStatus.FAILED, "refused_550")),
        ("451 try later", (MailStatus.QUEUED, "refused_451")),
    ],
)
def test_one_address_that_is_refused_does_not_hold_up_the_others(
    office: Runtime, server: MailServer, caplog: pytest.LogCaptureFixture, answer: str, expected: tuple[MailStatus, str]
) -> None:
    server.refuse[NURSE] = answer
    queue(office, NURSE, HELPER)
    run_jobs(office)
    assert standing(office) == [expected, (MailStatus.SENT, None)]
    assert NURSE not in caplog.text


def test_a_second_try_after_a_lost_answer_carries_the_same_id_and_the_others_wait_for_no_penalty(
    office: Runtime, server: MailServer
) -> None:
    server.drop_after_data = 1
    with clock.frozen(NOON):
        queue(office, NURSE, HELPER)
    assert send_at(office, NOON) == Sent(again=2)
    assert send_at(office, NOON) == Sent(sent=1), "only the mail in hand waits before it is tried again"
    assert send_at(office, NOON + timedelta(minutes=1)) == Sent(sent=1)
    first, again = server.to(NURSE)
    assert first["Message-ID"] == again["Message-ID"]
    assert len(server.to(HELPER)) == 1


def test_a_worker_that_died_with_a_mail_in_hand_is_followed_by_another(office: Runtime, server: MailServer) -> None:
    with clock.frozen(NOON):
        queue(office, NURSE)
    with office.database.writing() as session:
        mail = session.scalars(select(Mail)).one()
        mail.status, mail.not_before = MailStatus.SENDING, NOON + timedelta(minutes=5)
    assert send_at(office, NOON + timedelta(minutes=4)) == Sent()
    assert send_at(office, NOON + timedelta(minutes=5)) == Sent(sent=1)
    assert len(server.mails) == 1


def test_a_mail_past_its_use_is_not_sent_and_the_log_says_so(
    office: Runtime, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    with clock.frozen(NOON):
        queue(office, NURSE)
    assert send_at(office, NOON + timedelta(hours=2)) == Sent()
    assert (standing(office), server.mails) == ([(MailStatus.EXPIRED, None)], [])
    assert "were not sent in time" in caplog.text


def test_what_is_canceled_does_not_leave(office: Runtime, server: MailServer) -> None:
    queue(office, NURSE)
    with office.database.writing() as session:
        assert outbox.cancel(session, "test", [7]) == 1
    run_jobs(office)
    assert server.mails == []


def test_what_is_canceled_while_a_worker_tries_is_not_tried_again(office: Runtime) -> None:
    away = Runtime(replace(office.settings, smtp_url=f"smtp://127.0.0.1:{free_port()}"))
    with clock.frozen(NOON):
        queue(away, NURSE)

    def cancel_meanwhile(*_anything: object) -> dict[int, object]:
        with clock.frozen(NOON), office.database.writing() as session:
            outbox.cancel(session, "test", [7])
        return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("outreach.mail.sending._hand_over", cancel_meanwhile)
        send_at(away, NOON)
    assert standing(office) == [(MailStatus.EXPIRED, "not_tried")]
    away.close()


def test_a_password_crosses_no_network_in_the_clear(office: Runtime, server: MailServer) -> None:
    elsewhere = Runtime(replace(office.settings, smtp_url=f"smtp://me:secret@0.0.0.0:{server.port}"))
    queue(elsewhere, NURSE)
    assert send_due(elsewhere.database, elsewhere.settings) == Sent(again=1)
    assert (standing(elsewhere), server.logins) == ([(MailStatus.QUEUED, "NotEncryptedError")], [])
    elsewhere.close()


def test_starttls_is_used_where_it_is_offered_and_a_stranger_s_certificate_is_refused(
    office: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    subprocess.run(make, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with run_mail_server(tls=tls) as server:
        strict = Runtime(replace(office.settings, smtp_url=f"smtp://me:a%40b@localhost:{server.port}"))
        with clock.frozen(NOON):
            queue(strict, NURSE)
        assert send_at(strict, NOON) == Sent(again=1)
        assert standing(strict) == [(MailStatus.QUEUED, "SSLCertVerificationError")]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send_at(strict, NOON + timedelta(minutes=1)) == Sent(sent=1)
        assert (server.encrypted, len(server.logins)) == ([True], 1)
        strict.close()


def test_waits_grow_and_end_at_ten_minutes() -> None:
    assert [wait_after(tries).total_seconds() for tries in (1, 2, 3, 20)] == [30, 60, 120, 600]
