"""The directory at a desk: found, changed, hidden, confirmed, translated, imported, and what families said of it."""

import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from outreach import clock
from outreach.resources.flags import flag_listing, flags_of
from outreach.resources.importer import import_resources
from outreach.resources.models import ListingProblem, ServiceAtLocation, UnmetNeed
from outreach.resources.upkeep import jobs
from outreach.resources.upkeep.models import DirectoryUpload, ListingField, UploadState
from outreach.resources.upkeep.own_listings import OWN_SOURCE
from outreach.resources.upkeep.values import read_value
from outreach.setting_values import PACKAGE
from outreach.staff.models import AuditEntry, Role
from tests.admin.office import Office, Page, Visitor, open_office
from tests.support.factories import make_contact

SAMPLE = PACKAGE / "resources" / "sample"
CASES = Path(__file__).parent.parent / "cases"
WEEK = {"hours": "week", "MO_opens_1": "09:00", "MO_closes_1": "12:30"}
CHURCH = {
    "name": "Grace Church Table", "organization": "Grace Church", "who": "Everybody", "phone": "(617) 555-0177",
    "address_line": "9 Grace Street", "city": "Cambridge", "zip": "02139", "category": "food", "language": "ht", **WEEK,
}  # fmt: skip


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office(environment) as office:
        import_resources(office.work.database, SAMPLE, source="sample")
        yield office


def first(office: Office, **columns: object) -> ServiceAtLocation:
    """A pantry of the sample, with these columns set first."""
    with office.work.database.writing() as session:
        listing = session.scalars(
            select(ServiceAtLocation).where(ServiceAtLocation.name.contains("Pantry")).order_by(ServiceAtLocation.id)
        ).first()
        assert listing
        for name, value in columns.items():
            setattr(listing, name, value)
        return listing


def again(office: Office, listing: ServiceAtLocation) -> ServiceAtLocation:
    with office.work.database.reading() as session:
        found = session.get_one(ServiceAtLocation, listing.id)
        _ = found.hours, found.categories
        return found


def flag(office: Office, listing: ServiceAtLocation) -> None:
    with office.work.database.writing() as session:
        family = make_contact(session, 0).id
        flag_listing(session, family, listing.id, ListingProblem.CLOSED, office.work.settings.zone)


def filled(visitor: Visitor, address: str) -> dict[str, str | list[str]]:
    """The form of a page as the browser would send it untouched."""
    source = visitor.open(address).source
    form: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", source):
        name, value, kind = (re.search(rf'\b{part}="([^"]*)"', tag) for part in ("name", "value", "type"))
        if name is None or (kind and kind[1] in ("radio", "checkbox") and "checked" not in tag):
            continue
        given = unescape(value[1]) if value else ""
        if kind and kind[1] == "checkbox":
            form.setdefault(name[1], [])
            several = form[name[1]]
            assert isinstance(several, list)
            several.append(given)
        else:
            form[name[1]] = given
    return form


def names(page: Page) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/resources/\d+">([^<]*)</a>', page.source)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR, Role.RESPONDER])
def test_who_works_with_families_sees_the_directory(office: Office, role: Role) -> None:
    visitor, listing = office.visit(role), first(office)
    assert names(visitor.open("/resources/"))
    assert listing.name in visitor.open(f"/resources/{listing.id}").text
    assert visitor.open("/resources/in-vain/").status == 200
    assert "/resources/" in visitor.open("/").source


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.VIEWER])
def test_others_do_not(office: Office, role: Role) -> None:
    visitor = office.visit(role)
    for address in ("/resources/", f"/resources/{first(office).id}", "/resources/import/", "/resources/in-vain/"):
        assert visitor.open(address).status == 403


def test_a_responder_looks_and_changes_nothing(office: Office) -> None:
    visitor, listing = office.visit(Role.RESPONDER), first(office)
    page = visitor.open(f"/resources/{listing.id}")
    assert "Change it" not in page.text
    assert "Hide it" not in page.text
    for action in ("hide", "show", "confirm", "settle", "edit", "source/take", "in/es", "in/es/approve"):
        assert visitor.send(f"/resources/{listing.id}/{action}").status == 403
    assert visitor.send("/resources/new", **CHURCH).status == 403
    assert visitor.open("/resources/import/").status == 403
    assert not again(office, listing).hidden


def test_a_list_stands_in_its_address(office: Office) -> None:
    visitor, listing = office.visit(Role.COORDINATOR), first(office)
    everything = names(visitor.open("/resources/"))
    assert everything == sorted(everything, key=str.lower)
    assert listing.name in names(visitor.open(f"/resources/?q={listing.name[:8]}"))
    assert listing.name in names(visitor.open(f"/resources/?q={listing.phone}"))
    assert names(visitor.open("/resources/?q=%25_nothing")) == []
    food, jobs_ = (set(names(visitor.open(f"/resources/?category={kind}"))) for kind in ("food", "jobs"))
    assert listing.name in food
    assert food != jobs_
    assert listing.name in names(visitor.open(f"/resources/?where={listing.zip}&category=food"))
    assert listing.name in names(visitor.open(f"/resources/?where={(listing.city or '').upper()}"))
    assert names(visitor.open("/resources/?show=shoe&sort=hat&page=-3")) == everything
    assert names(visitor.open("/resources/?page=99")) == []


@pytest.mark.parametrize(
    ("shown", "columns"),
    [
        ("hidden", {"hidden": True}),
        ("gone", {"gone_at": clock.now()}),
        ("own", {"source": OWN_SOURCE}),
        ("check", {"assured_on": clock.now().date() - timedelta(days=400)}),
    ],
)
def test_a_chip_shows_the_listings_of_its_sort(office: Office, shown: str, columns: dict[str, object]) -> None:
    with office.work.database.writing() as session:
        for one in session.scalars(select(ServiceAtLocation)):
            one.confirmed_on = clock.now().date()
    listing = first(office, confirmed_on=None, **columns)
    visitor = office.visit(Role.COORDINATOR)
    assert names(visitor.open(f"/resources/?show={shown}")) == [listing.name]
    assert (listing.name in names(visitor.open("/resources/"))) == (shown != "gone")


def test_the_list_has_fifty_places_a_page_and_keeps_its_filters(office: Office) -> None:
    with office.work.database.writing() as session:
        model = first(office)
        for number in range(60):
            session.add(
                ServiceAtLocation(
                    source=OWN_SOURCE,
                    external_id=f"n{number}",
                    fingerprint="",
                    hidden=False,
                    status=model.status,
                    imported_at=clock.now(),
                    service_id=model.service_id,
                    name=f"Church {number:02d}",
                    phones=[],
                )
            )
    visitor = office.visit(Role.ADMIN)
    page = visitor.open("/resources/?q=church&show=own")
    assert len(names(page)) == 50
    assert "q=church&amp;show=own&amp;page=2" in page.source
    assert len(names(visitor.open("/resources/?q=church&show=own&page=2"))) == 10


def test_a_listing_shows_what_families_are_texted_in_each_language(office: Office) -> None:
    listing = first(office)
    page = office.visit(Role.COORDINATOR).open(f"/resources/{listing.id}?from=02141")
    for language in ("Español", "Kreyòl", "العربية", "ខ្មែរ"):
        assert language in page.text
    assert f"Comida cerca de {listing.zip}" in page.text
    assert "escriba CERRADO 1" in page.text or "CERRADO 1" in page.text
    assert "miles from the middle of 02141" in page.text
    assert (listing.phone or "no phone") in page.text
    assert "sample" in page.text


def test_an_untouched_form_changes_nothing(office: Office) -> None:
    visitor = office.visit(Role.COORDINATOR)
    with office.work.database.reading() as session:
        ids = session.scalars(select(ServiceAtLocation.id)).all()
    for one in ids:
        before = {field: read_value(again(office, first_by(office, one)), field) for field in ListingField}
        form = filled(visitor, f"/resources/{one}/edit")
        answer = visitor.client.post(f"/resources/{one}/edit", data=form, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        assert "Nothing was changed." in answer.text
        with office.work.database.reading() as session:
            now = session.get_one(ServiceAtLocation, one)
            assert {field: read_value(now, field) for field in ListingField} == before


def first_by(office: Office, listing_id: int) -> ServiceAtLocation:
    with office.work.database.reading() as session:
        return session.get_one(ServiceAtLocation, listing_id)


def test_an_edit_is_told_to_families_kept_through_an_import_and_compared_with_the_source(office: Office) -> None:
    visitor, listing = office.visit(Role.COORDINATOR, "Nora Nurse"), first(office)
    address = f"/resources/{listing.id}"
    form = filled(visitor, f"{address}/edit") | {"name": "Elm Kitchen", "phone": "617 555 0199", **WEEK}
    page = visitor.client.post(f"{address}/edit", data=form, follow_redirects=True).text
    assert "Families are told the new name, phone, hours." in page
    assert "Changed here" in page
    assert "617-555-0199" in page
    assert listing.name in page, "the source's word beside ours"
    import_resources(office.work.database, SAMPLE, source="sample")
    assert again(office, listing).name == "Elm Kitchen"
    with office.work.database.writing() as session:
        session.execute(update(ServiceAtLocation).values(fingerprint="old"))
    import_resources(office.work.database, SAMPLE, source="sample")
    assert again(office, listing).name == "Elm Kitchen"
    taken = visitor.send(f"{address}/source/take", field="name")
    assert "the source&#39;s word for name" in taken.source
    assert again(office, listing).name == listing.name
    assert "settled before" in visitor.send(f"{address}/source/keep", field="name").text
    assert "Choose which" in visitor.send(f"{address}/source/keep", field="soul").text
    assert "Nora Nurse. Changed name, phone, hours." in visitor.open(address).text


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"name": " "}, "The name is missing"),
        ({"name": "n" * 201}, "The name: 201 characters, at most 200"),
        ({"who": "w" * 301}, "Whom it serves: 301 characters"),
        ({"phone": "call us"}, "The phone: call us is not one US number"),
        ({"phone": "617-555-0101 or 617-555-0102"}, "is not one US number"),
        ({"zip": "99999"}, "nobody knows 99999"),
        ({"zip": ""}, "The ZIP is missing"),
        ({"category": ""}, "Choose at least one kind of help"),
        ({"MO_closes_1": ""}, "Monday: the closing time is missing"),
        ({"TU_opens_2": "9 o'clock", "TU_closes_2": "10:00"}, "is no time"),
        ({"MO_opens_1": "", "MO_closes_1": ""}, "no day has times"),
    ],
)
def test_a_wrong_form_says_what_and_where_and_keeps_what_was_typed(
    office: Office, typed: dict[str, str], complaint: str
) -> None:
    visitor = office.visit(Role.COORDINATOR)
    page = visitor.send("/resources/new", **(CHURCH | typed))
    assert page.status == 422
    assert complaint in page.text
    kept = next(value for name, value in CHURCH.items() if name == "address_line")
    assert kept in page.source
    assert visitor.open("/resources/?show=own").text.count("Grace Church Table") == 0


def test_a_place_added_by_hand_is_found_by_families_and_can_be_changed(office: Office) -> None:
    visitor = office.visit(Role.COORDINATOR)
    page = visitor.send("/resources/new", **CHURCH)
    assert page.status == 200
    assert "Added here, by hand" in page.text
    assert "617-555-0177" in page.text
    assert "Mon 9:00 am–12:30 pm" in page.text
    listing = next(iter(_own(office)))
    assert listing.latitude == pytest.approx(42.36, abs=0.1)
    assert (listing.languages, listing.confirmed_on is not None) == ("ht", True)
    form = filled(visitor, f"/resources/{listing.id}/edit") | {"hours": "always"}
    visitor.client.post(f"/resources/{listing.id}/edit", data=form)
    assert "open day and night" in visitor.open(f"/resources/{listing.id}").text
    assert filled(visitor, f"/resources/{listing.id}/edit")["hours"] == "always"


def _own(office: Office) -> list[ServiceAtLocation]:
    with office.work.database.reading() as session:
        return list(session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.source == OWN_SOURCE)))


def test_hiding_has_an_undo_that_opens_again_what_families_said(office: Office) -> None:
    visitor, listing = office.visit(Role.COORDINATOR), first(office)
    flag(office, listing)
    address = f"/resources/{listing.id}"
    assert "1 family says something is wrong" in visitor.open(address).text
    assert "Flagged 1" in visitor.open("/resources/?show=flagged").text
    hidden = visitor.send(f"{address}/hide")
    assert "Families are no longer sent to" in hidden.text
    assert "Undo" in hidden.text
    assert again(office, listing).hidden
    assert names(visitor.open("/resources/?show=flagged")) == []
    shown = visitor.send(f"{address}/show")
    assert "Families are sent here again." in shown.text
    assert "something is wrong" in shown.text
    assert not again(office, listing).hidden


@pytest.mark.parametrize(
    ("action", "confirmed", "entry"), [("confirm", True, "listing.confirmed"), ("settle", False, "listing.settled")]
)
def test_what_families_said_is_settled(office: Office, action: str, confirmed: bool, entry: str) -> None:
    visitor, listing = office.visit(Role.COORDINATOR), first(office)
    flag(office, listing)
    assert "1 open" in visitor.open("/").text, "the bar counts it"
    page = visitor.send(f"/resources/{listing.id}/{action}")
    assert "something is wrong" not in page.text
    with office.work.database.reading() as session:
        assert flags_of(session, listing.id) is None
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "listing")).all() == [entry]
    assert (again(office, listing).confirmed_on is not None) == confirmed
    assert ("Nobody has" in page.text) != confirmed


def test_a_translation_reaches_families_once_somebody_else_reviewed_it(office: Office) -> None:
    writer, other = office.visit(Role.COORDINATOR, "Wanda Writer"), office.visit(Role.ADMIN, "Rita Reader")
    listing = first(office, eligibility="Everybody in town")
    address = f"/resources/{listing.id}/in/es"
    said = {"note": "banco de comida", "who": "Todas las familias"}
    assert "Families read it once somebody else" in writer.send(address, **said).text
    assert "You wrote this" in writer.send(f"{address}/approve", **said).text
    assert "banco de comida)" not in writer.open(f"/resources/{listing.id}").text
    assert "Wanda Writer wrote it" in other.open(address).text
    assert "Somebody changed it" in other.send(f"{address}/approve", note="banco", who="").text
    assert "get it from now on" in other.send(f"{address}/approve", **said).text
    page = other.open(f"/resources/{listing.id}").text
    assert "(banco de comida)" in page
    assert "Todas las familias" in page
    with office.work.database.writing() as session:
        session.get_one(ServiceAtLocation, listing.id).eligibility = "Families with children"
    page = other.open(f"/resources/{listing.id}").text
    assert "Out of date" in page
    assert "Todas las familias" not in page, "what was said of another English is not sent"


@pytest.mark.parametrize(
    ("said", "complaint"),
    [({}, "Both are empty"), ({"note": "n" * 41}, "41 characters"), ({"who": "w" * 111}, "111 characters")],
)
def test_a_translation_that_fits_no_text_is_refused(office: Office, said: dict[str, str], complaint: str) -> None:
    visitor, listing = office.visit(Role.COORDINATOR), first(office)
    page = visitor.send(f"/resources/{listing.id}/in/es", **said)
    assert (page.status, complaint in page.text) == (422, True)
    assert visitor.open(f"/resources/{listing.id}/in/en").status == 404
    assert visitor.open(f"/resources/{listing.id}/in/xx").status == 404


def packed(folder: Path, *, without: str = "") -> BytesIO:
    """A folder of CSVs as a zip, without the rows that hold a word."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in folder.rglob("*.csv"):
            rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
            archive.writestr(path.name, "".join(row for row in rows if not without or without not in row))
    made.seek(0)
    return made


def upload(visitor: Visitor, content: BytesIO, name: str, source: str = "") -> str:
    """Upload a file; the address it leads to, or the page with the refusal."""
    form = {**filled(visitor, "/resources/import/"), "file": FileStorage(content, name), "source": source}
    answer = visitor.client.post("/resources/import/", data=form, content_type="multipart/form-data")
    return answer.location if answer.status_code == 302 else answer.text


def test_a_directory_is_uploaded_looked_at_and_imported(office: Office) -> None:
    visitor = office.visit(Role.COORDINATOR)
    for removed, counts in (("", "4 added, 0 changed, 0 gone"), ("Warm Coats", "0 added, 0 changed, 1 gone")):
        address = upload(visitor, packed(CASES / "hsds_2x", without=removed), "elm-2026-11.zip")
        assert "Being read" in visitor.open(address).text
        jobs.work_off()
        looked = visitor.open(address)
        assert f"Import: {counts}" in looked.text
        assert "a ZIP without its leading zero" in looked.text
        assert "data-live-done" in visitor.open(f"{address}/state").source
        before = len(_of_source(office))
        assert "Being imported" in visitor.send(f"{address}/confirm").text
        assert len(_of_source(office)) == before
        jobs.work_off()
        assert "Imported into the directory “elm”" in visitor.open(address).text
        assert "decided before" in visitor.send(f"{address}/confirm").text
        assert len(_of_source(office)) == (3 if removed else 4)
    with office.work.database.reading() as session:
        assert {one.content for one in session.scalars(select(DirectoryUpload))} == {None}


def _of_source(office: Office) -> list[str]:
    with office.work.database.reading() as session:
        here = select(ServiceAtLocation.name).where(ServiceAtLocation.source == "elm")
        return list(session.scalars(here.where(ServiceAtLocation.gone_at.is_(None))))


def test_a_directory_can_be_left_as_it_was(office: Office) -> None:
    visitor = office.visit(Role.COORDINATOR)
    address = upload(visitor, packed(CASES / "hsds_2x"), "elm.zip")
    jobs.work_off()
    assert "stays as it was" in visitor.send(f"{address}/cancel").text
    jobs.work_off()
    assert _of_source(office) == []
    assert "Left" in visitor.open(address).text


@pytest.mark.parametrize(
    ("content", "name", "source", "complaint"),
    [
        (b"", "", "", "Choose the file first"),
        (b"x", "list.xlsx", "", "list.xlsx is no zip, JSON or CSV"),
        (b"{}", "a.json", OWN_SOURCE, "added by hand"),
    ],
)
def test_what_is_no_directory_is_refused_at_once(
    office: Office, content: bytes, name: str, source: str, complaint: str
) -> None:
    assert complaint in upload(office.visit(Role.COORDINATOR), BytesIO(content), name, source)


@pytest.mark.parametrize(("content", "name"), [(b"not a zip", "a.zip"), (b'{"a": 1}', "a.json"), (b"{", "b.json")])
def test_a_file_that_cannot_be_read_says_why(office: Office, content: bytes, name: str) -> None:
    visitor = office.visit(Role.COORDINATOR)
    address = upload(visitor, BytesIO(content), name)
    jobs.work_off()
    page = visitor.open(address)
    assert "Could not be read" in page.text
    assert name in page.text
    assert "decided before" in visitor.send(f"{address}/confirm").text


def test_an_upload_outlives_a_worker_that_dies_and_is_let_go_after_a_week(office: Office) -> None:
    address = upload(office.visit(Role.COORDINATOR), packed(CASES / "hsds_2x"), "elm.zip")
    with office.work.database.writing() as session:
        session.scalars(select(DirectoryUpload)).one().taken_at = clock.now()
    jobs.work_off()
    assert _state(office) is UploadState.WAITING, "somebody else is at it"
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        jobs.work_off()
    assert _state(office) is UploadState.CHECKED
    with clock.frozen(clock.now() + timedelta(days=8)):
        jobs.sweep()
    assert _state(office) is UploadState.CANCELLED
    assert address


def _state(office: Office) -> UploadState:
    with office.work.database.reading() as session:
        return session.scalars(select(DirectoryUpload)).one().state


def test_what_families_looked_for_in_vain_is_counted_and_small_numbers_are_kept_back(office: Office) -> None:
    today = clock.now().astimezone(office.work.settings.zone).date()
    with office.work.database.writing() as session:
        for category, zip_code, count, ago in (
            ("food", "02139", 25, 0),
            ("food", "02141", 7, 3),
            ("jobs", "02139", 40, 200),
        ):
            session.add(UnmetNeed(day=today - timedelta(days=ago), category=category, zip=zip_code, count=count))
    visitor = office.visit(Role.RESPONDER)
    page = visitor.open("/resources/in-vain/").text
    assert "Food32··" in page, "7 is small, and 25 would give it away"
    assert "Jobs" not in page
    assert "All kinds72" in visitor.open("/resources/in-vain/?days=365").text
    assert "Food32" in visitor.open("/resources/in-vain/?days=77").text, "only the periods that are offered"


def test_an_empty_directory_teaches_the_next_step(environment: dict[str, str]) -> None:
    with open_office(environment) as office:
        assert "Import a directory" in office.visit(Role.ADMIN).open("/resources/").text
        assert "Every family that asked" in office.visit(Role.RESPONDER).open("/resources/in-vain/").text
