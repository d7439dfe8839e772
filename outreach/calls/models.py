"""A call from a page, from the click to the end of it: who called which family, and how far it came."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.callbacks.models import Callback
from outreach.db import Base, BigId, words
from outreach.people.models import Contact
from outreach.staff.models import Staff


class CallState(StrEnum):
    STARTING = "starting"  # the carrier is being asked
    UNKNOWN = "unknown"  # it gave no answer: looked up in its records, never asked again
    RINGING_STAFF = "ringing_staff"
    ASKING = "asking"  # staff answered and have not pressed 1
    RINGING_FAMILY = "ringing_family"
    TALKING = "talking"
    # It is over:
    ANSWERED = "answered"  # by the family, or by its voicemail box: staff say which
    FAMILY_BUSY = "family_busy"
    FAMILY_NO_ANSWER = "family_no_answer"
    FAMILY_FAILED = "family_failed"
    HUNG_UP = "hung_up"  # by staff, before the family answered
    NOT_PRESSED = "not_pressed"  # staff answered, or a voicemail box: the family was not called
    STAFF_BUSY = "staff_busy"
    STAFF_NO_ANSWER = "staff_no_answer"
    STAFF_FAILED = "staff_failed"
    REFUSED = "refused"  # by the carrier
    NOT_TAKEN = "not_taken"  # the carrier's records do not have it


UNDER_WAY = text("ended_at IS NULL")


class Call(Base):
    """A person makes one call at a time, and a family gets one at a time: the database sees to both."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("uq_calls_staff_under_way", "staff_id", unique=True, postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY),
        Index(
            "uq_calls_contact_under_way", "contact_id", unique=True, postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY
        ),
        Index("ix_calls_watch", "watch_at", postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY),
        Index("ix_calls_contact", "contact_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # of the form that asked: sent twice, it calls once
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    callback_id: Mapped[int | None] = mapped_column(ForeignKey("callbacks.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    staff_phone: Mapped[str] = mapped_column(String(16))  # as it was rung
    state: Mapped[CallState] = mapped_column(words(CallState), default=CallState.STARTING)
    reason: Mapped[str | None] = mapped_column(String(80))  # the carrier's, for a call it refused
    carrier_sid: Mapped[str | None] = mapped_column(String(34), unique=True)  # of the leg to staff
    started_at: Mapped[datetime]
    staff_answered_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]  # by the family
    ended_at: Mapped[datetime | None]
    seconds: Mapped[int | None]  # with the family, as the carrier counts them
    watch_at: Mapped[datetime]  # when the carrier's records are asked, should no word come

    contact: Mapped[Contact] = relationship()
    callback: Mapped[Callback | None] = relationship()
    staff: Mapped[Staff] = relationship()
