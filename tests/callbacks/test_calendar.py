"""By when a partner calls: its own week and closed days, over weekends, holidays, nights, clock changes and years."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from outreach.callbacks.calendar import Closed, close_day, hours_of, open_day, read_week, write_week
from outreach.callbacks.due import NINE_TO_FIVE, WorkingHours, after_working, due_at, next_slot, next_stretch
from outreach.callbacks.models import DayPart, Urgency
from outreach.outgoing.closed_days import ClosedDays
from outreach.runtime import Runtime
from outreach.staff.accounts import find_or_add_partner
from outreach.staff.models import Partner

NEW_YORK = ZoneInfo("America/New_York")
BREAK = frozenset(date(2026, 12, day) for day in (28, 29, 30, 31))
SCHOOL_DAY = (time(8), time(15, 30))
SCHOOL = WorkingHours((SCHOOL_DAY,) * 5 + (None,) * 2, Closed(BREAK, ClosedDays(federal=True)))
CLINIC = WorkingHours(
    (
        None,
        (time(9), time(19)),
        (time(9), time(19)),
        (time(9), time(19)),
        (time(9), time(19)),
        (time(9), time(13)),
        None,
    ),
    ClosedDays(federal=True),
)
WEEKEND = WorkingHours((None,) * 5 + ((time(10), time(14)),) * 2)
NIGHT_SHIFT = WorkingHours((((time(0), time(7))),) * 7)  # its day ends after the clocks have changed


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "asked", "due"),
    [
        # The school closes at half past three: after half past twelve it is for the next day.
        (SCHOOL, "2026-12-01T12:30", "2026-12-01T15:30"),
        (SCHOOL, "2026-12-01T12:31", "2026-12-02T15:30"),
        (SCHOOL, "2026-12-01T23:30", "2026-12-02T15:30"),  # asked at night
        (SCHOOL, "2026-12-02T03:00", "2026-12-02T15:30"),
        (SCHOOL, "2026-12-04T13:00", "2026-12-07T15:30"),  # Friday afternoon
        (SCHOOL, "2026-12-05T02:00", "2026-12-07T15:30"),  # Saturday night
        (SCHOOL, "2026-11-25T15:00", "2026-11-27T15:30"),  # Thanksgiving between
        (SCHOOL, "2026-12-24T13:00", "2027-01-04T15:30"),  # Christmas, a weekend, its own break, New Year, a weekend
        (SCHOOL, "2026-12-30T09:00", "2027-01-04T15:30"),  # asked in the break
        (SCHOOL, "2027-07-02T13:00", "2027-07-06T15:30"),  # July 4 is observed on Monday
        # The clinic is closed on Mondays and open on Saturday mornings.
        (CLINIC, "2026-12-01T16:00", "2026-12-01T19:00"),
        (CLINIC, "2026-12-01T16:01", "2026-12-02T19:00"),
        (CLINIC, "2026-12-04T16:01", "2026-12-05T13:00"),  # Friday evening: Saturday
        (CLINIC, "2026-12-05T10:00", "2026-12-05T13:00"),
        (CLINIC, "2026-12-05T10:01", "2026-12-08T19:00"),  # Saturday: over Sunday and Monday
        (CLINIC, "2026-12-07T09:00", "2026-12-08T19:00"),  # Monday
        (CLINIC, "2026-12-31T18:00", "2027-01-02T13:00"),  # New Year's Day is a Friday
        # Clocks go forward on 8 March and back on 1 November 2026; a wall-clock time stays what it is.
        (CLINIC, "2026-03-07T12:00", "2026-03-10T19:00"),
        (SCHOOL, "2026-03-06T13:00", "2026-03-09T15:30"),
        (SCHOOL, "2026-10-30T13:00", "2026-11-02T15:30"),
        (WEEKEND, "2026-03-07T12:00", "2026-03-08T14:00"),  # due on the very day of the change
        (WEEKEND, "2026-10-31T12:00", "2026-11-01T14:00"),
        (WEEKEND, "2026-03-08T01:30", "2026-03-08T14:00"),  # asked half an hour before the change
        (WEEKEND, "2026-11-01T01:30", "2026-11-01T14:00"),
        (NIGHT_SHIFT, "2026-03-08T02:59", "2026-03-08T07:00"),  # 02:59 does not exist; it is 03:59
        (NIGHT_SHIFT, "2026-11-01T04:01", "2026-11-02T07:00"),
        # Once in four years.
        (SCHOOL, "2028-02-28T13:00", "2028-02-29T15:30"),
    ],
)
def test_a_call_is_due_in_the_hours_of_the_partner(hours: WorkingHours, asked: str, due: str) -> None:
    assert due_at(local(asked), Urgency.NORMAL, NEW_YORK, hours) == local(due)


def test_the_two_hours_that_are_called_one_oclock_are_told_apart() -> None:
    """On 1 November 2026 it is 01:30 twice: three hours before 04:30 the first time, more than three the second."""
    early = WorkingHours(((time(0), time(4)),) * 7)
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=0).astimezone(UTC)
    second = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1).astimezone(UTC)
    assert second - first == timedelta(hours=1)
    assert due_at(first, Urgency.NORMAL, NEW_YORK, early) == local("2026-11-01T04:00")
    assert due_at(second, Urgency.NORMAL, NEW_YORK, early) == local("2026-11-02T04:00"), "two and a half hours are left"


def test_no_promise_of_a_year_falls_outside_the_partners_hours() -> None:
    start = local("2026-01-01T00:00")
    for hours in (SCHOOL, CLINIC):
        for step in range(2 * 366):
            asked = start + timedelta(hours=12 * step, minutes=7 * step)
            due = due_at(asked, Urgency.NORMAL, NEW_YORK, hours)
            day = hours.of_day(due.astimezone(NEW_YORK).date())
            assert day is not None
            assert due.astimezone(NEW_YORK).time() == day[1]
            assert due - asked >= timedelta(hours=3)


def test_a_partner_closed_for_months_is_promised_by_office_hours_rather_than_never() -> None:
    summer = frozenset(date(2026, 6, 1) + timedelta(days=days) for days in range(90))
    away = WorkingHours(closed=summer)
    assert due_at(local("2026-06-02T10:00"), Urgency.NORMAL, NEW_YORK, away) == local("2026-06-02T17:00")
    assert next_stretch(local("2026-06-02T10:00"), NEW_YORK, away) is None


@pytest.mark.parametrize(
    ("hours", "now", "part", "starts", "ends"),
    [
        (SCHOOL, "2026-12-01T07:00", DayPart.MORNING, "2026-12-01T08:00", "2026-12-01T12:00"),
        (SCHOOL, "2026-12-01T14:31", DayPart.AFTERNOON, "2026-12-02T12:00", "2026-12-02T15:30"),
        (CLINIC, "2026-12-05T09:00", DayPart.AFTERNOON, "2026-12-05T12:00", "2026-12-05T13:00"),  # one hour of it
        (CLINIC, "2026-12-05T12:01", DayPart.AFTERNOON, "2026-12-08T12:00", "2026-12-08T17:00"),
        (CLINIC, "2026-12-05T09:00", DayPart.EVENING, "2026-12-08T17:00", "2026-12-08T19:00"),
        (SCHOOL, "2026-12-23T14:31", DayPart.AFTERNOON, "2026-12-24T12:00", "2026-12-24T15:30"),
        (SCHOOL, "2026-12-24T14:31", DayPart.MORNING, "2027-01-04T08:00", "2027-01-04T12:00"),
        (WEEKEND, "2026-03-07T13:30", DayPart.MORNING, "2026-03-08T10:00", "2026-03-08T12:00"),
        (WEEKEND, "2026-10-31T13:30", DayPart.MORNING, "2026-11-01T10:00", "2026-11-01T12:00"),
    ],
)
def test_a_time_of_day_lies_in_the_hours_of_the_partner(
    hours: WorkingHours, now: str, part: DayPart, starts: str, ends: str
) -> None:
    slot = next_slot(local(now), part, NEW_YORK, hours)
    assert slot is not None
    assert (slot.starts, slot.ends) == (local(starts), local(ends))


def test_a_partner_without_evenings_is_not_asked_for_one() -> None:
    assert next_slot(local("2026-12-01T10:00"), DayPart.EVENING, NEW_YORK, SCHOOL) is None


@pytest.mark.parametrize(
    ("hours", "since", "hours_long", "then"),
    [
        (SCHOOL, "2026-12-01T10:00", 1, "2026-12-01T11:00"),
        (SCHOOL, "2026-12-01T15:30", 1, "2026-12-02T09:00"),  # from closing time: an hour into the next day
        (SCHOOL, "2026-12-01T15:00", 1, "2026-12-02T08:30"),
        (SCHOOL, "2026-12-04T15:30", 1, "2026-12-07T09:00"),
        (SCHOOL, "2026-12-24T15:30", 8, "2027-01-05T08:30"),  # a day has seven and a half
        (CLINIC, "2026-12-05T12:30", 1, "2026-12-08T09:30"),
        (WEEKEND, "2026-03-07T14:00", 1, "2026-03-08T11:00"),
        (WEEKEND, "2026-10-31T14:00", 1, "2026-11-01T11:00"),
        (WorkingHours((None,) * 7), "2026-12-01T10:00", 1, "2026-12-01T11:00"),  # nobody works: by the clock
    ],
)
def test_working_time_passes_only_while_somebody_works(
    hours: WorkingHours, since: str, hours_long: int, then: str
) -> None:
    assert after_working(timedelta(hours=hours_long), local(since), NEW_YORK, hours) == local(then)


def make_partner(session: Session) -> Partner:
    return find_or_add_partner(session, "Lincoln School")


def test_a_partners_week_and_closed_days_are_kept_in_the_database(work: Runtime) -> None:
    with work.database.writing() as session:
        partner = make_partner(session)
        assert hours_of(session, work.settings, partner.id).week[0] == NINE_TO_FIVE, "nobody wrote any"
        write_week(session, partner.id, {0: SCHOOL_DAY, 5: (time(9), time(12))})
        write_week(session, partner.id, {1: SCHOOL_DAY})
        assert close_day(session, partner.id, date(2026, 12, 29), "Winter break")
        assert not close_day(session, partner.id, date(2026, 12, 29), "Winter break")
    with work.database.reading() as session:
        hours = hours_of(session, work.settings, partner.id)
        assert read_week(session, partner.id) == (None, SCHOOL_DAY, None, None, None, None, None)
        assert date(2026, 12, 29) in hours.closed
        assert date(2026, 12, 25) in hours.closed, "those of the deployment count as well"
        assert date(2026, 12, 22) not in hours.closed
        others = hours_of(session, work.settings, None)
        assert date(2026, 12, 29) not in others.closed
    with work.database.writing() as session:
        assert open_day(session, partner.id, date(2026, 12, 29))
        assert not open_day(session, partner.id, date(2026, 12, 29))
        assert date(2026, 12, 29) not in hours_of(session, work.settings, partner.id).closed


@pytest.mark.parametrize("days", [{}, {0: (time(9), time(9))}, {0: (time(17), time(9))}])
def test_a_week_in_which_nobody_calls_is_refused(work: Runtime, days: dict[int, tuple[time, time]]) -> None:
    with work.database.writing() as session, pytest.raises(ValueError, match="day"):
        write_week(session, make_partner(session).id, days)
