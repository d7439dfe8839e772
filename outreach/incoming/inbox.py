"""Storing a family's text before anything is done about it: once, by the carrier's own id."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from outreach import clock, queues
from outreach.carriers.carrier import IncomingText
from outreach.db import insert_row
from outreach.incoming.models import Inbound, InboundState

LONGEST = 1600
ROUTE = queues.Wake(queues.URGENT, "outreach.incoming.jobs.route", timeout=60)


def store(session: Session, text: IncomingText) -> int | None:
    """Keep the text. Returns its id, or None when the carrier had brought it before."""
    now = clock.now()
    return insert_row(
        session,
        Inbound,
        carrier_sid=text.sid,
        phone=text.phone[:20],
        to_phone=text.to_phone[:20],
        body=text.body.replace("\x00", "")[:LONGEST],  # PostgreSQL refuses NUL
        media=text.media,
        opt_out_type=text.opt_out_type,
        carrier_answered=text.carrier_answered,
        state=InboundState.STORED,
        attempts=0,
        received_at=now,
        next_try_at=now,
    )


def unrouted(session: Session, since: datetime) -> int:
    """How many texts have waited since that moment (aware) or longer, and nothing was done about them yet."""
    waiting = select(func.count()).where(Inbound.state == InboundState.STORED, Inbound.received_at <= since)
    return session.scalar(waiting) or 0


def waits() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Texts whose turn it is: never tried, whatever the clock of the host says that stored them, or due again."""
    # Written into the statement: PostgreSQL uses the index of stored texts only when it sees the state.
    is_stored = Inbound.state == literal(InboundState.STORED, Inbound.state.type, literal_execute=True)
    return is_stored, or_(Inbound.attempts == 0, Inbound.next_try_at <= clock.now())


def take(session: Session, most: int) -> Sequence[Inbound]:
    """Lock up to `most` texts that wait to be routed, the oldest first; those another worker holds are left to it."""
    taken = session.scalars(
        select(Inbound)
        .where(*waits())
        .order_by(Inbound.next_try_at, Inbound.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    return _in_their_turn(session, taken) if taken else taken


def _in_their_turn(session: Session, taken: Sequence[Inbound]) -> Sequence[Inbound]:
    """Without those whose family wrote before and another worker is at that text: answers would cross.

    Who is at it looks again when it is done. A text that failed before holds nobody up: the next may be a STOP.
    """
    is_stored = Inbound.state == literal(InboundState.STORED, Inbound.state.type, literal_execute=True)
    earlier = select(Inbound.phone, Inbound.id).where(
        is_stored,
        Inbound.attempts == 0,
        Inbound.phone.in_({one.phone for one in taken}),
        Inbound.id < max(one.id for one in taken),
        Inbound.id.not_in([one.id for one in taken]),
    )
    first: dict[str, int] = {}
    for phone, inbound_id in session.execute(earlier):
        first[phone] = min(inbound_id, first.get(phone, inbound_id))
    return [one for one in taken if one.id < first.get(one.phone, one.id + 1)]
