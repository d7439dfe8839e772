"""A family's request that a person calls, and what was done about it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, BigId, words
from outreach.people.models import Contact
from outreach.staff.models import Staff


class Urgency(StrEnum):
    CRISIS = "crisis"
    SOON = "soon"
    NORMAL = "normal"


class CallbackState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    CLOSED = "closed"


class Outcome(StrEnum):
    REACHED = "reached"
    LEFT_VOICEMAIL = "left_voicemail"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    NO_LONGER_NEEDED = "no_longer_needed"


class DayPart(StrEnum):
    """When a family would like to be called; the numbers it texts are those of this order."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Callback(Base):
    __tablename__ = "callbacks"
    __table_args__ = (
        UniqueConstraint("inbound_id", name="uq_callbacks_once"),
        Index("ix_callbacks_state", "state", "due_at"),
        Index("ix_callbacks_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbounds.id"))
    reason: Mapped[str] = mapped_column(String(200))
    urgency: Mapped[Urgency] = mapped_column(words(Urgency), default=Urgency.NORMAL)
    language: Mapped[str] = mapped_column(String(12))
    state: Mapped[CallbackState] = mapped_column(words(CallbackState), default=CallbackState.OPEN)
    outcome: Mapped[Outcome | None] = mapped_column(words(Outcome))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime]
    time_asked_at: Mapped[datetime | None]  # when the family was asked for a good time to call
    preferred_time: Mapped[DayPart | None] = mapped_column(words(DayPart))
    slipped_at: Mapped[datetime | None]  # when the family was told that we are late, once
    closed_at: Mapped[datetime | None]

    contact: Mapped[Contact] = relationship()
    assignee: Mapped[Staff | None] = relationship()
    history: Mapped[list["CallbackEntry"]] = relationship(order_by="CallbackEntry.id", cascade="all, delete-orphan")


class CallbackEntry(Base):
    """One line of a callback's history: requested, assigned, noted, closed."""

    __tablename__ = "callback_entries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(String(2000))
    happened_at: Mapped[datetime]

    staff: Mapped[Staff | None] = relationship()
