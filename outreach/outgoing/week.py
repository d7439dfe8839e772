"""The hours in which texts may leave, as a week of windows on the recipient's clock: what quiet hours are made of."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # ISO weekdays 1 to 7
ALWAYS = "always"
_DAY = timedelta(days=1)


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
    Before the date `since` these hours are not in force, and every instant is open.
    """

    week: tuple[tuple[Window, ...], ...]
    closed: Container[date] = frozenset()
    since: date = date.min

    @classmethod
    def parse(cls, text: str, closed: Iterable[date] = ()) -> "Hours":
        """Read a setting: '08:00-21:00', 'Mon-Sat 09:00-20:00, Sun 12:00-18:00', or 'always'.

        Hours without a day are for every day that is not named; 'Sun closed' names a day without
        hours; a day named twice has both windows. Days not covered are closed. ValueError says what
        could not be read, and refuses a week that never opens.
        """
        text = "00:00-24:00" if is_always(text) else text
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
        if day < self.since:
            return True
        if day in self.closed:
            return False
        if any(window.holds(clock) for window in self.week[day.weekday()]):
            return True
        before = day - _DAY
        return before not in self.closed and any(w.still_holds(clock) for w in self.week[before.weekday()])


def is_always(text: str) -> bool:
    """Whether a setting of hours says that a person turned them off."""
    return text.strip().casefold() == ALWAYS


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
