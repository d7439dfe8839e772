"""The job that moves campaigns on: fires what is due, marks what is done. Safe to run twice or at once."""

from sqlalchemy import select

from outreach import clock, queues, runtime
from outreach.campaigns.models import Campaign, CampaignState, Enrolment
from outreach.campaigns.progress import finish
from outreach.campaigns.runs import ADVANCE, due_runs, fire


def advance() -> int:
    """Fire every due run, each in a transaction of its own. Returns how many texts were queued or skipped."""
    work = runtime.current()
    queues.awake(work.redis, ADVANCE)
    with work.database.reading() as session:
        due = due_runs(session, clock.now())
    made = 0
    for run_id in due:
        with work.database.writing() as session:
            made += fire(session, work.redis, run_id, clock.now())
    _finish_done(work)
    return made


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
