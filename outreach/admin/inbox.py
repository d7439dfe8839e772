"""Inbox: the families whose texts wait for a person, one row each, and who sees to them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.admin.conversation import newest_text
from outreach.admin.guard import needs
from outreach.admin.inbox_search import VIEWS, Asked, find_threads
from outreach.admin.sign_in import me_in
from outreach.admin.waiting_count import Waiting
from outreach.admin.words import WAITS_FOR, meaning_of
from outreach.people.models import Contact
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may
from outreach.threads import thread, waiting

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")


@blueprint.get("/")
@needs(Ability.ANSWER_CALLBACKS)
def list_all() -> ResponseReturnValue:
    """A page of threads; search and filters stand in the address."""
    with runtime.current().database.reading() as session:
        return render_template("inbox/list.html", **_listing(session))


@blueprint.get("/rows")
@needs(Ability.ANSWER_CALLBACKS)
def rows() -> ResponseReturnValue:
    """The table of the list, as it is now."""
    with runtime.current().database.reading() as session:
        return render_template("inbox/_rows.html", **_listing(session))


@blueprint.post("/<int:contact_id>/assign")
@needs(Ability.ANSWER_CALLBACKS)
def assign(contact_id: int) -> ResponseReturnValue:
    """Take the family, give it to somebody or to nobody, unless somebody else did so after the form was shown."""
    wanted, was = request.form.get("assignee", type=int) or 0, request.form.get("was", "")
    with runtime.current().database.writing() as session:
        _find(session, contact_id)
        kept, by = thread.hold(session, contact_id), me_in(session)
        person = session.get(Staff, wanted)
        if wanted and (person is None or not _answers(person)):
            flash("Choose who looks after this family.", "error")
        elif str(kept.assignee_id or "") != was:
            now = kept.assignee.name if kept.assignee else "Nobody"
            flash(f"{now} looks after this family in the meantime. Nothing was changed.", "warning")
        else:
            thread.assign(kept, person)
            note(session, "thread.assigned", "contact", contact_id, staff=by, details={"to": wanted or None})
            said = "Nobody looks after this family now." if person is None else f"{_name(person, by)} this family."
            undo = {"assignee": was, "was": str(wanted or "")}
            flash(undoable(said, url_for(".assign", contact_id=contact_id), undo), "success")
    return redirect(url_for("families.show", contact_id=contact_id))


@blueprint.post("/<int:contact_id>/done")
@needs(Ability.ANSWER_CALLBACKS)
def done(contact_id: int) -> ResponseReturnValue:
    """Nothing more is to be done about what the page showed; a text that came since still waits."""
    with runtime.current().database.writing() as session:
        contact = _find(session, contact_id)
        settled = waiting.settle(session, contact_id, request.form.get("seen", 0, type=int))
        name = contact.name or "This family"
        if settled:
            note(session, "thread.done", "contact", contact_id, staff=me_in(session), details={"texts": settled})
            flash(undoable(f"{name} no longer waits.", url_for(".reopen", contact_id=contact_id), {}), "success")
        else:
            flash(f"{name} was seen to already.", "info")
    return redirect(url_for(".list_all"))


@blueprint.post("/<int:contact_id>/reopen")
@needs(Ability.ANSWER_CALLBACKS)
def reopen(contact_id: int) -> ResponseReturnValue:
    """The family waits again."""
    with runtime.current().database.writing() as session:
        contact = _find(session, contact_id)
        newest, _ = newest_text(session, contact)
        if not newest:
            abort(400)  # a family that never wrote has no thread
        if not waiting.find_open(session, contact_id):
            waiting.reopen(session, contact_id, newest)
            note(session, "thread.reopened", "contact", contact_id, staff=me_in(session))
        flash(f"{contact.name or 'This family'} waits in the inbox again.", "success")
    return redirect(url_for("families.show", contact_id=contact_id))


def count_waiting() -> Waiting:
    """For the bar of every page: one statement."""
    with runtime.current().database.reading() as session:
        return Waiting(waiting.count_families(session))


def undoable(said: str, address: str, fields: dict[str, str]) -> Markup:
    """What was done, with a button that undoes it."""
    return Markup(render_template("inbox/_undo.html", said=said, address=address, fields=fields))  # noqa: S704 - escaped


def _listing(session: Session) -> dict[str, object]:
    return {
        "found": find_threads(session, Asked.read(request.args), me_in(session)),
        "views": VIEWS,
        "waits_for": WAITS_FOR,
        "meaning_of": meaning_of,
        "now": clock.now(),
    }


def _find(session: Session, contact_id: int) -> Contact:
    return session.get(Contact, contact_id) or abort(404)


def _answers(person: Staff) -> bool:
    return person.active and may(person.role, Ability.ANSWER_CALLBACKS)


def _name(person: Staff, by: Staff) -> str:
    return "You look after" if person.id == by.id else f"{person.name} looks after"
