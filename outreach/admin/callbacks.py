"""Callbacks: who waits for a call, most urgent first, and one call from taking it to saying how it went."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.admin.callback_access import find, find_mine, typed_note
from outreach.admin.callback_search import find_calls
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in, signed_in
from outreach.admin.thread import read_thread
from outreach.admin.waiting_count import Waiting
from outreach.admin.words import OUTCOMES, PAGE_STATES, URGENCIES, show_ago
from outreach.callbacks import attempts, requests, routing, wall
from outreach.callbacks.calendar import hours_of
from outreach.callbacks.crisis.delivery import read_deliveries
from outreach.callbacks.crisis.protocol import read_protocol
from outreach.callbacks.models import Callback, CallbackState, Outcome, Urgency, is_open
from outreach.staff.audit import note
from outreach.staff.models import Partner, Staff
from outreach.staff.roles import Ability

blueprint = Blueprint("callbacks", __name__, url_prefix="/callbacks")

LAST_TEXTS = 5


@blueprint.get("/")
@needs(Ability.ANSWER_CALLBACKS)
def list_all() -> ResponseReturnValue:
    """A page of callbacks; search and filters stand in the address."""
    with runtime.current().database.reading() as session:
        return render_template("callbacks/list.html", **_listing(session))


@blueprint.get("/rows")
@needs(Ability.ANSWER_CALLBACKS)
def rows() -> ResponseReturnValue:
    """The table of the list, as it is now."""
    with runtime.current().database.reading() as session:
        return render_template("callbacks/_rows.html", **_listing(session))


@blueprint.get("/<int:callback_id>")
@needs(Ability.ANSWER_CALLBACKS)
def show(callback_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        callback, me = find(session, callback_id), me_in(session)
        return _page(session, callback, me) if wall.may_read(me, callback) else _walled_page(session, callback, me)


@blueprint.post("/<int:callback_id>/assign")
@needs(Ability.ANSWER_CALLBACKS)
def assign(callback_id: int) -> ResponseReturnValue:
    """Take it or give it to somebody, unless somebody else took it after the form was shown."""
    with runtime.current().database.writing() as session:
        callback, me = find_mine(session, callback_id, managing=True)
        assignee = session.get(Staff, request.form.get("assignee", type=int) or 0)
        if assignee is None or assignee not in routing.suggest(session, callback):
            flash("Choose who calls.", "error")
        elif callback.assignee and str(callback.assignee_id) != request.form.get("was"):
            flash(f"{callback.assignee.name} took this call in the meantime. Nothing was changed.", "warning")
        elif callback.state is CallbackState.CLOSED:
            flash("This call is closed already. Nothing was changed.", "warning")
        else:
            requests.assign(callback, assignee, me)
            note(session, "callback.assigned", "callback", callback.id, staff=me, details={"to": assignee.id})
            flash("You have this call." if assignee is me else f"{assignee.name} has this call.", "success")
    return redirect(url_for(".show", callback_id=callback_id))


@blueprint.post("/<int:callback_id>/note")
@needs(Ability.ANSWER_CALLBACKS)
def write_note(callback_id: int) -> ResponseReturnValue:
    written = typed_note()
    if not written:
        flash("The note is empty. Write what the next person should know.", "error")
        return redirect(url_for(".show", callback_id=callback_id))
    with runtime.current().database.writing() as session:
        callback, me = find_mine(session, callback_id)
        requests.add_note(callback, me, written)
        note(session, "callback.noted", "callback", callback.id, staff=me)
        flash("Your note is kept.", "success")
    return redirect(url_for(".show", callback_id=callback_id))


@blueprint.post("/<int:callback_id>/close")
@needs(Ability.ANSWER_CALLBACKS)
def close(callback_id: int) -> ResponseReturnValue:
    """Say how the call went: it closes, or stays open for another try. What was typed is never lost."""
    chosen = request.form.get("outcome", "")
    with runtime.current().database.writing() as session:
        callback, me = find_mine(session, callback_id)
        if chosen not in list(Outcome):
            problem = {"outcome": "Choose how the call went."}
            return _page(session, callback, me, errors=problem, typed=typed_note()), 400
        outcome = Outcome(chosen)
        if callback.state is CallbackState.CLOSED:
            _keep_as_note(session, callback, outcome, me)
            flash(f"{_closed_by(callback)} What you wrote is kept in the history as a note.", "warning")
        elif outcome in attempts.TRIES and request.form.get("attempts", type=int) not in (None, callback.attempts):
            _keep_as_note(session, callback, outcome, me)
            flash("Somebody noted an attempt in the meantime. Yours is kept in the history as a note.", "warning")
        elif outcome in attempts.TRIES:
            _note_attempt(session, callback, outcome, me)
        else:
            requests.close(callback, outcome, me, typed_note())
            note(session, "callback.closed", "callback", callback.id, staff=me, details={"outcome": outcome})
            flash(f"Closed: {OUTCOMES[outcome].lower()}.", "success")
    return redirect(url_for(".show", callback_id=callback_id))


def _note_attempt(session: Session, callback: Callback, outcome: Outcome, me: Staff) -> None:
    last = request.form.get("last") == "yes" and attempts.may_end(callback)
    attempts.record(session, runtime.current(), callback, outcome, me, typed_note(), last=last)
    details = {"outcome": outcome, "attempt": callback.attempts}
    note(session, "callback.closed" if last else "callback.tried", "callback", callback.id, staff=me, details=details)
    told = "" if callback.urgency is Urgency.CRISIS else " The family is told by text."
    flash(f"Closed: {OUTCOMES[outcome].lower()}.{told}" if last else f"Kept. The call stays open.{told}", "success")


def _keep_as_note(session: Session, callback: Callback, outcome: Outcome, me: Staff) -> None:
    requests.add_note(callback, me, f"{OUTCOMES[outcome]}. {typed_note()}".strip())
    note(session, "callback.noted", "callback", callback.id, staff=me)


def _listing(session: Session) -> dict[str, object]:
    return {"calls": find_calls(session, signed_in(), request.args), "outcomes": OUTCOMES, "now": clock.now()}


def count_waiting() -> Waiting:
    """For the bar of every page: one statement."""
    crisis = case((Callback.urgency == Urgency.CRISIS, 1))
    mine = (is_open(), wall.readable(signed_in()))
    with runtime.current().database.reading() as session:
        return Waiting(*session.execute(select(func.count(), func.count(crisis)).where(*mine)).one())


def _page(
    session: Session, callback: Callback, me: Staff, errors: dict[str, str] | None = None, typed: str = ""
) -> str:
    settings = runtime.current().settings
    hours = hours_of(session, settings, callback.partner_id)
    able = routing.suggest(session, callback)
    return render_template(
        "callbacks/show.html",
        callback=callback,
        contact=callback.contact,
        history=wall.read_history(me, callback),
        suggested=able[0] if able and callback.assignee is None else None,
        assignees=[person for person in able if person is not callback.assignee],
        partners=_other_partners(session, callback),
        thread=read_thread(session, callback.contact, LAST_TEXTS),
        next_try=attempts.next_try(clock.now(), callback.urgency, callback.preferred_time, settings.zone, hours),
        may_end=attempts.may_end(callback),
        tries=attempts.TRIES,
        urgencies=URGENCIES,
        outcomes=OUTCOMES,
        errors=errors or {},
        typed=typed,
        my_id=me.id,
        protocol=read_protocol(session),
        deliveries=read_deliveries(session, callback.id) if callback.urgency is Urgency.CRISIS else (),
        page_states=PAGE_STATES,
        now=clock.now(),
    )


def _walled_page(session: Session, callback: Callback, me: Staff) -> str:
    """Another partner's callback: that it is there. An admin may give it to somebody without reading it."""
    return render_template(
        "callbacks/walled.html",
        call=wall.see(me, callback),
        history=wall.read_history(me, callback),
        assignees=routing.suggest(session, callback),
        holder=callback.assignee_id,  # so that two admins do not undo each other
        partners=_other_partners(session, callback),
        now=clock.now(),
    )


def _other_partners(session: Session, callback: Callback) -> list[Partner]:
    """To whom it may be handed: partners with somebody who answers calls."""
    partners = session.scalars(select(Partner).order_by(Partner.name))
    return [one for one in partners if one.id != callback.partner_id and routing.callers(session, one.id)]


def _closed_by(callback: Callback) -> str:
    closers = [one.staff.name for one in callback.history if one.action.startswith("closed") and one.staff]
    who = closers[-1] if closers else "Somebody"
    how = f" ({OUTCOMES[callback.outcome].lower()})" if callback.outcome else ""
    return f"{who} closed this call {show_ago(callback.closed_at)}{how}."
