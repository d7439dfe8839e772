"""The job that pages again while nobody takes a crisis, and tells families whose call is late: safe to run at once."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.callbacks.models import Callback, CallbackEntry, CallbackState, Urgency
from outreach.callbacks.requests import PAGED, PAGED_AGAIN, page_staff
from outreach.callbacks.slips import slipped, tell_family
from outreach.runtime import Runtime

EVERY = timedelta(minutes=15)
MOST_PAGES = 8  # two hours; then a person has to look, and the log says so

log = logging.getLogger(__name__)


def sweep() -> None:
    """Page staff again for each crisis past due that nobody has taken; tell families whose call is late."""
    work = runtime.current()
    with work.database.reading() as session:
        overdue = session.scalars(
            select(Callback.id).where(
                Callback.state == CallbackState.OPEN,
                Callback.urgency == Urgency.CRISIS,
                Callback.due_at <= clock.now(),
            )
        ).all()
        late = session.scalars(select(Callback.id).where(*slipped(clock.now()))).all()
    for callback_id in overdue:
        with work.database.writing() as session:
            _page_again(session, work, callback_id)
    for callback_id in late:
        with work.database.writing() as session:
            _say_late(session, work, callback_id)


def _page_again(session: Session, work: Runtime, callback_id: int) -> None:
    # Locked, so that a page of another worker or somebody who takes it comes wholly before or wholly after.
    callback = session.get_one(Callback, callback_id, with_for_update=True)
    pages = _pages(callback.history)
    if callback.state is not CallbackState.OPEN or not may_page_again(pages, clock.now()):
        return
    page_staff(session, work.redis, work.settings, callback, action=PAGED_AGAIN)
    if len(pages) == MOST_PAGES:
        log.error("callback %s: nobody took it, and the last page has gone out", callback_id)


def _say_late(session: Session, work: Runtime, callback_id: int) -> None:
    # Asked again under the lock: another worker may have told the family, or somebody closed it.
    found = select(Callback).where(Callback.id == callback_id, *slipped(clock.now())).with_for_update()
    callback = session.scalars(found).one_or_none()
    if callback is not None:
        tell_family(session, work, callback)


def may_page_again(pages: list[datetime], now: datetime) -> bool:
    """Whether it is time for another page; `pages` are the first page (aware) and those that followed it."""
    if not pages:
        return True
    return len(pages) <= MOST_PAGES and now - pages[-1] >= EVERY


def _pages(history: list[CallbackEntry]) -> list[datetime]:
    """When staff were paged since the family last wrote of danger, which begins the count anew."""
    pages: list[datetime] = []
    for entry in history:
        if entry.action == PAGED:
            pages = [entry.happened_at]
        elif entry.action == PAGED_AGAIN:
            pages.append(entry.happened_at)
    return pages
