"""What would become of a text if it were written now: the rule that dispatch goes by, asked beforehand."""

from datetime import datetime
from functools import lru_cache

from outreach.outgoing.decision import Decision, decide_sending
from outreach.outgoing.hours import SendingHours, sending_hours
from outreach.people.area_codes import states_of
from outreach.people.consent import Purpose, may_text
from outreach.people.models import Contact
from outreach.settings import Settings


def forecast(
    settings: Settings, contact: Contact, purpose: Purpose, now: datetime, expires_at: datetime | None
) -> Decision:
    """Whether a reply, or what staff write, would leave at once, wait until when, or never leave, and why.

    The family's consent to topics is not looked at: these purposes do not ask for it.
    """
    return decide_sending(
        now,
        purpose=purpose,
        permission=may_text(contact.consent, purpose=purpose),
        zones=(contact.zones or "").split() or [settings.timezone],
        states=states_of(contact.phone, contact.zip),
        hours=_hours(settings),
        expires_at=expires_at,
    )


@lru_cache(maxsize=4)
def _hours(settings: Settings) -> SendingHours:
    return sending_hours(settings)
