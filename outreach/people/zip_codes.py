"""Where a family lives, by ZIP: the place and zone that texting hours and the resource finder start from."""

from dataclasses import dataclass
from functools import cache
from sys import intern

import zipcodes


@dataclass(frozen=True, slots=True)
class ZipPlace:
    """The middle of one ZIP; `lat` and `lon` in degrees, `timezone` an IANA name, `state` two letters."""

    zip: str
    lat: float
    lon: float
    timezone: str
    state: str
    city: str


def find_zip(zip5: str) -> ZipPlace | None:
    """The place of a ZIP of five ASCII digits, or None when nobody knows where it is.

    The first call reads the whole table (about half a second, once a process); later ones are a
    dict look-up. ZIPs of the armed forces overseas have no place, and so answer None.
    """
    return _places().get(zip5)


@cache
def _places() -> dict[str, ZipPlace]:
    """Every ZIP that has a place, out of the `zipcodes` package.

    The package keeps the rows as text, with "0" for a latitude it does not have. One row (99634)
    carries a town's name where the zone should be: it takes the zone of the ZIP before it.
    """
    places: dict[str, ZipPlace] = {}
    # By first digit and not all at once: the package hands out a dict a row, 130 MB for the whole table.
    for digit in "0123456789":
        zone = ""
        for row in zipcodes.similar_to(digit):
            lat, lon = float(row["lat"]), float(row["long"])
            if lat == 0 or not row["timezone"]:
                continue
            zone = intern(row["timezone"]) if "/" in row["timezone"] else zone
            zip5 = row["zip_code"]
            places[zip5] = ZipPlace(zip5, lat, lon, zone, intern(row["state"]), row["city"])
    return places
