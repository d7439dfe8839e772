"""The inbox: every text a family sends is stored once, before anything is done about it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach import clock
from outreach.db import Base, BigId, words


class InboundState(StrEnum):
    STORED = "stored"
    ROUTED = "routed"


_STORED = text("state = 'stored'")


class Inbound(Base):
    """One received text. `carrier_sid` is unique, so the carrier's repeats change nothing."""

    __tablename__ = "inbounds"
    __table_args__ = (
        Index("ix_inbounds_stored", "next_try_at", postgresql_where=_STORED, sqlite_where=_STORED),
        Index("ix_inbounds_contact", "contact_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    carrier_sid: Mapped[str] = mapped_column(String(40), unique=True)
    phone: Mapped[str] = mapped_column(String(20))
    to_phone: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(String(1600))
    media: Mapped[int] = mapped_column(default=0)  # how many pictures or recordings came with it
    carrier_answered: Mapped[bool] = mapped_column(default=False)  # the carrier took it as STOP, START or HELP itself
    opt_out_type: Mapped[str | None] = mapped_column(String(8))
    state: Mapped[InboundState] = mapped_column(words(InboundState), default=InboundState.STORED)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    intent: Mapped[str | None] = mapped_column(String(24))
    args: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(String(200))
    attempts: Mapped[int] = mapped_column(default=0)  # how often routing it failed
    next_try_at: Mapped[datetime] = mapped_column(default=clock.now)  # from then on the sweep calls for it
    received_at: Mapped[datetime]
    routed_at: Mapped[datetime | None]
