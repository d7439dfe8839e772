"""Storing a family's text before anything is done about it: once, by the carrier's own id."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, queues
from outreach.carriers.carrier import IncomingText
from outreach.db import insert_new
from outreach.incoming.models import Inbound, InboundState

LONGEST = 1600
SWEEP_AFTER = timedelta(seconds=5)  # until then the worker that was called for has it to itself


def store(session: Session, text: IncomingText) -> int | None:
    """Keep the text. Returns its id, or None when the carrier had brought it before."""
    now = clock.now()
    result = session.execute(
        insert_new(session, Inbound)
        .values(
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
            next_try_at=now + SWEEP_AFTER,
        )
        .returning(Inbound.id)
    )
    stored: int | None = result.scalar()
    return stored


def unrouted(session: Session, since: datetime) -> int:
    """How many texts have waited since that moment (aware) or longer, and nothing was done about them yet."""
    waiting = select(func.count()).where(Inbound.state == InboundState.STORED, Inbound.received_at <= since)
    return session.scalar(waiting) or 0


def route_call(inbound_id: int) -> queues.Wake:
    return queues.Wake(queues.URGENT, "outreach.incoming.jobs.route", (inbound_id,), timeout=60)
