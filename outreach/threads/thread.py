"""One family's thread as staff share it: who looks after it, and how far somebody has read."""

from sqlalchemy.orm import Session

from outreach.db import insert_new
from outreach.staff.models import Staff
from outreach.threads.models import Thread


def find(session: Session, contact_id: int) -> Thread | None:
    return session.get(Thread, contact_id)


def hold(session: Session, contact_id: int) -> Thread:
    """The thread, made when it is new, locked until the transaction ends."""
    session.execute(insert_new(session, Thread).values(contact_id=contact_id, read_inbound_id=0))
    return session.get_one(Thread, contact_id, with_for_update=True, populate_existing=True)


def assign(thread: Thread, assignee: Staff | None) -> None:
    thread.assignee = assignee


def is_unread(thread: Thread | None, newest: int) -> bool:
    """Whether nobody has opened the family since it sent the text `newest`."""
    return (thread.read_inbound_id if thread else 0) < newest


def mark_read(session: Session, contact_id: int, newest: int) -> None:
    """Somebody has seen the texts up to `newest`: for the whole team, and never back."""
    thread = hold(session, contact_id)
    thread.read_inbound_id = max(thread.read_inbound_id, newest)
