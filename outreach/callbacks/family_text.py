"""What a family is told of its call besides the answer to its text: that we are late, or that we called in vain."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.models import Callback
from outreach.outgoing import outbox
from outreach.outgoing.models import Priority
from outreach.people.consent import Purpose
from outreach.runtime import Runtime
from outreach.wording.dates import format_moment
from outreach.wording.fields import fill
from outreach.wording.library import reply_library
from outreach.wording.replies import REPLIES


def write_family(
    session: Session, work: Runtime, callback: Callback, key: str, *, part: str, use_until: datetime | None = None
) -> None:
    """One of our reply texts in the family's language, once for `part`; `{when}` is when the call is due.

    It waits for a decent hour, as staff's own texts do, and is of no use after `use_until` (else for a day).
    """
    settings, contact = work.settings, callback.contact
    library = reply_library(session, settings.content / "locales")
    wording = library.find(contact.language, f"reply:{key}", REPLIES[key]).text or REPLIES[key]
    when = format_moment(callback.due_at.astimezone(settings.zone), contact.language)
    outbox.queue(
        session,
        outbox.Draft(
            source="callback",
            source_id=callback.id,
            part=part,
            phone=contact.phone,
            contact_id=contact.id,
            body=fill(wording, {"service": settings.service_name, "when": when}, contact.language),
            language=contact.language,
            purpose=Purpose.STAFF,
            priority=Priority.REPLY,
            useful=use_until - clock.now() if use_until else timedelta(days=1),
        ),
    )
    outbox.wake_dispatch(session, work.redis, Priority.REPLY)
