"""Opening hours in a form: a table of the week with two spans a day, read into schedules and filled from them."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from outreach.admin.forms.draft import Trouble
from outreach.resources.models import OpeningHours
from outreach.resources.opening import DAYS
from outreach.resources.upkeep.values import weekly

NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
SPANS = (1, 2)
Grid = dict[str, str]  # MO_opens_1 to "09:00"; what is closed is not there


def fill_week(rows: Sequence[OpeningHours]) -> Grid | None:
    """The table for these schedules; None when a table of one week cannot say all of them."""
    grid: Grid = {}
    for row in rows:
        plain = row.freq == "WEEKLY" and row.interval == 1 and not (row.valid_from or row.valid_to or row.bymonthday)
        if not plain or row.opens_at is None or row.closes_at is None or not row.byday:
            return None
        for day in row.byday.split(","):
            span = next((span for span in SPANS if f"{day}_opens_{span}" not in grid), None)
            if span is None or day not in DAYS:
                return None
            grid[f"{day}_opens_{span}"] = row.opens_at.strftime("%H:%M")
            grid[f"{day}_closes_{span}"] = row.closes_at.strftime("%H:%M")
    return grid


def read_week(typed: Mapping[str, str]) -> tuple[Grid, list[Trouble]]:
    """The table as it was typed, and what is wrong with it."""
    grid: Grid = {}
    troubles: list[Trouble] = []
    for day, name in NAMES.items():
        for span in SPANS:
            opens, closes = (f"{day}_{end}_{span}" for end in ("opens", "closes"))
            given = {key: typed.get(key, "").strip() for key in (opens, closes)}
            missing = [key for key, text in given.items() if not text]
            if len(missing) == 1:
                end = "opening" if missing[0] == opens else "closing"
                troubles.append(Trouble(f"{name}: the {end} time is missing. Give both times, or none.", missing[0]))
                continue
            wrong = [key for key, text in given.items() if text and not _is_clock(text)]
            troubles += [Trouble(f"{name}: {given[key]} is no time. Write it like 09:30.", key) for key in wrong]
            if not missing and not wrong:
                grid |= {key: time.fromisoformat(text).strftime("%H:%M") for key, text in given.items()}
    return grid, troubles


def as_schedules(grid: Grid) -> list[dict[str, Any]]:
    """The week as values of ListingField.HOURS: days with the same span together."""
    spans: dict[tuple[str, str], list[str]] = {}
    for span in SPANS:
        for day in DAYS:
            opens = grid.get(f"{day}_opens_{span}")
            if opens:
                spans.setdefault((opens, grid[f"{day}_closes_{span}"]), []).append(day)
    return [weekly(",".join(days), f"{opens}:00", f"{closes}:00") for (opens, closes), days in spans.items()]


def always() -> list[dict[str, Any]]:
    """Open day and night: from midnight to midnight, each day."""
    return [weekly(",".join(DAYS), "00:00:00", "00:00:00")]


def _is_clock(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True
