"""Whether a place is open: weekly and monthly rhythms, nights, clock changes, schedules that have run out."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from outreach.resources.hsds_hours import parse_byday
from outreach.resources.opening import Basis, Hours, occurs_on, open_state

BOSTON = ZoneInfo("America/New_York")


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BOSTON, fold=fold)


def hours(byday: str = "", opens: str = "09:00", closes: str = "17:00", **rest: Any) -> Hours:
    return Hours(
        byday=parse_byday(byday),
        opens_at=time.fromisoformat(opens),
        closes_at=time.fromisoformat(closes),
        **rest,
    )


WEEKDAYS = hours("MO,TU,WE,TH,FR")
NIGHTS = hours("FR,SA", "22:00", "02:00")
ALL_WEEK = "MO,TU,WE,TH,FR,SA,SU"
# 2026-05-04 is a Monday; the clock moves on 2026-03-08 and 2026-11-01.
CASES = [
    ("within the hours", [WEEKDAYS], "2026-05-04T12:00", True, "2026-05-04T17:00", None),
    ("at the opening minute", [WEEKDAYS], "2026-05-04T09:00", True, "2026-05-04T17:00", None),
    ("at the closing minute", [WEEKDAYS], "2026-05-04T17:00", False, None, "2026-05-05T09:00"),
    ("before opening", [WEEKDAYS], "2026-05-04T08:59", False, None, "2026-05-04T09:00"),
    ("over the weekend", [WEEKDAYS], "2026-05-08T20:00", False, None, "2026-05-11T09:00"),
    ("before midnight", [NIGHTS], "2026-05-08T23:30", True, "2026-05-09T02:00", None),
    ("after midnight", [NIGHTS], "2026-05-10T01:00", True, "2026-05-10T02:00", None),
    ("after a night", [NIGHTS], "2026-05-10T02:30", False, None, "2026-05-15T22:00"),
    ("midnight is the end of the day",
     [hours("MO", "18:00", "00:00")], "2026-05-04T23:59", True, "2026-05-05T00:00", None),
    ("two openings that touch are one",
     [hours("MO", "18:00", "00:00"), hours("TU", "00:00", "03:00")],
     "2026-05-04T20:00", True, "2026-05-05T03:00", None),
    ("a lunch break", [hours("MO", "09:00", "12:00"), hours("MO", "13:00", "17:00")],
     "2026-05-04T12:30", False, None, "2026-05-04T13:00"),
    ("the day the clock moves forward",
     [hours(ALL_WEEK, "01:00", "05:00")], "2026-03-08T04:30", True, "2026-03-08T05:00", None),
    ("the night the clock moves back",
     [hours(ALL_WEEK, "22:00", "06:00")], "2026-11-01T01:30", True, "2026-11-01T06:00", None),
    ("an opening time that the clock skips",
     [hours("SU", "02:30", "05:00")], "2026-03-08T01:59", False, None, "2026-03-08T03:30"),
    ("this week of every second week", [hours("WE", interval=2, dtstart=date(2026, 1, 7))],
     "2026-05-13T10:00", True, "2026-05-13T17:00", None),
    ("the other week of every second week", [hours("WE", interval=2, dtstart=date(2026, 1, 7))],
     "2026-05-06T10:00", False, None, "2026-05-13T09:00"),
    ("the first Saturday",
     [hours("1SA", freq="MONTHLY")], "2026-05-02T10:00", True, "2026-05-02T17:00", None),
    ("not the second Saturday",
     [hours("1SA", freq="MONTHLY")], "2026-05-09T10:00", False, None, "2026-06-06T09:00"),
    ("the last Friday", [hours("-1FR", freq="MONTHLY")], "2026-05-29T10:00", True, "2026-05-29T17:00", None),
    ("the fifteenth",
     [hours(freq="MONTHLY", bymonthday=(15,))], "2026-05-04T10:00", False, None, "2026-05-15T09:00"),
    ("the last day of the month",
     [hours(freq="MONTHLY", bymonthday=(-1,))], "2026-05-31T10:00", True, "2026-05-31T17:00", None),
    ("every day", [hours(freq="DAILY")], "2026-05-10T10:00", True, "2026-05-10T17:00", None),
    ("not yet valid",
     [hours("MO", valid_from=date(2026, 5, 11))], "2026-05-04T10:00", False, None, "2026-05-11T09:00"),
    ("the last valid day",
     [hours("MO", valid_to=date(2026, 5, 4))], "2026-05-04T10:00", True, "2026-05-04T17:00", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("story", "schedules", "now", "is_open", "until", "following"), CASES, ids=lambda v: str(v)[:40]
)
def test_a_place_is_open_when_its_schedule_says_so(
    story: str, schedules: list[Hours], now: str, is_open: bool, until: str | None, following: str | None
) -> None:
    state = open_state(schedules, at(now), BOSTON)
    assert (state.open_now, state.basis) == (is_open, Basis.SCHEDULE), story
    assert state.open_until == (at(until) if until else None)
    assert state.opens_next == (at(following) if following else None)


def test_a_night_across_the_clock_change_keeps_its_closing_time_on_the_wall() -> None:
    state = open_state([hours("SA", "22:00", "06:00")], at("2026-10-31T23:00"), BOSTON)
    assert state.open_until is not None
    assert (state.open_until - at("2026-10-31T22:00")).total_seconds() == 8 * 3600  # same zone: wall clock
    assert state.open_until.utcoffset() != at("2026-10-31T22:00").utcoffset()


def test_a_place_that_never_closes_is_open_without_an_end() -> None:
    state = open_state([hours(ALL_WEEK, "00:00", "00:00")], at("2026-05-04T12:00"), BOSTON)
    assert (state.open_now, state.basis, state.open_until) == (True, Basis.ALWAYS, None)


@pytest.mark.parametrize(
    ("schedules", "basis"),
    [
        ([], Basis.UNKNOWN),
        ([hours("MO", valid_to=date(2020, 1, 1))], Basis.UNCONFIRMED),
        ([Hours(freq=None, description="By appointment")], Basis.UNCONFIRMED),
        ([hours("MO", interval=2)], Basis.UNCONFIRMED),
    ],
)
def test_hours_nobody_can_vouch_for_are_not_called_closed(schedules: list[Hours], basis: Basis) -> None:
    state = open_state(schedules, at("2026-05-04T10:00"), BOSTON)
    assert (state.open_now, state.basis, state.opens_next) == (False, basis, None)


def test_what_has_run_out_gives_way_to_what_has_not() -> None:
    winter = hours("MO", "08:00", "10:00", valid_to=date(2026, 3, 31))
    state = open_state([winter, hours("MO")], at("2026-05-04T08:30"), BOSTON)
    assert state.opens_next == at("2026-05-04T09:00")


def test_the_places_own_words_come_along() -> None:
    state = open_state([Hours(freq=None, description="By appointment")], at("2026-05-04T10:00"), BOSTON)
    assert state.note == "By appointment"


def test_a_schedule_with_its_own_zone_is_read_there() -> None:
    state = open_state([hours("MO", zone=ZoneInfo("America/Los_Angeles"))], at("2026-05-04T11:00"), BOSTON)
    assert state.opens_next == at("2026-05-04T12:00")


def test_weeks_are_counted_from_the_weekday_they_begin_with() -> None:
    every_other: dict[str, Any] = {"interval": 2, "dtstart": date(2026, 5, 3)}  # a Sunday
    assert occurs_on(hours("SU,TU", wkst=6, **every_other), date(2026, 5, 5))
    assert not occurs_on(hours("SU,TU", wkst=0, **every_other), date(2026, 5, 5))
