"""Staff: who works here, what each may do, who is on duty and who is paged after them."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from outreach import runtime
from outreach.admin.forms.draft import Trouble
from outreach.admin.forms.staff_form import TypedStaff, read_staff
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.callbacks.crisis.paging import whom
from outreach.callbacks.models import Callback, is_open
from outreach.callbacks.requests import give_back_crises
from outreach.languages import LANGUAGES
from outreach.mail import outbox as mail_outbox
from outreach.staff.accounts import AccountError, add_staff, find_or_add_partner
from outreach.staff.audit import note
from outreach.staff.changes import Profile, change_staff, deactivate, reactivate
from outreach.staff.invitations import GOOD_FOR_DAYS, link_for, unguessable
from outreach.staff.models import Partner, Role, Staff
from outreach.staff.roles import Ability

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

ROLES = {
    Role.ADMIN: "Admin: everything, and settings, languages and staff",
    Role.COORDINATOR: "Coordinator: campaigns, events, families and calls",
    Role.RESPONDER: "Responder: families and calls",
    Role.ORGANIZER: "Organizer: her own events",
    Role.VIEWER: "Viewer: looks at campaigns and events",
}


@blueprint.get("/")
@needs(Ability.MANAGE)
def list_all() -> ResponseReturnValue:
    work = runtime.current()
    with work.database.reading() as session:
        people = session.scalars(
            select(Staff).options(joinedload(Staff.partner)).order_by(Staff.active.desc(), func.lower(Staff.name))
        ).all()
        first, later = (whom(session, work.settings, again=again) for again in (False, True))
        return render_template(
            "staff/list.html",
            people=people,
            first=first,
            after=[person for person in later.people if person not in first.people],
            minutes=work.settings.crisis_minutes,
            by_mail=bool(work.settings.smtp_url),
        )


@blueprint.get("/new")
@needs(Ability.MANAGE)
def new() -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return render_template("staff/form.html", person=None, typed=_blank(), troubles=(), **_choices(session))


@blueprint.post("/new")
@needs(Ability.MANAGE)
def add() -> ResponseReturnValue:
    """A new account, whose password its owner chooses by the link that is shown once."""
    typed = read_staff(request.form)
    troubles = list(typed.troubles)
    if not troubles:
        try:
            with runtime.current().database.writing() as session:
                person = add_staff(session, typed.email, typed.role or Role.VIEWER, unguessable(), name=typed.name)
                change_staff(session, person, _profile(session, typed))
                note(session, "staff.added", "staff", person.id, staff=me_in(session), details={"role": person.role})
                return _show_link(session, person, "Added.")
        except AccountError as error:
            troubles.append(Trouble(f"{error}.".replace("..", "."), "email"))
    with runtime.current().database.reading() as session:
        return render_template("staff/form.html", person=None, typed=typed, troubles=troubles, **_choices(session)), 422


@blueprint.get("/<int:staff_id>")
@needs(Ability.MANAGE)
def show(staff_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        person = _find(session, staff_id)
        return render_template("staff/form.html", person=person, typed=person, troubles=(), **_choices(session))


@blueprint.post("/<int:staff_id>")
@needs(Ability.MANAGE)
def change(staff_id: int) -> ResponseReturnValue:
    typed = read_staff(request.form)
    troubles = list(typed.troubles)
    if not troubles:
        try:
            with runtime.current().database.writing() as session:
                person = _find(session, staff_id)
                changed = change_staff(session, person, _profile(session, typed))
                if changed:
                    details = {"fields": changed, "role": person.role}
                    note(session, "staff.changed", "staff", person.id, staff=me_in(session), details=details)
                flash(f"{person.name} is changed." if changed else "Nothing was changed.", "success")
            return redirect(url_for(".list_all"))
        except AccountError as error:
            troubles.append(Trouble(f"{error}.".replace("..", "."), "role" if "only admin" in str(error) else "email"))
    with runtime.current().database.reading() as session:
        person = _find(session, staff_id)
        choices = _choices(session)
        return render_template("staff/form.html", person=person, typed=typed, troubles=troubles, **choices), 422


@blueprint.post("/<int:staff_id>/deactivate")
@needs(Ability.MANAGE)
def end(staff_id: int) -> ResponseReturnValue:
    """She signs in no more. A crisis of hers is paged again; her other calls stay hers until somebody takes them."""
    with runtime.current().database.writing() as session:
        person = _find(session, staff_id)
        try:
            deactivate(session, person)
        except AccountError as error:
            flash(str(error), "error")
            return redirect(url_for(".show", staff_id=staff_id))
        note(session, "staff.deactivated", "staff", person.id, staff=me_in(session))
        give_back_crises(session, person, me_in(session))
        session.flush()
        mine = (Callback.assignee_id == person.id) & is_open()
        calls = session.scalar(select(func.count()).select_from(Callback).where(mine)) or 0
        left = f" {calls} open {'call is' if calls == 1 else 'calls are'} hers: give them to somebody." if calls else ""
        flash(f"{person.name} signs in no more, and is not paged.{left}", "warning" if calls else "success")
    return redirect(url_for(".list_all"))


@blueprint.post("/<int:staff_id>/reactivate")
@needs(Ability.MANAGE)
def bring_back(staff_id: int) -> ResponseReturnValue:
    with runtime.current().database.writing() as session:
        person = _find(session, staff_id)
        reactivate(person)
        note(session, "staff.reactivated", "staff", person.id, staff=me_in(session))
        flash(f"{person.name} may sign in again, with the password of before.", "success")
    return redirect(url_for(".show", staff_id=staff_id))


@blueprint.post("/<int:staff_id>/link")
@needs(Ability.MANAGE)
def link(staff_id: int) -> ResponseReturnValue:
    """A link to choose a new password, shown once; the old password stays good until then."""
    with runtime.current().database.writing() as session:
        person = _find(session, staff_id)
        if not person.active:
            flash("Let this person sign in again first.", "error")
            return redirect(url_for(".show", staff_id=staff_id))
        note(session, "staff.link_made", "staff", person.id, staff=me_in(session))
        return _show_link(session, person, "")


def _show_link(session: Session, person: Staff, words: str) -> ResponseReturnValue:
    """The page with the link, which nobody can open a second time; by e-mail too, where that is set up."""
    work = runtime.current()
    address = link_for(work.settings, person)
    mailed = bool(work.settings.smtp_url)
    if mailed:
        name = work.settings.service_name
        draft = mail_outbox.Draft(
            source="invitation",
            source_id=person.id,
            part=address[-40:],
            address=person.email,
            subject=f"{name}: choose your password",
            body=f"You have an account at {name}. Choose your password within {GOOD_FOR_DAYS} days:\n{address}\n",
            useful=timedelta(days=1),
        )
        mail_outbox.queue(session, draft)
        mail_outbox.wake_mail(session, work.redis)
    return render_template(
        "staff/link.html", person=person, link=address, days=GOOD_FOR_DAYS, words=words, mailed=mailed
    )


def _profile(session: Session, typed: TypedStaff) -> Profile:
    partner = session.get(Partner, typed.partner_id) if typed.partner_id else None
    return Profile(
        name=typed.name,
        email=typed.email,
        role=typed.role or Role.VIEWER,
        partner=find_or_add_partner(session, typed.new_partner) if typed.new_partner else partner,
        phone=typed.phone,
        languages=typed.languages,
        on_duty=typed.on_duty,
        supervisor=typed.supervisor,
    )


def _choices(session: Session) -> dict[str, Any]:
    """What the form offers; languages that are sent here first."""
    ours = runtime.current().settings.languages
    return {
        "roles": ROLES,
        "partners": session.scalars(select(Partner).order_by(Partner.name)).all(),
        "codes": list(dict.fromkeys([*ours, *LANGUAGES])),
        "form": request.form,
    }


def _blank() -> dict[str, Any]:
    return {"languages": (), "role": Role.COORDINATOR}


def _find(session: Session, staff_id: int) -> Staff:
    return session.get(Staff, staff_id) or abort(404)
