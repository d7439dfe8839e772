"""Importing directories of help: real-life exports, again and again, and what must never be lost on the
way."""

import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.db import Database
from outreach.resources import importer
from outreach.resources.importer import ResourceImportError, import_resources, source_name
from outreach.resources.models import (
    OpeningHours,
    Service,
    ServiceAtLocation,
    ServiceStatus,
)

from .conftest import WriteDirectory

PANTRY = {"id": "a", "name": "Elm Pantry", "lat": "42.365", "lon": "-71.104", "zip": "02139"}
SHELTER = {"id": "b", "name": "Night Shelter", "lat": "42.390", "lon": "-71.097", "zip": "02145"}


def counts(report: importer.ResourceReport) -> tuple[int, int, int, int]:
    return (report.added, report.changed, report.unchanged, report.gone)


def resource(database: Database, external_id: str) -> ServiceAtLocation:
    with database.reading() as session:
        found = session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.external_id == external_id)).one()
        assert [
            found.hours,
            found.categories,
            found.service,
            found.location,
        ]  # loaded while the session is open
        return found


def test_an_export_full_of_quirks_is_imported_and_each_is_reported(database: Database, cases: Path) -> None:
    report = import_resources(database, cases / "hsds_csv")
    assert counts(report) == (8, 0, 0, 0)
    met = {(quirk.file, quirk.id, quirk.column): quirk.problem for quirk in report.quirks}
    expected = {
        ("services.csv", None, None): "Latin-1 (Windows-1252), not UTF-8",
        ("volunteers.csv", None, None): "not an HSDS table",
        ("organizations.csv", None, "mascot"): "a column HSDS does not know",
        ("organizations.csv", "org-3", "name"): "an organization without a name",
        ("attributes.csv", "att-2", "link_id"): "points at nothing in this export",
        ("services.csv", "svc-lost", "organization_id"): "points at nothing in this export",
        ("services.csv", "svc-odd", "status"): "unknown status",
        ("services.csv", "svc-none", None): "no category fits this service",
        ("addresss.csv", "adr-2", "postal_code"): "a ZIP without its leading zero",
        ("locations.csv", "loc-swapped", "latitude"): "latitude and longitude are swapped",
        ("locations.csv", "loc-sign", "latitude"): "longitude without its minus sign",
        ("locations.csv", "loc-wild", "latitude"): "coordinates out of range",
        ("locations.csv", "loc-far", "latitude"): "coordinates more than 60 miles from the ZIP",
        ("service_at_location.csv", "sal-8", None): "the same service at the same location twice",
        ("service_at_location.csv", "sal-10", "location_id"): "points at nothing in this export",
        ("phones.csv", "ph-1", "number"): "quote marks around a phone number",
        ("phones.csv", "ph-2", "number"): "several numbers in one field",
        ("schedules.csv", "sch-1", "opens_at"): "a time with an offset",
        ("schedules.csv", "sch-1", "byweekno"): "byweekno with WEEKLY",
        ("schedules.csv", "sch-2", "freq"): "no freq",
        ("schedules.csv", "sch-6", "freq"): "a rhythm HSDS does not know",
        ("schedules.csv", "sch-7", None): "belongs to nothing in this export",
        ("schedules.csv", "sch-8", "dtstart"): "every second week or month, but no start",
        ("languages.csv", "lng-3", "name"): "several languages in one cell",
    }
    assert {key: met.get(key) for key in expected} == expected
    assert all(quirk.what_was_done for quirk in report.quirks)


def test_what_is_kept_of_a_quirky_row_is_what_a_family_can_use(database: Database, cases: Path) -> None:
    import_resources(database, cases / "hsds_csv")
    pantry = resource(database, "sal-1")
    assert (pantry.name, pantry.organization, pantry.zip) == (
        "Elm Food Pantry",
        "Elm Street Helpers",
        "02139",
    )
    assert (pantry.phone, pantry.speaks) == ("617-555-0141 x100", ("es", "ht", "ur"))
    assert [category.category for category in pantry.categories] == ["food"]
    assert pantry.service.description == "Groceries. Free for all, see our page"
    assert resource(database, "sal-3").name == "Café for Parents"
    assert resource(database, "sal-4").phone == "1-800-HELP-NOW"  # not the fax
    assert resource(database, "sal-7").name == "Old Mill Aid"  # a service without a name
    assert resource(database, "sal-6").status is ServiceStatus.UNCLEAR


def test_hours_of_one_location_do_not_speak_for_another(database: Database, cases: Path) -> None:
    import_resources(database, cases / "hsds_csv")
    assert [hours.byday for hours in resource(database, "sal-1").hours] == ["TU,TH"]
    assert [hours.byday for hours in resource(database, "sal-2").hours] == ["MO,WE"]


def test_json_of_every_shape_comes_together_by_id(database: Database, cases: Path) -> None:
    report = import_resources(database, cases / "hsds_json")
    assert counts(report) == (3, 0, 0, 0)
    van = resource(database, "jsal-1")
    assert (van.name, van.organization, van.phone) == ("Oak Tooth Van", "Oak Road Aid", "617-555-0151 x100")
    assert (van.speaks, [one.category for one in van.categories]) == (("pt_BR", "km"), ["dental"])
    assert len(van.hours) == 1
    assert resource(database, "jsal-2").organization == "Oak Road Aid"
    assert resource(database, "jsal-3").location is not None
    problems = [quirk.problem for quirk in report.quirks]
    assert problems.count("no HSDS object") == 1
    assert problems.count("quote marks around a phone number") == 1  # nested five times, told once


@pytest.mark.parametrize(
    "name", ["organization_full", "service_full", "service_at_location_full", "service_list", "tabular"]
)
def test_each_json_shape_stands_alone(database: Database, cases: Path, name: str) -> None:
    assert import_resources(database, cases / "hsds_json" / f"{name}.json").added == 1


@pytest.mark.parametrize("export", ["hsds_csv", "hsds_json"])
def test_a_second_import_changes_nothing(database: Database, cases: Path, export: str) -> None:
    first = import_resources(database, cases / export)
    again = import_resources(database, cases / export)
    assert counts(again) == (0, 0, first.added, 0)
    assert again.quirks == first.quirks


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, cases: Path) -> None:
    report = import_resources(database, cases / "hsds_csv", dry_run=True)
    assert (report.added, report.dry_run) == (8, True)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Service)) == 0


def test_a_resource_can_go_and_come_back(database: Database, write_directory: WriteDirectory) -> None:
    import_resources(database, write_directory([PANTRY, SHELTER]))
    with clock.frozen(datetime(2026, 5, 4, 12, tzinfo=UTC)):
        assert counts(import_resources(database, write_directory([PANTRY]))) == (0, 0, 1, 1)
    assert resource(database, "at-b").gone_at == datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert counts(import_resources(database, write_directory([PANTRY]))) == (0, 0, 1, 0)
    assert counts(import_resources(database, write_directory([PANTRY, SHELTER]))) == (0, 1, 1, 0)
    back = resource(database, "at-b")
    assert (back.gone_at, [one.listed for one in back.categories]) == (None, [True])


def test_a_change_is_written_with_its_hours_and_categories(database: Database, write_directory: WriteDirectory) -> None:
    import_resources(database, write_directory([PANTRY, SHELTER]))
    open_now = {"byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}
    changed = PANTRY | open_now | {"name": "Elm Clothing Closet"}
    assert counts(import_resources(database, write_directory([changed, SHELTER]))) == (0, 1, 1, 0)
    closet = resource(database, "at-a")
    assert [one.category for one in closet.categories] == ["clothing"]
    assert [hours.byday for hours in closet.hours] == ["MO"]
    import_resources(database, write_directory([PANTRY, SHELTER]))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OpeningHours)) == 0


def test_what_staff_hid_stays_hidden_through_change_and_absence(
    database: Database, write_directory: WriteDirectory
) -> None:
    import_resources(database, write_directory([PANTRY, SHELTER]))
    with database.writing() as session:
        for table in importer.TABLES:
            for row in session.scalars(select(table)):
                row.hidden = True
    for places in ([PANTRY | {"name": "Elm Food Shelf"}, SHELTER], [PANTRY], [PANTRY, SHELTER]):
        import_resources(database, write_directory(places))
    with database.reading() as session:
        for table in importer.TABLES:
            assert all(session.scalars(select(table.hidden)))


def test_an_export_that_numbers_everything_anew_finds_its_rows_again(
    database: Database, write_directory: WriteDirectory
) -> None:
    import_resources(database, write_directory([PANTRY, SHELTER]))
    before = resource(database, "at-a").id
    renumbered = [PANTRY | {"id": "x"}, SHELTER | {"id": "y"}]
    report = import_resources(database, write_directory(renumbered))
    assert (report.added, report.gone) == (0, 0)
    assert resource(database, "at-x").id == before


def test_two_sources_do_not_touch_each_other(database: Database, write_directory: WriteDirectory) -> None:
    folder = write_directory([PANTRY])
    import_resources(database, folder, source="north")
    assert counts(import_resources(database, folder, source="south")) == (1, 0, 0, 0)
    import_resources(database, write_directory([SHELTER]), source="south")
    with database.reading() as session:
        north = session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.source == "north")).all()
        assert [one.gone_at for one in north] == [None]


def test_one_page_of_many_makes_nothing_gone(database: Database, tmp_path: Path) -> None:
    def page(number: int, total: int) -> Path:
        service = {"id": f"s{number}", "name": f"Pantry {number}", "status": "active"}
        document = {"page_number": number, "total_pages": total, "contents": [service]}
        path = tmp_path / "services.json"
        path.write_text(json.dumps(document))
        return path

    import_resources(database, page(1, 2))
    report = import_resources(database, page(2, 2))
    assert counts(report) == (1, 0, 0, 0)
    assert any("1 of 2 pages" in quirk.problem for quirk in report.quirks)
    assert import_resources(database, page(1, 1)).gone == 1


@pytest.mark.parametrize(("export", "added"), [("hsds_csv", 8), ("hsds_json", 3)])
def test_a_zip_of_either_is_read_with_its_folder(
    database: Database, cases: Path, tmp_path: Path, export: str, added: int
) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in (cases / export).iterdir():
            archive.write(file, f"monthly/{file.name}")
        archive.writestr("__MACOSX/monthly/._services.csv", "rubbish")
    assert import_resources(database, path).added == added


def test_a_package_descriptor_names_files_that_do_not_name_themselves(
    database: Database, write_directory: WriteDirectory
) -> None:
    folder = write_directory([PANTRY])
    shutil.move(folder / "services.csv", folder / "table7.csv")
    package = {"resources": [{"name": "service", "path": "data/table7.csv"}]}
    (folder / "datapackage.json").write_text(json.dumps(package))
    assert import_resources(database, folder).added == 1


def test_tables_of_hsds_2_are_read(database: Database, tmp_path: Path) -> None:
    tables = {
        "organizations.csv": "id,name\no,Old Mill Aid\n",
        "services.csv": "id,organization_id,name,status,eligibility\ns,o,Supper,active,Everyone\n",
        "locations.csv": "id,name,latitude,longitude\nl,Mill,42.365,-71.104\n",
        "services_at_location.csv": "id;service_id;location_id\nx;s;l\n",
        "physical_addresses.csv": "id,location_id,address_1,city,postal_code\na,l,1 Mill Road,Lynn,01902\n",
        "regular_schedules.csv": "id,service_id,weekday,opens_at,closes_at\nr,s,1,09:00,12:00\n",
        "taxonomy.csv": "id,name\nt,Soup kitchens\n",
        "services_taxonomy.csv": "id,service_id,taxonomy_id\nst,s,t\n",
    }
    folder = tmp_path / "two"
    folder.mkdir()
    for name, text in tables.items():
        (folder / name).write_text(text)
    import_resources(database, folder)
    supper = resource(database, "x")
    assert (supper.eligibility, supper.address_line) == ("Everyone", "1 Mill Road")
    assert [(hours.freq, hours.byday) for hours in supper.hours] == [("WEEKLY", "MO")]
    assert [one.category for one in supper.categories] == ["food"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.csv", None, "there is no file or folder 'missing.csv'"),
        ("notes.txt", b"hello", "neither CSV, JSON nor zip"),
        ("broken.zip", b"PK not really", "cannot read 'broken.zip'"),
        ("broken.json", b"{", "holds no organizations, services or locations"),
        ("people.csv", b"id,name\n1,Ann\n", "holds no organizations, services or locations"),
    ],
)
def test_what_is_no_directory_is_refused_in_plain_words(
    database: Database, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ResourceImportError, match=words):
        import_resources(database, tmp_path / name)


def test_an_empty_folder_is_refused(database: Database, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ResourceImportError, match="holds no CSV and no JSON"):
        import_resources(database, tmp_path / "empty")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("pantries-2026-05.zip", "pantries"),
        ("mass_211 2026_05_04.json", "mass_211"),
        ("elm", "elm"),
        ("2026", "2026"),
        ("north_211.zip", "north_211"),
    ],
)
def test_next_months_export_is_the_same_source(path: str, source: str) -> None:
    assert source_name(Path(path)) == source
