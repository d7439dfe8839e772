"""Who reads what of a callback: a partner's reasons, notes and outcomes are read by its own staff alone.

Everything that shows callbacks asks here. Of another partner's callback staff see that it is there: whose it is,
whether somebody has it, and when it is due. An open crisis is everybody's, so that whoever is paged may call; the notes
in it are still their partner's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from outreach.callbacks.models import Callback, CallbackEntry, CallbackState, Outcome, Urgency, is_open
from outreach.people.models import Contact
from outreach.staff.models import Partner, Staff


@dataclass(frozen=True)
class Seen:
    """A callback as one member of staff sees it. Behind the wall `walled` is True and all that is None stays hidden."""

    id: int
    contact: Contact
    partner: Partner | None
    state: CallbackState
    due_at: datetime
    closed_at: datetime | None
    language: str
    walled: bool
    urgency: Urgency | None = None
    reason: str | None = None
    outcome: Outcome | None = None
    assignee: Staff | None = None
    assignee_id: int | None = None
    interpreter: bool = False
    attempts: int = 0
    next_try_at: datetime | None = None


def readable(me: Staff) -> ColumnElement[bool]:
    """The callbacks whose content this person reads, in SQL; `may_read` is the same rule for one of them."""
    crisis = and_(Callback.urgency == Urgency.CRISIS, is_open())
    own = or_(Callback.partner_id.is_(None), crisis)
    return own if me.partner_id is None else or_(own, Callback.partner_id == me.partner_id)


def may_read(me: Staff, callback: Callback) -> bool:
    """Nobody's callback, her own partner's, or an open crisis."""
    crisis = callback.urgency is Urgency.CRISIS and callback.state is not CallbackState.CLOSED
    return callback.partner_id is None or callback.partner_id == me.partner_id or crisis


def see(me: Staff, callback: Callback) -> Seen:
    """The callback as this person may see it."""
    seen = Seen(
        callback.id, callback.contact, callback.partner, callback.state, callback.due_at, callback.closed_at,
        callback.language, walled=not may_read(me, callback),
    )  # fmt: skip
    if seen.walled:
        return seen
    return replace(
        seen,
        urgency=callback.urgency,
        reason=callback.reason,
        outcome=callback.outcome,
        assignee=callback.assignee,
        assignee_id=callback.assignee_id,
        interpreter=callback.interpreter,
        attempts=callback.attempts,
        next_try_at=callback.next_try_at,
    )


def read_history(me: Staff, callback: Callback) -> list[CallbackEntry]:
    """The lines of the history that this person may read: those of her own partner, whoever has the callback now.

    Lines of a time when the callback was nobody's are read by whoever may read the callback.
    """
    common = may_read(me, callback)
    return [
        line
        for line in callback.history
        if (line.partner_id is None and common) or (line.partner_id is not None and line.partner_id == me.partner_id)
    ]


def calls_of(session: Session, me: Staff, contact: Contact) -> Sequence[Seen]:
    """The open callbacks of one family, as this person sees them."""
    still_open = select(Callback).where(Callback.contact_id == contact.id, is_open())
    return [see(me, one) for one in session.scalars(still_open.order_by(Callback.id))]
