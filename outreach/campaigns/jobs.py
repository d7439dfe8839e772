"""The job that moves campaigns on: stops what is in trouble, fires what is due, marks what is done.

Safe to run twice or at once.
"""

import logging

from sqlalchemy import select

from outreach import clock, queues, runtime
from outreach.campaigns.models import Campaign, CampaignState, Enrolment
from outreach.campaigns.progress import find_tripped_campaigns, finish, stop_tripped
from outreach.campaigns.runs import ADVANCE, due_runs, fire

log = logging.getLogger(__name__)


def advance() -> int:
    """Fire every due run. Returns how many texts were queued or skipped.

    A run that cannot be fired does not keep the others; the job still ends with its error, for the queue to see.
    """
    work = runtime.current()
    queues.awake(work.redis, ADVANCE)
    _stop_tripped(work)
    with work.database.reading() as session:
        due = due_runs(session, clock.now())
    made = 0
    broken: Exception | None = None
    for run_id in due:
        try:
            made += fire(work.database, work.redis, run_id, clock.now())
        except Exception as error:  # noqa: BLE001 - raised again below
            log.error("run %s could not be fired: %s", run_id, type(error).__name__)
            broken = broken or error
    _finish_done(work)
    if broken:
        raise broken
    return made


def _stop_tripped(work: runtime.Runtime) -> None:
    """Before anything more is fired: a campaign whose texts fail through the operator's fault waits for a person."""
    with work.database.reading() as session:
        tripped = find_tripped_campaigns(session, clock.now())
    for campaign_id in tripped:
        with work.database.writing() as session:
            stop_tripped(session, session.get_one(Campaign, campaign_id))


def _finish_done(work: runtime.Runtime) -> None:
    """A series goes on taking families and is ended by a person; everything else is done when nothing waits."""
    with work.database.reading() as session:
        running = session.scalars(
            select(Campaign.id).where(
                Campaign.state == CampaignState.RUNNING, Campaign.id.not_in(select(Enrolment.campaign_id))
            )
        ).all()
    for campaign_id in running:
        with work.database.writing() as session:
            finish(session, session.get_one(Campaign, campaign_id))
