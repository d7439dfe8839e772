"""What staff say of a listing outlives every import, beside what the source says."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database
from outreach.resources.finder import find
from outreach.resources.importer import ResourceImportError, import_resources
from outreach.resources.models import ServiceAtLocation
from outreach.resources.upkeep.checks import GOOD_FOR, needs_check, unchecked
from outreach.resources.upkeep.edits import edit_listing, edits_of, give_up_edit, keep_edit
from outreach.resources.upkeep.models import ListingField
from outreach.resources.upkeep.own_listings import OWN_SOURCE, add_listing
from outreach.resources.upkeep.values import placed, read_value, weekly
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff
from tests.resources.conftest import WriteDirectory

PANTRY = {"id": "a", "name": "Elm Pantry", "lat": "42.366", "lon": "-71.105", "zip": "02139", "languages": "es"}
PANTRY |= {"byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"}
LINE = {"id": "b", "name": "Food Line"}
NEW: dict[ListingField, Any] = {
    ListingField.NAME: "Elm Street Food Pantry",
    ListingField.ELIGIBILITY: "Families in Cambridge",
    ListingField.PHONE: "617-555-0199",
    ListingField.ADDRESS: placed("5 Oak Street", "Boston", "02118", {"zip": "02139"}),
    ListingField.LANGUAGES: "es pt_BR",
    ListingField.CATEGORIES: ["clothing", "food"],
    ListingField.HOURS: [weekly("SA", "10:00:00", "12:00:00")],
}


@pytest.fixture
def elm(database: Database, write_directory: WriteDirectory) -> Callable[..., int]:
    """Imports the pantry, with these of its columns changed; returns how many listings changed."""

    def bring_in(**columns: str) -> int:
        return import_resources(database, write_directory([PANTRY | columns, LINE]), source="elm").changed

    bring_in()
    return bring_in


def pantry(session: Session) -> ServiceAtLocation:
    return session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.external_id == "at-a")).one()


def person(session: Session) -> Staff:
    found = session.scalars(select(Staff)).one_or_none()
    return found or add_staff(session, "desk@example.org", Role.COORDINATOR, "a long password")


@pytest.mark.parametrize("field", ListingField)
def test_an_edit_survives_the_next_import_which_shows_what_the_source_says(
    database: Database, elm: Callable[..., int], field: ListingField
) -> None:
    with database.writing() as session:
        before = read_value(pantry(session), field)
        assert edit_listing(session, pantry(session), {field: NEW[field]}, person(session)) == [field]
    assert elm(name="Elm Pantry and Kitchen", zip="02140", languages="vi", closes_at="18:00") == 1
    with database.reading() as session:
        listing, (edit,) = pantry(session), edits_of(session, pantry(session)).values()
        assert read_value(listing, field) == NEW[field]
        moved = field in (ListingField.NAME, ListingField.ADDRESS, ListingField.LANGUAGES, ListingField.HOURS)
        assert edit.differs == (edit.source_value != before) == moved
    with database.writing() as session:
        assert give_up_edit(session, pantry(session), field)
        assert not give_up_edit(session, pantry(session), field)
    with database.reading() as session:
        assert read_value(pantry(session), field) == edit.source_value
        assert edits_of(session, pantry(session)) == {}


def test_what_is_not_edited_follows_the_source(database: Database, elm: Callable[..., int]) -> None:
    with database.writing() as session:
        edit_listing(session, pantry(session), {ListingField.PHONE: "617-555-0199"}, person(session))
    elm(name="Elm Kitchen")
    with database.reading() as session:
        assert (pantry(session).name, pantry(session).phone) == ("Elm Kitchen", "617-555-0199")


def test_an_edit_that_the_source_takes_over_is_no_edit_any_more(database: Database, elm: Callable[..., int]) -> None:
    with database.writing() as session:
        edit_listing(session, pantry(session), {ListingField.NAME: "Elm Kitchen"}, person(session))
    elm(name="Elm Kitchen")
    with database.writing() as session:
        assert edits_of(session, pantry(session)) == {}
        by = person(session)
        edit_listing(session, pantry(session), {ListingField.NAME: "Other"}, by)
        edit_listing(session, pantry(session), {ListingField.NAME: "Elm Kitchen"}, by)
        assert edits_of(session, pantry(session)) == {}, "the source's own word again"
        assert edit_listing(session, pantry(session), {ListingField.NAME: "Elm Kitchen"}, by) == []


def test_who_compared_and_keeps_the_edit_is_asked_again_only_when_the_source_moves(
    database: Database, elm: Callable[..., int]
) -> None:
    with database.writing() as session:
        edit_listing(session, pantry(session), {ListingField.NAME: "Ours"}, person(session))
    for name, differs in (("Theirs", True), ("Theirs", False), ("Theirs again", True)):
        elm(name=name)
        with database.writing() as session:
            assert edits_of(session, pantry(session))[ListingField.NAME].differs == differs
            assert keep_edit(session, pantry(session), ListingField.NAME)


def test_the_finder_goes_by_what_staff_say(database: Database, elm: Callable[..., int]) -> None:
    def found(category: str, zip_code: str) -> list[tuple[str, float | None]]:
        with database.reading() as session:
            listed = find(session, category=category, zip_code=zip_code, now=clock.now()).results
            return [(one.name, one.miles) for one in listed if one.miles is not None]

    with database.writing() as session:
        edit_listing(session, pantry(session), NEW, person(session))
    ((name, miles),) = found("clothing", "02118")
    assert (name, miles) == ("Elm Street Food Pantry", 0)
    elm(status="inactive")
    assert found("clothing", "02118") == [], "an edit brings no listing back that its source has closed"
    elm(status="active")
    assert len(found("food", "02118")) == 1


def test_a_listing_added_by_hand_is_found_changed_and_left_alone_by_imports(
    database: Database, elm: Callable[..., int], write_directory: WriteDirectory
) -> None:
    with database.writing() as session:
        added = add_listing(session, NEW | {ListingField.NAME: "Church Table"}, organization="Grace Church").id
    elm(name="Elm Kitchen")
    with database.writing() as session:
        listing = session.get_one(ServiceAtLocation, added)
        assert (listing.gone_at, listing.organization) == (None, "Grace Church")
        assert edit_listing(session, listing, {ListingField.NAME: "Grace Table"}, person(session))
        assert edits_of(session, listing) == {}, "there is no source to differ from"
        (nearest, *_) = find(session, category="food", zip_code="02118", now=clock.now()).results
        assert nearest.name == "Grace Table"
    with pytest.raises(ResourceImportError, match="added by hand"):
        import_resources(database, write_directory([PANTRY]), source=OWN_SOURCE)


def test_a_report_names_what_comes_changes_and_goes(database: Database, write_directory: WriteDirectory) -> None:
    import_resources(database, write_directory([PANTRY, LINE]), source="elm")
    new = [PANTRY | {"name": "Elm Kitchen"}, {"id": "c", "name": "Food Truck"}]
    for dry_run in (True, False):
        report = import_resources(database, write_directory(new), source="elm", dry_run=dry_run)
        assert report.named == {"added": ["Food Truck"], "changed": ["Elm Kitchen"], "gone": ["Food Line"]}


@pytest.mark.parametrize(
    ("assured", "confirmed", "old"),
    [
        (None, None, True), (365, None, True), (364, None, False), (None, 365, True), (None, 1, False),
        (900, 2, False), (2, 900, False), (400, 500, True),
    ],
)  # fmt: skip
def test_a_listing_needs_a_check_when_nobody_made_sure_of_it_for_a_year(
    database: Database, elm: Callable[..., int], assured: int | None, confirmed: int | None, old: bool
) -> None:
    today = date(2026, 11, 28)
    with database.writing() as session:
        listing = pantry(session)
        listing.assured_on = today - timedelta(days=assured) if assured else None
        listing.confirmed_on = today - timedelta(days=confirmed) if confirmed else None
        session.flush()
        assert needs_check(listing, today) == old
        found = session.scalars(select(ServiceAtLocation.external_id).where(unchecked(today))).all()
        assert ("at-a" in found) == old
    assert timedelta(days=365) == GOOD_FOR


def test_hsds_2_is_read_with_its_own_tables_and_names(database: Database, cases: Path) -> None:
    for added, unchanged in ((4, 0), (0, 4)):
        report = import_resources(database, cases / "hsds_2x" / "data", source="elm")
        assert (report.added, report.unchanged) == (added, unchanged)
    with database.reading() as session:
        listings = {one.name: one for one in session.scalars(select(ServiceAtLocation))}
        pantry, coats = listings["Elm Street Food Pantry"], listings["Warm Coats"]
        assert (pantry.address_line, pantry.zip) == ("12 Elm Street, Side door", "02139"), "physical before postal"
        assert (pantry.phone, pantry.languages) == ("617-555-0111", "es")
        assert (pantry.eligibility, coats.eligibility) == ("Anyone in Cambridge", "Children under 12")
        assert [one.category for one in coats.categories] == ["clothing"], "by the taxonomy's term"
        days = [(row.freq, row.byday, row.opens_at and row.opens_at.hour) for row in pantry.hours]
        assert days == [("WEEKLY", "MO", 9), ("WEEKLY", "TH", 16)]
        assert listings["Tenant Advice"].latitude is not None, "by its ZIP"
        assert listings["Tenant Advice"].phone == "617-555-0122 x12"
        assert listings["Old Hotline"].status == "defunct"
        assert pantry.location is not None
        assert pantry.location.accessibility == "Ramp at the side door"
