"""The jobs that send mail: thin, and safe to run twice or at once."""

from sqlalchemy import exists, select

from outreach import clock, queues, runtime
from outreach.mail.models import Mail, MailStatus
from outreach.mail.outbox import SEND
from outreach.mail.sending import BATCH, Sent, send_due


def send() -> Sent:
    """Send what is due; without a mail server set nothing is claimed, and mails wait until they expire."""
    work = runtime.current()
    queues.awake(work.redis, SEND)
    if not work.settings.smtp_url:
        return Sent()
    sent = send_due(work.database, work.settings)
    if sent.sent + sent.failed == BATCH:
        queues.wake(work.redis, SEND)
    return sent


def sweep() -> None:
    """Find what Redis forgot, what is to be tried again, and what a dead worker held."""
    work = runtime.current()
    due = Mail.status.in_([MailStatus.QUEUED, MailStatus.SENDING]) & (Mail.not_before <= clock.now())
    with work.database.reading() as session:
        waits = session.scalar(select(exists().where(due)))
    if waits and work.settings.smtp_url:
        queues.wake(work.redis, SEND)
