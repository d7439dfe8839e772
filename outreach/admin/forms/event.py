"""The form of a new event, read: what there is, or everything that is wrong with it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from outreach.admin.forms.draft import Trouble
from outreach.admin.forms.timing import TimingError, read_clock, read_day

T = TypeVar("T")
LONGEST = 60  # a title or a place that still fits a text
MOST_SEATS = 100_000


def read_event(typed: Mapping[str, str]) -> tuple[dict[str, Any] | None, list[Trouble]]:
    """What events.plan_event takes, or None with every trouble."""
    troubles: list[Trouble] = []
    title = _words(typed, "title", "The name", troubles)
    place = _words(typed, "place", "The place", troubles)
    capacity = _capacity(typed, troubles)
    day = _timed(read_day, typed, "starts_date", troubles)
    clock = _timed(read_clock, typed, "starts_time", troubles)
    if troubles or day is None or clock is None:
        return None, troubles
    return {"title": title, "place": place, "starts_local": datetime.combine(day, clock), "capacity": capacity}, []


def _timed(
    read: Callable[[Mapping[str, str], str], T], typed: Mapping[str, str], name: str, troubles: list[Trouble]
) -> T | None:
    try:
        return read(typed, name)
    except TimingError as error:
        troubles.append(Trouble(str(error), error.field))
        return None


def _words(typed: Mapping[str, str], name: str, label: str, troubles: list[Trouble]) -> str:
    words = " ".join(typed.get(name, "").split())
    if not words:
        troubles.append(Trouble(f"{label} is empty.", name))
    elif len(words) > LONGEST:
        troubles.append(Trouble(f"{label} has {len(words)} characters; at most {LONGEST} fit into a text.", name))
    return words


def _capacity(typed: Mapping[str, str], troubles: list[Trouble]) -> int | None:
    raw = typed.get("capacity", "").strip()
    if not raw:
        return None
    if not raw.isdecimal() or not 1 <= int(raw) <= MOST_SEATS:
        words = "The number of places is a whole number, such as 80; leave it empty for no limit."
        troubles.append(Trouble(words, "capacity"))
        return None
    return int(raw)
