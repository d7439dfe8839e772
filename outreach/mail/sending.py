"""Sending mails: claim, commit, hand over with no transaction open, note what came of it.

A mail whose worker died between the server's yes and the note is sent again, with the same Message-ID: an alert that
comes twice does less harm than one that never came.
"""

import logging
import smtplib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database, change
from outreach.mail.models import Mail, MailStatus
from outreach.mail.smtp import compose, connect
from outreach.settings import Settings

BATCH = 20
WORKS = 30.0  # seconds of one job; a mail not begun by then goes back
LEASE = timedelta(minutes=5)  # longer than the job may take at the slowest server: see SEND in outbox.py
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=10)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claimed:
    """What a worker needs of a mail while no session is open."""

    id: int
    address: str
    subject: str
    body: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True)
class Sent:
    """What one job did: mails that the server took, that it refused for good, and that are tried again."""

    sent: int = 0
    failed: int = 0
    again: int = 0


def send_due(database: Database, settings: Settings) -> Sent:
    """Send what is due, at most BATCH mails. Never raises for a mail server."""
    with database.writing() as session:
        claimed = _claim(session, clock.now())
    if not claimed:
        return Sent()
    outcomes = _hand_over(settings, claimed)
    found = {mail: outcomes.get(mail.id, _NOT_TRIED) for mail in claimed}
    with database.writing() as session:
        for mail, outcome in found.items():
            _note(session, mail, outcome)
    kinds = [outcome.status for outcome in found.values()]
    return Sent(kinds.count(MailStatus.SENT), kinds.count(MailStatus.FAILED), kinds.count(MailStatus.QUEUED))


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: half a minute, then ever longer."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


@dataclass(frozen=True)
class _Outcome:
    status: MailStatus
    reason: str | None = None


_NOT_TRIED = _Outcome(MailStatus.QUEUED, "not_tried")


def _claim(session: Session, now: datetime) -> Sequence[Claimed]:
    """Due mails, and those of a dead worker, under a lease. What is past its use expires."""
    under_way = Mail.status.in_([MailStatus.QUEUED, MailStatus.SENDING]) & (Mail.not_before <= now)
    expired = update(Mail).where(under_way, Mail.expires_at <= now).values(status=MailStatus.EXPIRED)
    if number := change(session, expired):
        log.error("%s mails were not sent in time: the mail server was away or refused them", number)
    mails = session.scalars(
        select(Mail).where(under_way).order_by(Mail.not_before, Mail.id).limit(BATCH).with_for_update(skip_locked=True)
    ).all()
    for mail in mails:
        mail.status, mail.not_before, mail.attempts = MailStatus.SENDING, now + LEASE, mail.attempts + 1
    return [Claimed(one.id, one.address, one.subject, one.body, one.attempts, one.created_at) for one in mails]


def _hand_over(settings: Settings, mails: Sequence[Claimed]) -> dict[int, _Outcome]:
    """What came of each mail; what is missing was not tried. A server that is away counts as tried for all of them."""
    outcomes: dict[int, _Outcome] = {}
    tried: Sequence[Claimed] = mails
    until = time.monotonic() + WORKS
    try:
        with connect(settings) as server:
            for mail in mails:
                if time.monotonic() > until:
                    break
                tried = [mail]  # one that breaks the connection must not hold up the others each time
                outcomes[mail.id] = _send(server, settings, mail)
    except (smtplib.SMTPException, OSError) as error:
        reason = _reason(error)
        log.warning("the mail server does not take mail: %s", reason)
        outcomes |= {mail.id: _Outcome(MailStatus.QUEUED, reason) for mail in tried if mail.id not in outcomes}
    return outcomes


def _reason(error: Exception) -> str:
    """The kind of trouble and the server's code; its words may quote addresses."""
    code = f"_{error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else ""
    return f"{type(error).__name__}{code}"[:80]


def _send(server: smtplib.SMTP, settings: Settings, mail: Claimed) -> _Outcome:
    """One mail. Raises when the connection is gone or the server refuses the sender."""
    message = compose(settings, mail.id, mail.address, mail.subject, mail.body, mail.created_at)
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        return _refused(mail, next(iter(error.recipients.values()))[0])
    except smtplib.SMTPDataError as error:
        return _refused(mail, error.smtp_code)
    except smtplib.SMTPNotSupportedError:  # an address beyond ASCII, and a server that knows ASCII alone
        return _refused(mail, 553)
    return _Outcome(MailStatus.SENT)


def _refused(mail: Claimed, code: int) -> _Outcome:
    """5xx is for good, 4xx for now (RFC 5321 section 4.2.1)."""
    if 500 <= code < 600:
        log.error("mail %s: refused for good, %s", mail.id, code)
        return _Outcome(MailStatus.FAILED, f"refused_{code}")
    return _Outcome(MailStatus.QUEUED, f"refused_{code}")


def _note(session: Session, mail: Claimed, outcome: _Outcome) -> None:
    now = clock.now()
    values: dict[str, object] = {"status": outcome.status, "reason": outcome.reason}
    if outcome.status is MailStatus.SENT:
        values |= {"sent_at": now, "body": ""}  # not kept: it may hold a link that lets somebody in
    elif outcome.status is MailStatus.QUEUED:
        values["not_before"] = now if outcome is _NOT_TRIED else now + wait_after(mail.attempts)
        values["status"] = case((Mail.expires_at <= now, MailStatus.EXPIRED), else_=MailStatus.QUEUED)
    session.execute(
        update(Mail)
        .where(Mail.id == mail.id, Mail.status == MailStatus.SENDING, Mail.attempts == mail.attempts)
        .values(**values)
    )
