"""A callback goes to another partner: it learns what it needs to call, and the notes of the one before stay behind."""

from sqlalchemy.orm import Session

from outreach.callbacks.models import Callback, CallbackState
from outreach.callbacks.requests import CallbackError
from outreach.callbacks.routing import callers, to_partner
from outreach.staff.models import Partner, Staff


def hand_over(session: Session, callback: Callback, to: Partner, by: Staff, reason: str) -> None:
    """Give it to the staff of another partner, with a reason written for them. The promise to the family stands.

    What was noted before stays with the partner that noted it, the first reason too. Raises CallbackError when the
    callback is closed, is theirs already, or nobody there answers calls.
    """
    if callback.state is CallbackState.CLOSED:
        raise CallbackError("this callback is closed already")
    if callback.partner_id == to.id:
        raise CallbackError(f"{to.name} has this callback already")
    if not callers(session, to.id):
        raise CallbackError(f"nobody at {to.name} answers calls")
    callback.write(f"handed to {to.name}", by)
    callback.partner, callback.partner_id = to, to.id
    callback.state, callback.assignee, callback.assignee_id = CallbackState.OPEN, None, None
    callback.reason = reason
    callback.interpreter = to_partner(session, to.id, callback.topic, callback.language).interpreter
    callback.missed_at = None  # its own coordinators hear of what it does not keep
    callback.write(f"came from {by.partner.name if by.partner else 'an admin'}", by, reason)
