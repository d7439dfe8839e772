"""Whether it is a decent hour to call at the family's place: a warning for staff, never a bar."""

from datetime import datetime
from functools import lru_cache

from outreach.outgoing.hours import SendingHours, sending_hours
from outreach.outgoing.quiet_hours import QuietDecision
from outreach.people.area_codes import states_of
from outreach.people.models import Contact
from outreach.settings import Settings


@lru_cache(4)
def _hours(settings: Settings) -> SendingHours:
    return sending_hours(settings)


def hours_at(settings: Settings, contact: Contact, now: datetime) -> QuietDecision:
    """As a text would be decided that could go at `now`: open, or when it opens and why not yet."""
    zones = contact.zones.split() or [settings.timezone]
    states = states_of(contact.phone, contact.zip)
    return _hours(settings).decide(now, zones=zones, states=states, expires=None, urgent=False)
