"""Events: planning one, inviting families, their answers, and the texts that invite and remind them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach import clock, runtime
from outreach.admin.event_access import find_event, may_plan
from outreach.admin.forms.audience import offer_groups, read_recipients
from outreach.admin.forms.draft import INPUTS, Draft, Trouble, other_languages, read_draft
from outreach.admin.forms.event import LONGEST, read_event
from outreach.admin.forms.launching import Refusal, launch_draft
from outreach.admin.forms.paging import read_page
from outreach.admin.forms.standing import standings
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.admin.words import show_ending
from outreach.campaigns import events
from outreach.campaigns.event_change import texts_of
from outreach.campaigns.models import Answer, Campaign, Event, Invitation
from outreach.campaigns.own_packs import packs_for
from outreach.campaigns.packs import Kind, Pack
from outreach.people.audience import AudienceError, LanguageCount, count_by_language
from outreach.people.models import Contact
from outreach.people.phone import mask
from outreach.staff.audit import note
from outreach.staff.roles import Ability, may
from outreach.wording.fields import MAY_DIFFER

blueprint = Blueprint("events", __name__, url_prefix="/events")


@blueprint.get("/")
@needs(Ability.PLAN_EVENTS, Ability.SEE_ALL_EVENTS)
def list_all() -> ResponseReturnValue:
    """Events to come, the soonest first; then those that were, the latest first."""
    with runtime.current().database.reading() as session:
        page = read_page(session, _listed(session))
        return render_template(
            "events/list.html",
            page=page,
            now=clock.now(),
            attendance=events.count_attendance(session, [event for (event,) in page.rows]),
        )


def _listed(session: Session) -> Select[Event]:
    past = Event.starts_at < clock.now() - timedelta(hours=3)
    statement = select(Event).order_by(past, case((past, None), else_=Event.starts_at), Event.starts_at.desc())
    staff = me_in(session)
    if not may(staff.role, Ability.SEE_ALL_EVENTS):
        statement = statement.where(Event.organizer_id == staff.id)
    return statement


@blueprint.get("/new")
@needs(Ability.PLAN_EVENTS)
def plan() -> ResponseReturnValue:
    return _show_new({})


@blueprint.post("/new")
@needs(Ability.PLAN_EVENTS)
def add() -> ResponseReturnValue:
    work = runtime.current()
    typed, troubles = read_event(request.form, other_languages())
    if typed is not None:
        try:
            with work.database.writing() as session:
                staff = me_in(session)
                event = events.plan_event(session, work.settings, **typed, organizer=staff)
                note(session, "event.planned", "event", event.id, staff=staff)
            flash(f"{event.title} is planned. Now invite families.", "success")
            return redirect(url_for("events.show", event_id=event.id))
        except events.EventError as error:
            troubles = [Trouble(f"{str(error).capitalize()}; choose a later day or time.", "starts_date")]
    return _show_new(request.form, troubles), 422


def _show_new(typed: Mapping[str, str], troubles: Sequence[Trouble] = ()) -> str:
    zone = runtime.current().settings.timezone
    return render_template(
        "events/new.html", typed=typed, troubles=troubles, zone=zone, spoken=other_languages(), longest=LONGEST
    )


@blueprint.get("/<int:event_id>")
@needs(Ability.PLAN_EVENTS, Ability.SEE_ALL_EVENTS)
def show(event_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        event = find_event(session, event_id)
        campaigns = texts_of(session, event)
        return render_template(
            "events/show.html",
            event=event,
            begun=event.starts_at <= clock.now(),
            attendance=events.count_attendance(session, [event])[event.id],
            campaigns=campaigns,
            standings=standings(session, campaigns),
            page=read_page(session, _invited(event)),
            answer=request.args.get("answer", ""),
            packs=_event_packs(session),
            may_plan=may_plan(session, event),
            show_number=show_ending if may_plan(session, event) else mask,
        )


def _invited(event: Event) -> Select[Invitation, Contact]:
    statement = (
        select(Invitation, Contact)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(Invitation.event_id == event.id)
        .order_by(Invitation.answered_at.is_(None), Invitation.answered_at.desc(), Contact.id)
    )
    wanted = request.args.get("answer", "")
    if wanted == "none":
        return statement.where(Invitation.answer.is_(None))
    return statement.where(Invitation.answer == Answer(wanted)) if wanted in list(Answer) else statement


@blueprint.route("/<int:event_id>/invite", methods=["GET", "POST"])
@needs(Ability.PLAN_EVENTS)
def invite(event_id: int) -> ResponseReturnValue:
    """Put families on the list; no text leaves here."""
    if request.method == "GET" or request.form.get("action") != "invite":
        return _show_invite(event_id, request.form)
    with runtime.current().database.writing() as session:
        event = find_event(session, event_id, plan=True)
        try:
            new = events.invite(session, event, read_recipients(request.form))
        except AudienceError:
            return _show_invite(event_id, request.form, refused=True), 422
        note(session, "event.invited", "event", event.id, staff=me_in(session), details={"families": new})
    flash(f"{new:,} {'family is' if new == 1 else 'families are'} new on the list. No text has left yet.", "success")
    return redirect(url_for("events.show", event_id=event_id))


@blueprint.post("/<int:event_id>/invite/preview")
@needs(Ability.PLAN_EVENTS)
def preview_invite(event_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        event = find_event(session, event_id, plan=True)
        return render_template("events/_invite.html", event=event, **_counted(session, request.form))


def _show_invite(event_id: int, typed: MultiDict[str, str], *, refused: bool = False) -> str:
    with runtime.current().database.reading() as session:
        event = find_event(session, event_id, plan=True)
        return render_template(
            "events/invite.html",
            event=event,
            typed=typed,
            groups=offer_groups(session, typed),
            refused=refused,
            **_counted(session, typed),
        )


def _counted(session: Session, typed: MultiDict[str, str]) -> dict[str, Any]:
    """How many families the builder finds, by language, and what is wrong with it if something is."""
    counts: list[LanguageCount] = []
    troubles: list[Trouble] = []
    words = ""
    try:
        audience = read_recipients(typed).audience
        assert audience is not None
        words = audience.describe()
        counts = count_by_language(session, audience.where(), None)
    except AudienceError as error:
        troubles.append(Trouble(f"Audience: {error}", "audience_words"))
    families = sum(count.reachable + sum(count.skipped.values()) for count in counts)
    return {"counts": counts, "troubles": troubles, "audience": words, "families": families}


@blueprint.route("/<int:event_id>/send/<topic>/<name>", methods=["GET", "POST"])
@needs(Ability.PLAN_EVENTS)
def send(event_id: int, topic: str, name: str) -> ResponseReturnValue:
    """Invitation and reminders: read every text in every language, then send."""
    with runtime.current().database.reading() as session:
        pack = _find_pack(session, topic, name)
    if request.method == "GET" or request.form.get("action") != "launch":
        return _show_send(event_id, pack, request.form)
    key = request.form.get("launch_key", "")
    # Read once more where it is launched: it may have changed since, and then nobody has seen what it says.
    done = launch_draft(lambda session: _draft(session, event_id, _find_pack(session, topic, name), request.form), key)
    if isinstance(done, Refusal):
        return _show_send(event_id, pack, request.form, done), 422
    flash("Invitations are on their way, and the reminders are planned. You can close this page.", "success")
    return redirect(url_for("events.show", event_id=event_id))


@blueprint.post("/<int:event_id>/send/<topic>/<name>/preview")
@needs(Ability.PLAN_EVENTS)
def preview(event_id: int, topic: str, name: str) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        draft = _draft(session, event_id, _find_pack(session, topic, name), request.form)
        return render_template("campaign_new/_preview.html", draft=draft)


def _show_send(event_id: int, pack: Pack, typed: MultiDict[str, str], refusal: Refusal | None = None) -> str:
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        draft = _draft(session, event_id, pack, typed)
        event = draft.request.event
        assert event is not None
        before = session.scalars(
            select(Campaign).where(Campaign.event_id == event.id, Campaign.pack == pack.id).order_by(Campaign.id.desc())
        ).first()
        return render_template(
            "events/send.html",
            event=event,
            pack=pack,
            typed=typed,
            draft=draft,
            refusal=refusal,
            before=before,
            sender=draft.request.partner.short_name if draft.request.partner else settings.service_name,
            inputs=INPUTS,
            may_differ=MAY_DIFFER,
            spoken=other_languages(),
            launch_key=typed.get("launch_key") or str(uuid4()),
            zone=settings.timezone,
            decent_hours=settings.quiet_hours,
        )


def _draft(session: Session, event_id: int, pack: Pack, typed: MultiDict[str, str]) -> Draft:
    event = find_event(session, event_id, plan=True)
    partner = event.partner or me_in(session).partner
    return read_draft(session, runtime.current().settings, pack, typed, partner=partner, event=event)


def _event_packs(session: Session) -> list[Pack]:
    packs = packs_for(session, runtime.current().settings, me_in(session))
    return [pack for pack in packs.values() if pack.kind is Kind.EVENT]


def _find_pack(session: Session, topic: str, name: str) -> Pack:
    return next((pack for pack in _event_packs(session) if pack.id == f"{topic}/{name}"), None) or abort(404)
