"""An HSDS schedule as opening hours: times, days and validity that can be computed with, and what was odd
about it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from outreach.resources.hsds_quirks import (
    Cell,
    clean_text,
    read_byday,
    read_bymonthday,
    read_date,
    read_number,
    read_time,
    read_weekday,
    read_zone,
)
from outreach.resources.hsds_tables import Record
from outreach.resources.opening import DAYS, Hours, occurs_on

Remark = Callable[[Record, str, Cell[Any]], Any]  # notes the cell's quirk, returns its value
COUNT_LIMIT = 3660  # days: how far a COUNT is counted
LONGEST_INTERVAL = 400


def read_hours(record: Record, take: Remark) -> dict[str, Any]:
    """The columns of OpeningHours for one schedule; `take` notes each quirk.

    What RFC 5545 forbids is dropped: BYMONTHDAY with WEEKLY, and BYWEEKNO, BYYEARDAY with any rhythm HSDS
    knows.
    """
    opens = take(record, "opens_at", read_time(record.get("opens_at")))
    closes = take(record, "closes_at", read_time(record.get("closes_at")))
    interval = take(record, "interval", read_number(record.get("interval"))) or 1
    wkst = read_weekday(record.get("wkst")) if record.get("wkst") else 0
    values = {
        "opens_at": opens,
        "closes_at": closes,
        "interval": min(max(1, interval), LONGEST_INTERVAL),
        "wkst": wkst or 0,
        "byday": take(record, "byday", _byday(record)),
        "bymonthday": take(record, "bymonthday", read_bymonthday(record.get("bymonthday"))),
        "dtstart": take(record, "dtstart", read_date(record.get("dtstart"))),
        "valid_from": take(record, "valid_from", read_date(record.get("valid_from"))),
        "zone": take(record, "timezone", read_zone(record.get("timezone"))),
        "description": take(record, "description", clean_text(record.get("description") or record.get("notes"), 500)),
    }
    values["freq"] = take(record, "freq", _freq(record, values))
    _drop_forbidden(record, values, take)
    values["valid_to"] = _last_day(record, values, take)
    _remark_on_gaps(record, values, take)
    return values


def as_hours(values: dict[str, Any]) -> Hours:
    """The computable form of OpeningHours columns, without the zone."""
    return Hours(
        freq=values["freq"],
        byday=parse_byday(values["byday"]),
        bymonthday=tuple(int(day) for day in values["bymonthday"].split(",") if day),
        **{name: values[name] for name in ("interval", "wkst", "dtstart", "valid_from", "opens_at", "closes_at")},
        valid_to=values.get("valid_to"),
    )


def parse_byday(byday: str) -> tuple[tuple[int, int], ...]:
    """ "MO,1TU,-1FR" as (ordinal, weekday) pairs; ordinal 0 is every one."""
    return tuple((int(part[:-2] or 0), DAYS.index(part[-2:])) for part in byday.split(",") if part)


def _byday(record: Record) -> Cell[str]:
    weekday = record.get("weekday")  # HSDS 1.x and 2.0 regular_schedule: one row a day
    if weekday and not record.get("byday"):
        day = read_weekday(weekday)
        byday = DAYS[day] if day is not None else ""
        return Cell(byday, "weekday column of HSDS 2.x", "read as a weekly opening")
    return read_byday(record.get("byday"))


def _freq(record: Record, values: dict[str, Any]) -> Cell[str | None]:
    word = record.get("freq").upper()
    if word in ("DAILY", "WEEKLY", "MONTHLY"):
        return Cell(word)
    if word:
        return Cell(None, "a rhythm HSDS does not know", "kept the words, hours unconfirmed")
    if values["opens_at"] is None:
        return Cell(None)
    if values["byday"]:
        monthly = any(ordinal for ordinal, _ in parse_byday(values["byday"]))
        return Cell("MONTHLY" if monthly else "WEEKLY", "no freq", f"read as {'monthly' if monthly else 'weekly'}")
    if values["bymonthday"]:
        return Cell("MONTHLY", "no freq", "read as monthly")
    return Cell(None, "times without days", "kept the words, hours unconfirmed")


def _drop_forbidden(record: Record, values: dict[str, Any], take: Remark) -> None:
    left_out = "left out, as RFC 5545 has it"
    if values["freq"] in ("WEEKLY", "DAILY") and values["bymonthday"]:
        values["bymonthday"] = take(record, "bymonthday", Cell("", f"bymonthday with {values['freq']}", left_out))
    for column in ("byweekno", "byyearday"):
        if record.get(column):
            take(record, column, Cell(None, f"{column} with {values['freq']}", left_out))


def _last_day(record: Record, values: dict[str, Any], take: Remark) -> date | None:
    ends = [
        take(record, "valid_to", read_date(record.get("valid_to"))),
        take(record, "until", read_date(record.get("until"))),
        _end_of_count(take(record, "count", read_number(record.get("count"))), values),
    ]
    return min((day for day in ends if day), default=None)


def _end_of_count(count: int | None, values: dict[str, Any]) -> date | None:
    """The day of the last of `count` openings since dtstart (RFC 5545 COUNT)."""
    day: date | None = values["dtstart"]
    if not count or count < 1 or day is None or values["freq"] is None:
        return None
    hours = as_hours(values)
    for ahead in range(COUNT_LIMIT):
        if occurs_on(hours, day + timedelta(days=ahead)):
            count -= 1
            if count == 0:
                return day + timedelta(days=ahead)
    return None


def _remark_on_gaps(record: Record, values: dict[str, Any], take: Remark) -> None:
    if (values["opens_at"] is None) != (values["closes_at"] is None):
        take(record, "closes_at", Cell(None, "only one of opens_at and closes_at", "hours unconfirmed"))
    if values["interval"] > 1 and values["dtstart"] is None:
        take(record, "dtstart", Cell(None, "every second week or month, but no start", "hours unconfirmed"))
