"""A family's request that a person calls, what was done about it, and when and about what each partner calls."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach import clock
from outreach.db import Base, BigId, words
from outreach.people.models import Contact
from outreach.staff.models import Partner, Staff

ACTION = 200  # letters of a history line; a name may have 120


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


class Alert(StrEnum):
    """Whom a promise that comes near, or was not kept, was brought before."""

    REMINDER = "reminder"  # whoever has the call, before it is due
    COORDINATORS = "coordinators"  # of the partner, when it was due
    ADMINS = "admins"  # when a working hour later nobody had called


class Callback(Base):
    """One request. `partner_id` is whose matter it is: others see no more of it than callbacks/wall.py lets through."""

    __tablename__ = "callbacks"
    __table_args__ = (
        UniqueConstraint("inbound_id", name="uq_callbacks_once"),
        Index("ix_callbacks_state", "state", "due_at"),
        Index("ix_callbacks_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbounds.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)  # None: nobody's yet
    topic: Mapped[str | None] = mapped_column(String(40))  # what it is about, as far as a text said
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
    interpreter: Mapped[bool] = mapped_column(default=False, server_default=false())  # the call needs one
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")  # calls that reached nobody
    next_try_at: Mapped[datetime | None]  # not before; the promise to the family is `due_at`
    missed_at: Mapped[datetime | None]  # the first promise not kept since the last attempt; `due_at` is a later one
    slipped_at: Mapped[datetime | None]  # when the family was told that we are late, once a promise
    closed_at: Mapped[datetime | None]

    contact: Mapped[Contact] = relationship()
    assignee: Mapped[Staff | None] = relationship()
    partner: Mapped[Partner | None] = relationship()
    history: Mapped[list["CallbackEntry"]] = relationship(order_by="CallbackEntry.id", cascade="all, delete-orphan")

    def write(self, action: str, staff: Staff | None = None, note: str | None = None) -> None:
        """A line of the history. It belongs to the partner that has the callback now, and stays with it."""
        line = CallbackEntry(action=action, staff=staff, note=note or None, happened_at=clock.now())
        line.partner_id = self.partner_id
        self.history.append(line)


def is_open() -> ColumnElement[bool]:
    """Nobody has said yet how it went. Named by its states: an index finds these two among years of closed calls, and
    could not find "not closed"."""
    return Callback.state.in_([CallbackState.OPEN, CallbackState.ASSIGNED])


class CallbackEntry(Base):
    """One line of a callback's history: requested, assigned, noted, closed. Only its partner reads it."""

    __tablename__ = "callback_entries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"))
    action: Mapped[str] = mapped_column(String(ACTION))
    note: Mapped[str | None] = mapped_column(String(2000))
    happened_at: Mapped[datetime]

    staff: Mapped[Staff | None] = relationship()


class CallbackAlert(Base):
    """Staff were told of one promise: at most once for each kind, whoever sweeps."""

    __tablename__ = "callback_alerts"
    __table_args__ = (UniqueConstraint("callback_id", "kind", "promised_at", name="uq_callback_alerts_once"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"))
    kind: Mapped[Alert] = mapped_column(words(Alert))
    promised_at: Mapped[datetime]
    told: Mapped[int]  # how many got a text
    made_at: Mapped[datetime]


class PartnerHours(Base):
    """When a partner's staff call on one weekday (Monday is 0). A partner with no row at all keeps office hours."""

    __tablename__ = "partner_hours"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens: Mapped[time]
    closes: Mapped[time]


class PartnerClosedDay(Base):
    """A day on which nobody of this partner calls, besides the days on which nobody of the service does."""

    __tablename__ = "partner_closed_days"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class PartnerTopic(Base):
    """A topic that a partner takes calls about; `routing.OTHER` is everything that no partner takes."""

    __tablename__ = "partner_topics"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
