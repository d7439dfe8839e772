"""A person's hand on what waits: pause, resume, cancel.

An order is a row that every claim asks, so it holds from its commit on, however many texts it is about. Their own rows
follow: some at once, so that a page tells it at the next look, and the rest in the hands of a job.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, null, select, tuple_, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import change, upsert
from outreach.outgoing.decision import Decision
from outreach.outgoing.models import Message, MessageStatus, Order, SourceOrder
from outreach.outgoing.status import DUE, WAITING

PAUSED, CANCELED = "paused", "canceled"  # the reason of rows that a person stopped
CHUNK = 10_000  # rows that one transaction moves, in a few tenths of a second
Source = tuple[str, int]  # its name and id, as messages carry them

MOVED: dict[Order, frozenset[MessageStatus]] = {
    Order.PAUSE: DUE,
    Order.RESUME: frozenset({MessageStatus.PAUSED}),
    Order.CANCEL: WAITING,
}


def pause(session: Session, source: str, ids: Collection[int], reason: str = PAUSED) -> int:
    """Let nothing more of these sources leave until they are resumed. Returns how many texts that stops."""
    return _give(session, source, ids, Order.PAUSE, reason)


def resume(session: Session, source: str, ids: Collection[int]) -> int:
    return _give(session, source, ids, Order.RESUME, None)


def cancel(session: Session, source: str, ids: Collection[int]) -> int:
    """Let nothing more of these sources ever leave, also what comes back from a worker or the carrier."""
    return _give(session, source, ids, Order.CANCEL, CANCELED)


def withdraw(session: Session, source: str, ids: Collection[int]) -> int:
    """End the texts of these sources that wait just now; what they queue later may leave. Returns how many."""
    rows = session.scalars(
        select(Message.id)
        .where(Message.source == source, Message.source_id.in_(ids), Message.status.in_(list(WAITING)))
        .order_by(Message.id)
        .with_for_update()
    ).all()
    _move(session, rows, Order.CANCEL, CANCELED)
    return len(rows)


def _give(session: Session, source: str, ids: Collection[int], order: Order, reason: str | None) -> int:
    if not ids:
        return 0
    given = {"order": order, "reason": reason, "given_at": clock.now(), "open": True}
    for source_id in sorted(ids):
        upsert(session, SourceOrder, {"source": source, "source_id": source_id}, given)
    concerned = (Message.source == source, Message.source_id.in_(ids), Message.status.in_(list(MOVED[order])))
    counted = session.scalar(select(func.count()).where(*concerned)) or 0
    # What a worker is just now deciding about is passed over: it waits for our commit, and we must not wait for it.
    rows = session.scalars(
        select(Message.id).where(*concerned).order_by(Message.id).limit(CHUNK).with_for_update(skip_locked=True)
    ).all()
    _move(session, rows, order, reason)
    if counted <= len(rows):
        for source_id in sorted(ids):
            close(session, session.get_one(SourceOrder, (source, source_id), populate_existing=True))
    return max(counted, len(rows))


def open_orders(session: Session) -> Sequence[SourceOrder]:
    """Orders that rows have yet to follow."""
    return session.scalars(select(SourceOrder).where(SourceOrder.open)).all()


def first_row(session: Session, source: Source) -> int:
    name, source_id = source
    oldest = select(func.min(Message.id)).where(Message.source == name, Message.source_id == source_id)
    return session.scalar(oldest) or 0


def follow(session: Session, source: Source, since: int) -> int | None:
    """Move the next rows of a source, from the id `since` on, as its order says. Returns where to go on, or None.

    The order is held as claims hold it: a new one waits until these rows are moved.
    """
    name, source_id = source
    order = session.get(SourceOrder, source, with_for_update={"read": True}, populate_existing=True)
    if order is None or not order.open:
        return None
    rows = session.scalars(
        select(Message.id)
        .where(
            Message.source == name,
            Message.source_id == source_id,
            Message.id >= since,
            Message.status.in_(list(MOVED[order.order])),
        )
        .order_by(Message.id)
        .limit(CHUNK)
        .with_for_update()
    ).all()
    _move(session, rows, order.order, order.reason)
    return rows[-1] + 1 if rows else None


def close(session: Session, order: SourceOrder) -> None:
    """Every row has followed it. One that was given since stays open.

    Resumed is as if nothing had been said; the others go on to hold for what comes back.
    """
    this = (
        SourceOrder.source == order.source,
        SourceOrder.source_id == order.source_id,
        SourceOrder.order == order.order,
        SourceOrder.given_at == order.given_at,
    )
    if order.order is Order.RESUME:
        change(session, delete(SourceOrder).where(*this))
    else:
        change(session, update(SourceOrder).where(*this).values(open=False))


def _move(session: Session, rows: Sequence[int], order: Order, reason: str | None) -> None:
    to: dict[Order, dict[str, Any]] = {
        Order.PAUSE: {"status": MessageStatus.PAUSED, "reason": reason},
        Order.RESUME: {"status": MessageStatus.QUEUED, "reason": null()},
        Order.CANCEL: {"status": MessageStatus.CANCELED, "reason": reason, "settled_at": clock.now()},
    }
    for start in range(0, len(rows), 500):  # SQLite takes so many values in one statement
        change(session, update(Message).where(Message.id.in_(rows[start : start + 500])).values(**to[order]))


def standing_orders(session: Session, sources: Collection[Source]) -> Mapping[Source, Decision]:
    """What becomes of a text of these sources that would leave now: paused or canceled; the others may.

    Held until the claim commits: whoever resumes waits for it, and finds every row that it put aside.
    """
    if not sources:
        return {}
    found = session.scalars(
        select(SourceOrder)
        .where(
            tuple_(SourceOrder.source, SourceOrder.source_id).in_(sorted(sources)),
            SourceOrder.order != Order.RESUME,
        )
        .order_by(SourceOrder.source, SourceOrder.source_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    return {(one.source, one.source_id): _decision(one) for one in found}


def _decision(order: SourceOrder) -> Decision:
    status = MessageStatus.PAUSED if order.order is Order.PAUSE else MessageStatus.CANCELED
    return Decision(status, order.reason)


def is_stopped(session: Session, source: Source) -> bool:
    """Whether nothing of this source may leave; locks nothing."""
    order = session.get(SourceOrder, source, populate_existing=True)
    return order is not None and order.order is not Order.RESUME
