"""When a family would like to be called: its answer is kept, and the promise follows it."""

from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.calendar import hours_of
from outreach.callbacks.due import Slot, next_slot
from outreach.callbacks.models import Callback, DayPart
from outreach.settings import Settings


def prefer(session: Session, callback: Callback, part: DayPart, settings: Settings) -> Slot | None:
    """Keep the wish. The call is due by the end of the next such time of day; None, and the promise as it
    stands, when nobody works then."""
    now = clock.now()
    callback.preferred_time = part
    callback.write(f"the family asks for the {part}")
    slot = next_slot(now, part, settings.zone, hours_of(session, settings, callback.partner_id))
    if slot is not None:
        callback.due_at = slot.ends
    return slot
