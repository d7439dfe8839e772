"""The calendar behind a promise to call: the days on which nobody does."""

from functools import lru_cache

from outreach.callbacks.due import WorkingHours
from outreach.outgoing.closed_days import ClosedDays
from outreach.settings import Settings


@lru_cache(4)
def working_hours(settings: Settings) -> WorkingHours:
    """Weekdays from 9 to 5, but for federal holidays and the dates that OUTREACH_CLOSED_DAYS names."""
    named = ClosedDays.parse(settings.closed_days)
    return WorkingHours(closed=ClosedDays(dates=named.dates, federal=True))
