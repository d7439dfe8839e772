"""One family's search for help among many places: distance, hours, language, against the database's bare answer."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from benchmarks.community import analyze
from benchmarks.deployment import Deployment, Options, deploy
from benchmarks.load import quantile_ms
from outreach import clock
from outreach.db import Base
from outreach.incoming.help_nearby import AT_MOST, NEAR_ENOUGH
from outreach.people.zip_codes import find_zip
from outreach.resources.categories import categories
from outreach.resources.finder import find
from outreach.resources.models import (
    Location,
    OpeningHours,
    Organization,
    Service,
    ServiceAtLocation,
    ServiceCategory,
    ServiceStatus,
)

LOOKUPS = 300
WARM_UP = 20
ROWS = 2_000  # a statement
PLACES_PER_ORGANIZATION = 5
# Boston and around, where a big directory is dense, and four farther cities of New England.
ZIPS = ("02139", "02141", "02118", "02128", "02145", "02150", "01902", "01608", "02903", "03101", "06103")
LANGUAGES = ("", "", "es", "es pt_BR", "ht", "zh_Hans vi", "ar so")
WEEK = ("MO,TU,WE,TH,FR", "MO,WE,FR", "TU,TH,SA", "SU")


@dataclass(frozen=True)
class Taken:
    """Seconds of each lookup, by the clock and of this process's own work: a shared machine makes the two differ."""

    wall: list[float]
    cpu: list[float]


def measure(options: Options) -> dict[str, object]:
    """The median of `size` places' worth of lookups: three places each, in a session of its own as a text has one."""
    with deploy(options) as deployment:
        _fill(deployment, options.size)
        chance = random.Random(11)  # noqa: S311 - the same lookups each time
        kinds = categories()[:12]
        asked = [(chance.choice(kinds), chance.choice(ZIPS)) for _ in range(LOOKUPS + WARM_UP)]
        with deployment.work.database.reading() as session:
            shown = sum(_look_up(session, category, zip_code) for category, zip_code in asked)
        if not shown:
            raise RuntimeError("no lookup found a place")
        limit = _time(deployment, asked, lambda session, *_: session.scalar(text("SELECT 1")))
        taken = _time(deployment, asked, _look_up)
    figure, bare, cpu = (round(median(seconds) * 1000, 2) for seconds in (taken.wall, limit.wall, taken.cpu))
    return {
        "figure": figure,
        "unit": "ms a lookup, median",
        "limit": bare,
        "limit_is": "SELECT 1 in a session of its own",
        "ratio": round(figure / bare, 1),
        "p99_ms": quantile_ms(taken.wall, 0.99),
        "own_cpu_ms": cpu,
        "lookups": LOOKUPS,
        "places_a_lookup": round(shown / len(asked), 1),
    }


def _look_up(session: Session, category: str, zip_code: str) -> int:
    """As a family's text does it, in Spanish."""
    found = find(
        session,
        category=category,
        zip_code=zip_code,
        now=clock.now(),
        languages=["es"],
        limit=AT_MOST + 1,
        within=NEAR_ENOUGH,
        counted=False,
    )
    return len(found.results)


def _time(deployment: Deployment, asked: list[tuple[str, str]], look: Callable[[Session, str, str], object]) -> Taken:
    """Each by itself, the first ones left out: they meet cold caches."""
    wall: list[float] = []
    cpu: list[float] = []
    for category, zip_code in asked:
        started, worked = time.perf_counter(), time.thread_time()
        with deployment.work.database.reading() as session:
            look(session, category, zip_code)
        wall.append(time.perf_counter() - started)
        cpu.append(time.thread_time() - worked)
    return Taken(wall[WARM_UP:], cpu[WARM_UP:])


def _fill(deployment: Deployment, size: int) -> None:
    """So many places of twelve kinds, each with hours, most within fifteen miles of Boston."""
    chance = random.Random(7)  # noqa: S311 - the same town each time
    stamp = {
        "source": "bench",
        "fingerprint": "",
        "status": ServiceStatus.ACTIVE,
        "hidden": False,
        "imported_at": clock.now(),
    }
    rows = [_place(chance, number) for number in range(1, size + 1)]
    owners = [
        {"id": number, "external_id": str(number), "name": f"Helpers {number}", **stamp}
        for number in range(1, size // PLACES_PER_ORGANIZATION + 2)
    ]
    _insert(deployment, Organization, owners)
    _insert(
        deployment,
        Service,
        [{"id": row["id"], "external_id": str(row["id"]), "name": row["name"], "organization_id": _owner(row), **stamp}
         for row in rows],
    )  # fmt: skip
    places = [{key: row[key] for key in ("id", "city", "zip", "latitude", "longitude", "zone")} for row in rows]
    _insert(
        deployment,
        Location,
        [
            {**place, "external_id": str(place["id"]), "kind": "physical", "placed_by": "given", **stamp}
            for place in places
        ],
    )
    links = [{"service_id": row["id"], "location_id": row["id"]} for row in rows]
    _insert(
        deployment,
        ServiceAtLocation,
        [
            {**place, **link, "external_id": str(place["id"]), "name": row["name"], "organization": "Helpers",
             "phones": [], "phone": "617-555-0100", "languages": row["languages"], "eligibility": "Everybody", **stamp}
            for row, place, link in zip(rows, places, links, strict=True)
        ],
    )  # fmt: skip
    _insert(
        deployment,
        ServiceCategory,
        [
            {**link, "service_at_location_id": row["id"], "category": row["category"], "listed": True,
             "organization_id": _owner(row), "latitude": row["latitude"], "longitude": row["longitude"]}
            for row, link in zip(rows, links, strict=True)
        ],
    )  # fmt: skip
    _insert(deployment, OpeningHours, [{"service_at_location_id": row["id"], **row["hours"]} for row in rows])
    analyze(deployment.work)


def _place(chance: random.Random, number: int) -> dict[str, Any]:
    middle = find_zip(ZIPS[0] if chance.random() < 0.7 else chance.choice(ZIPS))
    assert middle is not None
    opens = chance.randrange(7, 12)
    return {
        "id": number,
        "name": f"Place {number}",
        "city": middle.city,
        "zip": middle.zip,
        "zone": middle.timezone,
        "latitude": middle.lat + chance.gauss(0, 0.1),
        "longitude": middle.lon + chance.gauss(0, 0.1),
        "languages": chance.choice(LANGUAGES),
        "category": chance.choice(categories()[:12]),
        "hours": {
            "freq": "WEEKLY",
            "byday": chance.choice(WEEK),
            "opens_at": clock.now().time().replace(hour=opens, minute=0, second=0, microsecond=0),
            "closes_at": clock.now().time().replace(hour=opens + 8, minute=0, second=0, microsecond=0),
        },
    }


def _owner(row: dict[str, Any]) -> int:
    number: int = row["id"]
    return number // PLACES_PER_ORGANIZATION + 1


def _insert(deployment: Deployment, table: type[Base], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), ROWS):
        with deployment.work.database.writing() as session:
            session.execute(insert(table), rows[start : start + ROWS])
