"""What is planned: events with their invitations, campaigns with their fixed wording, and the runs of their steps."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text, true
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, BigId, words
from outreach.staff.models import Partner, Staff
from outreach.wording.models import Text


class CampaignState(StrEnum):
    AWAITING = "awaiting"  # urgent: waits for a second person's approval
    RUNNING = "running"  # launched: steps fire as their time comes
    PAUSED = "paused"  # by a person, or by the service; paused_reason says which
    DONE = "done"
    CANCELED = "canceled"


class RunState(StrEnum):
    PLANNED = "planned"
    FIRED = "fired"
    SKIPPED = "skipped"  # too late to be useful; reason says so
    CANCELED = "canceled"


class Answer(StrEnum):
    """A family's answer to an invitation."""

    YES = "yes"
    NO = "no"


_NO_WORDS = text("'{}'")


class Event(Base):
    """A health fair, screening day or workshop.

    `title` and `place` are the English words, which staff read; `titles` and `places` hold those that families of other
    languages read, by code.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))
    titles: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=_NO_WORDS)
    places: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=_NO_WORDS)
    starts_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(40))
    capacity: Mapped[int | None]
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]

    partner: Mapped[Partner | None] = relationship()
    organizer: Mapped[Staff | None] = relationship()
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="event", cascade="all, delete-orphan")

    def title_in(self, language: str) -> str:
        """What families of this language call it; without words of their own, the English ones."""
        return str(self.titles.get(language, self.title))

    def place_in(self, language: str) -> str:
        """Where it is, for families of this language; without words of their own, the English ones."""
        return str(self.places.get(language, self.place))


class Invitation(Base):
    """One family invited to one event, and what it answered."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_contact", "contact_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    invited_at: Mapped[datetime]
    answer: Mapped[Answer | None] = mapped_column(words(Answer))
    answered_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship(back_populates="invitations")


class Campaign(Base):
    """One planned use of a pack: audience, anchor and field values, as fixed when it was launched."""

    __tablename__ = "campaigns"
    __table_args__ = (Index("ix_campaigns_state", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    topic: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(400))  # as written, see people/audience.py
    fields: Mapped[dict[str, Any]]
    bill: Mapped[dict[str, Any] | None]  # what was shown at launch, see campaigns/cost.py; None before there was one
    anchor_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(40))
    recurrence: Mapped[str | None] = mapped_column(String(200))  # RFC 5545 RRULE, without DTSTART
    state: Mapped[CampaignState] = mapped_column(words(CampaignState), default=CampaignState.RUNNING)
    paused_reason: Mapped[str | None] = mapped_column(String(200))  # set when the service itself paused it
    urgent_reason: Mapped[str | None] = mapped_column(String(200))  # why it may arrive at any hour
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None]
    by_keyword: Mapped[bool] = mapped_column(default=True, server_default=true())  # families join it by themselves
    launch_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # a form sent twice launches once
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    launched_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    launched_at: Mapped[datetime]

    event: Mapped[Event | None] = relationship()
    partner: Mapped[Partner | None] = relationship()
    launched_by: Mapped[Staff | None] = relationship(foreign_keys=[launched_by_id])
    approved_by: Mapped[Staff | None] = relationship(foreign_keys=[approved_by_id])
    steps: Mapped[list["CampaignStep"]] = relationship(order_by="CampaignStep.position", cascade="all, delete-orphan")
    wordings: Mapped[list["CampaignWording"]] = relationship(cascade="all, delete-orphan")
    runs: Mapped[list["Run"]] = relationship(order_by="Run.due_at", cascade="all, delete-orphan")


class CampaignStep(Base):
    """One step of a launched campaign's timeline, copied from the pack: later edits of the pack do not touch it."""

    __tablename__ = "campaign_steps"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    when: Mapped[str] = mapped_column(String(60))  # "7 days before at 16:00", see campaigns/timeline.py
    useful_seconds: Mapped[int]  # after its due time a text of this step is of no more use


class CampaignWording(Base):
    """The exact text of a step for families of one language; no text: those families are left out, by decision.

    `sent_language` differs from `language` where a person chose a fallback. Where `nameless` is set, `text` is a frame:
    each family's name takes the place of {name} when its row is written, and `nameless` is for families without one.
    """

    __tablename__ = "campaign_wordings"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    sent_language: Mapped[str] = mapped_column(String(12))
    text_id: Mapped[int | None] = mapped_column(ForeignKey("texts.id"))
    nameless_id: Mapped[int | None] = mapped_column(ForeignKey("texts.id"))

    text: Mapped[Text | None] = relationship(foreign_keys=text_id)
    nameless: Mapped[Text | None] = relationship(foreign_keys=nameless_id)


_PLANNED = text("state = 'planned'")


class Run(Base):
    """One firing of one step at one anchor. A series has a run per step and joining day, anchored on that day."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("campaign_id", "step", "anchor_at", name="uq_runs_once"),
        Index("ix_runs_planned", "due_at", postgresql_where=_PLANNED, sqlite_where=_PLANNED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    step: Mapped[str] = mapped_column(String(40))
    anchor_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[RunState] = mapped_column(words(RunState), default=RunState.PLANNED)
    reason: Mapped[str | None] = mapped_column(String(80))
    fired_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship(back_populates="runs")


class Enrolment(Base):
    """A family in a series, and the anchor of its joining day, from which its steps count."""

    __tablename__ = "enrolments"
    __table_args__ = (Index("ix_enrolments_anchor", "campaign_id", "anchor_at"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    anchor_at: Mapped[datetime]  # midnight of the joining day in the campaign's zone
    left_at: Mapped[datetime | None]


class OwnPack(Base):
    """A pack that a coordinator wrote here, on her partner's behalf; without a partner it is everybody's.

    `document` is the same YAML that files hold. `version` counts every change, so that two who edit at once do not
    overwrite each other. Campaigns know it as "own/ID".
    """

    __tablename__ = "own_packs"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    based_on: Mapped[str | None] = mapped_column(String(80))  # the pack it began as a copy of
    title: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(40))
    document: Mapped[str] = mapped_column(LongText)
    version: Mapped[int]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    partner: Mapped[Partner | None] = relationship()
