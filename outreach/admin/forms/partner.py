"""What an admin types about a partner's calls: its week, a closed day, its topics."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from outreach.admin.times import DAYS

WEEK = range(7)
LONGEST_NAME = 80


@dataclass(frozen=True)
class Week:
    """Days by weekday (0 is Monday), or what is wrong with them by field."""

    days: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def read_week(form: Mapping[str, str]) -> Week:
    """A day counts when its box is ticked; then it needs two times, the second after the first."""
    days: dict[int, tuple[time, time]] = {}
    errors: dict[str, str] = {}
    for weekday in WEEK:
        if form.get(f"open-{weekday}") != "yes":
            continue
        opens, closes = _read_time(form.get(f"opens-{weekday}", "")), _read_time(form.get(f"closes-{weekday}", ""))
        if opens is None or closes is None:
            errors[f"opens-{weekday}"] = f"{DAYS[weekday]}: write from when to when, such as 09:00 and 17:00."
        elif closes <= opens:
            errors[f"closes-{weekday}"] = f"{DAYS[weekday]}: the day ends before it begins. Correct one of the times."
        else:
            days[weekday] = (opens, closes)
    if not days and not errors:
        errors["open-0"] = "Tick at least one day: a family is promised a call on a day on which somebody calls."
    return Week(days, errors)


def read_closed_day(form: Mapping[str, str], today: date) -> tuple[date | None, str, dict[str, str]]:
    """The day, what it is called, and what is wrong by field."""
    name = " ".join(form.get("name", "").split())[:LONGEST_NAME]
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        return None, name, {"day": "Choose the day on which nobody calls."}
    if day < today:
        return None, name, {"day": "This day has passed. Choose one that is still to come."}
    if not name:
        return None, name, {"name": "Say in a word why, such as “Winter break”."}
    return day, name, {}


def _read_time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None
