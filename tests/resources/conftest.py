"""A database, and small directories of help to import, for the tests beside this file."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import outreach.callbacks.models
import outreach.campaigns.models
import outreach.incoming.models
import outreach.outgoing.models
import outreach.people.models
import outreach.resources.models
import outreach.resources.upkeep.models
import outreach.staff.models
import outreach.wording.models  # noqa: F401 - the tables that foreign keys point at
from outreach.db import Base, Database

CASES = Path(__file__).parent.parent / "cases"
Rows = list[dict[str, str]]


WriteDirectory = Callable[[Rows], Path]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'outreach.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def cases() -> Path:
    """The folder of example exports; their quirks are those of real ones."""
    return CASES


@pytest.fixture
def write_directory(tmp_path: Path) -> WriteDirectory:
    """Writes a CSV export, the same folder each time, with one service for each of the places it is given.

    A place gives `id`, `name`, and if it likes `lat`, `lon`, `zip`, `languages`, `byday`, `opens_at`,
    `closes_at`, `status`; without `lat` and `zip` its service has no location.
    """
    return lambda places: _write_directory(tmp_path / "elm", places)


def _write_table(folder: Path, name: str, rows: Rows) -> None:
    folder.mkdir(exist_ok=True)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _write_directory(folder: Path, places: Rows) -> Path:
    _write_table(folder, "organizations.csv", [{"id": "org", "name": "Elm Street Helpers"}])
    names = ("services", "locations", "service_at_location", "addresses", "languages", "schedules")
    tables: dict[str, Rows] = {name: [] for name in names}
    services, locations, links, addresses, languages, schedules = tables.values()
    for place in places:
        key = place["id"]
        status = place.get("status", "active")
        services.append({"id": key, "organization_id": "org", "name": place["name"], "status": status})
        if "lat" in place or "zip" in place:
            links.append({"id": f"at-{key}", "service_id": key, "location_id": f"loc-{key}"})
            coordinates = {"latitude": place.get("lat", ""), "longitude": place.get("lon", "")}
            locations.append({"id": f"loc-{key}", "location_type": "physical", "name": place["name"], **coordinates})
            address = {"address_1": "1 Elm Street", "city": "Cambridge", "state_province": "MA"}
            addresses.append(
                {
                    "id": f"adr-{key}",
                    "location_id": f"loc-{key}",
                    "postal_code": place.get("zip", ""),
                    **address,
                }
            )
        for code in place.get("languages", "").split():
            languages.append({"id": f"{key}-{code}", "service_id": key, "code": code})
        if "opens_at" in place:
            times = {name: place[name] for name in ("byday", "opens_at", "closes_at")}
            schedules.append({"id": f"sch-{key}", "service_id": key, "freq": "WEEKLY", **times})
    for name, rows in tables.items():
        _write_table(folder, f"{name}.csv", rows)
    return folder
