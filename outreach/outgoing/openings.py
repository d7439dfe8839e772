"""Finds when a waiting text may leave: the first instant that every table of hours allows in every zone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.outgoing.week import Hours

_DAY = timedelta(days=1)
_HORIZON = 22  # days: every weekday three times, as a change of the clock may swallow a window or two
_LONGEST = 400  # days: no search goes further, however many days are closed

Place = tuple[ZoneInfo, Hours]  # one table of hours on the clock of one zone


def next_opening(now: datetime, places: Sequence[Place]) -> datetime | None:
    """The first instant from `now` (UTC) on at which every place is open; None when the coming weeks have none.

    Each place in turn pushes the instant to its own next opening, until none does: an instant that
    suits all can be no earlier than the next opening of any. Every push goes forward and none past the
    horizon, so the search ends.
    """
    if all(hours.open_at(now.astimezone(zone)) for zone, hours in places):
        return now
    instant, agreed, turn = now, 0, 0
    last = _horizon(now, places)
    while agreed < len(places):
        opens = _next_opening(instant, places[turn % len(places)], last)
        if opens is None:
            return None
        agreed = agreed + 1 if opens == instant else 1
        instant, turn = opens, turn + 1
    return instant


def _horizon(now: datetime, places: Sequence[Place]) -> datetime:
    """Until when to look: a closed day takes a weekday's only hours for that week, so each makes it a week longer."""
    closures = {id(hours.closed): hours.closed for _, hours in places}.values()
    first, days, day = now.date() - _DAY, _HORIZON, 0
    while day < min(days, _LONGEST):
        if any(first + _DAY * day in closed for closed in closures):
            days += 7
        day += 1
    return now + _DAY * min(days, _LONGEST)


def _next_opening(instant: datetime, place: Place, last: datetime) -> datetime | None:
    """The first instant from `instant` to `last` at which one place is open."""
    zone, hours = place
    local = instant.astimezone(zone)
    if hours.open_at(local):
        return instant
    day = local.date()
    while (midnight := _as_utc(datetime.combine(day, time.min), zone, 0)) <= last:
        if day not in hours.closed:
            for candidate in sorted(_possible_openings(day, midnight, place)):
                if instant < candidate <= last and hours.open_at(candidate.astimezone(zone)):
                    return candidate
        day += _DAY
    return None


def _possible_openings(day: date, midnight: datetime, place: Place) -> set[datetime]:
    """Instants of one local day at which its hours can begin: window starts, and a change of the clock."""
    zone, hours = place
    starts = [datetime.combine(day, window.start) for window in hours.week[day.weekday()]]
    openings = {_as_utc(start, zone, fold) for start in starts for fold in (0, 1)}
    # No further than this day: a change of tomorrow's would stand before tomorrow's first window.
    change = _clock_change(midnight, _as_utc(datetime.combine(day + _DAY, time.min), zone, 0), zone)
    return openings | {change} if change else openings


def _as_utc(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _clock_change(start: datetime, end: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant in (start, end] at which the zone's offset changes; None when it does not."""
    before = start.astimezone(zone).utcoffset()
    if end.astimezone(zone).utcoffset() == before:
        return None
    while end - start > timedelta(seconds=1):
        middle = start + (end - start) // 2
        if middle.astimezone(zone).utcoffset() == before:
            start = middle
        else:
            end = middle
    return end.replace(microsecond=0)
