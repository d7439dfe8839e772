"""The nearest help for a family: a category and a ZIP in, open places with their distance out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import cos, radians
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, case, false, func, or_, select
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
CHUNK = 500  # ids a statement


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
    """A page of results; `total` counts all of the category, if asked; `near` is the ZIP that distances are from."""

    results: list[Nearby]
    total: int | None
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
    within: float | None = None,
    counted: bool = True,
) -> Found:
    """The help of one category, nearest first; a place that speaks one of `languages` (English aside, which
    all are taken to speak) wins over one up to a mile nearer. Those without a place (statewide, by phone)
    come last.

    Without a ZIP, or with one nobody knows, nothing can be near: those that serve everybody first, then by
    name. Hidden, inactive and gone ones are never found. `zone` is the deployment's, for hours of what has no
    place. Farther than `within` miles nobody looks. `counted` False spares the count, which takes longer than all the
    rest. What staff wrote about a place in the first of `languages` stands in for the English.
    """
    near = find_zip(zip_code) if zip_code else None
    spoken = {language for language in languages if language != "en"}
    total = session.scalar(_COUNT, {"category": category}) if counted else None
    if near is None:
        page = _without_miles(session, _by_name(category, spoken).limit(limit).offset(offset))
    else:
        page = _nearest(session, category, near, spoken, offset + limit, within)[offset:]
    home = ZoneInfo(near.timezone) if near else zone
    return Found(describe(session, page, now, home, language=next(iter(languages), "en")), total, near)


def _listed() -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        ServiceCategory.category == bindparam("category"),
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


# Built once: to build them anew for each text takes as long as to run them.
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_COUNT = select(func.count()).select_from(ServiceCategory).where(*_listed())
_PLACED = select(ServiceCategory.service_at_location_id, ServiceCategory.latitude, ServiceCategory.longitude).where(
    *_listed(), ServiceCategory.latitude.is_not(None), ServiceCategory.longitude.is_not(None)
)
_IN_BOX = _PLACED.where(
    ServiceCategory.latitude.between(bindparam("south"), bindparam("north")),
    ServiceCategory.longitude.between(bindparam("west"), bindparam("east")),
)
_SPOKEN = select(ServiceAtLocation.id, ServiceAtLocation.name, ServiceAtLocation.languages).where(
    ServiceAtLocation.id.in_(_IDS)
)
_DESCRIBED = select(ServiceAtLocation).where(ServiceAtLocation.id.in_(_IDS))
_OPENING = select(OpeningHours).where(OpeningHours.service_at_location_id.in_(_IDS)).order_by(OpeningHours.id)


def _nearest(
    session: Session, category: str, near: ZipPlace, spoken: set[str], wanted: int, within: float | None
) -> list[tuple[int, float | None]]:
    """The first `wanted` (id, miles): rings around the ZIP until one holds enough, then as far as any place could be
    that still comes before the last of them."""
    rings = [*RINGS, None] if within is None else [*(ring for ring in RINGS if ring < within), within]
    miles: dict[int, float] = {}
    ring: float | None = None
    for ring in rings:
        miles = _measure(session, category, near, ring)
        if len(miles) >= wanted:
            break
    reach = sorted(miles.values())[min(wanted, len(miles)) - 1] + WORTH_A_MILE if miles else 0.0
    if ring is not None and len(miles) >= wanted and reach > ring:
        miles = _measure(session, category, near, reach if within is None else min(reach, within))
    ranked = _rank(session, {row_id: far for row_id, far in miles.items() if far <= reach}, spoken)
    found: list[tuple[int, float | None]] = [(row_id, far) for _, far, _, row_id in ranked[:wanted]]
    if len(found) < wanted:
        nowhere = _by_name(category, spoken).where(ServiceCategory.latitude.is_(None)).limit(wanted - len(found))
        found += _without_miles(session, nowhere)
    return found


def _without_miles(session: Session, ids: Select[int]) -> list[tuple[int, float | None]]:
    return [(row_id, None) for row_id in session.scalars(ids)]


def _measure(session: Session, category: str, near: ZipPlace, ring: float | None) -> dict[int, float]:
    """Miles by id of all places within the ring, or of all there are: from the index alone."""
    statement, limits = (_IN_BOX, _box(near, ring)) if ring is not None else (_PLACED, {})
    rows = session.connection().execute(statement, {"category": category, **limits})
    # The statements leave out NULL.
    miles = {row_id: miles_between(near.lat, near.lon, north or 0.0, east or 0.0) for row_id, north, east in rows}
    return {row_id: far for row_id, far in miles.items() if ring is None or far <= ring}


def _rank(session: Session, miles: Mapping[int, float], spoken: set[str]) -> list[tuple[float, float, str, int]]:
    """(miles less a mile for language, miles, name, id), in order."""
    ids = list(miles)
    ranked: list[tuple[float, float, str, int]] = []
    for part in range(0, len(ids), CHUNK):
        for row_id, name, languages in session.connection().execute(_SPOKEN, {"ids": ids[part : part + CHUNK]}):
            bonus = WORTH_A_MILE if spoken and not spoken.isdisjoint(languages.split()) else 0.0
            ranked.append((miles[row_id] - bonus, miles[row_id], name, row_id))
    return sorted(ranked)


def _box(near: ZipPlace, ring: float) -> dict[str, float]:
    """A rectangle of degrees that holds the ring."""
    height = ring / DEGREE
    width = height / max(0.05, cos(radians(abs(near.lat) + height)))
    return {
        "south": near.lat - height,
        "north": near.lat + height,
        "west": near.lon - width,
        "east": near.lon + width,
    }


def _by_name(category: str, spoken: set[str]) -> Select[int]:
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
    listed = select(place.id).join(here, place.id == here.service_at_location_id).where(*_listed())
    return listed.order_by(*order).params(category=category)


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
    places = {one.id: one for one in session.scalars(_DESCRIBED, {"ids": ids})}
    hours: dict[int, list[Hours]] = {row_id: [] for row_id in ids}
    for row in session.scalars(_OPENING, {"ids": ids}):
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
