"""When a repeating campaign fires: an RFC 5545 rule in wall time, turned into instants for its timeline."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_RANGES = {  # RFC 5545, 3.3.10: the largest value, and whether it may count from the end (-1 is the last)
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 59, False),
}
_ONLY_WITH = {"BYYEARDAY": ("YEARLY",), "BYWEEKNO": ("YEARLY",), "BYMONTHDAY": ("DAILY", "MONTHLY", "YEARLY")}
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"[0-9]{8}(?:T[0-9]{6}Z?)?")
_COUNTED = re.compile(r"[1-9][0-9]{0,4}")

# The calendar repeats every 400 years, weekdays included, so a rule is run in years 9200 to 9599: one
# that never fires then ends with year 9999, a fraction of a second away, instead of running for long.
_CYCLE = 400
_FIRST_YEAR = 9200


def occurrences(rule: str, start: datetime, zone: str, *, after: datetime, limit: int) -> list[datetime]:
    """At most `limit` instants (aware UTC) at or after `after` at which the rule fires.

    `rule` has no DTSTART; `start` is that, as naive wall time in `zone` (IANA). The rule runs on the
    wall clock: 09:00 stays 09:00 over a change to summer time. A wall time that the clock skips takes
    the offset before the gap (02:30 becomes 03:30 EDT), one that comes twice is the first. COUNT
    counts from `start`; UNTIL is UTC and included, and a bare date lasts to its end in `zone`.
    A rule that never fires gives []. ValueError for a bad rule, an aware start or a naive `after`.
    """
    if start.tzinfo is not None or after.tzinfo is None:
        raise ValueError("start is wall time without a zone, after an instant with one")
    found = (instant for instant in _instants(_parse(rule), start, ZoneInfo(zone)) if instant >= after)
    return list(islice(found, max(limit, 0)))


def check_rule(rule: str) -> None:
    """ValueError, in words for whoever wrote the rule, when we cannot repeat by it.

    Refused: what RFC 5545 refuses, anything more often than daily (a family is not texted by the
    hour), and a rule that can never fire, such as February 31.
    """
    parts = {name: value for name, value in _parse(rule).items() if name not in ("INTERVAL", "COUNT", "UNTIL")}
    if next(iter(_build(parts, datetime(_FIRST_YEAR, 1, 1))), None) is None:  # noqa: DTZ001 (wall time)
        raise ValueError("this rule never fires")


def count_times(rule: str | None) -> int:
    """How often a rule that ends by COUNT fires in all; 1 for none, and for one whose end nobody counted."""
    counted = re.search(r"(?:^|;)COUNT=([1-9][0-9]{0,4})(?:;|$)", rule.strip().upper()) if rule else None
    return int(counted[1]) if counted else 1


def _instants(parts: dict[str, str], start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """In order and each once: two wall times of one day can meet, or swap, where the clock skips an hour."""
    until = _parse_until(parts["UNTIL"], zone) if "UNTIL" in parts else None
    shift = _FIRST_YEAR + start.year % _CYCLE - start.year
    walls = _build(parts, start.replace(year=start.year + shift))
    for _, same_day in groupby(walls, key=datetime.date):
        for instant in sorted({_as_utc(wall.replace(year=wall.year - shift), zone) for wall in same_day}):
            if until is not None and instant > until:
                return
            yield instant


def _as_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _build(parts: dict[str, str], start: datetime) -> rrule:
    """dateutil's rule without UNTIL, which it compares with wall times; weeks begin on Monday by default."""
    kept = {"WKST": "MO"} | {name: value for name, value in parts.items() if name != "UNTIL"}
    built = rrulestr(";".join(f"{name}={value}" for name, value in kept.items()), dtstart=start)
    assert isinstance(built, rrule)
    return built


def _parse(rule: str) -> dict[str, str]:
    """The parts of a rule, each checked on its own and against FREQ."""
    parts: dict[str, str] = {}
    for part in rule.strip().upper().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise ValueError(f"{part!r} is not a part of a repeat rule, or comes twice; expected NAME=VALUE once")
        parts[name] = value
    frequency = parts.get("FREQ")
    if frequency not in _FREQUENCIES:
        raise ValueError(f"FREQ must be one of {', '.join(_FREQUENCIES)}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("a rule ends by COUNT or by UNTIL, not by both")
    for name, value in parts.items():
        _check_part(name, value, frequency)
    return parts


def _check_part(name: str, value: str, frequency: str) -> None:
    if name in _RANGES:
        good = all(_in_range(item, *_RANGES[name]) for item in value.split(","))
    elif name == "BYDAY":
        good = all(_is_weekday(item, frequency) for item in value.split(","))
    elif name in ("INTERVAL", "COUNT"):
        good = bool(_COUNTED.fullmatch(value))
    elif name == "UNTIL":
        good = bool(_UNTIL.fullmatch(value)) and _parse_until(value, ZoneInfo("UTC")) is not None
    elif name == "WKST":
        good = value in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    elif name == "FREQ":
        good = True
    else:
        raise ValueError(f"{name} is not a part of a repeat rule")
    if not good:
        raise ValueError(f"{name}={value} is not possible")
    if frequency not in _ONLY_WITH.get(name, _FREQUENCIES):
        raise ValueError(f"{name} does not go with FREQ={frequency}")


def _in_range(item: str, lowest: int, highest: int, from_end: bool) -> bool:
    if not re.fullmatch(r"[+-]?[0-9]{1,3}", item):
        return False
    value = int(item)
    return lowest <= (abs(value) if from_end else value) <= highest


def _is_weekday(item: str, frequency: str) -> bool:
    """'MO', or '1MO' and '-1FR' (the first Monday, the last Friday) in rules by month or year."""
    match = _WEEKDAY.fullmatch(item)
    if not match or match[1] is None:
        return bool(match)
    return frequency in ("MONTHLY", "YEARLY") and 1 <= abs(int(match[1])) <= 53


def _parse_until(value: str, zone: ZoneInfo) -> datetime:
    """'20260309T120000Z', with or without its Z, as an instant; '20260309' as that day's end in `zone`."""
    try:
        if "T" in value:
            return datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        day = datetime.strptime(value, "%Y%m%d").replace(tzinfo=zone)
    except ValueError:
        raise ValueError(f"UNTIL={value} is not a date") from None
    return datetime.combine(day, time.max, tzinfo=zone).astimezone(UTC)
