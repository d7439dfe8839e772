"""Engine: for the admin who wonders whether texts leave; what is wrong first, then every part of it."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError

from outreach import clock, runtime
from outreach.admin.engine_findings import CARRIES, IN_TURN, PRIORITIES, judge, say_well
from outreach.admin.forms.remaining import say_day_over
from outreach.admin.guard import needs
from outreach.admin.words import show_ago
from outreach.carriers.twilio_errors import explain
from outreach.crew import Crew, read_crew
from outreach.engine import Engine, read_engine
from outreach.metrics import failures, read_recent
from outreach.staff.roles import Ability

blueprint = Blueprint("operations", __name__, url_prefix="/operations")

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
# What a worker does, by the job it runs.
DOES = {
    "outreach.outgoing.jobs.dispatch": "Sends texts",
    "outreach.outgoing.jobs.settle_unknown": "Asks the carrier about texts",
    "outreach.outgoing.jobs.sweep": "Looks for texts that wait",
    "outreach.incoming.jobs.route": "Reads a family's text",
    "outreach.incoming.jobs.sweep": "Looks for families' texts that wait",
    "outreach.campaigns.jobs.advance": "Starts the steps of campaigns",
    "outreach.calls.jobs.sweep": "Looks up calls of which nothing is heard",
    "outreach.callbacks.reminders.sweep": "Looks for calls that are due soon or overdue",
    "outreach.callbacks.jobs.sweep": "Looks for calls that are late",
    "outreach.callbacks.crisis.escalation.sweep": "Looks for a crisis that nobody took",
    "outreach.mail.jobs.send": "Sends e-mail to staff",
    "outreach.mail.jobs.sweep": "Looks for e-mail that waits",
}


@blueprint.get("/")
@needs(Ability.MANAGE)
def show() -> ResponseReturnValue:
    return render_template("operations/show.html", **_standing())


@blueprint.get("/findings")
@needs(Ability.MANAGE)
def findings() -> ResponseReturnValue:
    """What is wrong, as it is now."""
    return render_template("operations/_findings.html", **_standing())


@blueprint.get("/parts")
@needs(Ability.MANAGE)
def parts() -> ResponseReturnValue:
    """The parts, as they are now."""
    return render_template("operations/_parts.html", **_standing())


@blueprint.app_template_filter("lately")
def show_lately(moment: datetime | None) -> str:
    """ "just now", "20 minutes ago"; what changes by the second would never stand still to be read."""
    if moment is not None and clock.now() - moment < timedelta(minutes=1):
        return "just now"
    return show_ago(moment)


def _standing() -> dict[str, Any]:
    """Everything the page tells."""
    work = runtime.current()
    with work.database.reading() as session:
        engine = read_engine(session)
    try:
        crew = read_crew(work.redis)
        lately, hour, day = (read_recent(work.redis, within) for within in (IN_TURN, HOUR, DAY))
    except RedisError:
        return _told(engine, None, 0)
    failed = [(reason, _meaning(reason), number) for reason, number in failures(day).items()]
    return {**_told(engine, crew, lately["sent"]), "sent": hour["sent"], "retried": hour["retried"], "failed": failed}


def _told(engine: Engine, crew: Crew | None, left_lately: int) -> dict[str, Any]:
    return {
        "engine": engine,
        "crew": crew,
        "findings": judge(engine, crew, left_lately, say_day_over()),
        "well": say_well(crew) if crew else "",
        "priorities": PRIORITIES,
        "carries": CARRIES,
        "does": DOES,
        "mail_is_set": bool(runtime.current().settings.smtp_url),
    }


def _meaning(reason: str) -> str:
    """A failure's code in plain words; a word is read as it stands."""
    return explain(int(reason)).meaning if reason.isdecimal() else reason.replace("_", " ")
