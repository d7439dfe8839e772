"""Moments and hours as staff read them, on the deployment's clock."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from outreach import clock, runtime
from outreach.outgoing.quiet_hours import Hours, Window

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOON = time(12)


def show_moment(moment: datetime | None, zone: str | None = None) -> str:
    """ "Tue 24 Mar, 4:00 pm"; the year only when it is another one."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone or runtime.current().settings.timezone))
    return f"{show_day(local)}, {_show_clock(local)}"


def show_day(moment: datetime | None) -> str:
    """ "Tue 24 Mar" """
    if moment is None:
        return ""
    local = _local(moment)
    this_year = _local(clock.now()).year
    return f"{local:%a} {local.day} {local:%b}" + (f" {local.year}" if local.year != this_year else "")


def show_date(day: date) -> str:
    """ "24 Mar 2026": a day that may be years ago."""
    return f"{day.day} {day:%b} {day.year}"


def show_soon(moment: datetime) -> str:
    """ "9:00 pm" for a moment of today, "Tue 24 Mar, 9:00 am" for others."""
    local = _local(moment)
    return _show_clock(local) if local.date() == _local(clock.now()).date() else show_moment(moment)


def say_hours(hours: Hours) -> str:
    """ "9 am to 8 pm, Sunday noon to 6 pm".

    The hours of most days stand first and without a name; with days that are closed every day is named.
    """
    groups: dict[tuple[Window, ...], list[int]] = {}
    for day, windows in enumerate(hours.week):
        if windows:
            groups.setdefault(windows, []).append(day)
    usual, *others = sorted(groups, key=lambda windows: -len(groups[windows]))
    if all(hours.week):
        named = [f"{_say_days(groups[windows])} {_say_windows(windows)}" for windows in others]
        return ", ".join([_say_windows(usual), *named])
    return ", ".join(f"{_say_days(days)} {_say_windows(windows)}" for windows, days in groups.items())


def show_hours(setting: str) -> str:
    """The same of OUTREACH_QUIET_HOURS as it is written. ValueError when that cannot be read."""
    return say_hours(Hours.parse(setting))


def _say_windows(windows: Sequence[Window]) -> str:
    return " and ".join(_say_window(window) for window in windows)


def _say_window(window: Window) -> str:
    if window.start == window.end:  # midnight to midnight
        return "at any hour"
    return f"{_say_time(window.start)} to {_say_time(window.end)}"


def _say_time(moment: time) -> str:
    if moment in (time.min, NOON):
        return "noon" if moment == NOON else "midnight"
    return f"{moment:%I:%M %p}".lstrip("0").replace(":00", "").lower()


def _say_days(days: Sequence[int]) -> str:
    """ "Monday to Friday and Sunday": three days or more in a row are a span."""
    spans: list[list[int]] = []
    for day in days:
        if spans and spans[-1][-1] == day - 1:
            spans[-1].append(day)
        else:
            spans.append([day])
    said = [words for span in spans for words in _say_span(span)]
    return " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))


def _say_span(span: Sequence[int]) -> list[str]:
    return [f"{DAYS[span[0]]} to {DAYS[span[-1]]}"] if len(span) > 2 else [DAYS[day] for day in span]


def _show_clock(local: datetime) -> str:
    return local.strftime("%I:%M %p").lstrip("0").lower()


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(runtime.current().settings.timezone))
