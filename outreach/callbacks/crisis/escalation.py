"""The job that pages again, and the supervisor, while nobody takes a crisis: safe to run twice or at once."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.callbacks.crisis.models import CrisisPage
from outreach.callbacks.crisis.paging import page_staff
from outreach.callbacks.models import Callback, CallbackState, Urgency
from outreach.runtime import Runtime

QUICK_PAGES = 8  # after the first; then a person has to look, the log says so, and pages come by the hour
HOUR = timedelta(hours=1)

log = logging.getLogger(__name__)


def sweep() -> None:
    """Page again for each crisis that nobody has taken within OUTREACH_CRISIS_MINUTES of the last page."""
    work = runtime.current()
    untaken = (Callback.state == CallbackState.OPEN) & (Callback.urgency == Urgency.CRISIS)
    with work.database.reading() as session:
        waiting = session.scalars(select(Callback.id).where(untaken).order_by(Callback.id)).all()
        due = [one for one in waiting if _is_due(session, work, one)]
    for callback_id in due:
        with work.database.writing() as session:
            _page_again(session, work, callback_id)


def may_page_again(pages: Sequence[datetime], now: datetime, every: timedelta) -> bool:
    """Whether it is time for another page; `pages` (aware) are the one the family's text led to and those after it."""
    if not pages:
        return True
    return now - pages[-1] >= (every if len(pages) <= QUICK_PAGES else max(every, HOUR))


def _page_again(session: Session, work: Runtime, callback_id: int) -> None:
    # Locked, so that a page of another worker or somebody who takes it comes wholly before or wholly after.
    callback = session.get_one(Callback, callback_id, with_for_update=True)
    if callback.state is not CallbackState.OPEN or not _is_due(session, work, callback_id):
        return
    page_staff(session, work.redis, work.settings, callback, again=True)
    if (number := len(_pages(session, callback_id))) > QUICK_PAGES:
        log.error("callback %s: nobody took it after %s pages", callback_id, number)


def _is_due(session: Session, work: Runtime, callback_id: int) -> bool:
    every = timedelta(minutes=work.settings.crisis_minutes)
    return may_page_again(_pages(session, callback_id), clock.now(), every)


def _pages(session: Session, callback_id: int) -> Sequence[datetime]:
    """When staff were paged since the family last wrote of danger, which begins the count anew."""
    pages: list[datetime] = []
    found = select(CrisisPage).where(CrisisPage.callback_id == callback_id).order_by(CrisisPage.number)
    for page in session.scalars(found):
        pages = [page.paged_at] if page.is_alarm else [*pages, page.paged_at]
    return pages
