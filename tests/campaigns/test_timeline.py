from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.campaigns.timeline import TimelineError, When, day_anchor, due_at, read_duration, read_when

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("at launch", When(timedelta(), at_launch=True)),
        ("  at   launch ", When(timedelta(), at_launch=True)),
        ("2 hours before", When(timedelta(hours=-2), elapsed=True)),
        ("90 minutes after", When(timedelta(minutes=90), elapsed=True)),
        ("1 day before at 16:00", When(timedelta(days=-1), time(16))),
        ("7 days before", When(timedelta(days=-7))),
        ("2 weeks after at 8:30", When(timedelta(weeks=2), time(8, 30))),
        ("on the day at 8:00", When(timedelta(), time(8))),
    ],
)
def test_a_moment_is_read_as_a_person_writes_it(text: str, when: When) -> None:
    assert read_when(text) == when


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a moment"),
        ("on the day", "is not a moment"),
        ("tomorrow", "is not a moment"),
        ("7 days", "is not a moment"),
        ("-7 days before", "is not a moment"),
        ("seven days before", "is not a moment"),
        ("7 days before at noon", "is not a moment"),
        ("2 months before", "is not a moment"),
        ("99999999999999 weeks before", "is not a moment"),
        ("1 day before at 24:00", "is not a time of day"),
        ("1 day before at 8:60", "is not a time of day"),
        ("2 hours before at 16:00", "says the hour twice"),
    ],
)
def test_a_moment_nobody_can_read_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(TimelineError, match=says):
        read_when(text)


@pytest.mark.parametrize(
    ("text", "duration"),
    [("24 hours", timedelta(hours=24)), ("1 day", timedelta(days=1)), (" 90  minutes", timedelta(minutes=90))],
)
def test_a_duration_is_read(text: str, duration: timedelta) -> None:
    assert read_duration(text) == duration


@pytest.mark.parametrize("text", ["", "0 hours", "00 days", "24", "a day", "-1 day", "99999999999 weeks"])
def test_a_duration_nobody_can_read_is_refused(text: str) -> None:
    with pytest.raises(TimelineError, match="is not a duration"):
        read_duration(text)


# Clocks in New York went forward on 2026-03-08 at 2:00 and go back on 2026-11-01 at 2:00. Times are local.
@pytest.mark.parametrize(
    ("when", "anchor", "due"),
    [
        ("at launch", "2026-12-05T10:00-05:00", "2026-12-05T10:00-05:00"),
        ("7 days before at 16:00", "2026-12-05T10:00-05:00", "2026-11-28T16:00-05:00"),
        ("on the day at 8:00", "2026-12-05T10:00-05:00", "2026-12-05T08:00-05:00"),
        ("1 day after", "2026-12-05T10:00-05:00", "2026-12-06T10:00-05:00"),
        # Days stand on the wall clock: the hour stays, whatever the clocks did in between.
        ("1 day before at 16:00", "2026-03-08T12:00-04:00", "2026-03-07T16:00-05:00"),
        ("7 days before", "2026-03-10T10:00-04:00", "2026-03-03T10:00-05:00"),
        ("1 week after", "2026-10-30T10:00-04:00", "2026-11-06T10:00-05:00"),
        # Hours are elapsed time: what a clock on the wall shows moves by the change.
        ("12 hours before", "2026-03-08T12:00-04:00", "2026-03-07T23:00-05:00"),
        ("24 hours after", "2026-10-31T12:00-04:00", "2026-11-01T11:00-05:00"),
        ("90 minutes before", "2026-03-08T03:30-04:00", "2026-03-08T01:00-05:00"),
        # A wall time that the clocks skip moves by the gap; one that comes twice is the first.
        ("1 day after at 2:30", "2026-03-07T10:00-05:00", "2026-03-08T03:30-04:00"),
        ("1 day after at 1:30", "2026-10-31T10:00-04:00", "2026-11-01T01:30-04:00"),
    ],
)
def test_a_step_is_due_on_the_clock_of_the_town(when: str, anchor: str, due: str) -> None:
    found = due_at(read_when(when), datetime.fromisoformat(anchor).astimezone(UTC), NEW_YORK)
    assert found == datetime.fromisoformat(due)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "anchor"),
    [
        ("2026-12-05T15:00+00:00", "2026-12-05T00:00-05:00"),
        ("2026-12-05T04:59+00:00", "2026-12-04T00:00-05:00"),
        ("2026-03-08T20:00+00:00", "2026-03-08T00:00-05:00"),
        ("2026-11-01T20:00+00:00", "2026-11-01T00:00-04:00"),
    ],
)
def test_a_series_counts_from_the_midnight_of_the_town(moment: str, anchor: str) -> None:
    assert day_anchor(datetime.fromisoformat(moment), NEW_YORK) == datetime.fromisoformat(anchor)
