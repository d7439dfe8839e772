"""A call that is late: the family is told once, with a time that is meant, and at a decent hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.callbacks.calendar import close_day, write_week
from outreach.callbacks.due import OFFICE, WorkingHours, due_at, next_slot, parts_worked
from outreach.callbacks.jobs import sweep
from outreach.callbacks.models import Callback, DayPart, Outcome, Urgency
from outreach.callbacks.requests import close, request_callback
from outreach.callbacks.slips import GRACE, SAID_LATE, new_time
from outreach.callbacks.wishes import prefer
from outreach.callbacks.workdays import working_hours
from outreach.outgoing.closed_days import ClosedDays
from outreach.outgoing.models import Message
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.staff.accounts import add_staff, find_or_add_partner
from outreach.staff.models import Role
from outreach.wording.models import Text
from tests.support.factories import make_contact

NEW_YORK = ZoneInfo("America/New_York")
ASKED = "2026-12-01T10:00"  # a Tuesday
DUE = "2026-12-01T17:00"
LATE_SHIFT = WorkingHours(((time(9), time(20)),) * 5 + (None,) * 2)


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def ask(work: Runtime, urgency: Urgency = Urgency.NORMAL, language: str = "en") -> int:
    with clock.frozen(local(ASKED)), work.database.writing() as session:
        contact = make_contact(session, 0, language)
        return request_callback(
            session, work.redis, work.settings, contact, reason="Asked", urgency=urgency
        ).callback.id


def sweep_at(at: datetime) -> None:
    with clock.frozen(at):
        sweep()


def texts(work: Runtime) -> list[tuple[str, Purpose]]:
    with work.database.reading() as session:
        rows = session.execute(select(Text.body, Message.purpose).join(Message).order_by(Message.id))
        return [(body, purpose) for body, purpose in rows]


def test_a_family_is_told_once_when_its_call_is_late_and_the_new_time_is_kept(work: Runtime) -> None:
    callback_id = ask(work)
    sweep_at(local(DUE) + GRACE - timedelta(minutes=1))
    assert texts(work) == []
    for hours in range(24 * 9):
        sweep_at(local(DUE) + GRACE + timedelta(hours=hours))
    ((body, purpose),) = texts(work)
    assert "could not call you in time" in body
    assert "Wednesday, December 2, 5:00 PM" in body
    assert purpose is Purpose.STAFF, "it waits for a decent hour, as what staff write does"
    with work.database.reading() as session:
        callback = session.get_one(Callback, callback_id)
        assert callback.due_at == local("2026-12-02T17:00")
        assert callback.slipped_at == local(DUE) + GRACE
        assert [entry.action for entry in callback.history] == ["requested", SAID_LATE]


def test_nobody_is_told_of_a_call_that_was_made_nor_of_a_crisis(work: Runtime) -> None:
    callback_id = ask(work)
    with work.database.writing() as session:
        person = add_staff(session, "nurse@example.org", Role.RESPONDER, "a long password")
        close(session.get_one(Callback, callback_id), Outcome.REACHED, by=person)
    ask(work, Urgency.CRISIS)
    sweep_at(local(DUE) + timedelta(days=3))
    assert texts(work) == []


def test_the_new_time_keeps_the_familys_wish(work: Runtime) -> None:
    callback_id = ask(work)
    with work.database.writing() as session:
        session.get_one(Callback, callback_id).preferred_time = DayPart.MORNING
    sweep_at(local(DUE) + GRACE)
    assert "Wednesday, December 2, 12:00 PM" in texts(work)[0][0]


def test_the_new_time_and_the_familys_wish_keep_the_partners_calendar(work: Runtime) -> None:
    """Open on Tuesdays and Thursdays, and closed on this Thursday: late on Tuesday is late until the next one."""
    callback_id = ask(work)
    with work.database.writing() as session:
        partner = find_or_add_partner(session, "School")
        write_week(session, partner.id, {1: (time(8), time(15)), 3: (time(8), time(15))})
        close_day(session, partner.id, date(2026, 12, 3), "Conference")
        session.get_one(Callback, callback_id).partner_id = partner.id
    sweep_at(local(DUE) + GRACE)
    assert "Tuesday, December 8, 3:00 PM" in texts(work)[0][0]
    with clock.frozen(local("2026-12-02T10:00")), work.database.writing() as session:
        callback = session.get_one(Callback, callback_id)
        slot = prefer(session, callback, DayPart.AFTERNOON, work.settings)
        assert slot is not None
        assert (slot.starts, callback.due_at) == (local("2026-12-08T12:00"), local("2026-12-08T15:00"))


@pytest.mark.parametrize(
    ("now", "part", "starts", "ends"),
    [
        ("2026-12-01T07:00", DayPart.MORNING, "2026-12-01T09:00", "2026-12-01T12:00"),
        ("2026-12-01T11:00", DayPart.MORNING, "2026-12-01T09:00", "2026-12-01T12:00"),
        ("2026-12-01T11:01", DayPart.MORNING, "2026-12-02T09:00", "2026-12-02T12:00"),
        ("2026-12-04T16:30", DayPart.AFTERNOON, "2026-12-07T12:00", "2026-12-07T17:00"),  # Friday
        ("2026-12-05T10:00", DayPart.MORNING, "2026-12-07T09:00", "2026-12-07T12:00"),  # Saturday
        ("2026-11-25T16:30", DayPart.MORNING, "2026-11-27T09:00", "2026-11-27T12:00"),  # Thanksgiving between
        ("2027-07-02T16:30", DayPart.MORNING, "2027-07-06T09:00", "2027-07-06T12:00"),  # July 4 observed on Monday
        ("2026-03-06T16:30", DayPart.MORNING, "2026-03-09T09:00", "2026-03-09T12:00"),  # clocks go forward on Sunday
        ("2026-10-30T16:30", DayPart.AFTERNOON, "2026-11-02T12:00", "2026-11-02T17:00"),  # and back
    ],
)
def test_the_next_time_of_day_lies_in_working_hours(now: str, part: DayPart, starts: str, ends: str) -> None:
    slot = next_slot(local(now), part, NEW_YORK, WorkingHours(closed=ClosedDays(federal=True)))
    assert slot is not None
    assert (slot.starts, slot.ends) == (local(starts), local(ends))
    assert slot.starts.tzinfo is UTC


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-25T15:00", "2026-11-27T17:00"),  # the day before Thanksgiving
        ("2026-12-24T13:59", "2026-12-24T17:00"),
        ("2026-12-24T14:01", "2026-12-28T17:00"),  # Christmas on a Friday
        ("2027-07-05T09:00", "2027-07-06T17:00"),  # July 4 observed
        ("2026-12-31T15:00", "2027-01-04T17:00"),
    ],
)
def test_no_call_is_promised_for_a_holiday(asked: str, due: str) -> None:
    assert due_at(local(asked), Urgency.NORMAL, NEW_YORK, WorkingHours(closed=ClosedDays(federal=True))) == local(due)


def test_the_evening_is_offered_where_somebody_works_then() -> None:
    assert parts_worked(OFFICE) == (DayPart.MORNING, DayPart.AFTERNOON)
    assert parts_worked(LATE_SHIFT) == tuple(DayPart)
    assert next_slot(local(ASKED), DayPart.EVENING, NEW_YORK, OFFICE) is None
    slot = next_slot(local(ASKED), DayPart.EVENING, NEW_YORK, LATE_SHIFT)
    assert slot is not None
    assert (slot.starts, slot.ends) == (local("2026-12-01T17:00"), local("2026-12-01T20:00"))


def test_who_never_works_promises_no_time_of_day_and_does_not_search_for_ever() -> None:
    nobody = WorkingHours((None,) * 7)
    assert next_slot(local(ASKED), DayPart.MORNING, NEW_YORK, nobody) is None
    assert new_time(local(ASKED), Urgency.NORMAL, DayPart.MORNING, NEW_YORK, nobody) == local(DUE)


def test_a_deployments_own_closed_dates_count(work: Runtime) -> None:
    days = ClosedDays(dates=frozenset({date(2026, 12, 2)}), federal=True)
    assert date(2026, 12, 2) in days
    assert date(2026, 12, 25) in days
    assert date(2026, 12, 3) not in days
    assert date(2026, 12, 25) in working_hours(work.settings).closed
