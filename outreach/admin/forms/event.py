"""The form of an event, read: what there is, or everything that is wrong with it; and an event as the form shows it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from outreach.admin.forms.draft import Trouble
from outreach.admin.forms.timing import TimingError, read_clock, read_day
from outreach.campaigns.models import Event
from outreach.languages import LANGUAGES
from outreach.wording.segments import to_plain

T = TypeVar("T")
LONGEST = 60  # a title or a place that still fits a text
MOST_SEATS = 100_000


def read_event(typed: Mapping[str, str], languages: Sequence[str]) -> tuple[dict[str, Any] | None, list[Trouble]]:
    """What events.plan_event takes, or None with every trouble. `languages` are those that have inputs of their own."""
    troubles: list[Trouble] = []
    title, titles = _named(typed, "title", "The name", languages, troubles)
    place, places = _named(typed, "place", "The place", languages, troubles)
    capacity = _capacity(typed, troubles)
    day = _timed(read_day, typed, "starts_date", troubles)
    clock = _timed(read_clock, typed, "starts_time", troubles)
    if troubles or day is None or clock is None:
        return None, troubles
    starts = datetime.combine(day, clock)
    words = {"title": title, "place": place, "titles": titles, "places": places}
    return {**words, "starts_local": starts, "capacity": capacity}, []


def show_event(event: Event, languages: Sequence[str]) -> dict[str, str]:
    """An event as the form has it, by input."""
    starts = event.starts_at.astimezone(ZoneInfo(event.timezone))
    return {
        "title": event.title,
        **{f"title.{code}": event.titles.get(code, "") for code in languages},
        "place": event.place,
        **{f"place.{code}": event.places.get(code, "") for code in languages},
        "starts_date": starts.date().isoformat(),
        "starts_time": starts.strftime("%H:%M"),
        "capacity": str(event.capacity or ""),
    }


def differences(event: Event, typed: Mapping[str, str], languages: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Where what was typed is not what stands: the input, its name, and what stands there."""
    for name, stands in show_event(event, languages).items():
        if _plain(typed.get(name, stands)) != _plain(stands):
            base, _, code = name.partition(".")
            yield name, _LABELS[base] + (f" in {LANGUAGES[code].name}" if code else ""), stands


def left_behind(before: Mapping[str, str], event: Event, languages: Sequence[str]) -> Iterator[str]:
    """Words of other languages that stayed as they were when the English ones were corrected: "The name in Español"."""
    now = show_event(event, languages)
    for name in ("title", "place"):
        others = [code for code in languages if (said := now[f"{name}.{code}"]) and said == before[f"{name}.{code}"]]
        if now[name] != before[name] and others:
            yield f"{_LABELS[name]} in {', '.join(LANGUAGES[code].name for code in others)}"


_LABELS = {
    "title": "The name",
    "place": "The place",
    "starts_date": "The day",
    "starts_time": "The time",
    "capacity": "The number of places",
}


def _timed(
    read: Callable[[Mapping[str, str], str], T], typed: Mapping[str, str], name: str, troubles: list[Trouble]
) -> T | None:
    try:
        return read(typed, name)
    except TimingError as error:
        troubles.append(Trouble(str(error), error.field))
        return None


def _named(
    typed: Mapping[str, str], name: str, label: str, languages: Sequence[str], troubles: list[Trouble]
) -> tuple[str, dict[str, str]]:
    """The English words, and those of the languages where something stands."""
    english = _words(typed, name, label, troubles)
    if not english:
        troubles.append(Trouble(f"{label} is empty.", name))
    others = {}
    for code in languages:
        if words := _words(typed, f"{name}.{code}", f"{label} in {LANGUAGES[code].name}", troubles):
            others[code] = words
    return english, others


def _words(typed: Mapping[str, str], name: str, label: str, troubles: list[Trouble]) -> str:
    words = _plain(typed.get(name, ""))
    if len(words) > LONGEST:
        troubles.append(Trouble(f"{label} has {len(words)} characters; at most {LONGEST} fit into a text.", name))
    if "{" in words or "}" in words:
        troubles.append(Trouble(f"{label} has braces, {{ or }}; a text cannot carry them. Leave them out.", name))
    return words


def _plain(words: str) -> str:
    return " ".join(to_plain(words).split())


def _capacity(typed: Mapping[str, str], troubles: list[Trouble]) -> int | None:
    raw = typed.get("capacity", "").strip()
    if not raw:
        return None
    if not raw.isdecimal() or not 1 <= int(raw) <= MOST_SEATS:
        words = "The number of places is a whole number, such as 80; leave it empty for no limit."
        troubles.append(Trouble(words, "capacity"))
        return None
    return int(raw)
