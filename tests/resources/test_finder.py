"""The nearest help: order, languages, what is never found, and the sample directory."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from outreach import resources
from outreach.db import Database
from outreach.resources.finder import Found, find
from outreach.resources.hsds_places import miles_between
from outreach.resources.importer import import_resources
from outreach.resources.models import Imported, Location, Organization, Service, ServiceAtLocation
from outreach.resources.opening import Basis

from .conftest import WriteDirectory

NOON_MONDAY = datetime(2026, 5, 4, 16, tzinfo=UTC)  # noon in Boston
SAMPLE = Path(resources.__file__).parent / "sample"
TWELVE = (
    "food", "housing", "clothing", "jobs", "utilities", "childcare", "mental_health", "dental", "vision",
    "immigration", "parenting", "coping",
)  # fmt: skip


def place(key: str, miles_north: float | None = None, **rest: str) -> dict[str, str]:
    """A food place this many miles north of the middle of 02139."""
    where = (
        {} if miles_north is None else {"lat": str(42.3647 + miles_north / 69.09), "lon": "-71.1042", "zip": "02139"}
    )
    return {"id": key, "name": f"{key} pantry", **where, **rest}


def ask(database: Database, zip_code: str | None = "02139", *languages: str, limit: int = 10, offset: int = 0) -> Found:
    with database.reading() as session:
        return find(
            session,
            category="food",
            zip_code=zip_code,
            now=NOON_MONDAY,
            languages=languages,
            limit=limit,
            offset=offset,
            zone=ZoneInfo("America/New_York"),
        )


def names(found: Found) -> list[str]:
    return [one.name.split()[0] for one in found.results]


def test_the_nearest_comes_first_and_what_has_no_place_last(
    database: Database, write_directory: WriteDirectory
) -> None:
    places = [place("phone"), place("far", 20), place("near", 0.2), place("mid", 3)]
    import_resources(database, write_directory(places))
    found = ask(database)
    assert names(found) == ["near", "mid", "far", "phone"]
    assert [one.miles for one in found.results] == [pytest.approx(0.2, abs=0.01), pytest.approx(3, abs=0.02),
                                                    pytest.approx(20, abs=0.1), None]  # fmt: skip
    assert found.total == 4
    assert found.near is not None
    assert found.near.zip == "02139"


def test_pages_follow_one_another_without_gap_or_repeat(database: Database, write_directory: WriteDirectory) -> None:
    import_resources(database, write_directory([place(f"p{n:02}", n * 1.7) for n in range(20)] + [place("phone")]))
    pages = [names(ask(database, limit=3, offset=offset)) for offset in range(0, 24, 3)]
    assert [name for page in pages for name in page] == [f"p{n:02}" for n in range(20)] + ["phone"]
    assert ask(database, limit=3, offset=18).total == 21


@pytest.mark.parametrize(("spanish_at", "expected"), [(1.4, ["spanish", "english"]), (1.6, ["english", "spanish"])])
def test_a_place_of_the_familys_language_may_be_a_mile_farther(
    database: Database, write_directory: WriteDirectory, spanish_at: float, expected: list[str]
) -> None:
    places = [place("english", 0.5), place("spanish", spanish_at, languages="es")]
    import_resources(database, write_directory(places))
    assert names(ask(database, "02139", "es")) == expected
    assert names(ask(database, "02139", "en")) == ["english", "spanish"]


def test_without_a_zip_those_for_everybody_come_first_then_by_name(
    database: Database, write_directory: WriteDirectory
) -> None:
    places = [place("birch", 1), place("ash", 2), place("cedar", 3, languages="es"), place("phone")]
    import_resources(database, write_directory(places))
    assert names(ask(database, None)) == ["phone", "ash", "birch", "cedar"]
    assert names(ask(database, None, "es")) == ["phone", "cedar", "ash", "birch"]
    unknown = ask(database, "00000")
    assert (unknown.near, [one.miles for one in unknown.results]) == (None, [None] * 4)


@pytest.mark.parametrize("table", [Organization, Service, Location, ServiceAtLocation])
def test_what_staff_hid_is_never_found(
    database: Database, write_directory: WriteDirectory, table: type[Imported]
) -> None:
    import_resources(database, write_directory([place("one", 1), place("phone")]))
    with database.writing() as session:
        for row in session.scalars(select(table)):
            row.hidden = True
    # A location that is hidden hides what is there, not what has no location.
    expected = ["phone"] if table is Location else []
    assert names(ask(database)) == names(ask(database, None)) == expected
    assert ask(database).total == len(expected)


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed", "who knows"])
def test_what_is_not_active_is_never_found(database: Database, write_directory: WriteDirectory, status: str) -> None:
    import_resources(database, write_directory([place("closed", 1, status=status), place("open", 2)]))
    assert names(ask(database)) == ["open"]


def test_what_is_gone_is_never_found_until_it_comes_back(database: Database, write_directory: WriteDirectory) -> None:
    both = [place("one", 1), place("two", 2)]
    import_resources(database, write_directory(both))
    import_resources(database, write_directory(both[1:]))
    assert names(ask(database)) == ["two"]
    import_resources(database, write_directory(both))
    assert names(ask(database)) == ["one", "two"]


def test_hours_are_told_with_each_place(database: Database, write_directory: WriteDirectory) -> None:
    monday = {"byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}
    night = {"byday": "MO", "opens_at": "22:00", "closes_at": "02:00"}
    places = [
        place("day", 1, **monday),
        place("night", 2, **night),
        place("silent", 3),
        place("phone", None, **monday),
    ]
    import_resources(database, write_directory(places))
    day, late, silent, phone = ask(database).results
    boston = ZoneInfo("America/New_York")
    assert (day.open_now, day.hours_note.open_until) == (True, datetime(2026, 5, 4, 17, tzinfo=boston))
    assert (late.open_now, late.hours_note.opens_next) == (False, datetime(2026, 5, 4, 22, tzinfo=boston))
    assert (silent.open_now, silent.hours_note.basis) == (False, Basis.UNKNOWN)
    assert phone.open_now  # in the deployment's zone


def test_a_place_with_no_zone_at_all_is_unconfirmed(database: Database, write_directory: WriteDirectory) -> None:
    hours = {"byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}
    import_resources(database, write_directory([place("phone", None, **hours)]))
    with database.reading() as session:
        found = find(session, category="food", zip_code=None, now=NOON_MONDAY)
    assert found.results[0].hours_note.basis is Basis.UNCONFIRMED


def test_a_name_is_cut_between_words(database: Database, write_directory: WriteDirectory) -> None:
    long = {"id": "a", "name": "Food " + "pantry and kitchen " * 6, "zip": "02139"}
    import_resources(database, write_directory([long]))
    name = ask(database).results[0].name
    assert len(name) <= 60
    assert name.endswith("pantry and…")


def test_an_unknown_category_finds_nothing(database: Database, write_directory: WriteDirectory) -> None:
    import_resources(database, write_directory([place("one", 1)]))
    with database.reading() as session:
        assert find(session, category="circus", zip_code="02139", now=NOON_MONDAY).total == 0


def test_distance_is_along_the_great_circle() -> None:
    assert miles_between(42.3601, -71.0589, 40.7128, -74.0060) == pytest.approx(190.3, abs=0.5)  # Boston, New York
    assert miles_between(0, 179.9, 0, -179.9) == pytest.approx(13.8, abs=0.1)


def test_the_sample_directory_has_no_quirk_and_all_kinds_of_help(database: Database) -> None:
    report = import_resources(database, SAMPLE)
    assert report.quirks == []
    assert report.added >= 40
    with database.reading() as session:
        for category in TWELVE:
            found = find(session, category=category, zip_code="02139", now=NOON_MONDAY)
            assert found.results, category
            assert all(one.phone for one in found.results), category
        food = find(session, category="food", zip_code="02139", now=NOON_MONDAY).results
        spoken = {code for one in session.scalars(select(ServiceAtLocation)) for code in one.speaks}
    assert all(one.miles is not None and one.miles < 3 for one in food)
    assert spoken == {"en", "es", "pt_BR", "ht", "vi", "zh_Hans", "ar", "so", "km"}
    assert "Winter Hill Soup Night" not in {one.name for one in food}
