"""One thing about a listing as a value that JSON can hold: read from its rows, and written back to them."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from outreach.people.zip_codes import find_zip
from outreach.resources.models import OpeningHours, ServiceAtLocation, ServiceCategory, ServiceStatus
from outreach.resources.upkeep.models import ListingField

_PLACE = ("address_line", "city", "zip", "latitude", "longitude", "zone")
_HOURS_PLAIN = ("freq", "interval", "byday", "bymonthday", "wkst", "zone", "description")
_HOURS_DAYS = ("dtstart", "valid_from", "valid_to")
_HOURS_CLOCKS = ("opens_at", "closes_at")


def read_value(listing: ServiceAtLocation, field: ListingField) -> Any:
    """What is in force: text or None, an address as a mapping, categories and hours as lists."""
    match field:
        case ListingField.ADDRESS:
            return {name: getattr(listing, name) for name in _PLACE}
        case ListingField.CATEGORIES:
            return sorted(one.category for one in listing.categories)
        case ListingField.HOURS:
            return [_hours_value(row) for row in listing.hours]
        case _:
            return getattr(listing, str(field))


def write_value(session: Session, listing: ServiceAtLocation, field: ListingField, value: Any) -> None:
    """Put a value in force, also where the finder looks."""
    match field:
        case ListingField.ADDRESS:
            for name in _PLACE:
                setattr(listing, name, value[name])
            relist(session, listing, [one.category for one in listing.categories])
        case ListingField.CATEGORIES:
            relist(session, listing, value)
        case ListingField.HOURS:
            _replace_hours(session, listing, value)
        case _:
            setattr(listing, str(field), value)


def placed(address_line: str | None, city: str | None, zip_code: str | None, before: dict[str, Any]) -> dict[str, Any]:
    """An address with its place on the map: the place as it was while the ZIP is the same, else the ZIP's middle."""
    kept = before if zip_code == before["zip"] else None
    middle = find_zip(zip_code) if zip_code and kept is None else None
    return {
        "address_line": address_line,
        "city": city,
        "zip": zip_code,
        "latitude": kept["latitude"] if kept else middle and middle.lat,
        "longitude": kept["longitude"] if kept else middle and middle.lon,
        "zone": kept["zone"] if kept else middle and middle.timezone,
    }


def weekly(byday: str, opens_at: str, closes_at: str) -> dict[str, Any]:
    """The value of one opening that comes every week, such as "MO,TU" from "09:00" to "17:00"."""
    empty = dict.fromkeys((*_HOURS_PLAIN, *_HOURS_DAYS, *_HOURS_CLOCKS))
    return {
        **empty,
        "freq": "WEEKLY",
        "interval": 1,
        "byday": byday,
        "bymonthday": "",
        "wkst": 0,
        "opens_at": opens_at,
        "closes_at": closes_at,
    }


def relist(session: Session, listing: ServiceAtLocation, categories: Iterable[str]) -> None:
    """Set the kinds of help a listing is found under, with the coordinates the finder compares."""
    session.execute(delete(ServiceCategory).where(ServiceCategory.service_at_location_id == listing.id))
    rows = [
        {
            "service_at_location_id": listing.id,
            "category": category,
            "listed": listing.status is ServiceStatus.ACTIVE and listing.gone_at is None,
            "latitude": listing.latitude,
            "longitude": listing.longitude,
            "service_id": listing.service_id,
            "location_id": listing.location_id,
            "organization_id": listing.service.organization_id,
        }
        for category in sorted(set(categories))
    ]
    if rows:
        session.execute(insert(ServiceCategory), rows)
    session.expire(listing, ["categories"])


def _replace_hours(session: Session, listing: ServiceAtLocation, value: list[dict[str, Any]]) -> None:
    session.execute(delete(OpeningHours).where(OpeningHours.service_at_location_id == listing.id))
    rows = [{"service_at_location_id": listing.id, **_hours_columns(one)} for one in value]
    if rows:
        session.execute(insert(OpeningHours), rows)
    session.expire(listing, ["hours"])


def _hours_value(row: OpeningHours) -> dict[str, Any]:
    value = {name: getattr(row, name) for name in _HOURS_PLAIN}
    for name in (*_HOURS_DAYS, *_HOURS_CLOCKS):
        given = getattr(row, name)
        value[name] = given.isoformat() if given is not None else None
    return value


def _hours_columns(value: dict[str, Any]) -> dict[str, Any]:
    columns = {name: value[name] for name in _HOURS_PLAIN}
    columns |= {name: date.fromisoformat(value[name]) if value[name] else None for name in _HOURS_DAYS}
    return columns | {name: time.fromisoformat(value[name]) if value[name] else None for name in _HOURS_CLOCKS}
