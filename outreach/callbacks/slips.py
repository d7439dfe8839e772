"""A family whose call did not come in time is told so, once, with a new time that is meant."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.calendar import hours_of
from outreach.callbacks.due import Slot, WorkingHours, due_at, next_slot
from outreach.callbacks.family_text import write_family
from outreach.callbacks.models import Callback, DayPart, Urgency, is_open
from outreach.runtime import Runtime

GRACE = timedelta(minutes=30)  # who called at the last minute still has to write it down
SAID_LATE = "told the family we are late"  # an action in a callback's history
KEY = "callback_slipped"


def slipped(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Callbacks past their time by GRACE whose family was not told. For a crisis staff are paged instead."""
    return (
        is_open(),
        Callback.urgency != Urgency.CRISIS,
        Callback.due_at <= now - GRACE,
        Callback.slipped_at.is_(None),
    )


def new_time(
    now: datetime, urgency: Urgency, preferred: DayPart | None, zone: ZoneInfo, hours: WorkingHours
) -> datetime:
    """The next time that can be promised (aware UTC): in the time of day the family prefers, if anybody works then."""
    slot: Slot | None = next_slot(now, preferred, zone, hours) if preferred else None
    return slot.ends if slot else due_at(now, urgency, zone, hours)


def tell_family(session: Session, work: Runtime, callback: Callback) -> None:
    """Promise a new time, in the working hours of the partner that calls. Once for each promise."""
    now, settings = clock.now(), work.settings
    hours = hours_of(session, settings, callback.partner_id)
    callback.missed_at = callback.missed_at or callback.due_at
    callback.due_at = new_time(now, callback.urgency, callback.preferred_time, settings.zone, hours)
    callback.slipped_at = now
    callback.write(SAID_LATE)
    part = f"slipped:{callback.attempts}" if callback.attempts else "slipped"  # each attempt makes a new promise
    write_family(session, work, callback, KEY, part=part, use_until=callback.due_at)
