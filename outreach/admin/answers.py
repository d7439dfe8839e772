"""Answering one family: the answer as it would leave, sent once, and taken back as long as it has not left."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.conversation import newest_text, read_conversation
from outreach.admin.families import show_family
from outreach.admin.forms.answer import Answer, read_answer
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.admin.times import show_soon
from outreach.people.models import Contact
from outreach.staff.audit import note
from outreach.staff.roles import Ability
from outreach.threads import answers, thread, waiting
from outreach.threads.models import StaffText

blueprint = Blueprint("answers", __name__, url_prefix="/families/<int:contact_id>/answer")

LONGEST_KEY = 36


@blueprint.post("/preview")
@needs(Ability.ANSWER_CALLBACKS)
def preview(contact_id: int) -> ResponseReturnValue:
    """What the form would send, as it stands."""
    with runtime.current().database.reading() as session:
        contact = _find(session, contact_id)
        shown = read_conversation(session, contact, request.form)
        return render_template("inbox/_preview.html", contact=contact, **shown)


@blueprint.post("/")
@needs(Ability.ANSWER_CALLBACKS)
def send(contact_id: int) -> ResponseReturnValue:
    """Send what was written, once, whoever clicks twice; or show it, with what keeps it back."""
    key, pressed = request.form.get("key", ""), request.form.get("action") == "send"
    if not 0 < len(key) <= LONGEST_KEY:
        abort(400)
    database = runtime.current().database
    with database.reading() as session:  # the first look may load every vocabulary: no writer waits for that
        contact = _find(session, contact_id)
        if answers.find_written(session, key) is None and not (pressed and _may_go(_read(session, contact))):
            return show_family(session, contact, typed=request.form, tried=pressed), 422 if pressed else 200
    with database.writing() as session:
        contact = _find(session, contact_id)
        if answers.find_written(session, key) is None:
            answer = _read(session, contact)
            if _may_go(answer):
                _write(session, contact, answer)
                flash(_said(answer), "success")
            else:
                flash("Nothing was sent: something about this family changed just now.", "warning")
    return redirect(url_for("families.show", contact_id=contact_id))


@blueprint.post("/<int:written_id>/take-back")
@needs(Ability.ANSWER_CALLBACKS)
def take_back(contact_id: int, written_id: int) -> ResponseReturnValue:
    """Keep a text from leaving that still waits; what it answered waits again."""
    with runtime.current().database.writing() as session:
        written = session.get(StaffText, written_id)
        if written is None or written.contact_id != contact_id:
            abort(404)
        if answers.take_back(session, written):
            waiting.put_back(session, contact_id, since=written.written_at)
            note(
                session,
                "answer.taken_back",
                "contact",
                contact_id,
                staff=me_in(session),
                details={"text": written.id},
            )
            flash("The text is taken back. The family does not get it.", "success")
        else:
            flash("It is too late to take this text back: it has left.", "warning")
    return redirect(url_for("families.show", contact_id=contact_id))


def _read(session: Session, contact: Contact) -> Answer:
    _, last_wrote = newest_text(session, contact)
    return read_answer(session, runtime.current(), contact, me_in(session), last_wrote, request.form)


def _may_go(answer: Answer) -> bool:
    return bool(answer.text) and answer.is_meant and not answer.way.refusal


def _write(session: Session, contact: Contact, answer: Answer) -> None:
    """Into the outbox. What the page showed is answered, and who answers a family that nobody has looks after it."""
    by = me_in(session)
    written = answers.write(
        session,
        runtime.current(),
        contact,
        by,
        answer.text,
        key=request.form["key"],
        way=answer.way,
        language=answer.mismatch.seems if answer.mismatch else None,
        canned=answer.chosen or None,
    )
    waiting.settle(session, contact.id, request.form.get("seen", 0, type=int))
    kept = thread.hold(session, contact.id)
    if kept.assignee_id is None:
        thread.assign(kept, by)
    details = {"text": written.id, "canned": written.canned}
    note(session, "family.answered", "contact", contact.id, staff=by, details=details)


def _said(answer: Answer) -> str:
    if answer.way.leaves_at is None:
        return "Your text is on its way."
    return f"Your text leaves {show_soon(answer.way.leaves_at)}, at a decent hour. Until then you can take it back."


def _find(session: Session, contact_id: int) -> Contact:
    return session.get(Contact, contact_id) or abort(404)
