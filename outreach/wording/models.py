"""What we say, as stored: the exact texts that go out, wording of this deployment's own and who reviewed it, which
translations somebody asked for, and which unreviewed languages are accepted.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, BigId, words

LONGEST_WORDING = 1600  # what a text may be at most, and so its wording


class WordingState(StrEnum):
    """How far a wording of this deployment's own is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"


class Origin(StrEnum):
    """Where a wording comes from."""

    PERSON = "person"  # typed in the editor
    UPLOAD = "upload"
    MACHINE = "machine"
    SHIPPED = "shipped"  # a translation as we ship it, which somebody here reviewed


class WordingAct(StrEnum):
    """What somebody did with a wording."""

    WRITTEN = "written"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


class Text(Base):
    """One exact text, immutable and stored once: messages refer to it by id. `digest` is the SHA-256 of its body."""

    __tablename__ = "texts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[str] = mapped_column(String(1600))
    encoding: Mapped[str] = mapped_column(String(5))  # GSM-7 or UCS-2
    segments: Mapped[int]


class AcceptedLanguage(Base):
    """A person's decision, on record, to send shipped wording in a language that awaits native review."""

    __tablename__ = "accepted_languages"

    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    accepted_by: Mapped[str] = mapped_column(String(255))
    accepted_at: Mapped[datetime]


class Wording(Base):
    """One wording in one language as this deployment has it: the text somebody works on, and the one in force.

    `context` says of what: "screenings/vision:invitation", "own/12:invitation", "reply:help". `english` is what `text`
    was made from; another English makes it stale. `version` counts every change, so that two who edit at once do not
    overwrite each other. `released` is the text that a reviewer let go, for the English of `released_digest`: it stays
    in force while a newer one is worked on. `withdrawn`: nobody is to get a shipped text in its place either.
    """

    __tablename__ = "wordings"
    __table_args__ = (
        UniqueConstraint("context", "language", name="uq_wordings_once"),
        Index("ix_wordings_state", "state", "language"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    context: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    english: Mapped[str] = mapped_column(String(LONGEST_WORDING))
    english_digest: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(LONGEST_WORDING))
    state: Mapped[WordingState] = mapped_column(words(WordingState))
    origin: Mapped[Origin] = mapped_column(words(Origin))
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime]
    released: Mapped[str | None] = mapped_column(String(LONGEST_WORDING))
    released_digest: Mapped[str | None] = mapped_column(String(64))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None]
    withdrawn: Mapped[bool]


class WordingEvent(Base):
    """What somebody did with a wording, and with which text of which English. Rows are added, never changed."""

    __tablename__ = "wording_events"
    __table_args__ = (Index("ix_wording_events_of", "context", "language"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    context: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(12))
    act: Mapped[WordingAct] = mapped_column(words(WordingAct))
    origin: Mapped[Origin] = mapped_column(words(Origin))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    english_digest: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(LONGEST_WORDING))
    digest: Mapped[str] = mapped_column(String(64))  # of the text
    remark: Mapped[str | None] = mapped_column(String(400))
    happened_at: Mapped[datetime]


class TranslationRequest(Base):
    """Somebody needs a text in a language. Open until a translation goes to review or the request is taken back."""

    __tablename__ = "translation_requests"
    __table_args__ = (
        Index(
            "uq_translation_requests_open",
            "context",
            "language",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    context: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(12))
    english_digest: Mapped[str] = mapped_column(String(64))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    remark: Mapped[str | None] = mapped_column(String(400))  # what it is for, until when
    settled_at: Mapped[datetime | None]
