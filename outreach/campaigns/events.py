"""Events: planning one, inviting families, and keeping their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, literal, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.models import Answer, Campaign, Event, Invitation, Run
from outreach.campaigns.recipients import Recipients
from outreach.campaigns.runs import RUN
from outreach.db import change, insert_new
from outreach.outgoing.models import Message
from outreach.outgoing.status import LEFT
from outreach.people.models import Contact
from outreach.settings import Settings
from outreach.staff.models import Staff


class EventError(ValueError):
    """An event cannot be planned like this; the text says why."""


@dataclass(frozen=True)
class Attendance:
    invited: int
    coming: int
    declined: int

    @property
    def silent(self) -> int:
        return self.invited - self.coming - self.declined


def plan_event(
    session: Session,
    settings: Settings,
    *,
    title: str,
    place: str,
    starts_local: datetime,
    capacity: int | None,
    organizer: Staff | None,
    titles: Mapping[str, str] | None = None,
    places: Mapping[str, str] | None = None,
) -> Event:
    """A new event at a wall-clock time of the deployment's zone, with its words in other languages by code.

    Raises EventError.
    """
    starts_at = starts_local.replace(tzinfo=settings.zone)
    if starts_at <= clock.now():
        raise EventError("the event would begin in the past")
    event = Event(
        title=title,
        place=place,
        titles=dict(titles or {}),
        places=dict(places or {}),
        starts_at=starts_at,
        timezone=settings.timezone,
        capacity=capacity,
        organizer=organizer,
        partner=organizer.partner if organizer else None,
        created_at=clock.now(),
    )
    session.add(event)
    session.flush()
    return event


def invite(session: Session, event: Event, recipients: Recipients) -> int:
    """Put an audience on the list of invited families. Returns how many are new on it."""
    selected = select(literal(event.id), Contact.id, literal(clock.now(), type_=Invitation.invited_at.type)).where(
        recipients.where()
    )
    insert = insert_new(session, Invitation).from_select(["event_id", "contact_id", "invited_at"], selected)
    return change(session, insert)


def count_attendance(session: Session, events: Sequence[Event]) -> dict[int, Attendance]:
    """Invited, coming and declined families by event id, in one statement."""
    answers: dict[int, dict[Answer | None, int]] = {event.id: {} for event in events}
    counted = session.execute(
        select(Invitation.event_id, Invitation.answer, func.count())
        .where(Invitation.event_id.in_(answers))
        .group_by(Invitation.event_id, Invitation.answer)
    )
    for event_id, word, number in counted:
        answers[event_id][word] = number
    return {
        event_id: Attendance(sum(found.values()), found.get(Answer.YES, 0), found.get(Answer.NO, 0))
        for event_id, found in answers.items()
    }


def pending_invitation(session: Session, contact: Contact, now: datetime) -> Invitation | None:
    """The soonest event to come that this family was asked about by text; an answer may change.

    A place on the list is no question: until a text about the event has left, a number or a "no" means something else.
    """
    asked = (
        exists()
        .where(Message.source == RUN, Message.source_id == Run.id, Message.contact_id == contact.id)
        .where(Message.status.in_(LEFT), Run.campaign_id == Campaign.id, Campaign.event_id == Event.id)
    )
    return session.scalars(
        select(Invitation)
        .join(Event)
        .where(Invitation.contact_id == contact.id, Event.starts_at > now - timedelta(hours=1), asked)
        .order_by(Invitation.answer.is_not(None), Event.starts_at)
        .limit(1)
    ).one_or_none()


def answer(session: Session, invitation: Invitation, word: Answer) -> None:
    session.execute(
        update(Invitation)
        .where(Invitation.event_id == invitation.event_id, Invitation.contact_id == invitation.contact_id)
        .values(answer=word, answered_at=clock.now())
    )
