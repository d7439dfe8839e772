"""What a crisis leaves behind: pages to staff, holds on campaigns, and the steps that staff follow."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.callbacks.models import Callback
from outreach.db import Base, BigId
from outreach.people.models import Contact
from outreach.staff.models import Staff

_HELD = text("released_at IS NULL")


class CrisisPage(Base):
    """One call for help to staff; its texts and mails carry its number. The unique key lets one worker page once."""

    __tablename__ = "crisis_pages"
    __table_args__ = (UniqueConstraint("callback_id", "number", name="uq_crisis_pages_once"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"))
    number: Mapped[int]
    is_alarm: Mapped[bool]  # the family wrote of danger; else nobody had taken the page before
    language: Mapped[str] = mapped_column(String(12))
    people: Mapped[int]  # how many were paged
    paged_at: Mapped[datetime]


class Hold(Base):
    """From when to when no campaign went to a family. `Contact.held_since` says the same of the present."""

    __tablename__ = "holds"
    __table_args__ = (
        Index("uq_holds_open", "contact_id", unique=True, postgresql_where=_HELD, sqlite_where=_HELD),
        Index("ix_holds_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    callback_id: Mapped[int | None] = mapped_column(ForeignKey("callbacks.id"), index=True)
    since: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    contact: Mapped[Contact] = relationship()
    callback: Mapped[Callback | None] = relationship()
    released_by: Mapped[Staff | None] = relationship()


class ProtocolVersion(Base):
    """The steps staff follow in a crisis, one a line, as somebody wrote them here; the newest is in force."""

    __tablename__ = "protocol_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    steps: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    written_by: Mapped[Staff | None] = relationship()
