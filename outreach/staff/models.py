"""Who works here: partners, staff with their roles, and the audit trail of what they did.

`Staff` carries Flask-Security's user mixin, so that sign-in is the library's; nothing else of Flask comes in here.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, BigId, words


class Role(StrEnum):
    """What a person may do; the capabilities of each stand in staff/roles.py."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    ORGANIZER = "organizer"
    RESPONDER = "responder"
    VIEWER = "viewer"


class Partner(Base):
    """A school, health center or community organization that shares the service; `short_name` signs its texts."""

    __tablename__ = "partners"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    short_name: Mapped[str] = mapped_column(String(40))
    staff: Mapped[list["Staff"]] = relationship(back_populates="partner")


class SignInRole(RoleMixin):
    """A role in the shape that Flask-Security asks for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.permissions: list[str] = []


class Staff(Base, UserMixin):
    """A person who signs in. A crisis pages who is on duty, at `phone` and `email`, and later the supervisors."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(words(Role))
    phone: Mapped[str | None] = mapped_column(String(16))
    languages: Mapped[list[str]] = mapped_column(default=list)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    on_duty: Mapped[bool] = mapped_column(default=False, server_default=false())
    supervisor: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]

    partner: Mapped[Partner | None] = relationship(back_populates="staff")

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # the library only reads it
        return [SignInRole(self.role)]


class AuditEntry(Base):
    """What a member of staff (or the command line: `staff_id` empty) did, to which thing, when."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str] = mapped_column(String(60))  # campaign.launched, callback.assigned, …
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    happened_at: Mapped[datetime]
