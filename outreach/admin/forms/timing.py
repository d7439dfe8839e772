"""When a campaign leaves, as a form asks it: now or a wall-clock time, once or repeated."""

from collections.abc import Mapping
from datetime import date, datetime, time

from outreach.settings import Settings

REPEATS = {"weekly": "FREQ=WEEKLY", "monthly": "FREQ=MONTHLY"}
MOST_TIMES = 52


class TimingError(ValueError):
    """The time cannot be read. `field` is the input it is about."""

    def __init__(self, words: str, field: str) -> None:
        super().__init__(words)
        self.field = field


def read_start(typed: Mapping[str, str], settings: Settings) -> datetime | None:
    """The aware moment a person chose on the deployment's clock; None is now. Raises TimingError."""
    if typed.get("when") != "later":
        return None
    return datetime.combine(read_day(typed, "send_date"), read_clock(typed, "send_time"), tzinfo=settings.zone)


def read_day(typed: Mapping[str, str], field: str) -> date:
    """Raises TimingError."""
    try:
        return date.fromisoformat(typed.get(field, "").strip())
    except ValueError:
        raise TimingError("The day is missing or cannot be read; choose one, such as 2026-12-05.", field) from None


def read_clock(typed: Mapping[str, str], field: str) -> time:
    """A time of day, naive. Raises TimingError."""
    try:
        return time.fromisoformat(typed.get(field, "").strip()).replace(tzinfo=None)
    except ValueError:
        raise TimingError("The time is missing or cannot be read; write it as 10:00 or 15:30.", field) from None


def read_repeat(typed: Mapping[str, str]) -> str | None:
    """The RFC 5545 rule of "every week, 6 times"; None for once. Raises TimingError."""
    rule = REPEATS.get(typed.get("repeat", ""))
    if rule is None:
        return None
    return f"{rule};COUNT={read_times(typed)}"


def read_times(typed: Mapping[str, str]) -> int:
    """How many times it leaves. Raises TimingError."""
    if typed.get("repeat", "") not in REPEATS:
        return 1
    times = typed.get("times", "").strip()
    if not times.isdecimal() or not 2 <= int(times) <= MOST_TIMES:
        raise TimingError(f"How many times: write a number from 2 to {MOST_TIMES}.", "times")
    return int(times)
