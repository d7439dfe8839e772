"""The breaker of a source, such as a campaign's run: what fails through the operator's fault stops the rest in time.

Failures are counted as their receipts come. Stopping is for a transaction of its own: a receipt holds its own row, and
would wait for rows that wait for it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from outreach.db import change, insert_new
from outreach.outgoing import orders, past_tries
from outreach.outgoing.models import Breaker, Message, Receipt
from outreach.outgoing.orders import Source

LIMIT = 5  # texts of one source that failed through the operator's fault
BLOCKED_CODES = frozenset({30003, 30007, 30008, 30024})  # many at once on one sender smell of blocking
LAST_RECEIPTS = 200
RECENT = timedelta(minutes=30)
FEWEST = 20  # settled texts before a share of them means anything
BLOCKED = "more than half do not arrive: a carrier may be blocking us"
RESUMED = "resumed by a person"

log = logging.getLogger(__name__)


def count_failure(session: Session, source: Source, code: int | None, meaning: str, now: datetime) -> bool:
    """Count one text that failed through the operator's fault. Returns whether this one tripped the breaker."""
    failures = _count(session, source, code, meaning, 1)
    return failures >= LIMIT and _trip(session, source, now)


def notice_blocking(session: Session, source: Source, code: int | None, now: datetime) -> bool:
    """Trip the breaker when more than half of the last texts of a source failed as blocked ones do.

    Looks at the newest receipts only, whatever the size of the source. What a person resumed is not stopped again on
    the same suspicion.
    """
    if code not in BLOCKED_CODES or _find(session, source, Breaker.reason == RESUMED):
        return False
    settled, blocked = _count_recent(session, source, now)
    if settled < FEWEST or 2 * blocked <= settled:
        return False
    _count(session, source, code, BLOCKED, 0)
    return _trip(session, source, now)


def stop(session: Session, source: Source) -> int:
    """Pause every waiting text of a source whose breaker has tripped, and say why. Returns how many."""
    name, source_id = source
    tripped = _find(session, source, Breaker.tripped_at.is_not(None))
    if tripped is None:
        return 0
    stopped = orders.pause(session, name, [source_id], tripped.reason)
    log.error("%s %s stopped: %s (%s)", name, source_id, tripped.reason, tripped.code)
    return stopped


def find_tripped(session: Session, name: str, ids: Sequence[int]) -> Sequence[Breaker]:
    """The breakers of these sources that stopped them, or that failed LIMIT texts together; the worst first."""
    found = session.scalars(
        select(Breaker)
        .where(
            Breaker.source == name,
            Breaker.source_id.in_(ids),
            or_(Breaker.failures > 0, Breaker.tripped_at.is_not(None)),
        )
        .order_by(Breaker.tripped_at.is_(None), Breaker.failures.desc(), Breaker.source_id)
        .execution_options(populate_existing=True)
    ).all()
    enough = sum(one.failures for one in found) >= LIMIT or any(one.tripped_at for one in found)
    return found if enough else []


def count_again(session: Session, name: str, ids: Sequence[int], now: datetime) -> int:
    """How many texts `lift` would send again."""
    return past_tries.count_failed(session, name, ids, _faults(find_tripped(session, name, ids)), now)


def lift(session: Session, name: str, ids: Sequence[int], now: datetime) -> int:
    """A person has mended it and goes on: count anew, and send again what failed by these faults of the operator.

    Returns how many texts that are.
    """
    again = past_tries.send_again(session, name, ids, _faults(find_tripped(session, name, ids)), now)
    stopped = (Breaker.source == name, Breaker.source_id.in_(ids))
    change(session, update(Breaker).where(*stopped).values(failures=0, tripped_at=None, reason=RESUMED))
    return again


def _faults(found: Sequence[Breaker]) -> list[int]:
    """The operator's faults by which these breakers tripped: a text that failed so never reached a phone."""
    return sorted({one.code for one in found if one.code is not None and one.reason not in (BLOCKED, RESUMED)})


def _find(session: Session, source: Source, condition: ColumnElement[bool]) -> Breaker | None:
    name, source_id = source
    breaker = select(Breaker).where(Breaker.source == name, Breaker.source_id == source_id, condition)
    return session.scalars(breaker.execution_options(populate_existing=True)).one_or_none()


def _count(session: Session, source: Source, code: int | None, meaning: str, more: int) -> int:
    """Add to the failures of a source. Returns how many they are now."""
    name, source_id = source
    words = {"code": code, "reason": meaning[:80]}
    change(session, insert_new(session, Breaker).values(source=name, source_id=source_id, failures=0, **words))
    counted = update(Breaker).where(Breaker.source == name, Breaker.source_id == source_id)
    counted = counted.values(failures=Breaker.failures + more, **words)
    returned = session.execute(counted.returning(Breaker.failures), execution_options={"synchronize_session": False})
    return returned.scalar_one()


def _trip(session: Session, source: Source, now: datetime) -> bool:
    name, source_id = source
    one = (Breaker.source == name, Breaker.source_id == source_id, Breaker.tripped_at.is_(None))
    return bool(change(session, update(Breaker).where(*one).values(tripped_at=now)))


def _count_recent(session: Session, source: Source, now: datetime) -> tuple[int, int]:
    """Of the newest receipts that settled a text of this source: how many, and how many as blocked ones do."""
    newest = select(Receipt).order_by(Receipt.id.desc()).limit(LAST_RECEIPTS).subquery()
    settled = (
        select(newest.c.error_code)
        .join(Message, Message.id == newest.c.message_id)
        .where(
            Message.source == source[0],
            Message.source_id == source[1],
            newest.c.moved,
            newest.c.received_at > now - RECENT,
            newest.c.carrier_status.in_(["delivered", "undelivered", "failed"]),
        )
    )
    codes = session.scalars(settled).all()
    return len(codes), sum(code in BLOCKED_CODES for code in codes)
