"""By when a person calls back: what we promise the family, so it must be a time at which staff work."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.callbacks.models import DayPart, Urgency

CRISIS_MINUTES = 15
HANDLING = timedelta(hours=3)  # a request that comes later in the day is for the next working day
LEAST = timedelta(hours=1)  # what must be left of a time of day for a call to fit into it
PARTS = {
    DayPart.MORNING: (time(8, 0), time(12, 0)),
    DayPart.AFTERNOON: (time(12, 0), time(17, 0)),
    DayPart.EVENING: (time(17, 0), time(20, 0)),
}
NINE_TO_FIVE = (time(9, 0), time(17, 0))
LOOK_AHEAD = 60  # days; whose calendar is closed on all of them is due as if the office kept its usual hours

Day = tuple[time, time] | None  # from when to when; None: closed


@dataclass(frozen=True)
class Slot:
    """A stretch of time on one working day; both ends aware UTC."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class WorkingHours:
    """When staff call: a week of days, Monday first, but for `closed` dates, by the wall clock of the deployment."""

    week: tuple[Day, ...] = (NINE_TO_FIVE,) * 5 + (None,) * 2
    closed: Container[date] = frozenset()

    def of_day(self, day: date) -> Day:
        return None if day in self.closed else self.week[day.weekday()]

    def slot(self, day: date, zone: ZoneInfo) -> Slot | None:
        """The working time of a day; None when nobody works."""
        hours = self.of_day(day)
        return Slot(_instant(day, hours[0], zone), _instant(day, hours[1], zone)) if hours else None

    def slots(self, since: datetime, zone: ZoneInfo) -> Iterator[Slot]:
        """The working time of each coming day that has any, from the day of `since` on."""
        today = since.astimezone(zone).date()
        days = (self.slot(today + timedelta(days=ahead), zone) for ahead in range(LOOK_AHEAD))
        return (slot for slot in days if slot)


OFFICE = WorkingHours()


def due_at(
    requested: datetime,
    urgency: Urgency,
    zone: ZoneInfo,
    hours: WorkingHours = OFFICE,
    crisis_minutes: float = CRISIS_MINUTES,
) -> datetime:
    """When the call is due, aware UTC. Crisis: in minutes, at any hour. Else at the end of a working day."""
    if urgency is Urgency.CRISIS:
        return requested + timedelta(minutes=crisis_minutes)
    found = (slot.ends for slot in hours.slots(requested, zone) if requested <= slot.ends - HANDLING)
    return next(found, None) or due_at(requested, urgency, zone)


def next_slot(now: datetime, part: DayPart, zone: ZoneInfo, hours: WorkingHours = OFFICE) -> Slot | None:
    """The next such time of day in working hours with at least LEAST of it left; None when nobody works then."""
    for slot in hours.slots(now, zone):
        day = slot.starts.astimezone(zone).date()
        starts, ends = (_instant(day, clock, zone) for clock in PARTS[part])
        shared = Slot(max(starts, slot.starts), min(ends, slot.ends))
        if shared.ends - max(shared.starts, now) >= LEAST:
            return shared
    return None


def next_stretch(now: datetime, zone: ZoneInfo, hours: WorkingHours = OFFICE) -> Slot | None:
    """What is left of this working day or, when that is less than LEAST, the next one; None when nobody works."""
    stretches = (Slot(max(slot.starts, now), slot.ends) for slot in hours.slots(now, zone))
    return next((one for one in stretches if one.ends - one.starts >= LEAST), None)


def after_working(length: timedelta, since: datetime, zone: ZoneInfo, hours: WorkingHours = OFFICE) -> datetime:
    """When that much working time has passed since a moment: an hour after closing is an hour into the next day.

    Where nobody works it is counted by the clock.
    """
    left = length
    for slot in hours.slots(since, zone):
        starts = max(slot.starts, since)
        if starts + left <= slot.ends:
            return starts + left
        left -= max(slot.ends - starts, timedelta())
    return since + length


def parts_worked(hours: WorkingHours = OFFICE) -> tuple[DayPart, ...]:
    """The times of day in which somebody works at least an hour on some day of the week, in their order."""
    return tuple(part for part in PARTS if any(_shares(part, day) for day in hours.week))


def _shares(part: DayPart, day: Day) -> bool:
    if day is None:
        return False
    (starts, ends), (opens, closes) = PARTS[part], day
    some = date.min
    return datetime.combine(some, min(ends, closes)) - datetime.combine(some, max(starts, opens)) >= LEAST


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
