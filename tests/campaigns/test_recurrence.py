import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.recurrence import check_rule, occurrences

CASES = Path(__file__).parents[1] / "cases" / "recurrences.jsonl"
SAMPLES = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
NEW_YORK = "America/New_York"
FIRST = datetime.fromisoformat("2024-01-01T00:00")


def instants(rule: str, start: str, *, after: str = "2000-01-01T00:00Z", limit: int = 9, zone: str = NEW_YORK) -> str:
    """The instants as '07T14:00 08T13:00': day, hour and minute in UTC."""
    found = occurrences(rule, datetime.fromisoformat(start), zone, after=datetime.fromisoformat(after), limit=limit)
    return " ".join(f"{instant:%dT%H:%M}" for instant in found)


@pytest.mark.parametrize("row", SAMPLES, ids=[row["id"] for row in SAMPLES])
def test_every_sample_rule_fires_when_the_table_says(row: dict[str, Any]) -> None:
    found = occurrences(
        row["rrule"],
        datetime.fromisoformat(row["start_local"]),
        row["tz"],
        after=datetime.fromisoformat(row["from_utc"]),
        limit=row["count"],
    )
    assert [f"{instant:%Y-%m-%dT%H:%M:%SZ}" for instant in found] == row["expect_utc"]
    check_rule(row["rrule"])


def test_a_time_in_the_spring_gap_moves_by_the_length_of_the_gap() -> None:
    assert instants("FREQ=DAILY;COUNT=3", "2026-03-07T02:30") == "07T07:30 08T07:30 09T06:30"


def test_a_time_that_comes_twice_in_autumn_fires_once_the_first_time() -> None:
    assert instants("FREQ=DAILY;COUNT=3", "2026-10-31T01:30") == "31T05:30 01T05:30 02T06:30"


def test_count_counts_from_the_start_also_what_is_past() -> None:
    assert instants("FREQ=DAILY;COUNT=4", "2026-01-01T09:00", after="2026-01-03T00:00Z") == "03T14:00 04T14:00"


def test_until_is_an_instant_and_is_included() -> None:
    assert instants("FREQ=DAILY;UNTIL=20260102T140000Z", "2026-01-01T09:00") == "01T14:00 02T14:00"
    assert instants("FREQ=DAILY;UNTIL=20260102T135959Z", "2026-01-01T09:00") == "01T14:00"
    assert instants("FREQ=DAILY;UNTIL=20260102T140000", "2026-01-01T09:00") == "01T14:00 02T14:00"


def test_until_as_a_date_lasts_to_its_end_where_the_families_are() -> None:
    assert instants("FREQ=DAILY;UNTIL=20260102", "2026-01-01T23:30") == "02T04:30 03T04:30"


def test_after_is_included_and_the_limit_is_kept() -> None:
    assert instants("FREQ=DAILY", "2026-01-01T09:00", after="2026-01-02T14:00Z", limit=2) == "02T14:00 03T14:00"
    assert instants("FREQ=DAILY", "2026-01-01T09:00", limit=0) == ""


def test_the_last_friday_and_the_last_workday_of_a_month() -> None:
    assert instants("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2026-01-01T09:00") == "30T14:00 27T14:00 27T13:00"
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2"
    assert instants(rule, "2026-01-01T09:00") == "30T14:00 27T14:00"


def test_months_without_a_31st_are_skipped() -> None:
    assert instants("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", "2026-01-31T09:00") == "31T14:00 31T13:00 31T13:00"


def test_a_leap_day_waits_for_its_year() -> None:
    found = occurrences(
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        datetime.fromisoformat("2096-01-01T09:00"),
        "UTC",
        after=datetime(2096, 1, 1, tzinfo=UTC),
        limit=3,
    )
    assert [instant.year for instant in found] == [2096, 2104, 2108]


def test_two_times_that_meet_in_the_gap_fire_once_and_in_order() -> None:
    rule = "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,30;COUNT=4"
    assert instants(rule, "2026-03-08T00:00") == "08T07:15 08T07:30"
    assert instants("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,45;COUNT=3", "2026-03-08T00:00") == "08T07:15 08T07:45"


def test_weeks_begin_on_monday_unless_the_rule_says_otherwise() -> None:
    assert instants("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU", "1997-08-05T09:00", after="1990-01-01T00:00Z") == (
        "05T13:00 10T13:00 19T13:00 24T13:00"
    )
    rule = "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU"
    assert instants(rule, "1997-08-05T09:00", after="1990-01-01T00:00Z") == "05T13:00 17T13:00 19T13:00 31T13:00"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=YEARLY;BYWEEKNO=20;BYMONTH=12",
    ],
)
def test_a_rule_that_never_fires_ends_soon_and_is_refused(rule: str) -> None:
    began = perf_counter()
    assert instants(rule, "2026-01-01T09:00") == ""
    with pytest.raises(ValueError, match="never fires"):
        check_rule(rule)
    assert perf_counter() - began < 20


def test_a_rule_that_only_its_start_keeps_from_firing_gives_nothing() -> None:
    check_rule("FREQ=DAILY;INTERVAL=7;BYDAY=TU")
    assert instants("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "2026-01-05T09:00") == ""


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", "not a part"),
        ("FREQ", "not a part"),
        ("every monday", "not a part"),
        ("BYDAY=MO", "FREQ must be one of"),
        ("FREQ=HOURLY", "FREQ must be one of"),
        ("FREQ=MINUTELY;INTERVAL=90", "FREQ must be one of"),
        ("FREQ=SECONDLY", "FREQ must be one of"),
        ("FREQ=FORTNIGHTLY", "FREQ must be one of"),
        ("FREQ=DAILY;FREQ=WEEKLY", "comes twice"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260101", "not by both"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=DAILY;COUNT=-1", "COUNT=-1"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL=TOMORROW"),
        ("FREQ=DAILY;UNTIL=20261340", "not a date"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY=1MO"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH=13"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR=24"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "does not go with"),
        ("FREQ=MONTHLY;BYWEEKNO=3", "does not go with"),
        ("FREQ=DAILY;BYEASTER=1", "BYEASTER is not"),
        ("FREQ=DAILY;DTSTART=20260101", "DTSTART is not"),
        ("FREQ=DAILY\nDTSTART:20260101", "FREQ must be"),
    ],
)
def test_a_bad_rule_is_refused_in_plain_words(rule: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_rule(rule)
    with pytest.raises(ValueError, match=words):
        instants(rule, "2026-01-01T09:00")


def test_wall_time_has_no_zone_and_an_instant_has_one() -> None:
    with pytest.raises(ValueError, match="wall time"):
        instants("FREQ=DAILY", "2026-01-01T09:00Z")
    with pytest.raises(ValueError, match="instant"):
        instants("FREQ=DAILY", "2026-01-01T09:00", after="2026-01-01T00:00")


@given(
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU,MO", "FREQ=MONTHLY;BYDAY=2SU", "FREQ=DAILY;BYHOUR=1,2,3"]),
    st.integers(0, 6 * 366 * 24 * 4).map(lambda quarters: FIRST + quarters * timedelta(minutes=15)),
    st.sampled_from([NEW_YORK, "Australia/Lord_Howe", "America/Phoenix", "Africa/Cairo"]),
    st.integers(0, 400),
)
def test_instants_are_in_order_and_none_is_early(rule: str, start: datetime, zone: str, days: int) -> None:
    after = start.replace(tzinfo=UTC) + timedelta(days=days)
    found = occurrences(rule, start, zone, after=after, limit=5)
    assert len(found) == 5
    assert found == sorted(set(found))
    assert found[0] >= after


@given(st.text(max_size=40) | st.from_regex(r"FREQ=(DAILY|MONTHLY);[A-Z]{4,10}=[-0-9A-Z,]{1,8}", fullmatch=True))
def test_any_text_is_a_rule_or_a_value_error(rule: str) -> None:
    with suppress(ValueError):
        check_rule(rule)
