"""Help nearby as a conversation: a list, more of it, details, wrong listings, and what nobody offers."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.callbacks.models import Callback
from outreach.incoming.help_nearby import AT_MOST
from outreach.incoming.models import Inbound
from outreach.outgoing.models import Message
from outreach.resources.flags import flag_listing, flags_of, settle_flags
from outreach.resources.importer import import_resources
from outreach.resources.models import ListingFlag, ListingOffer, ListingProblem, ServiceAtLocation, UnmetNeed
from outreach.resources.offers import KEPT, remember_offer
from outreach.resources.unmet import unmet_needs
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from outreach.setting_values import PACKAGE
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role
from outreach.wording.segments import count_segments
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import Phones
from tests.support.webhooks import post_inbound


@pytest.fixture
def town(work: Runtime) -> Runtime:
    """Families that read English and Spanish, and the sample directory of help."""
    with work.database.writing() as session:
        make_contact(session, 0, "en")
        make_contact(session, 1, "es")
    import_resources(work.database, PACKAGE / "resources" / "sample", source="sample")
    return work


def ask(work: Runtime, phones: Phones, body: str, number: int = 0) -> str:
    """A family texts; the one answer that reaches the carrier for it."""
    before = len(phones.texts(sample_phone(number)))
    assert post_inbound(work, sample_phone(number), body) == 200
    run_jobs(work)
    (answer,) = phones.texts(sample_phone(number))[before:]
    return str(answer["body"])


def listed(answer: str) -> list[str]:
    return [line for line in answer.splitlines() if line[:2] in ("1.", "2.", "3.")]


def shown(work: Runtime) -> list[int]:
    with work.database.reading() as session:
        return session.scalars(select(ListingOffer)).one().shown


def test_more_gives_the_next_places_until_there_are_none(town: Runtime, phones: Phones) -> None:
    seen: list[str] = []
    answer = ask(town, phones, "FOOD 02139")
    with town.database.reading() as session:
        total = session.scalar(select(func.count()).select_from(Message)) or 0
    for _ in range(20):
        places = [line[3:] for line in listed(answer)]
        if not places:
            break
        assert 1 <= len(places) <= AT_MOST
        seen += places
        answer = ask(town, phones, "MORE")
    assert len(seen) == len(set(seen)) > AT_MOST
    assert "no more places" in answer
    assert "211" in answer
    assert total == 1


def test_every_listing_tells_phone_or_address_and_the_text_stays_short(town: Runtime, phones: Phones) -> None:
    answer = ask(town, phones, "FOOD 02139")
    assert all(any(letter.isdigit() for letter in line[2:]) for line in listed(answer))
    assert count_segments(answer).segments <= 4
    assert answer.splitlines()[-1].startswith("Text a number")


def test_a_number_gives_the_details_of_that_place(town: Runtime, phones: Phones) -> None:
    answer = ask(town, phones, "FOOD 02139")
    second = listed(answer)[1][3:].split(",")[0]
    details = ask(town, phones, "2")
    assert details.startswith(second.removesuffix("…"))
    assert "CLOSED 2" in details
    assert details.count("\n") >= 1
    with town.database.reading() as session:
        place = session.get_one(ServiceAtLocation, shown(town)[1])
    assert (place.phone or "") in details
    assert (place.address_line or "") in details


def test_a_number_beyond_the_list_is_not_guessed(town: Runtime, phones: Phones) -> None:
    ask(town, phones, "FOOD 02139")
    assert "did not understand" in ask(town, phones, "7")
    with town.database.reading() as session:
        assert session.scalars(select(Inbound.intent).order_by(Inbound.id.desc())).first() == "unknown"


def test_the_numbers_lapse_after_some_hours(town: Runtime, phones: Phones) -> None:
    ask(town, phones, "FOOD 02139")
    with clock.frozen(clock.now() + KEPT + timedelta(minutes=1)):
        assert "did not understand" in ask(town, phones, "1")


def test_another_zip_after_a_list_asks_for_the_same_help_there(town: Runtime, phones: Phones) -> None:
    ask(town, phones, "FOOD 02139")
    assert ask(town, phones, "02140").startswith("Food near 02140")


def test_a_zip_nobody_knows_is_asked_for_again_and_then_understood(town: Runtime, phones: Phones) -> None:
    assert "do not know ZIP code 99999" in ask(town, phones, "FOOD 99999")
    assert ask(town, phones, "02139").startswith("Food near 02139")


def test_a_place_that_speaks_the_familys_language_says_so(town: Runtime, phones: Phones) -> None:
    ask(town, phones, "COMIDA 02139", 1)
    with town.database.reading() as session:
        offer = session.scalars(select(ListingOffer)).one()
        speaks = [session.get_one(ServiceAtLocation, one).speaks for one in offer.shown]
    place = next(number for number, codes in enumerate(speaks, start=1) if "es" in codes)
    assert "español" in ask(town, phones, str(place), 1)


@pytest.mark.parametrize(
    ("said", "problem", "place"),
    [("CLOSED 2", "closed", 1), ("3 wrong address", "wrong", 2), ("no answer 1", "no_answer", 0)],
)
def test_a_wrong_listing_is_kept_for_staff(town: Runtime, phones: Phones, said: str, problem: str, place: int) -> None:
    ask(town, phones, "FOOD 02139")
    assert "Our staff will check" in ask(town, phones, said)
    with town.database.reading() as session:
        flag = session.scalars(select(ListingFlag)).one()
        assert (flag.problem, flag.service_at_location_id) == (problem, shown(town)[place])
        assert session.scalar(select(func.count()).select_from(Callback)) == 0


def test_closed_without_a_number_means_the_place_just_looked_at_or_is_asked_about(
    town: Runtime, phones: Phones
) -> None:
    ask(town, phones, "FOOD 02139")
    assert "Which place" in ask(town, phones, "closed")
    ask(town, phones, "2")
    assert "Our staff will check" in ask(town, phones, "it was closed")
    with town.database.reading() as session:
        assert session.scalars(select(ListingFlag.service_at_location_id)).one() == shown(town)[1]


def test_flags_count_once_a_day_and_family_and_are_settled_by_staff(town: Runtime) -> None:
    zone = town.settings.zone
    with town.database.writing() as session:
        one, other = make_contact(session, 0).id, make_contact(session, 1).id
        first, second = session.scalars(select(ServiceAtLocation.id).order_by(ServiceAtLocation.id).limit(2))
        assert flag_listing(session, one, first, ListingProblem.CLOSED, zone)
        assert not flag_listing(session, one, first, ListingProblem.WRONG, zone)
        assert flag_listing(session, other, second, ListingProblem.NO_ANSWER, zone)
        assert flag_listing(session, one, second, ListingProblem.CLOSED, zone)
        with clock.frozen(clock.now() + timedelta(days=1)):
            assert flag_listing(session, one, second, ListingProblem.CLOSED, zone)
        flagged = flags_of(session, second)
        assert flagged
        assert flagged.problems == {ListingProblem.CLOSED: 2, ListingProblem.NO_ANSWER: 1}
        person = add_staff(session, "desk@example.org", Role.COORDINATOR, "a long password")
        assert settle_flags(session, second, person) == 3
        assert flags_of(session, second) is None
        assert flags_of(session, first)
        assert settle_flags(session, second, person) == 0


def test_what_nobody_offers_is_said_honestly_and_counted_without_a_name(town: Runtime, phones: Phones) -> None:
    for number in (0, 1, 0):
        answer = ask(town, phones, "FOOD 99501", number)  # the sample's places are a continent away
        assert "211" in answer
    today = clock.now().astimezone(town.settings.zone).date()
    with town.database.reading() as session:
        assert unmet_needs(session, today, today) == [("food", "99501", 2)], "a family once a day"
        assert unmet_needs(session, today - timedelta(days=9), today - timedelta(days=1)) == []
        assert {column.name for column in UnmetNeed.__table__.columns} == {"day", "category", "zip", "count"}


def test_an_offer_replaces_the_one_before(town: Runtime) -> None:
    with town.database.writing() as session:
        contact = make_contact(session, 0).id
        for category, given in (("food", 3), ("dental", 2)):
            remember_offer(session, contact, category=category, zip_code="02139", shown=[1, 2], given=given)
        offer = session.scalars(select(ListingOffer)).one()
        assert (offer.category, offer.given, offer.looked_at) == ("dental", 2, None)
