"""By when a person calls: a time at which staff work, across weekends and clock changes; a crisis at any hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.callbacks.due import due_at
from outreach.callbacks.models import Urgency

NEW_YORK = ZoneInfo("America/New_York")


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-24T00:05", "2026-11-24T17:00"),  # Tuesday
        ("2026-11-24T09:00", "2026-11-24T17:00"),
        ("2026-11-24T14:00", "2026-11-24T17:00"),
        ("2026-11-24T14:00:01", "2026-11-25T17:00"),  # too late for today
        ("2026-11-24T23:59", "2026-11-25T17:00"),
        ("2026-11-27T13:59", "2026-11-27T17:00"),  # Friday
        ("2026-11-27T14:01", "2026-11-30T17:00"),
        ("2026-11-28T10:00", "2026-11-30T17:00"),  # Saturday
        ("2026-11-29T10:00", "2026-11-30T17:00"),  # Sunday, before the last call
        ("2026-11-29T20:00", "2026-11-30T17:00"),
        ("2026-12-31T15:00", "2027-01-01T17:00"),
        ("2026-03-06T15:00", "2026-03-09T17:00"),  # over the weekend on which clocks go forward
        ("2026-10-30T15:00", "2026-11-02T17:00"),  # and back
    ],
)
@pytest.mark.parametrize("urgency", [Urgency.NORMAL, Urgency.SOON])
def test_a_call_is_due_at_the_end_of_a_working_day(asked: str, due: str, urgency: Urgency) -> None:
    found = due_at(local(asked).astimezone(UTC), urgency, NEW_YORK)
    assert found == local(due)
    assert found.tzinfo is UTC


def test_the_day_is_the_deployments_and_not_utcs() -> None:
    asked = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)  # Tuesday evening in New York, Tuesday noon-ish further west
    assert due_at(asked, Urgency.NORMAL, NEW_YORK) == local("2026-11-25T17:00")
    honolulu = ZoneInfo("Pacific/Honolulu")
    assert due_at(asked, Urgency.NORMAL, honolulu) == local("2026-11-25T17:00", honolulu)
    assert due_at(asked - timedelta(hours=5), Urgency.NORMAL, honolulu) == local("2026-11-24T17:00", honolulu)


@pytest.mark.parametrize("asked", ["2026-11-24T10:00", "2026-11-28T03:00", "2026-03-08T01:55", "2026-11-01T01:55"])
def test_a_crisis_does_not_wait_for_a_working_day_nor_for_the_clock(asked: str) -> None:
    moment = local(asked).astimezone(UTC)
    assert due_at(moment, Urgency.CRISIS, NEW_YORK) == moment + timedelta(minutes=15)


def test_a_promise_is_never_for_a_time_that_has_passed_nor_further_than_a_long_weekend() -> None:
    start = local("2026-10-26T00:00").astimezone(UTC)
    for half_hours in range(2 * 24 * 21):
        asked = start + timedelta(minutes=30 * half_hours)
        due = due_at(asked, Urgency.NORMAL, NEW_YORK)
        assert timedelta(hours=3) <= due - asked <= timedelta(days=3, hours=4)
        assert due.astimezone(NEW_YORK).weekday() < 5
