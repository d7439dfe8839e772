"""Our own words coming back: a phone or a service that repeats what it gets, and would do so for ever."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.outgoing.models import Message
from outreach.people.models import Contact
from outreach.wording.models import Text

SHORTEST = 25  # characters: a family may well write "1" or "Food" as we do, never a whole text of ours
LAST = 3


def is_our_own(session: Session, contact: Contact, body: str) -> bool:
    """Whether a text is, spaces and case aside, one of the last that went to this contact."""
    written = _plain(body)
    if len(written) < SHORTEST:
        return False
    ours = session.scalars(
        select(Text.body)
        .join(Message, Message.text_id == Text.id)
        .where(Message.contact_id == contact.id)
        .order_by(Message.id.desc())
        .limit(LAST)
    )
    return any(_plain(text) == written for text in ours)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
