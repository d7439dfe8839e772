"""A family whose call did not come in time is told so, once, with a new time that is meant."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.due import Slot, WorkingHours, due_at, next_slot
from outreach.callbacks.models import Callback, CallbackEntry, CallbackState, DayPart, Urgency
from outreach.callbacks.workdays import working_hours
from outreach.outgoing import outbox
from outreach.outgoing.models import Priority
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.wording.dates import format_moment
from outreach.wording.fields import fill
from outreach.wording.library import reply_library
from outreach.wording.replies import REPLIES

GRACE = timedelta(minutes=30)  # who called at the last minute still has to write it down
SAID_LATE = "told the family we are late"  # an action in a callback's history
KEY = "callback_slipped"


def slipped(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Callbacks past their time by GRACE whose family was not told. For a crisis staff are paged instead."""
    return (
        Callback.state != CallbackState.CLOSED,
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
    """Promise a new time, in the family's language. The text waits for a decent hour, as staff's own texts do."""
    now, settings = clock.now(), work.settings
    contact = callback.contact
    callback.due_at = new_time(now, callback.urgency, callback.preferred_time, settings.zone, working_hours(settings))
    callback.slipped_at = now
    callback.history.append(CallbackEntry(action=SAID_LATE, happened_at=now))
    library = reply_library(session, settings.content / "locales")
    wording = library.find(contact.language, f"reply:{KEY}", REPLIES[KEY]).text or REPLIES[KEY]
    when = format_moment(callback.due_at.astimezone(settings.zone), contact.language)
    outbox.queue(
        session,
        outbox.Draft(
            source="callback",
            source_id=callback.id,
            part="slipped",
            phone=contact.phone,
            contact_id=contact.id,
            body=fill(wording, {"service": settings.service_name, "when": when}, contact.language),
            language=contact.language,
            purpose=Purpose.STAFF,
            priority=Priority.REPLY,
            useful=callback.due_at - now,
        ),
    )
    outbox.wake_dispatch(session, work.redis, Priority.REPLY)
