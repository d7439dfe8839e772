"""The outbox: every text that leaves is a row here first, and every receipt that comes back is kept."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, BigId, words
from outreach.people.consent import Purpose
from outreach.wording.models import Text


class MessageStatus(StrEnum):
    """Where a message stands. The allowed moves stand in outgoing/status.py."""

    QUEUED = "queued"  # waits for a worker
    HELD = "held"  # waits for the hour in not_before; reason says why
    PAUSED = "paused"  # a person paused it
    SENDING = "sending"  # claimed by a worker
    UNKNOWN = "unknown"  # the carrier may or may not have it: reconcile asks
    ACCEPTED = "accepted"  # the carrier has it
    SENT = "sent"  # the next carrier took it
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"  # refused or lost on the way
    FAILED = "failed"  # never left
    SKIPPED = "skipped"  # decided not to send; reason says why
    EXPIRED = "expired"  # waited past its use
    CANCELED = "canceled"  # a person canceled it


class Priority(IntEnum):
    """Lower goes first, so that a reply never waits behind a campaign."""

    CRISIS = 0
    REPLY = 1
    ALERT = 2
    REMINDER = 3
    BULK = 4


_DUE = text("status IN ('queued', 'held')")
_OPEN = text("open")
_WATCHED = text("status IN ('sending', 'unknown', 'accepted', 'sent')")


class Message(Base):
    """One outgoing text to one phone.

    `source`, `source_id` and `part` say what it answers to ("run" 12 "", "inbound" 40 "menu"): the unique key makes a
    second row for the same phone impossible, whoever tries.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("source", "source_id", "part", "phone", name="uq_messages_once"),
        Index("ix_messages_due", "priority", "not_before", postgresql_where=_DUE, sqlite_where=_DUE),
        Index("ix_messages_watched", "status", "watch_at", postgresql_where=_WATCHED, sqlite_where=_WATCHED),
        Index("ix_messages_contact", "contact_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[int] = mapped_column(BigId)
    part: Mapped[str] = mapped_column(String(40), default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    phone: Mapped[str] = mapped_column(String(16))
    text_id: Mapped[int | None] = mapped_column(ForeignKey("texts.id"))  # empty: skipped for want of a text
    language: Mapped[str] = mapped_column(String(12))
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    topic: Mapped[str | None] = mapped_column(String(40))
    priority: Mapped[int]
    status: Mapped[MessageStatus] = mapped_column(words(MessageStatus), default=MessageStatus.QUEUED)
    reason: Mapped[str | None] = mapped_column(String(80))
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(36))
    claimed_at: Mapped[datetime | None]
    watch_at: Mapped[datetime | None]  # when somebody must look after it: its lease ends, or its receipt is overdue
    carrier_sid: Mapped[str | None] = mapped_column(String(40), unique=True)
    error_code: Mapped[int | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  # when the carrier took it
    settled_at: Mapped[datetime | None]  # when its status became final

    text: Mapped[Text | None] = relationship()


class Order(StrEnum):
    """What a person said of all texts of a source."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


class SourceOrder(Base):
    """The last order about a source, which every claim asks; `open` while rows of the source have yet to follow it."""

    __tablename__ = "source_orders"
    __table_args__ = (Index("ix_source_orders_open", "source", postgresql_where=_OPEN, sqlite_where=_OPEN),)

    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    source_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order: Mapped[Order] = mapped_column(words(Order))
    reason: Mapped[str | None] = mapped_column(String(80))  # for the rows
    given_at: Mapped[datetime]
    open: Mapped[bool]


class PastTry(Base):
    """A try that the carrier took and then failed to deliver, of a text that is tried again.

    Its SID is kept so that a late receipt, or the carrier's own list, is never mistaken for the try under way.
    """

    __tablename__ = "past_tries"

    carrier_sid: Mapped[str] = mapped_column(String(40), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    error_code: Mapped[int | None]
    ended_at: Mapped[datetime]


class SenderPause(Base):
    """A sender that the carrier refuses through the operator's fault. Nothing is handed over before `until`."""

    __tablename__ = "sender_pauses"

    sender: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime]
    until: Mapped[datetime]


class Breaker(Base):
    """Counts what fails through the operator's fault among the texts of one source, and stops the rest in time."""

    __tablename__ = "breakers"

    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    source_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    failures: Mapped[int]
    code: Mapped[int | None]  # of the last of them
    reason: Mapped[str] = mapped_column(String(80))
    tripped_at: Mapped[datetime | None]


class Receipt(Base):
    """One status callback, as it came; every one is kept, also the repeated and the contradictory."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    carrier_sid: Mapped[str] = mapped_column(String(40), index=True)
    carrier_status: Mapped[str] = mapped_column(String(24))
    error_code: Mapped[int | None]
    moved: Mapped[bool]  # whether it changed the message
    received_at: Mapped[datetime]
