"""When a family would like to be called: its answer is kept, and the promise follows it."""

from outreach import clock
from outreach.callbacks.due import Slot, next_slot
from outreach.callbacks.models import Callback, CallbackEntry, DayPart
from outreach.callbacks.workdays import working_hours
from outreach.settings import Settings


def prefer(callback: Callback, part: DayPart, settings: Settings) -> Slot | None:
    """Keep the wish. The call is due by the end of the next such time of day; None, and the promise as it
    stands, when nobody works then."""
    now = clock.now()
    callback.preferred_time = part
    callback.history.append(CallbackEntry(action=f"the family asks for the {part}", happened_at=now))
    slot = next_slot(now, part, settings.zone, working_hours(settings))
    if slot is not None:
        callback.due_at = slot.ends
    return slot
