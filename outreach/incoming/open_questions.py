"""What a family was asked and has not answered, so that a bare "1" means what was asked last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.models import Callback, is_open
from outreach.campaigns.events import pending_invitation
from outreach.campaigns.models import Campaign, Invitation, Run
from outreach.campaigns.runs import RUN
from outreach.incoming.menus import CALLBACK_TIME, LISTINGS, RSVP
from outreach.outgoing.models import Message
from outreach.people.models import Contact
from outreach.resources.models import ListingOffer

TIME_ANSWER = timedelta(hours=12)  # what comes later is no answer to "when is a good time?"


@dataclass(frozen=True)
class OpenQuestions:
    """`kinds` as `intent.recognise` takes them; `last` is the one asked last, which a bare number answers."""

    kinds: frozenset[str] = frozenset()
    last: str | None = None


NONE_OPEN = OpenQuestions()


# Built once: every text begins with it.
_FAMILY = select(
    Contact,
    exists().where(Invitation.contact_id == Contact.id),
    select(ListingOffer.offered_at)
    .where(ListingOffer.contact_id == Contact.id, ListingOffer.expires_at > bindparam("now"))
    .scalar_subquery(),
    select(func.max(Callback.time_asked_at, type_=Callback.time_asked_at.type))
    .where(
        Callback.contact_id == Contact.id,
        is_open(),
        Callback.preferred_time.is_(None),
        Callback.time_asked_at > bindparam("since"),
    )
    .scalar_subquery(),
).where(Contact.phone == bindparam("phone"))


def family_and_questions(session: Session, phone: str) -> tuple[Contact | None, OpenQuestions]:
    """Who wrote, when we know them, and what waits for their answer: one statement for most families."""
    now = clock.now()
    found = session.execute(_FAMILY, {"phone": phone, "now": now, "since": now - TIME_ANSWER}).one_or_none()
    if found is None:
        return None, NONE_OPEN
    contact, listed, offered_at, time_asked_at = found
    asked: dict[str, datetime] = {}
    if offered_at:
        asked[LISTINGS] = offered_at
    if time_asked_at:
        asked[CALLBACK_TIME] = time_asked_at
    invitation = pending_invitation(session, contact, now) if listed else None
    if invitation is not None:
        asked[RSVP] = _invited_at(session, invitation) if asked else now
    return contact, OpenQuestions(frozenset(asked), max(asked, key=asked.__getitem__, default=None))


def _invited_at(session: Session, invitation: Invitation) -> datetime:
    """When the last text about that event left for this family."""
    last = session.scalar(
        select(func.max(Message.sent_at, type_=Message.sent_at.type))
        .join(Run, (Message.source == RUN) & (Message.source_id == Run.id))
        .join(Campaign, Campaign.id == Run.campaign_id)
        .where(Message.contact_id == invitation.contact_id, Campaign.event_id == invitation.event_id)
    )
    return last or invitation.invited_at
