"""Whether a place is open at a moment, until when, or when it opens next: pure, from its schedules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LOOK_AHEAD = 70  # days: two rounds of a monthly opening
ALWAYS = 8  # days of unbroken opening that we call "always open"


class Basis(StrEnum):
    """How far the answer can be trusted; anything but SCHEDULE means: call first."""

    SCHEDULE = "schedule"
    ALWAYS = "always"  # no closing time within a week
    UNCONFIRMED = "unconfirmed"  # every schedule has run out, or has words but no times
    UNKNOWN = "unknown"  # there is no schedule


@dataclass(frozen=True, slots=True)
class Hours:
    """One schedule. `byday` pairs an ordinal with a weekday (Monday is 0): (0, 2) each Wednesday, (-1, 4)
    the last Friday of the month. `valid_from` and `valid_to` are inclusive, None without limit."""

    freq: str | None = "WEEKLY"
    byday: tuple[tuple[int, int], ...] = ()
    bymonthday: tuple[int, ...] = ()
    interval: int = 1
    wkst: int = 0  # the weekday a week begins with; it matters only when weeks are skipped
    dtstart: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    zone: ZoneInfo | None = None
    description: str | None = None

    @property
    def timed(self) -> bool:
        """Can be computed: has both times, a rhythm, and an anchor when the rhythm skips weeks or months."""
        anchored = self.interval == 1 or self.dtstart is not None
        return bool(self.freq and self.opens_at is not None and self.closes_at is not None and anchored)


@dataclass(frozen=True, slots=True)
class OpenState:
    """The answer. Times are aware, in the place's zone; None where there is nothing to say."""

    open_now: bool
    basis: Basis
    open_until: datetime | None = None
    opens_next: datetime | None = None
    note: str | None = None  # the place's own words about its hours


def open_state(schedules: Sequence[Hours], now: datetime, zone: ZoneInfo) -> OpenState:
    """Decide whether a place with these schedules is open at `now` (aware); `zone` is the place's own.

    A schedule whose validity is over says "unconfirmed", never "closed": the place may well go on (HSDS
    valid_to).
    """
    note = next((hours.description for hours in schedules if hours.description), None)
    today = now.astimezone(zone).date()
    current = [hours for hours in schedules if hours.timed and not _over(hours, today)]
    if not current:
        return OpenState(False, Basis.UNCONFIRMED if schedules else Basis.UNKNOWN, note=note)
    span = _first_span(current, now, zone, today)
    if span is None:
        run_out = all(hours.valid_to and hours.valid_to < today for hours in current)
        return OpenState(False, Basis.UNCONFIRMED if run_out else Basis.SCHEDULE, note=note)
    opens, closes = span
    if opens > now:
        return OpenState(False, Basis.SCHEDULE, opens_next=opens.astimezone(zone), note=note)
    if closes - now > timedelta(days=ALWAYS - 1):
        return OpenState(True, Basis.ALWAYS, note=note)
    return OpenState(True, Basis.SCHEDULE, open_until=closes.astimezone(zone), note=note)


def occurs_on(hours: Hours, day: date) -> bool:
    """Whether this schedule opens on that day (RFC 5545, the parts HSDS allows)."""
    start = max((limit for limit in (hours.valid_from, hours.dtstart) if limit), default=None)
    if (start and day < start) or (hours.valid_to and day > hours.valid_to):
        return False
    anchor = hours.dtstart or day
    match hours.freq:
        case "DAILY":
            due = (day - anchor).days % hours.interval == 0
            return due and (not hours.byday or _weekday_matches(hours, day))
        case "WEEKLY":
            weeks = (_week_start(day, hours.wkst) - _week_start(anchor, hours.wkst)).days // 7
            return weeks % hours.interval == 0 and _weekday_matches(hours, day)
        case "MONTHLY":
            months = (day.year - anchor.year) * 12 + day.month - anchor.month
            return months % hours.interval == 0 and _month_day_matches(hours, day)
    return False


def _over(hours: Hours, today: date) -> bool:
    # A night that began on the last valid day still counts on the morning after.
    return hours.valid_to is not None and hours.valid_to < today - timedelta(days=1 if _overnight(hours) else 0)


def _overnight(hours: Hours) -> bool:
    return hours.opens_at is not None and hours.closes_at is not None and hours.closes_at <= hours.opens_at


def _weekday_matches(hours: Hours, day: date) -> bool:
    days = [weekday for _, weekday in hours.byday]
    if not days:  # RFC 5545: without BYDAY the start gives the weekday
        return hours.dtstart is not None and hours.dtstart.weekday() == day.weekday()
    return day.weekday() in days


def _month_day_matches(hours: Hours, day: date) -> bool:
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if hours.bymonthday and not {day.day, day.day - last.day - 1} & set(hours.bymonthday):
        return False
    if hours.byday:
        nth, nth_from_end = (day.day - 1) // 7 + 1, -((last.day - day.day) // 7 + 1)
        return any(weekday == day.weekday() and ordinal in (0, nth, nth_from_end) for ordinal, weekday in hours.byday)
    return bool(hours.bymonthday) or (hours.dtstart is not None and hours.dtstart.day == day.day)


def _week_start(day: date, wkst: int) -> date:
    return day - timedelta(days=(day.weekday() - wkst) % 7)


def _first_span(
    schedules: Sequence[Hours], now: datetime, zone: ZoneInfo, today: date
) -> tuple[datetime, datetime] | None:
    """The unbroken opening that holds `now`, or else the next one; openings that touch are one."""
    found: tuple[datetime, datetime] | None = None
    for ahead in range(-1, LOOK_AHEAD):
        day = today + timedelta(days=ahead)
        for opens, closes in sorted(_spans_on(schedules, day, zone)):
            if found and opens <= found[1]:
                found = (found[0], max(found[1], closes))
            elif found is None or found[1] <= now:
                found = (opens, closes)
        # Nothing that begins later than the day after its end can touch what was found.
        if found and found[1] > now and (found[1].astimezone(zone).date() < day or ahead > ALWAYS):
            return found
    return found if found and found[1] > now else None


def _spans_on(schedules: Sequence[Hours], day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for hours in schedules:
        if hours.opens_at is None or hours.closes_at is None or not occurs_on(hours, day):
            continue
        there = hours.zone or zone
        end = day + timedelta(days=1) if _overnight(hours) else day
        # Each end by itself: an opening across a clock change is an hour shorter or longer.
        yield (
            datetime.combine(day, hours.opens_at, there).astimezone(UTC),
            datetime.combine(end, hours.closes_at, there).astimezone(UTC),
        )
