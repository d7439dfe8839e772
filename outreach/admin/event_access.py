"""Whose event it is: who may see one, and who may plan it."""

from flask import abort
from sqlalchemy.orm import Session

from outreach.admin.sign_in import me_in
from outreach.campaigns.models import Event
from outreach.staff.roles import Ability, may


def find_event(session: Session, event_id: int, *, plan: bool = False) -> Event:
    """An event this person may see; to `plan`, her own or as a coordinator any. Another's is not there."""
    event = session.get(Event, event_id) or abort(404)
    staff = me_in(session)
    if event.organizer_id != staff.id and not may(staff.role, Ability.SEE_ALL_EVENTS):
        abort(404)
    if plan and not may_plan(session, event):
        abort(403)
    return event


def may_plan(session: Session, event: Event) -> bool:
    staff = me_in(session)
    everyones = may(staff.role, Ability.SEE_ALL_EVENTS) or event.organizer_id == staff.id
    return may(staff.role, Ability.PLAN_EVENTS) and everyones
