import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.outgoing.quiet_hours import (
    Hours,
    QuietDecision,
    QuietReason,
    Verdict,
    Window,
    decide,
    decide_by_clock,
)

CASES = Path(__file__).parents[1] / "cases" / "quiet.jsonl"
SAMPLES = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
NEW_YORK = "America/New_York"
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
DAILY = Hours.parse("08:00-21:00")
WEEK = Hours.parse("Mon-Sat 09:00-20:00, Sun 12:00-18:00")


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def at(text: str, hours: Hours = DAILY, *zones: str, expires: str | None = None, urgent: bool = False) -> QuietDecision:
    return decide(datetime.fromisoformat(text), zones or (NEW_YORK,), hours, expires=instant(expires), urgent=urgent)


def wait(text: str, reason: QuietReason = QuietReason.QUIET) -> QuietDecision:
    return QuietDecision(Verdict.DEFER, instant(text), reason)


SEND = QuietDecision(Verdict.SEND, None, QuietReason.OPEN)


@pytest.mark.parametrize("row", SAMPLES, ids=[row["id"] for row in SAMPLES])
def test_every_sample_goes_waits_or_lapses_as_the_table_says(row: dict[str, Any]) -> None:
    decision = at(
        row["now_utc"],
        Hours.parse(row["window"]),
        row["recipient_tz"],
        expires=row["expires_utc"],
        urgent=row["urgent"],
    )
    assert (decision.verdict, decision.until) == (Verdict(row["expect"]), instant(row["defer_to_utc"]))


def test_the_start_is_open_and_the_end_is_not() -> None:
    assert at("2026-01-15T13:00:00Z") == SEND
    assert at("2026-01-15T12:59:59.999999Z") == wait("2026-01-15T13:00Z")
    assert at("2026-01-16T01:59:59.999999Z") == SEND
    assert at("2026-01-16T02:00:00Z") == wait("2026-01-16T13:00Z")


def test_a_window_may_cross_midnight() -> None:
    late = Hours.parse("20:00-02:00")
    assert at("2026-01-16T06:30Z", late) == SEND  # 01:30
    assert at("2026-01-16T07:00Z", late) == wait("2026-01-17T01:00Z")  # 02:00


def test_a_window_of_monday_reaches_into_tuesday_and_no_other_day() -> None:
    monday = Hours.parse("Mon 20:00-02:00")
    assert at("2026-01-13T06:30Z", monday) == SEND  # Tuesday 01:30
    assert at("2026-01-12T06:30Z", monday) == wait("2026-01-13T01:00Z")  # Monday 01:30
    assert at("2026-01-13T07:00Z", monday) == wait("2026-01-20T01:00Z")


def test_a_start_in_the_gap_opens_when_the_gap_ends() -> None:
    assert at("2026-03-08T06:30Z", Hours.parse("02:30-21:00")) == wait("2026-03-08T07:00Z")


def test_a_window_that_lies_in_the_gap_waits_for_the_next_day() -> None:
    assert at("2026-03-08T06:30Z", Hours.parse("02:15-02:45")) == wait("2026-03-09T06:15Z")


def test_a_start_that_comes_twice_opens_at_the_first() -> None:
    assert at("2026-11-01T04:30Z", Hours.parse("01:30-21:00")) == wait("2026-11-01T05:30Z")


def test_hours_that_the_clock_repeats_are_open_again() -> None:
    early = Hours.parse("00:30-01:30")
    assert at("2026-11-01T05:29Z", early) == SEND  # 01:29 EDT
    assert at("2026-11-01T05:30Z", early) == wait("2026-11-01T06:00Z")  # 01:30 EDT, then 01:00 EST
    assert at("2026-11-01T06:29Z", early) == SEND  # 01:29 EST
    assert at("2026-11-01T06:30Z", early) == wait("2026-11-02T05:30Z")


def test_a_change_of_the_clock_tomorrow_does_not_stand_before_tomorrows_first_hour() -> None:
    early = Hours.parse("00:00-01:05")
    assert at("2026-11-01T05:00Z", early, "America/Los_Angeles") == wait("2026-11-01T07:00Z")


def test_sunday_has_its_own_hours() -> None:
    assert at("2026-01-18T15:00Z", WEEK) == wait("2026-01-18T17:00Z")  # Sunday 10:00
    assert at("2026-01-18T23:00Z", WEEK) == wait("2026-01-19T14:00Z")  # Sunday 18:00


def test_a_closed_day_and_a_holiday_are_skipped() -> None:
    assert at("2026-01-18T15:00Z", Hours.parse("08:00-21:00, Sun closed")) == wait("2026-01-19T13:00Z")
    holidays = Hours.parse("08:00-21:00", closed=[date(2026, 12, 24), date(2026, 12, 25)])
    assert at("2026-12-24T15:00Z", holidays) == wait("2026-12-26T13:00Z", QuietReason.CLOSED_DAY)


def test_a_holiday_cuts_a_window_that_began_the_day_before() -> None:
    late = Hours.parse("20:00-02:00", closed=[date(2026, 1, 16)])
    night = at("2026-01-16T05:30Z", late)  # neither 00:30 of the 16th nor of the 17th
    assert night == wait("2026-01-18T01:00Z", QuietReason.CLOSED_DAY)


@pytest.mark.parametrize("days", [14, 78])
def test_a_long_closure_only_makes_a_text_wait_longer(days: int) -> None:
    hours = Hours.parse("08:00-21:00", closed=[date(2026, 10, 1) + timedelta(days=day) for day in range(days)])
    opens = datetime.combine(date(2026, 10, 1) + timedelta(days=days), time(8), ZoneInfo(NEW_YORK))
    assert at("2026-10-01T15:00Z", hours).until == opens


def test_one_open_day_a_week_is_found_past_the_weeks_in_which_it_is_closed() -> None:
    sundays = [date(2027, 1, 3) + timedelta(weeks=week) for week in range(5)]
    hours = Hours.parse("Sun 12:00-18:00", closed=sundays)
    assert at("2026-12-28T15:00Z", hours).until == instant("2027-02-07T17:00Z")


def test_a_day_without_end_of_closures_lapses_instead_of_searching_for_ever() -> None:
    closed = [date(2026, 1, 1) + timedelta(days=day) for day in range(800)]
    assert at("2026-01-15T15:00Z", Hours.parse("08:00-21:00", closed=closed)).reason is QuietReason.NO_COMMON_HOUR


def test_every_zone_the_family_may_be_in_must_be_open() -> None:
    both = (NEW_YORK, "America/Los_Angeles")
    assert at("2026-01-15T14:00Z", DAILY, *both) == wait("2026-01-15T16:00Z")
    assert at("2026-01-15T16:00Z", DAILY, *both) == SEND
    assert at("2026-01-16T02:00Z", DAILY, *both) == wait("2026-01-16T16:00Z")
    assert at("2026-01-15T14:00Z", DAILY, *both[::-1]) == wait("2026-01-15T16:00Z")


def test_a_text_that_no_hour_suits_lapses_and_says_so() -> None:
    decision = at("2026-01-15T14:00Z", Hours.parse("09:00-12:00"), NEW_YORK, "Asia/Tokyo")
    assert decision == QuietDecision(Verdict.EXPIRE, None, QuietReason.NO_COMMON_HOUR)


def test_an_urgent_text_ignores_the_hours_but_not_its_expiry() -> None:
    assert at("2026-01-15T08:00Z", urgent=True) == QuietDecision(Verdict.SEND, None, QuietReason.URGENT)
    expired = QuietDecision(Verdict.EXPIRE, None, QuietReason.EXPIRED)
    assert at("2026-01-15T08:00Z", urgent=True, expires="2026-01-15T08:00Z") == expired


def test_a_text_that_would_wait_to_its_expiry_lapses_at_once() -> None:
    lapses = QuietDecision(Verdict.EXPIRE, None, QuietReason.EXPIRES_WAITING)
    assert at("2026-01-15T08:00Z", expires="2026-01-15T13:00Z") == lapses
    assert at("2026-01-15T08:00Z", expires="2026-01-15T13:00:01Z") == wait("2026-01-15T13:00Z")
    assert at("2026-01-15T15:00Z", expires="2026-01-15T15:00Z").reason is QuietReason.EXPIRED


def test_always_is_open_at_any_hour() -> None:
    assert at("2026-01-15T08:00Z", Hours.parse("always")) == SEND
    assert at("2026-01-15T05:00Z", Hours.parse("Always")) == SEND


def test_a_naive_time_or_no_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="aware"):
        at("2026-01-15T08:00")
    with pytest.raises(ValueError, match="zone"):
        decide(datetime(2026, 1, 15, tzinfo=UTC), (), DAILY, expires=None, urgent=False)


def test_a_window_is_read_from_text() -> None:
    assert Window.parse(" 8:00 - 21:00") == Window(time(8), time(21))
    assert Window.parse("22:30-24:00") == Window(time(22, 30), time(0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected HH:MM-HH:MM"),
        ("8-21", "expected HH:MM-HH:MM"),
        ("08:00", "expected HH:MM-HH:MM"),
        ("08:00-25:00", "not a time of day"),
        ("24:00-08:00", "not a time of day"),
        ("08:60-21:00", "not a time of day"),
        ("08:00-08:00", "ends when it starts"),
        ("٠٨:00-21:00", "expected HH:MM-HH:MM"),
    ],
)
def test_a_bad_window_says_what_was_expected(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Window.parse(text)


def test_hours_are_read_from_a_setting() -> None:
    week = Hours.parse("Monday-Sat 09:00-20:00, sun 12:00-18:00").week
    assert week == ((Window(time(9), time(20)),),) * 6 + ((Window(time(12), time(18)),),)
    assert Hours.parse("Sat-Mon 10:00-12:00").week[1:5] == ((), (), (), ())
    assert len(Hours.parse("08:00-12:00, 14:00-18:00").week[0]) == 2
    assert Hours.parse("08:00-21:00, Sun closed").week[6] == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not understood"),
        ("Funday 09:00-20:00", "not a day"),
        ("Mon-Sat", "not understood"),
        ("Mon 09:00-20:00,", "not understood"),
        ("closed", "no hour of the week"),
        ("Mon 9-5", "expected HH:MM-HH:MM"),
    ],
)
def test_bad_hours_say_what_was_expected(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Hours.parse(text)


ZONES = [
    NEW_YORK,
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kolkata",
    "Africa/Cairo",  # changes at midnight
    "America/Santiago",
]
GRID = timedelta(minutes=5)  # windows and offsets below are multiples of it
CHANGES = [
    datetime(2026, 3, 8, 6, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 4, 23, 21, tzinfo=UTC),
]
CLOCKS = st.integers(0, 24 * 12 - 1).map(lambda step: (FIRST + step * GRID).time())
WINDOWS = st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Window(*pair))
INSTANTS = st.one_of(
    st.integers(0, 3 * 366 * 24 * 12).map(lambda step: FIRST + step * GRID),
    st.tuples(st.sampled_from(CHANGES), st.integers(-36 * 12, 36 * 12)).map(lambda pair: pair[0] + pair[1] * GRID),
)
DATES = st.integers(0, 9)  # days after the one before now
WEEKS = st.one_of(
    WINDOWS.map(lambda window: ((window,),) * 7),
    st.tuples(*[st.lists(WINDOWS, max_size=2).map(tuple) for _ in range(7)]),
)
TABLES = st.tuples(WEEKS, st.sets(DATES, max_size=3), st.one_of(st.none(), DATES))


def plainly_open(wall: datetime, hours: Hours) -> bool:
    """The meaning of a table of hours, spelled out without a thought for speed."""
    wall = wall.replace(tzinfo=None)
    if wall.date() < hours.since:
        return True
    for day in (wall.date(), wall.date() - timedelta(days=1)):
        for window in hours.week[day.weekday()]:
            start, end = datetime.combine(day, window.start), datetime.combine(day, window.end)
            end += timedelta(days=1) if end <= start else timedelta()
            if start <= wall < end and not any(touched in hours.closed for touched in {day, wall.date()}):
                return True
    return False


@settings(deadline=None)
@given(
    INSTANTS,
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True),
    st.lists(TABLES, min_size=1, max_size=3),
)
def test_a_scan_of_every_minute_finds_the_same_opening(now: datetime, zones: list[str], drawn: list[Any]) -> None:
    """Of several tables in several zones, over changes of the clock, closed days and rules that start later."""
    before = now.date() - timedelta(days=1)
    tables = [
        Hours(week, frozenset(before + timedelta(days=day) for day in closed), before + timedelta(days=since or 0))
        for week, closed, since in drawn
    ]
    decision = decide_by_clock(now, zones, tables)
    clocks = [ZoneInfo(zone) for zone in zones]
    scanned = (now + step * GRID for step in range(10 * 24 * 12))
    found = next((at for at in scanned if all(plainly_open(at.astimezone(c), t) for c in clocks for t in tables)), None)
    if found is None:
        assert decision.until is None or decision.until > now + timedelta(days=9)
    elif found == now:
        assert decision == SEND
    else:
        assert (decision.verdict, decision.until) == (Verdict.DEFER, found)
