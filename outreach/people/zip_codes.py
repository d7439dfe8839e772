"""Where a family lives, by ZIP: the place and zone that texting hours and the resource finder start from."""

import subprocess
import sys
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from sys import intern


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
    look-up. ZIPs of the armed forces overseas have no place, and so answer None.
    """
    lines, wanted = read_lines(), zip5.encode(errors="replace")
    at = bisect_left(lines, wanted)
    if len(wanted) != 5 or at == len(lines) or not lines[at].startswith(wanted):
        return None
    _, lat, lon, zone, state, city = lines[at].decode().split("\t")
    return ZipPlace(zip5, float(lat), float(lon), intern(zone), intern(state), city)


@cache
def read_lines() -> Sequence[bytes]:
    """Every ZIP that has a place, a line each, in their order: 4 MB, where an object each would take 20."""
    written = subprocess.run([sys.executable, "-m", "outreach.people.zip_table"], check=True, stdout=subprocess.PIPE)
    return written.stdout.split(b"\n")
