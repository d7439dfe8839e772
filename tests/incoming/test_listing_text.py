"""A place as a text tells it: on its own clock, in the family's language, and honest about what nobody checked."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from outreach import clock
from outreach.incoming.listing_text import write_details, write_list
from outreach.incoming.voice import Voice
from outreach.resources.finder import Nearby
from outreach.resources.opening import Hours, open_state
from outreach.runtime import Runtime
from outreach.wording.replies import REPLIES

MONDAY = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # 10 am in Boston, 7 am in Los Angeles
WEEKDAYS = tuple((0, day) for day in range(5))


def place(hours: list[Hours], zone: str = "America/New_York", **more: object) -> Nearby:
    state = open_state(hours, MONDAY, ZoneInfo(zone))
    given: dict[str, object] = {
        "service_at_location_id": 1, "name": "Elm Pantry", "organization": None, "address_line": "1 Elm Street",
        "city": "Cambridge", "zip": "02139", "phone": "617-555-0100", "miles": 0.4, "open_now": state.open_now,
        "hours_note": state, "speaks": ("en", "es"), "eligibility": "Everybody", **more,
    }  # fmt: skip
    return Nearby(**given)  # type: ignore[arg-type]


def told(work: Runtime, one: Nearby, language: str = "en") -> tuple[str, str]:
    """The list with this one place, and its details."""
    with clock.frozen(MONDAY), work.database.reading() as session:
        voice = Voice(session, work.settings, language)
        return write_list(voice, [one], "Food", at_most=3)[0], write_details(voice, one, None, 1)


@pytest.mark.parametrize(
    ("hours", "zone", "words"),
    [
        (Hours(byday=WEEKDAYS, opens_at=time(9), closes_at=time(17)), "America/New_York", "open until 5:00 PM"),
        # Seven in the morning there: not open yet, and nine o'clock is theirs, not Boston's.
        (Hours(byday=WEEKDAYS, opens_at=time(9), closes_at=time(17)), "America/Los_Angeles", "opens Monday 9:00 AM"),
        (Hours(byday=((0, 6),), opens_at=time(9), closes_at=time(12)), "America/New_York", "opens Sunday 9:00 AM"),
        # The first Monday of the month is a week off: "Monday" alone would be today.
        (
            Hours(freq="MONTHLY", byday=((1, 0),), opens_at=time(9), closes_at=time(12)),
            "America/New_York",
            "opens Monday, December 7 9:00 AM",
        ),
        (Hours(freq="DAILY", opens_at=time(0), closes_at=time(0)), "America/New_York", "open day and night"),
        (Hours(freq="DAILY", opens_at=time(22), closes_at=time(11)), "America/New_York", "open until 11:00 AM"),
    ],
)
def test_hours_are_told_on_the_clock_of_the_place(work: Runtime, hours: Hours, zone: str, words: str) -> None:
    assert all(words in text for text in told(work, place([hours], zone)))


def test_a_schedule_that_ran_out_is_unsure_and_not_closed(work: Runtime) -> None:
    over = Hours(byday=WEEKDAYS, opens_at=time(9), closes_at=time(17), valid_to=date(2026, 11, 1))
    listed, details = told(work, place([over]))
    assert "open" not in listed
    assert REPLIES["hours_unsure"] in details


def test_what_it_is_and_whom_it_serves_are_told_in_the_familys_language(work: Runtime) -> None:
    listed, details = told(work, place([], note="banco de comida", eligibility="Todas las familias"), "es")
    for text in (listed, details):
        assert "Elm Pantry (banco de comida)" in text
        assert "Todas las familias" in text


@pytest.mark.parametrize(
    ("unchecked", "phone", "hours", "said"),
    [
        (True, "617-555-0100", True, True),
        (False, "617-555-0100", True, False),
        (True, None, True, False),  # nobody to call
        (True, "617-555-0100", False, False),  # it is told to call first already
    ],
)
def test_a_place_nobody_checked_for_a_year_says_call_first_in_its_details_alone(
    work: Runtime, unchecked: bool, phone: str | None, hours: bool, said: bool
) -> None:
    week = [Hours(byday=WEEKDAYS, opens_at=time(9), closes_at=time(17))] if hours else []
    listed, details = told(work, place(week, unchecked=unchecked, phone=phone))
    assert (REPLIES["listing_unchecked"] in details) == said
    assert REPLIES["listing_unchecked"] not in listed
