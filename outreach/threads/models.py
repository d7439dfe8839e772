"""Threads, one per family: the texts that wait for a person, who looks after a family, and what staff wrote."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, BigId, words
from outreach.people.models import Contact
from outreach.staff.models import Staff
from outreach.wording.models import Text


class WaitsFor(StrEnum):
    """Why a person should read a text."""

    NOT_UNDERSTOOD = "not_understood"
    MEDIA = "media"  # a picture or recording, which we cannot open
    ANSWER = "answer"  # it may answer what a person here wrote
    AFTER_CALLBACK = "after_callback"  # said while a call is promised, or soon after it
    REOPENED = "reopened"  # somebody here put it back


_OPEN = text("handled_at IS NULL")


class WaitingText(Base):
    """One text that a person should read; it waits until one answers, a call takes it, or somebody marks it done.

    A row of its own and not a column of the inbox: routing adds one for the few texts that need it and locks nothing
    of a family's, so that two workers never wait for each other.
    """

    __tablename__ = "waiting_texts"
    __table_args__ = (
        Index("ix_waiting_texts_open", "contact_id", "inbound_id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_waiting_texts_contact", "contact_id", "handled_at"),
    )

    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbounds.id"), primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    waits_for: Mapped[WaitsFor] = mapped_column(words(WaitsFor))
    handled_at: Mapped[datetime | None]


class Thread(Base):
    """What staff share about one family's texts: who looks after it, and how far somebody has read.

    There is none until somebody has opened the family or taken it.
    """

    __tablename__ = "threads"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True, autoincrement=False)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    read_inbound_id: Mapped[int] = mapped_column(BigId, default=0)  # the newest text that somebody has seen

    contact: Mapped[Contact] = relationship()
    assignee: Mapped[Staff | None] = relationship()


class StaffText(Base):
    """One text that a person here wrote to a family. `key` is its form's: the same form sent twice is one text."""

    __tablename__ = "staff_texts"
    __table_args__ = (Index("ix_staff_texts_contact", "contact_id", "written_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text_id: Mapped[int] = mapped_column(ForeignKey("texts.id"))
    language: Mapped[str] = mapped_column(String(12))
    canned: Mapped[str | None] = mapped_column(String(40))  # which ready-made text; empty: its own words
    written_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()
    text: Mapped[Text] = relationship()
