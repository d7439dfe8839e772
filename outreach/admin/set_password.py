"""Choosing a password by the link an admin gave: open to visitors, as whoever comes here cannot sign in yet."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.staff.accounts import AccountError
from outreach.staff.audit import note
from outreach.staff.invitations import person_of, set_password
from outreach.staff.models import Staff

blueprint = Blueprint("set_password", __name__, url_prefix="/set-password")


@blueprint.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return _page(_person(session, token))


@blueprint.post("/<token>")
def keep(token: str) -> ResponseReturnValue:
    """Keep the password, once: the link is spent with it."""
    with runtime.current().database.writing() as session:
        person = _person(session, token)
        if person is None:
            return _page(None)
        if request.form.get("password", "") != request.form.get("again", ""):
            return _page(person, "The two are not the same. Type the password twice.")
        try:
            set_password(person, request.form.get("password", ""))
        except AccountError as error:
            return _page(person, str(error))
        note(session, "staff.password_set", "staff", person.id, staff=person)
    flash("Your password is kept. Sign in with it.", "success")
    return redirect(url_for("security.login"))


def _person(session: Session, token: str) -> Staff | None:
    return person_of(session, runtime.current().settings, token)


def _page(person: Staff | None, problem: str = "") -> ResponseReturnValue:
    status = 410 if person is None else 422 if problem else 200
    return render_template("staff/set_password.html", person=person, problem=problem), status
