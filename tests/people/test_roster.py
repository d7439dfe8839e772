"""Families out of the files that schools really export."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

import outreach.callbacks.models
import outreach.campaigns.models
import outreach.incoming.models
import outreach.outgoing.models
import outreach.staff.models
import outreach.wording.models  # noqa: F401 - the tables that foreign keys point at
from outreach import clock
from outreach.db import Base, Database
from outreach.people.consent import record_consent
from outreach.people.contacts import find_contact, find_or_create_contact, set_language
from outreach.people.models import Consent, ConsentEvent, Contact, ContactTag, ContactTopic, Household
from outreach.people.roster import RosterError, RosterReport, import_families

NOW = datetime(2026, 3, 24, 15, 0, tzinfo=UTC)
ROSA, PAUL, MARIE = "+16175550124", "+18575550132", "+15085550136"
PENDING, SUBSCRIBED, UNSUBSCRIBED = Consent.PENDING, Consent.SUBSCRIBED, Consent.UNSUBSCRIBED
HEADER = "phone,language,name,zip,household,school,grade,tags,topics,consent,consent_source,consented_at"

Import = Callable[..., RosterReport]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'outreach.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Import:
    """Write a file (text, or bytes as they come) and import it."""

    def load(content: str | bytes, **options: object) -> RosterReport:
        path = tmp_path / "families.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        options = {"consent_source": None, "rejects": tmp_path / "rejects.csv", **options}
        with clock.frozen(NOW):
            return import_families(database, path, **options)  # type: ignore[arg-type]

    return load


@pytest.fixture
def rejects(tmp_path: Path) -> Callable[[], list[dict[str, str]]]:
    def read() -> list[dict[str, str]]:
        with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return read


def contact(database: Database, phone: str) -> Contact:
    with database.reading() as session:
        found = find_contact(session, phone)
        assert found is not None
        _ = found.tags, found.topics, found.household
    return found


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table an import touches."""
    tables = (Contact, ContactTag, ContactTopic, Household, ConsentEvent)
    with database.reading() as session:
        return {
            table.__tablename__: [tuple(row) for row in session.execute(select(*table.__table__.columns))]
            for table in tables
        }


def counts(report: RosterReport) -> tuple[int, ...]:
    """Added, updated, unchanged, merged, rejected: together all rows."""
    parts = (report.added, report.updated, report.unchanged, report.merged, report.rejected)
    assert sum(parts) == report.rows
    return parts


def test_a_full_row_becomes_a_contact_with_all_it_says(database: Database, load: Import) -> None:
    report = load(
        f"{HEADER}\n617-555-0124,Spanish,Rosa Díaz,2139,H1,Lincoln School,Grade 3,Bus 12;club,"
        "Health fairs;screenings,Sí,paper form,9/1/2025\n",
        zone=ZoneInfo("America/New_York"),
    )
    assert counts(report) == (1, 0, 0, 0, 0)
    rosa = contact(database, ROSA)
    assert (rosa.language, rosa.language_known, rosa.name, rosa.zip) == ("es", True, "Rosa Díaz", "02139")
    assert (rosa.school, rosa.grade, rosa.zones) == ("Lincoln School", "3", "America/New_York")
    assert rosa.household is not None
    assert rosa.household.key == "H1"
    assert [tag.tag for tag in rosa.tags] == ["bus-12", "club"]
    assert {one.topic: one.consent for one in rosa.topics} == {
        "health_fairs": SUBSCRIBED,
        "screenings": SUBSCRIBED,
    }
    assert (rosa.consent, rosa.only_chosen_topics, rosa.created_at) == (SUBSCRIBED, True, NOW)
    with database.reading() as session:
        entry = session.scalars(select(ConsentEvent).where(ConsentEvent.topic.is_(None))).one()
    assert (entry.source, entry.evidence, entry.recorded_at) == ("import", "paper form", NOW)
    assert entry.happened_at == datetime(2025, 9, 1, 4, 0, tzinfo=UTC)


SPANISH = "Teléfono,Home Language,Nombre\n617-555-0124,Español,Íñigo Peña\n"


@pytest.mark.parametrize(
    "content",
    [
        SPANISH.encode(),
        SPANISH.encode("utf-8-sig"),
        SPANISH.encode("utf-16"),
        b"\xfe\xff" + SPANISH.encode("utf-16-be"),
        SPANISH.encode("utf-16-le"),
        SPANISH.encode("cp1252"),
        SPANISH.encode("latin-1"),
        SPANISH.replace(",", ";").encode(),
        SPANISH.replace(",", "\t").encode("utf-16"),
        SPANISH.replace(",", "|").encode(),
        SPANISH.replace("\n", "\r\n").encode(),
        SPANISH.replace("\n", "\r").encode(),
        ("sep=;\r\n" + SPANISH.replace(",", ";")).encode("cp1252"),
        ("\n\n" + SPANISH + "\n,,\n").encode(),
    ],
    ids=str,
)
def test_any_encoding_and_delimiter_is_read(database: Database, load: Import, content: bytes) -> None:
    assert counts(load(content)) == (1, 0, 0, 0, 0)
    rosa = contact(database, ROSA)
    assert (rosa.language, rosa.name) == ("es", "Íñigo Peña")


@pytest.mark.parametrize(
    "header",
    [
        "PHONE,Zip Code",
        "Phone Number,Postal",
        " cell_phone ,ZIP",
        "Mobile,postal-code",
        "Parent Phone,zipcode",
    ],
)
def test_columns_are_found_by_the_names_people_give_them(database: Database, load: Import, header: str) -> None:
    load(f"{header}\n617-555-0124,02139\n")
    assert contact(database, ROSA).zip == "02139"


def test_of_two_phone_columns_the_cell_is_taken_and_the_other_is_named(database: Database, load: Import) -> None:
    report = load("Home Phone,Cell\n508-555-0136,617-555-0124\n")
    assert report.ignored_columns == ("Home Phone",)
    assert contact(database, ROSA)


def test_unknown_columns_become_tags_when_asked(database: Database, load: Import) -> None:
    report = load("phone,Bus,Notes\n617-555-0124,12,\n", keep_unknown_as_tags=True)
    assert [tag.tag for tag in contact(database, ROSA).tags] == ["bus-12"]
    assert report.ignored_columns == ()
    assert load("phone,Bus,Notes\n617-555-0124,13,\n").ignored_columns == ("Bus", "Notes")


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("phone", "617-555", "too short"),
        ("phone", "", "empty"),
        ("language", "Klingon", "Klingon is not a language we know; these work: English, Spanish"),
        ("zip", "0213X", "five digits"),
        ("zip", "213", "five digits"),
        ("zip", "00000", "five digits"),
        ("topics", "screenings;football", "football is not a topic; these are: coping_skills"),
        ("consent", "maybe", "neither yes nor no"),
        ("consented_at", "last year", "write it as 2026-09-01"),
        ("consented_at", "2062-09-01", "check the year"),
        ("consented_at", "13/13/2025", "write it as"),
        ("name", "x" * 121, "longer than 120"),
        ("tags", "x" * 61, "longer than 60"),
    ],
)
def test_a_bad_cell_sends_its_row_back_with_the_reason(
    database: Database,
    load: Import,
    rejects: Callable[[], list[dict[str, str]]],
    column: str,
    cell: str,
    reason: str,
) -> None:
    row = dict.fromkeys(HEADER.split(","), "") | {"phone": "617-555-0124", column: cell, "household": "H1"}
    report = load(f"{HEADER}\n508-555-0136{',' * 11}\n{','.join(row.values())}\n")
    assert counts(report) == (1, 0, 0, 0, 1)
    assert report.rejected_by == {column: 1}
    (back,) = rejects()
    assert (back["row"], back["column"], back["value"], back["household"]) == ("3", column, cell, "H1")
    assert reason in back["reason"]
    assert contact(database, MARIE)


def test_a_row_that_is_wrong_twice_comes_back_once(load: Import, rejects: Callable[[], list[dict[str, str]]]) -> None:
    assert counts(load("phone,Zip Code\n617,abc\n")) == (0, 0, 0, 0, 1)
    (back,) = rejects()
    assert (back["column"], back["value"]) == ("phone; Zip Code", "617; abc")


def test_a_stray_comma_is_noticed(load: Import, rejects: Callable[[], list[dict[str, str]]]) -> None:
    assert counts(load("phone,name,zip\n617-555-0124,Díaz, Rosa,02139\n")) == (0, 0, 0, 0, 1)
    assert "more cells than the header" in rejects()[0]["reason"]


def test_row_numbers_are_those_of_the_spreadsheet(load: Import, rejects: Callable[[], list[dict[str, str]]]) -> None:
    report = load('phone,name\n617-555-0124,"Rosa\nDíaz"\n\n,,\nnot a phone,\n857-555-0132,Paul\n')
    assert counts(report) == (2, 0, 0, 0, 1)
    assert rejects()[0]["row"] == "5"


def test_corrected_rejects_are_imported_as_they_are(
    database: Database, load: Import, tmp_path: Path, rejects: Callable[[], list[dict[str, str]]]
) -> None:
    load("phone,Bus\n617-555-012,12\n")
    corrected = (
        (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").replace(",617-555-012,12", ",617-555-0124,12")
    )
    report = load(corrected, keep_unknown_as_tags=True)
    assert counts(report) == (1, 0, 0, 0, 0)
    assert [tag.tag for tag in contact(database, ROSA).tags] == ["bus-12"]
    load("row,column,value,reason,phone,Bus\n2,phone,x,x,617,12\n")
    assert list(rejects()[0]) == ["row", "column", "value", "reason", "phone", "Bus"]


@pytest.mark.parametrize(
    ("cell", "zip_code"),
    [("2139", "02139"), ("02139-4307", "02139"), ("2139.0", "02139"), ('"=""02139"""', "02139")],
)
def test_a_zip_is_put_right(database: Database, load: Import, cell: str, zip_code: str) -> None:
    load(f"phone,zip\n617-555-0124,{cell}\n")
    assert contact(database, ROSA).zip == zip_code


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"name,zip\nRosa,02139\n", "No column holds the phone.*name, zip"),
        (b"617-555-0124,Rosa\n", "^The first row names no column we know[^0-9]*$"),
        (b"PK\x03\x04 and so on", "Excel workbook"),
        (bytes(range(256)) * 40, "not a text file"),
        (b'phone,name\n617-555-0124,"' + b"x" * 200_000, "Row 2 .*quotation mark"),
    ],
)
def test_a_file_that_is_no_family_list_is_refused_plainly(load: Import, content: bytes, message: str) -> None:
    with pytest.raises(RosterError, match=message):
        load(content)


def test_a_file_that_is_not_there_is_refused_plainly(database: Database, tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="cannot be read: No such file"):
        import_families(database, tmp_path / "nothing.csv", consent_source=None)


def test_rejects_never_overwrite_the_file(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    path.write_text("phone\n617-555-0124\n")
    with pytest.raises(RosterError, match="another file"):
        import_families(database, path, consent_source=None, rejects=path)


@pytest.mark.parametrize(
    ("cells", "option", "consent", "without_evidence", "entries"),
    [
        ("yes,paper form", None, SUBSCRIBED, 0, 1),
        ("yes,", "enrolment 2026", SUBSCRIBED, 0, 1),
        ("TRUE,", "enrolment 2026", SUBSCRIBED, 0, 1),
        ("yes,", None, PENDING, 1, 0),
        ("no,", None, UNSUBSCRIBED, 0, 1),
        (",paper form", "enrolment 2026", PENDING, 0, 0),
    ],
)
def test_a_yes_counts_only_with_its_evidence(
    database: Database,
    load: Import,
    cells: str,
    option: str | None,
    consent: Consent,
    without_evidence: int,
    entries: int,
) -> None:
    report = load(f"phone,consent,consent_source\n617-555-0124,{cells}\n", consent_source=option)
    assert report.without_evidence == without_evidence
    assert contact(database, ROSA).consent is consent
    assert len(everything(database)["consent_events"]) == entries


YES = "phone,consent,consent_source\n617-555-0124,yes,form\n"


def test_an_import_leaves_a_stop_alone_and_says_so(database: Database, load: Import) -> None:
    load(YES)
    with database.writing() as session:
        rosa = find_contact(session, ROSA)
        assert rosa is not None
        record_consent(session, rosa, UNSUBSCRIBED, source="keyword")
    assert load(YES).stops_kept == 0  # the same file again: no news
    assert load(YES.replace("form", "new form")).stops_kept == 1
    assert contact(database, ROSA).consent is UNSUBSCRIBED


def test_an_old_no_does_not_undo_the_start_of_a_family(database: Database, load: Import) -> None:
    no = "phone,consent\n617-555-0124,no\n"
    load(no)
    with database.writing() as session:
        rosa = find_contact(session, ROSA)
        assert rosa is not None
        record_consent(session, rosa, SUBSCRIBED, source="keyword")
    assert counts(load(no)) == (0, 0, 1, 0, 0)
    assert contact(database, ROSA).consent is SUBSCRIBED


def test_empty_cells_take_nothing_away_and_others_update(database: Database, load: Import) -> None:
    load(f"{HEADER}\n617-555-0124,es,Rosa,02139,H1,Lincoln,3,a,,yes,form,\n")
    report = load(f"{HEADER}\n617-555-0124,,,85001,,,4,b,,,,\n")
    assert counts(report) == (0, 1, 0, 0, 0)
    rosa = contact(database, ROSA)
    assert (rosa.language, rosa.name, rosa.zip, rosa.zones) == ("es", "Rosa", "85001", "America/Phoenix")
    assert (rosa.school, rosa.grade, rosa.consent) == ("Lincoln", "4", SUBSCRIBED)
    assert [tag.tag for tag in rosa.tags] == ["a", "b"]


def test_an_import_does_not_change_the_language_a_family_chose(database: Database, load: Import) -> None:
    with database.writing() as session:
        rosa, _ = find_or_create_contact(session, ROSA, language="en", language_known=False)
        set_language(session, rosa, "ht")
    assert counts(load("phone,language\n617-555-0124,Spanish\n")) == (0, 0, 1, 0, 0)
    assert contact(database, ROSA).language == "ht"


def test_a_family_without_a_language_gets_the_default_as_a_guess(database: Database, load: Import) -> None:
    load("phone\n617-555-0124\n", default_language="es")
    rosa = contact(database, ROSA)
    assert (rosa.language, rosa.language_known) == ("es", False)
    assert counts(load("phone,language\n617-555-0124,es\n")) == (0, 1, 0, 0, 0)
    assert contact(database, ROSA).language_known


def test_topics_without_a_yes_wait_and_the_first_yes_confirms_them(database: Database, load: Import) -> None:
    load("phone,topics\n617-555-0124,screenings\n")
    rosa = contact(database, ROSA)
    assert [(one.topic, one.consent) for one in rosa.topics] == [("screenings", PENDING)]
    assert rosa.only_chosen_topics
    load(YES)
    assert [one.consent for one in contact(database, ROSA).topics] == [SUBSCRIBED]


def test_topics_in_a_file_do_not_narrow_a_family_that_agreed_to_everything(database: Database, load: Import) -> None:
    load(YES)
    assert counts(load("phone,topics\n617-555-0124,screenings\n")) == (0, 0, 1, 0, 0)
    rosa = contact(database, ROSA)
    assert (rosa.only_chosen_topics, rosa.topics) == (False, [])


SIBLINGS = f"""{HEADER}
617-555-0124,es,Rosa,,H1,Lincoln,3,a,,yes,form,
857-555-0132,,Paul,,H2,,,,,,,
617-555-0124,pt,,02139,H2,Adams,5,b,,yes,other form,
508-555-0136,,Marie,,H2,,,,,,,
(617) 555-0124,,,,H1,,,c,,,,
"""


def test_rows_with_one_phone_are_one_contact_in_one_household(database: Database, load: Import) -> None:
    assert counts(load(SIBLINGS)) == (3, 0, 0, 2, 0)
    rosa, paul, marie = (contact(database, phone) for phone in (ROSA, PAUL, MARIE))
    # The first row that fills a cell wins; later ones fill what it left empty.
    assert (rosa.language, rosa.name, rosa.zip, rosa.school, rosa.grade) == (
        "es",
        "Rosa",
        "02139",
        "Lincoln",
        "3",
    )
    assert [tag.tag for tag in rosa.tags] == ["a", "b", "c"]
    assert rosa.household_id == paul.household_id == marie.household_id
    assert len(everything(database)["consent_events"]) == 1


def test_one_no_among_the_rows_of_a_phone_is_a_no(database: Database, load: Import) -> None:
    for rows in ("yes,form\n617-555-0124,no,", "no,\n617-555-0124,yes,form"):
        load(f"phone,consent,consent_source\n617-555-0124,{rows}\n")
        assert contact(database, ROSA).consent is UNSUBSCRIBED


@pytest.mark.parametrize("rows_a_chunk", [1000, 2, 1])
def test_the_same_file_twice_changes_nothing(
    database: Database, load: Import, monkeypatch: pytest.MonkeyPatch, rows_a_chunk: int
) -> None:
    monkeypatch.setattr("outreach.people.roster.CHUNK", rows_a_chunk)
    file = SIBLINGS + "617-555-0199,fr,,,,,,,screenings;parenting,,,\n617-555-0198,,,,,,,,parenting,no,,\n"
    assert counts(load(file)) == (5, 0, 0, 2, 0)
    before = everything(database)
    assert counts(load(file)) == (0, 0, 5, 2, 0)
    assert everything(database) == before


@pytest.mark.parametrize("rows_a_chunk", [1000, 2, 1])
def test_a_dry_run_writes_nothing_and_reports_the_same(
    database: Database, load: Import, monkeypatch: pytest.MonkeyPatch, rows_a_chunk: int
) -> None:
    load("phone,household,name\n857-555-0132,H2,Paul\n508-555-0136,H9,Marie\n")
    before = everything(database)
    monkeypatch.setattr("outreach.people.roster.CHUNK", rows_a_chunk)
    file = SIBLINGS + "none,,,,,,,,,,,\n"
    dry = load(file, dry_run=True)
    assert everything(database) == before
    assert counts(dry) == (1, 1, 1, 2, 1)
    assert replace(dry, dry_run=False) == load(file)


def test_what_was_committed_before_a_crash_stays_and_a_second_run_completes_it(
    database: Database, load: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.people.roster.CHUNK", 2)

    def crash(done: int, total: int) -> None:
        if done > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(SIBLINGS, progress=crash)
    assert len(everything(database)["contacts"]) == 3
    assert counts(load(SIBLINGS)) == (0, 1, 2, 2, 0)
    after = everything(database)
    assert counts(load(SIBLINGS)) == (0, 0, 3, 2, 0)
    assert everything(database) == after


def test_progress_tells_rows_done_and_about_how_many_there_are(load: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.people.roster.CHUNK", 2)
    seen: list[tuple[int, int]] = []
    load(SIBLINGS, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == [2, 4, 5]
    assert {total for _, total in seen} == {5}


def test_a_long_file_is_read_in_pieces(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("phone,language,tags,consent\n")
        file.writelines(f"617-{200 + n // 1000}-{n % 1000:04d},es,bus-{n % 7},yes\n" for n in range(5000))
    report = import_families(database, path, consent_source="enrolment 2026")
    assert counts(report)[0] == 5000 - report.rejected
    with database.reading() as session:
        stored = session.scalar(select(func.count()).select_from(Contact).where(Contact.consent == SUBSCRIBED))
    assert stored == report.added
