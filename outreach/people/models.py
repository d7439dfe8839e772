"""Whom we may write to: households, contacts, their tags and topics, and the ledger of their consent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from outreach.db import Base, BigId, words


class Consent(StrEnum):
    """The projection of the ledger for one contact, global or per topic."""

    PENDING = "pending"
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"


class Household(Base):
    """Contacts and children who live together. `key` is the school's own number for it, if an import had one.

    One phone listed under two keys joins them: the second stays, merged into the first, so that the next
    file that names it finds the same household. `merged_into_id` names one that is not merged itself.
    """

    __tablename__ = "households"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)
    contacts: Mapped[list["Contact"]] = relationship(back_populates="household")


class Contact(Base):
    """One phone number and the language it reads; the unit that receives a text."""

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint("phone LIKE '+%'", name="phone_e164"),
        Index("ix_contacts_language", "language"),
        Index("ix_contacts_zip", "zip"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    phone: Mapped[str] = mapped_column(String(16), unique=True)
    language: Mapped[str] = mapped_column(String(12))
    language_known: Mapped[bool] = mapped_column(default=True)  # False: nobody told us, we assume
    language_chosen: Mapped[bool] = mapped_column(default=False)  # True: by the family; no import changes it
    name: Mapped[str | None] = mapped_column(String(120))
    zip: Mapped[str | None] = mapped_column(String(5))
    zones: Mapped[str] = mapped_column(String(1200), default="")  # every IANA zone it may be in, by spaces
    school: Mapped[str | None] = mapped_column(String(120))
    grade: Mapped[str | None] = mapped_column(String(20))
    consent: Mapped[Consent] = mapped_column(words(Consent), default=Consent.PENDING)
    only_chosen_topics: Mapped[bool] = mapped_column(default=False)
    unreachable_reason: Mapped[str | None] = mapped_column(String(80))
    unreachable_at: Mapped[datetime | None]
    held_since: Mapped[datetime | None]  # no campaign since a crisis, until staff release it
    created_at: Mapped[datetime]
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)

    household: Mapped[Household | None] = relationship(back_populates="contacts")
    tags: Mapped[list["ContactTag"]] = relationship(cascade="all, delete-orphan", order_by="ContactTag.tag")
    topics: Mapped[list["ContactTopic"]] = relationship(cascade="all, delete-orphan")


class ContactTag(Base):
    __tablename__ = "contact_tags"
    __table_args__ = (Index("ix_contact_tags_tag", "tag", "contact_id"),)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True)


class ContactTopic(Base):
    """A contact's own word on a topic; without one the global consent speaks, unless only chosen ones count.

    Pending: a file listed the topic for a family that has not agreed yet; its first yes confirms it.
    """

    __tablename__ = "contact_topics"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    consent: Mapped[Consent] = mapped_column(words(Consent))


class ConsentEvent(Base):
    """One entry of the append-only consent ledger (fields after CTIA 5.1.1 and 16 CFR 310.5).

    `topic` empty means everything we send. `wording` is what the family was shown or told when it agreed;
    `raw_text` what it wrote when it stopped.
    """

    __tablename__ = "consent_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    topic: Mapped[str | None] = mapped_column(String(40))
    consent: Mapped[Consent] = mapped_column(words(Consent))
    source: Mapped[str] = mapped_column(String(40))  # import, keyword, staff, carrier, web
    evidence: Mapped[str | None] = mapped_column(String(400))
    wording: Mapped[str | None] = mapped_column(String(1600))
    raw_text: Mapped[str | None] = mapped_column(String(1600))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    inbound_id: Mapped[int | None] = mapped_column(BigId)
    happened_at: Mapped[datetime]  # when the family said so
    recorded_at: Mapped[datetime]  # when we wrote it down


def _refuse(_mapper: Mapper[ConsentEvent], _connection: Connection, _entry: ConsentEvent) -> None:
    raise RuntimeError("the consent ledger is append-only: write a new entry instead")


event.listen(ConsentEvent, "before_update", _refuse)
event.listen(ConsentEvent, "before_delete", _refuse)
