"""What we say, as stored: the exact texts that go out, and which unreviewed languages this deployment accepted."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, BigId


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
