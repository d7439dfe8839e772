"""When a step is due: "7 days before at 16:00", counted from an anchor in the campaign's own zone.

The anchor is the launch for a broadcast, the start of an event for its reminders, the joining day for a series. Days
and weeks are counted on the wall clock (a change of the clocks moves nothing), minutes and hours in elapsed time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

AT_LAUNCH = "at launch"

_WHEN = re.compile(
    r"(?:(?P<count>\d{1,4}) (?P<unit>minute|hour|day|week)s? (?P<side>before|after)|on the day)"
    r"(?: at (?P<clock>\d{1,2}:\d{2}))?"
)
_DURATION = re.compile(r"(?P<count>\d{1,4}) (?P<unit>minute|hour|day|week)s?")
_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


class TimelineError(ValueError):
    """A moment or a duration that nobody can read; the text says what is possible."""


@dataclass(frozen=True)
class When:
    """An offset from an anchor. `clock` sets the wall-clock time of that day; `at_launch` is the anchor-free step."""

    offset: timedelta
    clock: time | None = None
    at_launch: bool = False
    elapsed: bool = False  # counted in elapsed time instead of calendar days


def read_when(text: str) -> When:
    """Read a step's moment. Raises TimelineError."""
    words = " ".join(text.split())
    if words == AT_LAUNCH:
        return When(timedelta(), at_launch=True)
    match = _WHEN.fullmatch(words)
    if not match or (match["count"] is None and match["clock"] is None):
        raise TimelineError(
            f'{text!r} is not a moment: write "at launch", "2 hours before", "7 days before at 16:00" '
            'or "on the day at 8:00"'
        )
    unit = match["unit"] or "day"
    if match["clock"] and unit in ("minute", "hour"):
        raise TimelineError(f"{text!r} says the hour twice: leave out the time of day, or count in days")
    offset = int(match["count"] or 0) * _UNITS[unit]
    return When(
        -offset if match["side"] == "before" else offset,
        _read_clock(match["clock"]) if match["clock"] else None,
        elapsed=unit in ("minute", "hour"),
    )


def _read_clock(text: str) -> time:
    try:
        hour, minute = text.split(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise TimelineError(f"{text!r} is not a time of day: write 8:00 or 16:30") from None


def read_duration(text: str) -> timedelta:
    """Read "24 hours". Raises TimelineError."""
    match = _DURATION.fullmatch(" ".join(str(text).split()))
    if not match or int(match["count"]) == 0:
        raise TimelineError(f'{text!r} is not a duration: write "90 minutes", "24 hours" or "3 days"')
    return int(match["count"]) * _UNITS[match["unit"]]


def due_at(when: When, anchor: datetime, zone: ZoneInfo) -> datetime:
    """The aware UTC instant of a step for an aware anchor. A wall time that the clocks skip moves by the gap."""
    if when.elapsed:
        return (anchor + when.offset).astimezone(UTC)
    local = anchor.astimezone(zone).replace(tzinfo=None) + when.offset
    if when.clock is not None:
        local = datetime.combine(local.date(), when.clock)
    return local.replace(tzinfo=zone).astimezone(UTC)


def day_anchor(moment: datetime, zone: ZoneInfo) -> datetime:
    """Midnight of the moment's day in the zone, as UTC: what a series counts from."""
    return moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
