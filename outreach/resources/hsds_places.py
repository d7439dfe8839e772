"""Where a location is: its ZIP and coordinates as exports give them, checked against the middle of its
ZIP: pure."""

import re
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from outreach.people.zip_codes import ZipPlace, find_zip
from outreach.resources.hsds_quirks import Cell

EARTH_MILES = 3958.7613  # mean radius
FAR = 60.0  # miles from the middle of its own ZIP: no address is
ZIP_LOST_ZERO = {
    "CT",
    "MA",
    "ME",
    "NH",
    "NJ",
    "PR",
    "RI",
    "VI",
    "VT",
}  # spreadsheets drop their leading zeros


@dataclass(frozen=True, slots=True)
class Placing:
    """Coordinates and where they come from: given, repaired, zip (its middle) or none."""

    latitude: float | None = None
    longitude: float | None = None
    by: str = "none"


def miles_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance in miles (haversine)."""
    north, other_north = radians(latitude), radians(other_latitude)
    lift = sin((other_north - north) / 2) ** 2
    turn = sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(lift + cos(north) * cos(other_north) * turn)))


def read_zip(raw: str, state: str = "") -> Cell[str | None]:
    """The five digits of a US ZIP; "2139" in Massachusetts is 02139. Other countries' codes give None."""
    text = raw.strip().removesuffix(".0")
    match = re.fullmatch(r"(\d{5})(?:[-\s]?\d{4})?", text)
    if match:
        return Cell(match[1])
    lost = re.fullmatch(r"(\d{3,4})(?:-\d{4})?", text)
    if lost and state.strip().upper() in ZIP_LOST_ZERO:
        return Cell(lost[1].zfill(5), "a ZIP without its leading zero", "put it back")
    return Cell(None, *(("not a US ZIP", "left empty") if text else ()))


def place(raw_latitude: str, raw_longitude: str, zip_code: str | None) -> Cell[Placing]:
    """Coordinates that can be trusted, given as text. The ZIP is the referee: a point far from it is
    swapped, has lost its minus sign, or is somewhere else, and then the middle of the ZIP stands in."""
    middle = find_zip(zip_code) if zip_code else None
    latitude, longitude = _number(raw_latitude), _number(raw_longitude)
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        given = bool(raw_latitude.strip() or raw_longitude.strip())
        return _middle_of(middle, "coordinates are not numbers" if given else "no coordinates")
    if _plausible(latitude, longitude, middle):
        return Cell(Placing(latitude, longitude, "given"))
    for problem, north, east in (
        ("latitude and longitude are swapped", longitude, latitude),
        ("longitude without its minus sign", latitude, -abs(longitude)),
        ("swapped, and longitude without its minus sign", longitude, -abs(latitude)),
    ):
        if _repairs(north, east, middle):
            return Cell(Placing(north, east, "repaired"), problem, "repaired")
    if not _on_earth(latitude, longitude):
        return _middle_of(middle, "coordinates out of range")
    return _middle_of(middle, f"coordinates more than {FAR:.0f} miles from the ZIP")


def _middle_of(middle: ZipPlace | None, problem: str) -> Cell[Placing]:
    if middle is None:
        return Cell(Placing(), problem, "no place on the map: offered last")
    return Cell(Placing(middle.lat, middle.lon, "zip"), problem, "used the middle of the ZIP")


def _plausible(latitude: float, longitude: float, middle: ZipPlace | None) -> bool:
    if not _on_earth(latitude, longitude):
        return False
    if middle is None:
        # No ZIP contradicts: but -71, 42 is no place in Antarctica, it is a swapped Boston.
        return not (latitude < -60 and 17 < longitude < 72)
    return miles_between(latitude, longitude, middle.lat, middle.lon) <= FAR


def _repairs(latitude: float, longitude: float, middle: ZipPlace | None) -> bool:
    if not _on_earth(latitude, longitude):
        return False
    if middle is None:
        return 17 < latitude < 72 and -180 < longitude < -60  # the United States, roughly
    return miles_between(latitude, longitude, middle.lat, middle.lon) <= FAR


def _on_earth(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def _number(raw: str) -> float | None:
    try:
        value = float(raw.strip().replace(",", "."))
    except ValueError:
        return None
    return value if value == value and abs(value) <= 1000 else None
