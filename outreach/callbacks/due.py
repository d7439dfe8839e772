"""By when a person calls back: what we promise the family, so it must be a time at which staff work."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.callbacks.models import Urgency

WORKDAY_END = time(17, 0)
LAST_CALL = time(14, 0)  # a request that comes later is for the next working day
CRISIS_MINUTES = 15
SATURDAY = 5


def due_at(requested: datetime, urgency: Urgency, zone: ZoneInfo) -> datetime:
    """When the call is due, aware UTC. Crisis: in minutes, at any hour. Else at the end of a working day, Mon-Fri."""
    if urgency is Urgency.CRISIS:
        return requested + timedelta(minutes=CRISIS_MINUTES)
    local = requested.astimezone(zone)
    day = local.date()
    if local.time() > LAST_CALL:
        day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, WORKDAY_END, zone).astimezone(UTC)
