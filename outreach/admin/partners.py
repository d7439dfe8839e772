"""Partners: when the staff of each call families back, on which days nobody does, and about what."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.admin.forms.partner import read_closed_day, read_week
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.admin.times import DAYS
from outreach.callbacks import calendar, routing
from outreach.campaigns.models import Campaign
from outreach.staff.audit import note
from outreach.staff.models import Partner
from outreach.staff.roles import Ability

blueprint = Blueprint("partners", __name__, url_prefix="/partners")

TOPIC_WORDS = {
    "screenings": "Health screenings",
    "health_fairs": "Health fairs",
    "parenting": "Parenting",
    "coping_skills": "Coping skills",
    routing.OTHER: "Everything else",
}


@blueprint.get("/")
@needs(Ability.MANAGE)
def list_all() -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        partners = session.scalars(select(Partner).order_by(Partner.name)).all()
        taken = routing.topics_of(session)
        topics = _topics(session)
        nobodys = [topic for topic in topics if not any(topic in theirs for theirs in taken.values())]
        return render_template(
            "partners/list.html",
            partners=partners,
            callers={one.id: routing.callers(session, one.id) for one in partners},
            weeks={one.id: calendar.read_week(session, one.id) for one in partners},
            taken=taken,
            topics=topics,
            nobodys=[] if routing.OTHER not in nobodys else nobodys,
            topic_words=topic_words,
            day_names=DAYS,
        )


@blueprint.get("/<int:partner_id>")
@needs(Ability.MANAGE)
def show(partner_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return _page(session, _find(session, partner_id))


@blueprint.post("/<int:partner_id>/week")
@needs(Ability.MANAGE)
def write_week(partner_id: int) -> ResponseReturnValue:
    """Keep the hours. Promises already made to families stand."""
    week = read_week(request.form)
    with runtime.current().database.writing() as session:
        partner = _find(session, partner_id)
        if week.errors:
            return _page(session, partner, week.errors, typed=True), 400
        calendar.write_week(session, partner.id, week.days)
        _note(session, "partner.hours_changed", partner)
        flash("Kept. Calls promised from now on fall into these hours.", "success")
    return redirect(url_for(".show", partner_id=partner_id))


@blueprint.post("/<int:partner_id>/topics")
@needs(Ability.MANAGE)
def write_topics(partner_id: int) -> ResponseReturnValue:
    with runtime.current().database.writing() as session:
        partner, known = _find(session, partner_id), _topics(session)
        chosen = [topic for topic in request.form.getlist("topics") if topic in known]
        routing.write_topics(session, partner, chosen)
        _note(session, "partner.topics_changed", partner, {"topics": chosen})
        flash(f"Kept. New calls about these topics go to {partner.name}.", "success")
    return redirect(url_for(".show", partner_id=partner_id))


@blueprint.post("/<int:partner_id>/closed-days")
@needs(Ability.MANAGE)
def close_day(partner_id: int) -> ResponseReturnValue:
    day, name, errors = read_closed_day(request.form, _today())
    with runtime.current().database.writing() as session:
        partner = _find(session, partner_id)
        if day is None:
            return _page(session, partner, errors), 400
        if calendar.close_day(session, partner.id, day, name):
            _note(session, "partner.day_closed", partner, {"day": day.isoformat()})
            flash(f"Nobody at {partner.name} calls on that day. Promises already made stand.", "success")
        else:
            flash("That day was closed already.", "warning")
    return redirect(url_for(".show", partner_id=partner_id))


@blueprint.post("/<int:partner_id>/closed-days/<day>/open")
@needs(Ability.MANAGE)
def open_day(partner_id: int, day: str) -> ResponseReturnValue:
    with runtime.current().database.writing() as session:
        partner = _find(session, partner_id)
        closed = [one for one in calendar.closed_days(session, partner.id, _today()) if one.day.isoformat() == day]
        if closed and calendar.open_day(session, partner.id, closed[0].day):
            _note(session, "partner.day_opened", partner, {"day": day})
            flash("Staff call on that day again.", "success")
    return redirect(url_for(".show", partner_id=partner_id))


def topic_words(topic: str) -> str:
    """ "Health fairs"; a deployment's own topics by their name."""
    return TOPIC_WORDS.get(topic, topic.replace("_", " ").capitalize())


def _page(session: Session, partner: Partner, errors: Mapping[str, str] | None = None, *, typed: bool = False) -> str:
    """The page; with `typed` the week shows what was sent rather than what is kept."""
    own = calendar.read_week(session, partner.id)
    return render_template(
        "partners/show.html",
        partner=partner,
        usual=own is None,
        week=own or calendar.hours_of(session, runtime.current().settings, None).week,
        typed=request.form if typed else None,
        form=request.form,
        closed_days=calendar.closed_days(session, partner.id, _today()),
        taken=routing.topics_of(session),
        topics=_topics(session),
        names={one.id: one.short_name for one in session.scalars(select(Partner))},
        callers=routing.callers(session, partner.id),
        errors=errors or {},
        topic_words=topic_words,
        day_names=DAYS,
        today=_today(),
    )


def _topics(session: Session) -> list[str]:
    """Ours, those that campaigns of this deployment have, and everything else."""
    used = session.scalars(select(Campaign.topic).distinct()).all()
    kept = {topic for topics in routing.topics_of(session).values() for topic in topics}
    return [*routing.TOPICS, *sorted({*used, *kept} - {*routing.TOPICS, routing.OTHER}), routing.OTHER]


def _today() -> date:
    return clock.now().astimezone(runtime.current().settings.zone).date()


def _note(session: Session, action: str, partner: Partner, details: dict[str, Any] | None = None) -> None:
    me = me_in(session)
    note(session, action, "partner", partner.id, staff=me, details=details)


def _find(session: Session, partner_id: int) -> Partner:
    return session.get(Partner, partner_id) or abort(404)
