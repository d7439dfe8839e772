"""What a family was asked and has not answered, so that a bare "1" means what was asked last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

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


def open_questions(
    session: Session,
    contact: Contact,
    *,
    invited: bool,
    offered_at: datetime | None,
    time_asked_at: datetime | None,
    now: datetime,
) -> OpenQuestions:
    """What waits for this family's answer, from what `time_was_asked` and `listings_were_offered` found.

    `invited`: whether it ever was to an event; only then is looked for an invitation that waits.
    """
    asked: dict[str, datetime] = {}
    if offered_at:
        asked[LISTINGS] = offered_at
    if time_asked_at:
        asked[CALLBACK_TIME] = time_asked_at
    invitation = pending_invitation(session, contact, now) if invited else None
    if invitation is not None:
        asked[RSVP] = _invited_at(session, invitation) if asked else now
    return OpenQuestions(frozenset(asked), max(asked, key=asked.__getitem__, default=None))


def listings_were_offered(
    contact_id: SQLColumnExpression[int], now: SQLColumnExpression[datetime]
) -> ScalarSelect[datetime]:
    """When the list of places that "1" or MORE would answer went to a family; a part of larger statements."""
    offer = select(ListingOffer.offered_at).where(ListingOffer.contact_id == contact_id, ListingOffer.expires_at > now)
    return offer.scalar_subquery()


def time_was_asked(
    contact_id: SQLColumnExpression[int], since: SQLColumnExpression[datetime]
) -> ScalarSelect[datetime | None]:
    """When a family was last asked, after `since`, for a good time to call and has not said one; a part of larger
    statements."""
    return (
        select(func.max(Callback.time_asked_at, type_=Callback.time_asked_at.type))
        .where(
            Callback.contact_id == contact_id,
            is_open(),
            Callback.preferred_time.is_(None),
            Callback.time_asked_at > since,
        )
        .scalar_subquery()
    )


def _invited_at(session: Session, invitation: Invitation) -> datetime:
    """When the last text about that event left for this family."""
    last = session.scalar(
        select(func.max(Message.sent_at, type_=Message.sent_at.type))
        .join(Run, (Message.source == RUN) & (Message.source_id == Run.id))
        .join(Campaign, Campaign.id == Run.campaign_id)
        .where(Message.contact_id == invitation.contact_id, Campaign.event_id == invitation.event_id)
    )
    return last or invitation.invited_at
