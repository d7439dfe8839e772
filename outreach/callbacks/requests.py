"""Callbacks: a family asks, a person takes it, calls, and says how it went."""

from dataclasses import dataclass

from redis import Redis
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, object_session

from outreach import clock
from outreach.callbacks.calendar import hours_of
from outreach.callbacks.crisis.hold import hold
from outreach.callbacks.crisis.paging import page_staff, stop_pages
from outreach.callbacks.due import due_at
from outreach.callbacks.models import Callback, CallbackState, Outcome, Urgency, is_open
from outreach.callbacks.routing import Routed, route, to_partner
from outreach.people.models import Contact
from outreach.settings import Settings
from outreach.staff.models import Staff

URGENCIES = (Urgency.CRISIS, Urgency.SOON, Urgency.NORMAL)


class CallbackError(ValueError):
    """What was asked does not go with the callback's state."""


@dataclass(frozen=True)
class Requested:
    callback: Callback
    new: bool  # False: the family has an open request already


def request_callback(
    session: Session,
    redis: Redis,
    settings: Settings,
    contact: Contact,
    *,
    reason: str,
    urgency: Urgency = Urgency.NORMAL,
    inbound_id: int | None = None,
    topic: str | None = None,
    partner_id: int | None = None,
) -> Requested:
    """Open a callback. A family with an open one keeps it, made more urgent when need be.

    It is the matter of `partner_id`, whose staff asks for it, or of the partner that takes the `topic` of the family's
    text. A partner that asks by itself is not told of another's callback: it gets one of its own. A crisis is
    everybody's until somebody takes it.

    A crisis pages staff, and no campaign goes to the family until staff release it.
    """
    now = clock.now()
    callback = open_callback(session, contact, partner_id)
    routed = _route(session, contact, callback, urgency, topic, partner_id)
    due = due_at(now, urgency, settings.zone, hours_of(session, settings, routed.partner_id), settings.crisis_minutes)
    if callback is None:
        callback = Callback(
            contact=contact,
            inbound_id=inbound_id,
            partner_id=routed.partner_id,
            topic=routed.topic,
            interpreter=routed.interpreter,
            reason=reason,
            urgency=urgency,
            language=contact.language,
            state=CallbackState.OPEN,
            requested_at=now,
            due_at=due,
        )
        session.add(callback)
        _write(callback, "requested", None, reason)
        session.flush()
        new = True
    else:
        _write(callback, "asked again", None, reason)
        new = False
        if URGENCIES.index(urgency) < URGENCIES.index(callback.urgency):
            callback.urgency, callback.reason, callback.due_at = urgency, reason, min(due, callback.due_at)
    if urgency is Urgency.CRISIS:
        session.flush()
        hold(session, contact, callback)
        # Whoever had it took an ordinary call: now it needs somebody who knows, and pages go on until it is taken.
        callback.state, callback.assignee = CallbackState.OPEN, None
        page_staff(session, redis, settings, callback)
    return Requested(callback, new)


def open_callback(session: Session, contact: Contact, partner_id: int | None = None) -> Callback | None:
    """The family's open callback, first what it asked for by text. For a partner: its own, or one that is nobody's."""
    wanted = select(Callback).where(Callback.contact_id == contact.id, is_open())
    if partner_id is not None:
        wanted = wanted.where(or_(Callback.partner_id.is_(None), Callback.partner_id == partner_id))
    return session.scalars(wanted.order_by(Callback.time_asked_at.is_(None), Callback.id).limit(1)).one_or_none()


def _route(
    session: Session,
    contact: Contact,
    callback: Callback | None,
    urgency: Urgency,
    topic: str | None,
    partner_id: int | None,
) -> Routed:
    if callback is not None:
        return Routed(callback.partner_id, callback.topic, callback.interpreter)
    if partner_id is None and urgency is not Urgency.CRISIS:
        return route(session, contact, topic)
    return to_partner(session, None if urgency is Urgency.CRISIS else partner_id, topic, contact.language)


def assign(callback: Callback, assignee: Staff, by: Staff) -> None:
    """Give it to somebody. What was nobody's is her partner's from now on, and a crisis is that of whoever takes it.

    Raises CallbackError when it is closed.
    """
    _must_be_open(callback)
    if assignee.partner_id and (callback.partner_id is None or callback.urgency is Urgency.CRISIS):
        callback.partner, callback.partner_id = assignee.partner, assignee.partner_id
    callback.assignee, callback.state = assignee, CallbackState.ASSIGNED
    _stop_pages(callback)
    _write(callback, f"assigned to {assignee.name}", by, None)


def give_back_crises(session: Session, person: Staff, by: Staff) -> int:
    """Crises of somebody who signs in no more are untaken again, so that pages go on. Returns how many."""
    hers = select(Callback).where(is_open(), Callback.assignee_id == person.id, Callback.urgency == Urgency.CRISIS)
    crises = session.scalars(hers.order_by(Callback.id).with_for_update()).all()
    for callback in crises:
        callback.assignee, callback.state = None, CallbackState.OPEN
        _write(callback, f"untaken again: {person.name} signs in no more", by, None)
    return len(crises)


def add_note(callback: Callback, by: Staff, note: str) -> None:
    _write(callback, "noted", by, note)


def close(callback: Callback, outcome: Outcome, by: Staff, note: str | None = None) -> None:
    """Say how it went. A family that is held stays held. Raises CallbackError when it is closed."""
    _must_be_open(callback)
    _stop_pages(callback)
    callback.state, callback.outcome, callback.closed_at = CallbackState.CLOSED, outcome, clock.now()
    _write(callback, f"closed: {outcome.replace('_', ' ')}", by, note)


def _stop_pages(callback: Callback) -> None:
    session = object_session(callback)
    if callback.urgency is Urgency.CRISIS and session is not None:
        stop_pages(session, callback)


def _must_be_open(callback: Callback) -> None:
    if callback.state is CallbackState.CLOSED:
        raise CallbackError("this callback is closed already")


def _write(callback: Callback, action: str, staff: Staff | None, note: str | None) -> None:
    callback.write(action, staff, note)
