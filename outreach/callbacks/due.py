"""By when a person calls back: what we promise the family, so it must be a time at which staff work."""

from collections.abc import Container
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
LOOK_AHEAD = 60  # days; who works on none of them gives no time of day, and is due at the next of the week


@dataclass(frozen=True)
class WorkingHours:
    """When staff call: on `weekdays` (Monday is 0) but for `closed` days, by the wall clock of the deployment."""

    opens: time = time(9, 0)
    closes: time = time(17, 0)
    weekdays: frozenset[int] = frozenset(range(5))
    closed: Container[date] = frozenset()

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.closed


@dataclass(frozen=True)
class Slot:
    """A time of day on one working day; both ends aware UTC."""

    starts: datetime
    ends: datetime


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
    today = requested.astimezone(zone).date()
    last_call = datetime.combine(today, hours.closes, zone).astimezone(UTC) - HANDLING
    first = today + timedelta(days=1 if requested > last_call else 0)
    days = (first + timedelta(days=ahead) for ahead in range(LOOK_AHEAD))
    day = next((day for day in days if hours.works_on(day)), first)
    return datetime.combine(day, hours.closes, zone).astimezone(UTC)


def next_slot(now: datetime, part: DayPart, zone: ZoneInfo, hours: WorkingHours = OFFICE) -> Slot | None:
    """The next such time of day in working hours with at least LEAST of it left; None when nobody works then."""
    starts, ends = max(PARTS[part][0], hours.opens), min(PARTS[part][1], hours.closes)
    today = now.astimezone(zone).date()
    for day in (today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD)):
        slot = Slot(
            datetime.combine(day, starts, zone).astimezone(UTC), datetime.combine(day, ends, zone).astimezone(UTC)
        )
        if hours.works_on(day) and slot.ends - max(slot.starts, now) >= LEAST:
            return slot
    return None


def parts_worked(hours: WorkingHours = OFFICE) -> tuple[DayPart, ...]:
    """The times of day in which somebody works at least an hour, in their order."""
    day = date.min
    return tuple(
        part
        for part, (starts, ends) in PARTS.items()
        if datetime.combine(day, min(ends, hours.closes)) - datetime.combine(day, max(starts, hours.opens)) >= LEAST
    )
