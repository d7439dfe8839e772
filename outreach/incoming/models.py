"""The inbox: every text a family sends is stored once, before anything is done about it. And words added here."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach import clock
from outreach.db import Base, BigId, words
from outreach.staff.models import Staff


class InboundState(StrEnum):
    STORED = "stored"
    ROUTED = "routed"


_STORED = text("state = 'stored'")


class Inbound(Base):
    """One received text. `carrier_sid` is unique, so the carrier's repeats change nothing."""

    __tablename__ = "inbounds"
    __table_args__ = (
        Index("ix_inbounds_stored", "next_try_at", postgresql_where=_STORED, sqlite_where=_STORED),
        Index("ix_inbounds_of_phone", "phone", "id", postgresql_where=_STORED, sqlite_where=_STORED),
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


LONGEST_WORD = 80


class OwnWordState(StrEnum):
    WAITING = "waiting"  # for a second person
    IN_FORCE = "in_force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class OwnWordKind(StrEnum):
    """How much of a text it must be; the values are those of `entries.Kind`."""

    WORD = "word"  # the text says nothing else
    PHRASE = "phrase"  # anywhere in the text


_CURRENT = text("state IN ('waiting', 'in_force')")


class OwnWord(Base):
    """One word or phrase. `route` and `detail` as in words.yaml: resource with its category, series with its name.

    Rows are kept when they are refused or withdrawn: they say who decided what, and `reason` why.
    """

    __tablename__ = "own_words"
    __table_args__ = (
        Index(
            "uq_own_words_current", "language", "folded",
            unique=True, postgresql_where=_CURRENT, sqlite_where=_CURRENT,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(12))
    route: Mapped[str] = mapped_column(String(24))
    detail: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[OwnWordKind] = mapped_column(words(OwnWordKind))
    text: Mapped[str] = mapped_column(String(LONGEST_WORD))
    folded: Mapped[str] = mapped_column(String(LONGEST_WORD * 2))  # as texts are compared: the same word once
    state: Mapped[OwnWordState] = mapped_column(words(OwnWordState), default=OwnWordState.WAITING)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(400))

    written_by: Mapped[Staff] = relationship(foreign_keys=written_by_id)
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=decided_by_id)
