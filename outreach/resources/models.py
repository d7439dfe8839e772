"""What help exists: organizations, their services, places, and the service at a place that a family is sent
to.

An import fills these tables (HSDS 3.0). What staff do stands in columns no import touches (`hidden`, `confirmed_on`)
and in tables of its own (`upkeep/models.py`). Beside them stands what families make of it: what each was last shown,
which listings they say are wrong, and what they looked for in vain.
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, BigId, words


class ServiceStatus(StrEnum):
    """HSDS 3.0 service.status, and UNCLEAR for a word that is none of them. Families see only ACTIVE."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"
    UNCLEAR = "unclear"


class Imported:
    """What every imported row carries.

    `external_id` is the source's own id, no UUID assumed. `fingerprint` is a digest of the content without
    any id: equal means unchanged, and it finds a row again when an export came with new ids. `gone_at` is set
    when the row was in an earlier import of the same source and is now missing. `assured_on` is when somebody
    last checked it.
    """

    source: Mapped[str] = mapped_column(String(80))
    external_id: Mapped[str] = mapped_column(String(120))
    fingerprint: Mapped[str] = mapped_column(String(32))
    status: Mapped[ServiceStatus] = mapped_column(words(ServiceStatus), default=ServiceStatus.ACTIVE)
    hidden: Mapped[bool] = mapped_column(default=False)
    assured_on: Mapped[date | None]
    gone_at: Mapped[datetime | None]
    imported_at: Mapped[datetime]


def _imported(table: str) -> tuple[UniqueConstraint | Index, ...]:
    """Constraints of an imported table; the partial index makes "which ones did staff hide" a look at a
    few rows."""
    return (
        UniqueConstraint("source", "external_id", name=f"uq_{table}_external"),
        Index(f"ix_{table}_hidden", "id", postgresql_where=text("hidden"), sqlite_where=text("hidden = 1")),
    )


class Organization(Imported, Base):
    __tablename__ = "organizations"
    __table_args__ = _imported("organizations")

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(400))
    email: Mapped[str | None] = mapped_column(String(200))

    services: Mapped[list["Service"]] = relationship(back_populates="organization")


class Service(Imported, Base):
    """What an organization offers. Texts are plain: markup is removed on the way in."""

    __tablename__ = "services"
    __table_args__ = _imported("services")

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(400))
    email: Mapped[str | None] = mapped_column(String(200))
    eligibility: Mapped[str | None] = mapped_column(Text)
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    fees: Mapped[str | None] = mapped_column(Text)
    how_to_apply: Mapped[str | None] = mapped_column(Text)
    alert: Mapped[str | None] = mapped_column(Text)

    organization: Mapped[Organization | None] = relationship(back_populates="services")
    places: Mapped[list["ServiceAtLocation"]] = relationship(back_populates="service")


class Location(Imported, Base):
    """A place. `placed_by` says where its coordinates come from: given, repaired, the middle of its zip,
    or none."""

    __tablename__ = "locations"
    __table_args__ = _imported("locations")

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), default="physical")  # physical, postal, virtual
    address_line: Mapped[str | None] = mapped_column(String(300))
    city: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str | None] = mapped_column(String(60))
    zip: Mapped[str | None] = mapped_column(String(5))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    placed_by: Mapped[str] = mapped_column(String(12), default="none")
    zone: Mapped[str | None] = mapped_column(String(64))  # IANA
    transportation: Mapped[str | None] = mapped_column(Text)
    accessibility: Mapped[str | None] = mapped_column(Text)


class ServiceAtLocation(Imported, Base):
    """One resource: a service at a location, with what a text to a family says about it.

    A service without any location has one row with no coordinates; it is offered after those with a place.
    `languages` holds codes by spaces; `phones` every number, as {number, type, description}; `phone` the one
    to show. What staff changed stands here as in force; what the source says of it is kept in `listing_edits`.
    `confirmed_on` is when somebody here last checked it.
    """

    __tablename__ = "services_at_locations"
    __table_args__ = _imported("services_at_locations")

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    organization: Mapped[str | None] = mapped_column(String(200))
    address_line: Mapped[str | None] = mapped_column(String(300))
    city: Mapped[str | None] = mapped_column(String(120))
    zip: Mapped[str | None] = mapped_column(String(5))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    zone: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(String(60))
    phones: Mapped[list[Any]] = mapped_column(default=list)
    languages: Mapped[str] = mapped_column(String(300), default="")
    eligibility: Mapped[str | None] = mapped_column(Text)
    hidden_at: Mapped[datetime | None]
    confirmed_on: Mapped[date | None]

    service: Mapped[Service] = relationship(back_populates="places")
    location: Mapped[Location | None] = relationship()
    hours: Mapped[list["OpeningHours"]] = relationship(order_by="OpeningHours.id")
    categories: Mapped[list["ServiceCategory"]] = relationship(order_by="ServiceCategory.category")

    @property
    def speaks(self) -> tuple[str, ...]:
        return tuple(self.languages.split())

    @property
    def checked_on(self) -> date | None:
        """When anybody, at the source or here, last made sure that it is right."""
        return max((day for day in (self.assured_on, self.confirmed_on) if day), default=None)


class ServiceCategory(Base):
    """One category of a resource, with the coordinates beside it, so that one index answers the finder.

    `listed` is the import's word (active, and in the last import); `hidden` is asked of the rows themselves.
    """

    __tablename__ = "service_categories"
    __table_args__ = (
        Index(
            "ix_service_categories_near",
            "category", "listed", "latitude", "longitude",
            "service_at_location_id", "service_id", "location_id", "organization_id",
        ),
    )  # fmt: skip

    service_at_location_id: Mapped[int] = mapped_column(ForeignKey("services_at_locations.id"), primary_key=True)
    category: Mapped[str] = mapped_column(String(24), primary_key=True)
    listed: Mapped[bool]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))


class OpeningHours(Base):
    """One schedule of a resource: the HSDS 3.0 schedule, with what RFC 5545 forbids already taken out.

    Times are wall clock at the place. `closes_at` at or before `opens_at` is the next day's; equal is 24
    hours. Without times there is only `description`, a sentence for people.
    """

    __tablename__ = "opening_hours"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    service_at_location_id: Mapped[int] = mapped_column(ForeignKey("services_at_locations.id"), index=True)
    freq: Mapped[str | None] = mapped_column(String(8))  # DAILY, WEEKLY, MONTHLY
    interval: Mapped[int] = mapped_column(default=1)
    byday: Mapped[str] = mapped_column(String(60), default="")  # "MO,WE", monthly also "1TU,-1FR"
    bymonthday: Mapped[str] = mapped_column(String(120), default="")
    wkst: Mapped[int] = mapped_column(default=0)  # Monday is 0
    dtstart: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]  # the earliest of valid_to, until and what count comes to
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    zone: Mapped[str | None] = mapped_column(String(64))
    description: Mapped[str | None] = mapped_column(Text)


_OPEN = text("settled_at IS NULL")


class ListingProblem(StrEnum):
    """What a family says is wrong with a listing."""

    CLOSED = "closed"
    WRONG = "wrong"
    NO_ANSWER = "no_answer"


class ListingOffer(Base):
    """What a family was shown last, so that "MORE", "2" and "CLOSED 2" mean something: one row a contact.

    `shown` holds the listings of the last text, in the order of their numbers; `given` counts all that were shown of
    this category and ZIP; `looked_at` is the number the family asked about last. It means nothing after `expires_at`.
    """

    __tablename__ = "listing_offers"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    category: Mapped[str] = mapped_column(String(24))
    zip: Mapped[str] = mapped_column(String(5))
    shown: Mapped[list[int]] = mapped_column(JSON)
    given: Mapped[int]
    looked_at: Mapped[int | None]
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ListingFlag(Base):
    """A family says a listing is closed or wrong: once a day and listing, until staff settle it."""

    __tablename__ = "listing_flags"
    __table_args__ = (
        UniqueConstraint("contact_id", "service_at_location_id", "day", name="uq_listing_flags_once"),
        Index("ix_listing_flags_open", "service_at_location_id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    service_at_location_id: Mapped[int] = mapped_column(ForeignKey("services_at_locations.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    day: Mapped[date]  # in the deployment's zone
    problem: Mapped[ListingProblem] = mapped_column(words(ListingProblem))
    flagged_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    listing: Mapped[ServiceAtLocation] = relationship()


class UnmetNeed(Base):
    """How often families looked for a kind of help near a ZIP in vain, a day. It names nobody."""

    __tablename__ = "unmet_needs"

    day: Mapped[date] = mapped_column(primary_key=True)  # in the deployment's zone
    category: Mapped[str] = mapped_column(String(24), primary_key=True)
    zip: Mapped[str] = mapped_column(String(5), primary_key=True)
    count: Mapped[int]
