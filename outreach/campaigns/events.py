"""Events: planning one, inviting families, and keeping their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.models import Answer, Event, Invitation
from outreach.campaigns.recipients import Recipients
from outreach.db import change, insert_new
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
) -> Event:
    """A new event at a wall-clock time of the deployment's zone. Raises EventError."""
    starts_at = starts_local.replace(tzinfo=settings.zone)
    if starts_at <= clock.now():
        raise EventError("the event would begin in the past")
    event = Event(
        title=title,
        place=place,
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
    """The soonest event that this family was invited to and that is still to come; answered ones may change."""
    return session.scalars(
        select(Invitation)
        .join(Event)
        .where(Invitation.contact_id == contact.id, Event.starts_at > now - timedelta(hours=1))
        .order_by(Invitation.answer.is_not(None), Event.starts_at)
        .limit(1)
    ).one_or_none()


def answer(session: Session, invitation: Invitation, word: Answer) -> None:
    session.execute(
        update(Invitation)
        .where(Invitation.event_id == invitation.event_id, Invitation.contact_id == invitation.contact_id)
        .values(answer=word, answered_at=clock.now())
    )
