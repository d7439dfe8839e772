"""Texts that wait for a person: put on the list when they are routed, and off it when somebody has seen to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import change, insert_new
from outreach.threads.models import WaitingText, WaitsFor


def add(session: Session, contact_id: int, inbound_id: int, waits_for: WaitsFor) -> None:
    """A person should read this text; once, whoever says so again."""
    values = {"inbound_id": inbound_id, "contact_id": contact_id, "waits_for": waits_for}
    session.execute(insert_new(session, WaitingText).values(values))


def is_open() -> ColumnElement[bool]:
    return WaitingText.handled_at.is_(None)


def find_open(session: Session, contact_id: int) -> Sequence[WaitingText]:
    """What waits of one family, the oldest first."""
    found = select(WaitingText).where(WaitingText.contact_id == contact_id, is_open())
    return session.scalars(found.order_by(WaitingText.inbound_id)).all()


def count_families(session: Session) -> int:
    """How many families wait; read from the partial index alone."""
    return session.scalar(select(func.count(WaitingText.contact_id.distinct())).where(is_open())) or 0


def settle(session: Session, contact_id: int, seen: int) -> int:
    """Somebody has seen to all that this family wrote up to the text `seen`. What came later still waits.

    Returns how many texts no longer wait.
    """
    waiting = (WaitingText.contact_id == contact_id, is_open(), WaitingText.inbound_id <= seen)
    return change(session, update(WaitingText).where(*waiting).values(handled_at=clock.now()))


def put_back(session: Session, contact_id: int, since: datetime) -> int:
    """What was seen to at `since` or later waits again. Returns how many texts."""
    again = (WaitingText.contact_id == contact_id, WaitingText.handled_at >= since)
    return change(session, update(WaitingText).where(*again).values(handled_at=None))


def reopen(session: Session, contact_id: int, newest: int) -> None:
    """What was seen to last waits again; where nothing ever waited, the text `newest` does."""
    last = session.scalar(select(func.max(WaitingText.handled_at)).where(WaitingText.contact_id == contact_id))
    if last is None or not put_back(session, contact_id, last):
        add(session, contact_id, newest, WaitsFor.REOPENED)
