"""The one outbox: every text that leaves begins as a row written here, at most once for what it answers to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from redis import Redis
from sqlalchemy import Select, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from outreach import clock, queues
from outreach.db import change, insert_new, insert_row
from outreach.outgoing.claims import is_due
from outreach.outgoing.models import Message, MessageStatus, Priority
from outreach.people.consent import Purpose
from outreach.wording.texts import store_text

DISPATCH = "outreach.outgoing.jobs.dispatch"
SLICE_SECONDS = 10  # how long one dispatch job works before it lets other jobs of its worker through

JOB_SECONDS = 300  # a slice and its last batch, at the slowest carrier the settings allow

# Columns that `queue_selected` fills, in this order.
SELECTED = (
    "source", "source_id", "part", "contact_id", "phone", "text_id", "language", "purpose", "topic", "priority",
    "status", "reason", "not_before", "expires_at", "attempts", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A text to be queued. `source`, `source_id` and `part` say what it answers to, and make it once per phone."""

    source: str
    source_id: int
    phone: str
    body: str
    language: str
    purpose: Purpose
    priority: Priority
    part: str = ""
    contact_id: int | None = None
    topic: str | None = None
    useful: timedelta | None = None


class Fixed(NamedTuple):
    """A new row of the outbox, as `fix_selected` made it."""

    id: int
    contact_id: int
    language: str
    status: MessageStatus


def queue(session: Session, draft: Draft) -> bool:
    """Put one text into the outbox. Returns False when it was there already."""
    now = clock.now()
    inserted = insert_row(
        session,
        Message,
        source=draft.source,
        source_id=draft.source_id,
        part=draft.part,
        contact_id=draft.contact_id,
        phone=draft.phone,
        text_id=store_text(session, draft.body).id,
        language=draft.language,
        purpose=draft.purpose,
        topic=draft.topic,
        priority=int(draft.priority),
        status=MessageStatus.QUEUED,
        not_before=now,
        expires_at=now + draft.useful if draft.useful else None,
        attempts=0,
        created_at=now,
    )
    return inserted is not None


def queue_selected(session: Session, recipients: Select[*tuple[Any, ...]]) -> int:
    """Fix many recipients in one statement: `recipients` selects the columns of SELECTED. Returns how many are new.

    SQLite asks for a WHERE in `recipients`: without one it takes ON CONFLICT for a join.
    """
    insert = insert_new(session, Message).from_select(list(SELECTED), recipients)
    return change(session, insert)


def fix_selected(session: Session, recipients: Select[*tuple[Any, ...]]) -> list[Fixed]:
    """As `queue_selected`, and tells which rows are new."""
    insert = insert_new(session, Message).from_select(list(SELECTED), recipients)
    rows = session.execute(insert.returning(Message.id, Message.contact_id, Message.language, Message.status))
    return [Fixed(*row) for row in rows]


def set_texts(session: Session, texts: Mapping[int, int]) -> None:
    """Give rows that this transaction made their own texts: text ids by message id."""
    statement = update(Message).where(Message.id == bindparam("row")).values(text_id=bindparam("text"))
    if texts:
        session.connection().execute(statement, [{"row": row, "text": text} for row, text in texts.items()])


def wake_dispatch(session: Session, redis: Redis, priority: Priority) -> None:
    """After this session's commit, call a worker that sends."""
    urgent = priority <= Priority.ALERT
    queues.wake_after_commit(session, redis, dispatch_call(urgent=urgent))


def dispatch_call(*, urgent: bool) -> queues.Wake:
    """The wake-up for replies and alerts, or for everything."""
    queue_name = queues.URGENT if urgent else queues.BULK
    return queues.Wake(queue_name, DISPATCH, ("urgent" if urgent else "all",), timeout=JOB_SECONDS)


def any_waiting(session: Session, source: str, ids: Sequence[int]) -> bool:
    """Whether some text of these sources waits to be claimed: a look into the index of what is due."""
    waiting = (is_due(), Message.source == source, Message.source_id.in_(ids))
    return bool(session.scalar(select(exists().where(*waiting))))


def count(session: Session, source: str, ids: Sequence[int]) -> list[tuple[MessageStatus, str | None, int]]:
    """How many texts stand where, and why."""
    rows = session.execute(
        select(Message.status, Message.reason, func.count())
        .where(Message.source == source, Message.source_id.in_(ids))
        .group_by(Message.status, Message.reason)
    )
    return [(status, reason, number) for status, reason, number in rows]
