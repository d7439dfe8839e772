"""A listing's hours as staff read them: "Mon, Wed 9:00 am–5:00 pm"."""

from collections.abc import Sequence
from datetime import date, time

from outreach.resources.hsds_hours import parse_byday
from outreach.resources.models import OpeningHours

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last", -2: "last but one"}
EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month"}


def say_opening(rows: Sequence[OpeningHours], today: date) -> list[str]:
    """One line a schedule; those of the same times and limits in one line with their days together."""
    lines: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        lines.setdefault((_times(row), _limits(row, today)), []).append(_days(row))
    return [" ".join(filter(None, (", ".join(filter(None, days)), *rest))) for rest, days in lines.items()]


def _days(row: OpeningHours) -> str:
    if row.opens_at is None or row.closes_at is None:
        return ""
    pairs = parse_byday(row.byday)
    named = ", ".join(f"{_ordinal(ordinal)}{DAYS[day]}" for ordinal, day in pairs)
    if row.freq == "MONTHLY":
        named = named or f"day {row.bymonthday.replace(',', ', ')}"
        every = "the month" if row.interval == 1 else f"every {row.interval} months"
        return f"{named} of {every}"
    if row.interval > 1:
        return f"{named} every {row.interval} {EVERY.get(row.freq or '', 'week')}s".strip()
    return named or ("Every day" if row.freq == "DAILY" else "")


def _ordinal(number: int) -> str:
    return f"{ORDINALS.get(number, number)} " if number else ""


def _times(row: OpeningHours) -> str:
    if row.opens_at is None or row.closes_at is None:
        return row.description or "No times"
    if row.opens_at == row.closes_at:
        return "day and night" if row.opens_at == time(0) else f"24 hours from {say_clock(row.opens_at)}"
    return f"{say_clock(row.opens_at)}–{say_clock(row.closes_at)}"


def _limits(row: OpeningHours, today: date) -> str:
    if row.valid_to is not None and row.valid_to < today:
        return f"(ran out {_day(row.valid_to)}: families are told to call first)"
    if row.valid_to is not None:
        return f"(until {_day(row.valid_to)})"
    if row.valid_from is not None and row.valid_from > today:
        return f"(from {_day(row.valid_from)})"
    return ""


def _day(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def say_clock(clock: time) -> str:
    return f"{clock.hour % 12 or 12}:{clock.minute:02d} {'am' if clock.hour < 12 else 'pm'}"
