"""Home: what waits for a person today, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock, runtime
from outreach.admin.guard import needs
from outreach.admin.sending_trouble import find_stopped, find_trouble
from outreach.admin.sign_in import signed_in
from outreach.admin.words import add_filters
from outreach.callbacks.crisis.hold import held_now
from outreach.callbacks.crisis.paging import whom
from outreach.callbacks.models import Callback, Urgency, is_open
from outreach.callbacks.reminders import near_for
from outreach.callbacks.wall import readable, see
from outreach.campaigns import approval
from outreach.campaigns.events import Attendance, count_attendance
from outreach.campaigns.models import Campaign, CampaignState, Event
from outreach.campaigns.progress import Progress, measure
from outreach.incoming.models import Inbound, InboundState
from outreach.outgoing.models import Message, MessageStatus
from outreach.people.models import Contact
from outreach.staff import duty
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may
from outreach.threads import waiting as threads

blueprint = Blueprint("home", __name__)
add_filters(blueprint)

MOST_CALLS = 5  # of the calls that are not a crisis; all crises are shown
MOST_CAMPAIGNS = 6
TAKEN_UP_WITHIN = timedelta(minutes=1)  # a text that workers run for


@dataclass(frozen=True)
class Running:
    campaign: Campaign
    progress: Progress

    @property
    def percent(self) -> int:
        return 100 * self.progress.left // self.progress.total if self.progress.total else 0


@dataclass(frozen=True)
class NextEvent:
    event: Event
    attendance: Attendance


@dataclass(frozen=True)
class Held:
    """Texts that wait for an hour, and when the first of them may leave."""

    count: int
    first: datetime | None


@blueprint.get("/")
@needs()
def show() -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return render_template("home.html", **_waiting(session, signed_in()))


@blueprint.get("/waiting")
@needs()
def waiting() -> ResponseReturnValue:
    """What waits, as it is now."""
    with runtime.current().database.reading() as session:
        return render_template("_home_waiting.html", **_waiting(session, signed_in()))


def _waiting(session: Session, me: Staff) -> dict[str, Any]:
    """Everything the person may act on; what the role may not see is not asked for."""
    found: dict[str, Any] = {"now": clock.now()}
    if may(me.role, Ability.ANSWER_CALLBACKS):
        found |= _calls(session, me) | _duty(session) | {"families_held": held_now(session)}
    if may(me.role, Ability.SEE_FAMILIES):
        found["unrouted"] = _count_unrouted(session)
        found["families_waiting"] = threads.count_families(session)
        found["has_families"] = session.scalar(select(Contact.id).limit(1)) is not None
    if may(me.role, Ability.SEE_CAMPAIGNS):
        running = _running(session)
        found |= {"running": running, "held": _held(session), "has_campaigns": _has_campaigns(session)}
        found |= {"trouble": find_trouble(session), "stopped": find_stopped(session)}
    if may(me.role, Ability.LAUNCH_CAMPAIGNS):
        found["awaiting"] = approval.waiting(session)
    if may(me.role, Ability.PLAN_EVENTS):
        found["next_event"] = _next_event(session, me)
    return found


def _calls(session: Session, me: Staff) -> dict[str, Any]:
    still_open = is_open()
    calls = select(Callback).options(joinedload(Callback.contact), joinedload(Callback.assignee))
    crises = session.scalars(
        calls.where(still_open, Callback.urgency == Urgency.CRISIS).order_by(Callback.due_at)
    ).all()
    others = (still_open, Callback.urgency != Urgency.CRISIS, readable(me))
    soonest = session.scalars(calls.where(*others).order_by(Callback.due_at).limit(MOST_CALLS)).all()
    total = session.scalar(select(func.count()).select_from(Callback).where(*others)) or 0
    overdue = session.scalar(select(func.count()).select_from(Callback).where(*others, Callback.due_at < clock.now()))
    return {
        "crises": [see(me, one) for one in crises],
        "calls": [see(me, one) for one in soonest],
        "calls_total": total,
        "calls_overdue": overdue or 0,
        "mine_near": session.scalar(select(func.count()).select_from(Callback).where(near_for(me.id, clock.now()))),
    }


def _duty(session: Session) -> dict[str, Any]:
    """Whom a crisis would page now."""
    settings = runtime.current().settings
    return {
        "on_duty": duty.on_duty(session),
        "paged": whom(session, settings).people,
        "mail_is_set": bool(settings.smtp_url),
    }


def _count_unrouted(session: Session) -> int:
    """Texts that no worker has taken up for a minute."""
    late = (Inbound.state == InboundState.STORED) & (Inbound.received_at < clock.now() - TAKEN_UP_WITHIN)
    return session.scalar(select(func.count()).select_from(Inbound).where(late)) or 0


def _running(session: Session) -> list[Running]:
    campaigns = session.scalars(
        select(Campaign)
        .where(Campaign.state.in_([CampaignState.RUNNING, CampaignState.PAUSED]))
        .order_by(Campaign.id.desc())
        .limit(MOST_CAMPAIGNS)
    )
    return [Running(campaign, measure(session, campaign)) for campaign in campaigns]


def _has_campaigns(session: Session) -> bool:
    return session.scalar(select(Campaign.id).limit(1)) is not None


def _held(session: Session) -> Held:
    row = session.execute(
        select(func.count(), func.min(Message.not_before)).where(Message.status == MessageStatus.HELD)
    ).one()
    return Held(*row)


def _next_event(session: Session, me: Staff) -> NextEvent | None:
    event = session.scalars(
        select(Event)
        .where(Event.organizer_id == me.id, Event.starts_at > clock.now())
        .order_by(Event.starts_at)
        .limit(1)
    ).one_or_none()
    return NextEvent(event, count_attendance(session, [event])[event.id]) if event else None
