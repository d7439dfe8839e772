"""The outbox of e-mail: one row a mail, so that it goes once and none is lost while the mail server is away."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, BigId, words


class MailStatus(StrEnum):
    QUEUED = "queued"  # waits for `not_before`
    SENDING = "sending"  # in a worker's hands until `not_before`; after that the worker is taken for dead
    SENT = "sent"  # the mail server took it
    FAILED = "failed"  # the mail server refused it for good; `reason` says how
    EXPIRED = "expired"  # waited past its use
    CANCELED = "canceled"


_UNDER_WAY = text("status IN ('queued', 'sending')")


class Mail(Base):
    """One mail to one address. `source`, `source_id` and `part` say what it answers to, and make it once."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("source", "source_id", "part", "address", name="uq_mails_once"),
        Index("ix_mails_due", "not_before", postgresql_where=_UNDER_WAY, sqlite_where=_UNDER_WAY),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[int] = mapped_column(BigId)
    part: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[MailStatus] = mapped_column(words(MailStatus), default=MailStatus.QUEUED)
    reason: Mapped[str | None] = mapped_column(String(80))  # of the last refusal: a short word, never the server's text
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
