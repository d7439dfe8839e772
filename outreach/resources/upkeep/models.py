"""What staff add to the directory: what they changed, how they say it in other languages, and what they upload."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, BigId, words

LONGEST_NOTE = 40  # characters beside a name: it stands in a list of places
LONGEST_WHO = 110  # of whom a place serves, as texts tell it


class ListingField(StrEnum):
    """What staff may change of a listing, each by itself."""

    NAME = "name"
    ELIGIBILITY = "eligibility"
    PHONE = "phone"
    ADDRESS = "address"  # with the place on the map
    LANGUAGES = "languages"
    CATEGORIES = "categories"
    HOURS = "hours"


class ListingEdit(Base):
    """One thing that staff say otherwise than the source; `values.py` knows the shape of each.

    `value` is in force. `source_value` is what the source says now, put back when the edit is given up. `differs`: the
    source has changed its mind since somebody last compared.
    """

    __tablename__ = "listing_edits"
    __table_args__ = (
        Index(
            "ix_listing_edits_differs",
            "service_at_location_id",
            postgresql_where=text("differs"),
            sqlite_where=text("differs = 1"),
        ),
    )

    service_at_location_id: Mapped[int] = mapped_column(ForeignKey("services_at_locations.id"), primary_key=True)
    field: Mapped[ListingField] = mapped_column(words(ListingField), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    source_value: Mapped[Any] = mapped_column(JSON)
    differs: Mapped[bool] = mapped_column(default=False)
    edited_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    edited_at: Mapped[datetime]


class ListingTranslation(Base):
    """What a listing says to families of one language: a note beside its name, and whom it serves.

    Families get it once somebody other than its writer reviewed it, and only while the English is the one it was made
    from (`english_digest`).
    """

    __tablename__ = "listing_translations"

    service_at_location_id: Mapped[int] = mapped_column(ForeignKey("services_at_locations.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    note: Mapped[str | None] = mapped_column(String(LONGEST_NOTE))
    eligibility: Mapped[str | None] = mapped_column(String(LONGEST_WHO))
    english_digest: Mapped[str] = mapped_column(String(64))
    written_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None]


class UploadState(StrEnum):
    """How far an uploaded directory is."""

    WAITING = "waiting"  # to be looked at
    CHECKED = "checked"  # it says what would change; a person decides
    CONFIRMED = "confirmed"  # to be imported
    IMPORTED = "imported"
    REFUSED = "refused"  # it cannot be read
    CANCELLED = "cancelled"


class DirectoryUpload(Base):
    """A directory that somebody uploaded, its content until it is imported or left, and what an import makes of it.

    `taken_at` is a worker's lease: one that died leaves the work to the next.
    """

    __tablename__ = "directory_uploads"
    __table_args__ = (Index("ix_directory_uploads_state", "state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[UploadState] = mapped_column(words(UploadState))
    report: Mapped[dict[str, Any] | None]
    problem: Mapped[str | None] = mapped_column(String(400))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    uploaded_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
