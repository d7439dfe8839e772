"""Hours and moments are said as people say them."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach import clock
from outreach.admin.times import say_hours, show_soon
from outreach.outgoing.quiet_hours import Hours
from outreach.runtime import Runtime


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("09:00-20:00", "9 am to 8 pm"),
        ("Mon-Sat 09:00-20:00, Sun 12:00-18:00", "9 am to 8 pm, Sunday noon to 6 pm"),
        ("09:00-20:00, Sat 10:00-18:00, Sun 12:00-18:00", "9 am to 8 pm, Saturday 10 am to 6 pm, Sunday noon to 6 pm"),
        ("Mon-Fri 08:30-21:00, Sat-Sun 10:00-18:00", "8:30 am to 9 pm, Saturday and Sunday 10 am to 6 pm"),
        ("16:00-03:00", "4 pm to 3 am"),
        ("12:00-24:00", "noon to midnight"),
        ("00:00-06:00", "midnight to 6 am"),
        ("always", "at any hour"),
        ("Mon-Fri 09:00-17:00", "Monday to Friday 9 am to 5 pm"),
        ("09:00-17:00, Sun closed, Wed closed", "Monday, Tuesday and Thursday to Saturday 9 am to 5 pm"),
        ("Tue 09:00-17:00, Thu 09:00-17:00", "Tuesday and Thursday 9 am to 5 pm"),
        (
            "Mon 09:00-12:00, Mon 14:00-18:00, Tue 14:00-18:00",
            "Monday 9 am to noon and 2 pm to 6 pm, Tuesday 2 pm to 6 pm",
        ),
    ],
)
def test_hours_are_said_as_people_say_them(setting: str, said: str) -> None:
    assert say_hours(Hours.parse(setting)) == said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_moment_of_today_is_its_hour_and_any_other_has_its_day(work: Runtime) -> None:
    now = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # a Tuesday, noon in New York
    with clock.frozen(now):
        assert show_soon(now + timedelta(hours=9)) == "9:00 pm"
        assert show_soon(now + timedelta(hours=21)) == "Wed 25 Nov, 9:00 am"
