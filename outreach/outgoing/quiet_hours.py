"""Decides when a queued text may leave: the hours of the recipient, before it is handed to the carrier."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # ISO weekdays 1 to 7
_DAY = timedelta(days=1)
_HORIZON = 8  # days: a week holds every weekday, and one more for the zones on the other side of midnight


class Verdict(StrEnum):
    SEND = "send"
    DEFER = "defer"
    EXPIRE = "expire"


class QuietReason(StrEnum):
    """Why a text goes, waits or lapses."""

    OPEN = "open"  # it is a decent hour in every zone
    URGENT = "urgent"  # a crisis text or an answer somebody waits for: hours do not count
    QUIET = "quiet"  # waits for the next hour that is open in every zone
    EXPIRED = "expired"  # its time had already passed
    EXPIRES_WAITING = "expires_waiting"  # it would be of no use any more when the hours open
    NO_COMMON_HOUR = "no_common_hour"  # no hour of the coming days is open in every zone


@dataclass(frozen=True)
class QuietDecision:
    """`until` is the aware UTC instant to try again; set only for a text that waits."""

    verdict: Verdict
    until: datetime | None
    reason: QuietReason


@dataclass(frozen=True)
class Window:
    """Hours on the recipient's clock: `start` included, `end` not; an end before the start is next day's.

    Midnight to midnight is the whole day; any other window that ends when it starts is a ValueError.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end != time.min:
            raise ValueError("a window that ends when it starts is never or always open; write 00:00-24:00")

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Read 'HH:MM-HH:MM', 24-hour; '24:00' ends a day. ValueError says what was expected."""
        match = re.fullmatch(r"\s*([0-9]{1,2}:[0-9]{2})\s*[-–]\s*([0-9]{1,2}:[0-9]{2})\s*", text)
        if not match:
            raise ValueError(f"{text!r} is not a window of hours; expected HH:MM-HH:MM, such as 08:00-21:00")
        start, end = match.groups()
        return cls(_parse_clock(start), time.min if end == "24:00" else _parse_clock(end))

    @property
    def crosses_midnight(self) -> bool:
        return self.end <= self.start

    def holds(self, clock: time) -> bool:
        """Whether it is open on the day it starts."""
        return self.start <= clock and (self.crosses_midnight or clock < self.end)

    def still_holds(self, clock: time) -> bool:
        """Whether it is open on the day after the one it starts."""
        return self.crosses_midnight and clock < self.end


@dataclass(frozen=True)
class Hours:
    """A week of windows, Monday first, and the dates on which nothing is sent; all on the recipient's clock.

    A closed date has no hours from midnight to midnight, also none of a window begun the day before.
    """

    week: tuple[tuple[Window, ...], ...]
    closed: frozenset[date] = frozenset()

    @classmethod
    def parse(cls, text: str, closed: Iterable[date] = ()) -> "Hours":
        """Read a setting: '08:00-21:00', 'Mon-Sat 09:00-20:00, Sun 12:00-18:00', or 'always'.

        Hours without a day are for every day that is not named; 'Sun closed' names a day without
        hours; a day named twice has both windows. Days not covered are closed. ValueError says what
        could not be read, and refuses a week that never opens.
        """
        text = "00:00-24:00" if text.strip().casefold() == "always" else text
        usual: list[Window] = []
        named: dict[int, list[Window]] = {}
        for part in text.split(","):
            days, windows = _parse_part(part)
            for day in days:
                named.setdefault(day, []).extend(windows)
            usual.extend([] if days else windows)
        week = tuple(tuple(named.get(day, usual)) for day in range(7))
        if not any(week):
            raise ValueError(f"{text!r} leaves no hour of the week open")
        return cls(week, frozenset(closed))

    def open_at(self, local: datetime) -> bool:
        """Whether the wall clock `local` is inside a window."""
        day, clock = local.date(), local.time()
        if day in self.closed:
            return False
        if any(window.holds(clock) for window in self.week[day.weekday()]):
            return True
        before = day - _DAY
        return before not in self.closed and any(w.still_holds(clock) for w in self.week[before.weekday()])


def decide(
    now: datetime, zones: Sequence[str], hours: Hours, *, expires: datetime | None, urgent: bool
) -> QuietDecision:
    """Whether a text may go at `now` (aware) to somebody who may be in any of `zones` (IANA names).

    Every zone must be open at once. An urgent text ignores the hours but not its expiry; a text lapses
    at its expiry, or when it would have to wait until then or past it. A window whose start the clock
    skips opens as the gap ends; one whose start comes twice opens at the first. Pure: give the same,
    get the same. ValueError for a naive time or no zone: silence must not mean "send at night".
    """
    if now.tzinfo is None or (expires is not None and expires.tzinfo is None):
        raise ValueError("quiet hours need aware times")
    if not zones:
        raise ValueError("quiet hours need at least one zone; use the deployment's own")
    now = now.astimezone(UTC)
    if expires is not None and now >= expires:
        return QuietDecision(Verdict.EXPIRE, None, QuietReason.EXPIRED)
    if urgent:
        return QuietDecision(Verdict.SEND, None, QuietReason.URGENT)
    opens = _next_common_opening(now, [ZoneInfo(zone) for zone in dict.fromkeys(zones)], hours)
    if opens == now:
        return QuietDecision(Verdict.SEND, None, QuietReason.OPEN)
    if opens is None:
        return QuietDecision(Verdict.EXPIRE, None, QuietReason.NO_COMMON_HOUR)
    if expires is not None and opens >= expires:
        return QuietDecision(Verdict.EXPIRE, None, QuietReason.EXPIRES_WAITING)
    return QuietDecision(Verdict.DEFER, opens, QuietReason.QUIET)


def _parse_clock(text: str) -> time:
    hour, minute = map(int, text.split(":"))
    if hour > 23 or minute > 59:
        raise ValueError(f"{text!r} is not a time of day; expected 00:00 to 23:59")
    return time(hour, minute)


def _parse_part(part: str) -> tuple[list[int], list[Window]]:
    """'Mon-Sat 09:00-20:00' as weekdays (0 is Monday; none named: []) and windows (closed: [])."""
    match = re.fullmatch(r"\s*(?:([a-z]{3,9})(?:\s*[-–]\s*([a-z]{3,9}))?\s+)?(closed|[0-9].*)", part, re.IGNORECASE)
    if not match:
        raise ValueError(f"{part.strip()!r} is not understood; expected such as 'Mon-Sat 09:00-20:00' or 'Sun closed'")
    first, last, hours = match.groups()
    windows = [] if hours.casefold() == "closed" else [Window.parse(hours)]
    if not first:
        return [], windows
    start, end = _parse_day(first), _parse_day(last or first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)], windows


def _parse_day(name: str) -> int:
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for number, day in enumerate(full):
        if len(name) >= 3 and day.startswith(name.casefold()):
            return number
    raise ValueError(f"{name!r} is not a day; expected one of {', '.join(DAYS)}")


def _next_common_opening(now: datetime, zones: list[ZoneInfo], hours: Hours) -> datetime | None:
    """The first instant from `now` on at which every zone is open.

    Each zone in turn pushes the instant to its own next opening, until none does: an instant that
    suits all can be no earlier than the next opening of any.
    """
    instant, agreed, turn = now, 0, 0
    last = now + _DAY * (_HORIZON + len(hours.closed))
    while agreed < len(zones):
        opens = _next_opening(instant, zones[turn % len(zones)], hours, last)
        if opens is None:
            return None
        agreed = agreed + 1 if opens == instant else 1
        instant, turn = opens, turn + 1
    return instant


def _next_opening(instant: datetime, zone: ZoneInfo, hours: Hours, last: datetime) -> datetime | None:
    """The first instant from `instant` to `last` at which one zone is open."""
    local = instant.astimezone(zone)
    if hours.open_at(local):
        return instant
    day = local.date()
    while (midnight := _as_utc(datetime.combine(day, time.min), zone, 0)) <= last:
        for candidate in sorted(_possible_openings(day, midnight, zone, hours)):
            if instant < candidate <= last and hours.open_at(candidate.astimezone(zone)):
                return candidate
        day += _DAY
    return None


def _possible_openings(day: date, midnight: datetime, zone: ZoneInfo, hours: Hours) -> set[datetime]:
    """Instants of one local day at which its hours can begin: window starts, and a change of the clock."""
    starts = [datetime.combine(day, window.start) for window in hours.week[day.weekday()]]
    openings = {_as_utc(start, zone, fold) for start in starts for fold in (0, 1)}
    change = _clock_change(midnight, midnight + _DAY + timedelta(hours=2), zone)
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
