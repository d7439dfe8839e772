"""Speaking to the mail server: the standard library's SMTP, encrypted wherever a password or a network is between."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from outreach.settings import Settings

PATIENCE = 10.0  # seconds for each answer of the server
PORTS = {"smtp": 587, "smtps": 465}


class NotEncryptedError(smtplib.SMTPException):
    """The server offers no STARTTLS, and a password would cross the network in the clear."""


@contextmanager
def connect(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A session with the server of OUTREACH_SMTP_URL, signed in. Raises OSError or SMTPException.

    smtps:// is encrypted from the start. smtp:// is by STARTTLS where the server offers it; without, no password is
    sent but on this machine.
    """
    where = urlsplit(settings.smtp_url or "")
    host, port = where.hostname or "", where.port or PORTS[where.scheme]
    ours = sender_domain(settings)
    safe = ssl.create_default_context()
    server: smtplib.SMTP
    if where.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, local_hostname=ours, timeout=PATIENCE, context=safe)
    else:
        server = smtplib.SMTP(host, port, local_hostname=ours, timeout=PATIENCE)
    try:
        server.ehlo()
        if where.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=safe)
            server.ehlo()
        elif where.scheme == "smtp" and where.username and not _is_this_machine(host):
            raise NotEncryptedError
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def compose(settings: Settings, mail_id: int, address: str, subject: str, body: str, at: datetime) -> EmailMessage:
    """The mail as the server gets it. A second try carries the same Message-ID, by which mailboxes know it again."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = address
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<outreach-{mail_id}-{at:%Y%m%d%H%M%S}@{sender_domain(settings)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def sender_domain(settings: Settings) -> str:
    return parseaddr(settings.mail_from or "")[1].rpartition("@")[2]


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
