"""The nearest help for a family: a category and a ZIP in, open places with their distance out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import cos, radians
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select
from sqlalchemy.orm import Session

from outreach.people.zip_codes import ZipPlace, find_zip
from outreach.resources.hsds_hours import parse_byday
from outreach.resources.hsds_places import miles_between
from outreach.resources.models import (
    Imported,
    Location,
    OpeningHours,
    Organization,
    Service,
    ServiceAtLocation,
    ServiceCategory,
)
from outreach.resources.opening import Basis, Hours, OpenState, open_state
from outreach.resources.upkeep.checks import needs_check
from outreach.resources.upkeep.translations import Saying, english_digest, sayings

RINGS = (1.5, 4, 10, 25, 70)  # miles: the box grows until it holds enough, then it is dropped
WORTH_A_MILE = 1.0  # a place that speaks the family's language may be this much farther and still come first
DEGREE = 69.0  # miles in a degree of latitude, rounded down so that a box never cuts its ring
SHORT_NAME = 60


@dataclass(frozen=True, slots=True)
class Nearby:
    """One place to go. `miles` is as the crow flies from the middle of the ZIP; None without a place or a
    ZIP."""

    service_at_location_id: int
    name: str
    organization: str | None
    address_line: str | None
    city: str | None
    zip: str | None
    phone: str | None
    miles: float | None
    open_now: bool
    hours_note: OpenState
    speaks: tuple[str, ...]
    eligibility: str | None
    note: str | None = None  # what it is, in the family's language
    unchecked: bool = False  # nobody made sure of it for a year


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results; `total` counts all of the category, `near` is the ZIP that distances are from."""

    results: list[Nearby]
    total: int
    near: ZipPlace | None


def find(
    session: Session,
    *,
    category: str,
    zip_code: str | None,
    now: datetime,
    languages: Sequence[str] = (),
    limit: int = 3,
    offset: int = 0,
    zone: ZoneInfo | None = None,
) -> Found:
    """The help of one category, nearest first; a place that speaks one of `languages` (English aside, which
    all are taken to speak) wins over one up to a mile nearer. Those without a place (statewide, by phone)
    come last.

    Without a ZIP, or with one nobody knows, nothing can be near: those that serve everybody first, then by
    name. Hidden, inactive and gone ones are never found. `zone` is the deployment's, for hours of what has no
    place. What staff wrote about a place in the first of `languages` stands in for the English.
    """
    near = find_zip(zip_code) if zip_code else None
    spoken = {language for language in languages if language != "en"}
    listed = _listed(category)
    total = session.scalar(select(func.count()).select_from(ServiceCategory).where(*listed)) or 0
    if near is None:
        page = _without_miles(session, _by_name(listed, spoken).limit(limit).offset(offset))
    else:
        page = _nearest(session, listed, near, spoken, offset + limit)[offset:]
    home = ZoneInfo(near.timezone) if near else zone
    return Found(describe(session, page, now, home, language=next(iter(languages), "en")), total, near)


def _listed(category: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        ServiceCategory.category == category,
        ServiceCategory.listed.is_(True),
    ]
    hiding: tuple[tuple[Any, type[Imported]], ...] = (
        (ServiceCategory.service_at_location_id, ServiceAtLocation),
        (ServiceCategory.service_id, Service),
        (ServiceCategory.location_id, Location),
        (ServiceCategory.organization_id, Organization),
    )
    for link, table in hiding:
        hidden = select(table.__mapper__.c.id).where(table.hidden)  # type: ignore[attr-defined]
        # NULL NOT IN (…) is neither true nor false: no location is not a hidden location.
        conditions.append(func.coalesce(link, 0).not_in(hidden))
    return conditions


def _nearest(
    session: Session, listed: list[ColumnElement[bool]], near: ZipPlace, spoken: set[str], wanted: int
) -> list[tuple[int, float | None]]:
    """The first `wanted` (id, miles): rings around the ZIP until no place outside could still come before."""
    ranked: list[tuple[float, float, str, int]] = []
    for ring in (*RINGS, None):
        ranked = _rank(session, listed, near, spoken, ring)
        if ring is not None and len(ranked) >= wanted and ranked[wanted - 1][0] <= ring - WORTH_A_MILE:
            break
    found: list[tuple[int, float | None]] = [(row_id, miles) for _, miles, _, row_id in ranked[:wanted]]
    if len(found) < wanted:
        nowhere = _by_name([*listed, ServiceCategory.latitude.is_(None)], spoken).limit(wanted - len(found))
        found += _without_miles(session, nowhere)
    return found


def _without_miles(session: Session, ids: Select[int]) -> list[tuple[int, float | None]]:
    return [(row_id, None) for row_id in session.scalars(ids)]


def _rank(
    session: Session, listed: list[ColumnElement[bool]], near: ZipPlace, spoken: set[str], ring: float | None
) -> list[tuple[float, float, str, int]]:
    """(miles less a mile for language, miles, name, id) of all within the ring, in order."""
    here = ServiceCategory
    place = ServiceAtLocation
    query = select(place.id, here.latitude, here.longitude, place.name, place.languages).join(
        place, place.id == here.service_at_location_id
    )
    ranked: list[tuple[float, float, str, int]] = []
    for row in session.execute(query.where(*listed, *_box(near, ring))):
        miles = miles_between(near.lat, near.lon, row[1] or 0.0, row[2] or 0.0)  # the box leaves out NULL
        if ring is None or miles <= ring:
            bonus = WORTH_A_MILE if spoken and not spoken.isdisjoint(row[4].split()) else 0.0
            ranked.append((miles - bonus, miles, row[3], row[0]))
    return sorted(ranked)


def _box(near: ZipPlace, ring: float | None) -> list[ColumnElement[bool]]:
    """A rectangle of degrees that holds the ring; without a ring, every place there is."""
    latitude, longitude = ServiceCategory.latitude, ServiceCategory.longitude
    if ring is None:
        return [latitude.is_not(None), longitude.is_not(None)]
    height = ring / DEGREE
    width = height / max(0.05, cos(radians(abs(near.lat) + height)))
    return [
        latitude.between(near.lat - height, near.lat + height),
        longitude.between(near.lon - width, near.lon + width),
    ]


def _by_name(listed: list[ColumnElement[bool]], spoken: set[str]) -> Select[int]:
    """Ids: without a place before those with one, then those that speak the language, then by name."""
    here, place = ServiceCategory, ServiceAtLocation
    padded = " " + place.languages + " "
    speaks = or_(false(), *(padded.contains(f" {code} ", autoescape=True) for code in sorted(spoken)))
    order = [
        here.latitude.is_not(None),
        *([case((speaks, 0), else_=1)] if spoken else []),
        place.name,
        place.id,
    ]
    return select(place.id).join(here, place.id == here.service_at_location_id).where(*listed).order_by(*order)


def describe(
    session: Session,
    page: Sequence[tuple[int, float | None]],
    now: datetime,
    home: ZoneInfo | None,
    *,
    language: str = "en",
) -> list[Nearby]:
    """The listings of a page of (id, miles), in its order, as a family of this language is told about them; `home` is
    the zone of those that have none."""
    ids = [row_id for row_id, _ in page]
    places = {one.id: one for one in session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.id.in_(ids)))}
    hours: dict[int, list[Hours]] = {row_id: [] for row_id in ids}
    rows = select(OpeningHours).where(OpeningHours.service_at_location_id.in_(ids)).order_by(OpeningHours.id)
    for row in session.scalars(rows):
        hours[row.service_at_location_id].append(as_rule(row))
    said = sayings(session, ids, language) if language != "en" else {}
    found = [_nearby(places[row_id], hours[row_id], miles, now, home) for row_id, miles in page]
    return [_in_language(one, places[one.service_at_location_id], said) for one in found]


def _in_language(found: Nearby, place: ServiceAtLocation, said: Mapping[int, tuple[str, Saying]]) -> Nearby:
    digest, saying = said.get(place.id, ("", None))
    if saying is None or digest != english_digest(place):
        return found
    return replace(found, note=saying.note, eligibility=saying.eligibility or found.eligibility)


def as_rule(row: OpeningHours) -> Hours:
    """The computable form of a stored schedule."""
    return Hours(
        freq=row.freq,
        byday=parse_byday(row.byday),
        bymonthday=tuple(int(day) for day in row.bymonthday.split(",") if day),
        interval=row.interval,
        wkst=row.wkst,
        dtstart=row.dtstart,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        zone=ZoneInfo(row.zone) if row.zone else None,
        description=row.description,
    )


def _nearby(
    place: ServiceAtLocation, hours: list[Hours], miles: float | None, now: datetime, home: ZoneInfo | None
) -> Nearby:
    zone = ZoneInfo(place.zone) if place.zone else home
    state = open_state(hours, now, zone) if zone else OpenState(False, Basis.UNCONFIRMED)
    return Nearby(
        service_at_location_id=place.id,
        name=_short(place.name),
        organization=place.organization,
        address_line=place.address_line,
        city=place.city,
        zip=place.zip,
        phone=place.phone,
        miles=miles,
        open_now=state.open_now,
        hours_note=state,
        speaks=place.speaks,
        eligibility=place.eligibility,
        unchecked=needs_check(place, now.astimezone(zone or UTC).date()),
    )


def _short(name: str) -> str:
    """At most SHORT_NAME characters, cut between words."""
    if len(name) <= SHORT_NAME:
        return name
    return name[: SHORT_NAME - 1].rsplit(" ", 1)[0].rstrip(",;:-( ") + "…"
