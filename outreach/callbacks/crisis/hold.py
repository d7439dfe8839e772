"""The hold: from a crisis until staff release it, no campaign goes to that phone."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.callbacks.crisis.models import Hold
from outreach.callbacks.models import Callback, CallbackEntry
from outreach.db import insert_row
from outreach.people.models import Contact
from outreach.staff.models import Staff

HELD, RELEASED = "held back campaigns", "released campaigns"  # actions in a callback's history


def hold(session: Session, contact: Contact, callback: Callback) -> None:
    """No campaign from now on; a family that is held stays so. Both have to be in the database."""
    if contact.held_since is not None:
        return
    contact.held_since = clock.now()
    insert_row(session, Hold, contact_id=contact.id, callback_id=callback.id, since=contact.held_since)
    callback.history.append(CallbackEntry(action=HELD, happened_at=contact.held_since))


def release(session: Session, contact: Contact, by: Staff) -> bool:
    """Campaigns may go to the family again; who and when stands in the call's history. False: it was not held."""
    session.refresh(contact, ["held_since"], with_for_update=True)
    if contact.held_since is None:
        return False
    now = clock.now()
    contact.held_since = None
    for one in session.scalars(select(Hold).where(Hold.contact_id == contact.id, Hold.released_at.is_(None))):
        one.released_at, one.released_by = now, by
        if one.callback:
            one.callback.history.append(CallbackEntry(action=RELEASED, staff=by, happened_at=now))
    return True


def holds_of(session: Session, contact: Contact) -> Sequence[Hold]:
    """The family's holds, the newest first."""
    found = select(Hold).where(Hold.contact_id == contact.id).order_by(Hold.since.desc(), Hold.id.desc())
    return session.scalars(found.options(joinedload(Hold.released_by))).all()


def held_now(session: Session) -> Sequence[Hold]:
    """Every hold in force, the oldest first."""
    found = select(Hold).where(Hold.released_at.is_(None)).order_by(Hold.since, Hold.id)
    return session.scalars(found.options(joinedload(Hold.contact), joinedload(Hold.callback))).all()
