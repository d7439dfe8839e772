"""Callbacks: who waits for a call, most urgent first, and one call from taking it to saying how it went."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock, runtime
from outreach.admin.guard import needs
from outreach.admin.sign_in import signed_in
from outreach.admin.thread import read_thread
from outreach.admin.words import OUTCOMES, PAGE_STATES, URGENCIES, show_ago
from outreach.callbacks import requests
from outreach.callbacks.crisis.delivery import read_deliveries
from outreach.callbacks.crisis.protocol import read_protocol
from outreach.callbacks.models import Callback, CallbackState, Outcome, Urgency
from outreach.languages import LANGUAGES
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may

blueprint = Blueprint("callbacks", __name__, url_prefix="/callbacks")

PAGE = 50
LAST_TEXTS = 5
LONGEST_NOTE = 2000
RANK = case({Urgency.CRISIS: 0, Urgency.SOON: 1, Urgency.NORMAL: 2}, value=Callback.urgency)
SHOWN = {"open": "All open", "mine": "Mine", "unassigned": "Nobody has taken", "closed": "Closed"}


@dataclass(frozen=True)
class Waiting:
    """How many calls wait for a person, and how many of them may be about danger to life."""

    count: int
    crises: int


@blueprint.get("/")
@needs(Ability.ANSWER_CALLBACKS)
def list_all() -> ResponseReturnValue:
    """A page of callbacks; the filters stand in the address."""
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
        return _page(session, _find(session, callback_id))


@blueprint.post("/<int:callback_id>/assign")
@needs(Ability.ANSWER_CALLBACKS)
def assign(callback_id: int) -> ResponseReturnValue:
    """Take it or give it to somebody, unless somebody else took it after the form was shown."""
    with runtime.current().database.writing() as session:
        callback, me = _find(session, callback_id, locked=True), _me(session)
        assignee = session.get(Staff, request.form.get("assignee", type=int) or 0)
        if assignee is None or not _answers(assignee):
            flash("Choose who calls.", "error")
        elif callback.assignee and str(callback.assignee_id) != request.form.get("was"):
            flash(f"{callback.assignee.name} took this call in the meantime. Nothing was changed.", "warning")
        elif callback.state is CallbackState.CLOSED:
            flash(_closed_by(callback), "warning")
        else:
            requests.assign(callback, assignee, me)
            note(session, "callback.assigned", "callback", callback.id, staff=me, details={"to": assignee.id})
            flash("You have this call." if assignee is me else f"{assignee.name} has this call.", "success")
    return redirect(url_for(".show", callback_id=callback_id))


@blueprint.post("/<int:callback_id>/note")
@needs(Ability.ANSWER_CALLBACKS)
def write_note(callback_id: int) -> ResponseReturnValue:
    written = _note()
    if not written:
        flash("The note is empty. Write what the next person should know.", "error")
        return redirect(url_for(".show", callback_id=callback_id))
    with runtime.current().database.writing() as session:
        callback, me = _find(session, callback_id, locked=True), _me(session)
        requests.add_note(callback, me, written)
        note(session, "callback.noted", "callback", callback.id, staff=me)
        flash("Your note is kept.", "success")
    return redirect(url_for(".show", callback_id=callback_id))


@blueprint.post("/<int:callback_id>/close")
@needs(Ability.ANSWER_CALLBACKS)
def close(callback_id: int) -> ResponseReturnValue:
    """Close it with an outcome. When somebody closed it before, what was typed becomes a note."""
    chosen = request.form.get("outcome", "")
    with runtime.current().database.writing() as session:
        callback, me = _find(session, callback_id, locked=True), _me(session)
        if chosen not in list(Outcome):
            problem = {"outcome": "Choose how the call went."}
            return _page(session, callback, errors=problem, typed=_note()), 400
        outcome = Outcome(chosen)
        if callback.state is CallbackState.CLOSED:
            requests.add_note(callback, me, f"{OUTCOMES[outcome]}. {_note()}".strip())
            note(session, "callback.noted", "callback", callback.id, staff=me)
            flash(f"{_closed_by(callback)} What you wrote is kept in the history as a note.", "warning")
        else:
            requests.close(callback, outcome, me, _note())
            note(session, "callback.closed", "callback", callback.id, staff=me, details={"outcome": outcome})
            flash(f"Closed: {OUTCOMES[outcome].lower()}.", "success")
    return redirect(url_for(".show", callback_id=callback_id))


def _listing(session: Session) -> dict[str, object]:
    shown = request.args.get("show", "open")
    shown = shown if shown in SHOWN else "open"
    language = request.args.get("language", "")
    page = max(request.args.get("page", 1, type=int), 1)
    conditions = [_SHOWING[shown](signed_in())]
    languages = session.scalars(select(Callback.language).where(*conditions).distinct()).all()
    if language in LANGUAGES:
        conditions.append(Callback.language == language)
    order = (Callback.closed_at.desc(),) if shown == "closed" else (RANK, Callback.due_at, Callback.id)
    found = session.scalars(
        select(Callback)
        .where(*conditions)
        .options(joinedload(Callback.contact), joinedload(Callback.assignee))
        .order_by(*order)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return {
        "callbacks": found,
        "total": session.scalar(select(func.count()).select_from(Callback).where(*conditions)) or 0,
        "shown": shown,
        "views": SHOWN,
        "languages": sorted({*languages, language} & LANGUAGES.keys()),
        "language": language,
        "page": page,
        "size": PAGE,
        "outcomes": OUTCOMES,
        "now": clock.now(),
    }


def count_waiting() -> Waiting:
    """For the bar of every page: one statement."""
    crisis = case((Callback.urgency == Urgency.CRISIS, 1))
    with runtime.current().database.reading() as session:
        return Waiting(*session.execute(select(func.count(), func.count(crisis)).where(_is_open())).one())


def _is_open() -> ColumnElement[bool]:
    return Callback.state != CallbackState.CLOSED


_SHOWING: dict[str, Callable[[Staff], ColumnElement[bool]]] = {
    "open": lambda _me: _is_open(),
    "mine": lambda me: _is_open() & (Callback.assignee_id == me.id),
    "unassigned": lambda _me: _is_open() & Callback.assignee_id.is_(None),
    "closed": lambda _me: Callback.state == CallbackState.CLOSED,
}


def _page(session: Session, callback: Callback, errors: dict[str, str] | None = None, typed: str = "") -> str:
    staff = session.scalars(select(Staff).where(Staff.active).order_by(Staff.name)).all()
    able = [person for person in staff if _answers(person) and person is not callback.assignee]
    # Who reads the family's language stands first.
    able.sort(key=lambda person: callback.language not in person.languages)
    return render_template(
        "callbacks/show.html",
        callback=callback,
        contact=callback.contact,
        assignees=able,
        thread=read_thread(session, callback.contact, LAST_TEXTS),
        urgencies=URGENCIES,
        outcomes=OUTCOMES,
        errors=errors or {},
        typed=typed,
        my_id=signed_in().id,
        protocol=read_protocol(session),
        deliveries=read_deliveries(session, callback.id) if callback.urgency is Urgency.CRISIS else (),
        page_states=PAGE_STATES,
        now=clock.now(),
    )


def _find(session: Session, callback_id: int, *, locked: bool = False) -> Callback:
    return session.get(Callback, callback_id, with_for_update=locked) or abort(404)


def _me(session: Session) -> Staff:
    return session.get_one(Staff, signed_in().id)


def _answers(person: Staff) -> bool:
    return person.active and may(person.role, Ability.ANSWER_CALLBACKS)


def _note() -> str:
    return request.form.get("note", "").strip()[:LONGEST_NOTE]


def _closed_by(callback: Callback) -> str:
    closers = [one.staff.name for one in callback.history if one.action.startswith("closed") and one.staff]
    who = closers[-1] if closers else "Somebody"
    how = f" ({OUTCOMES[callback.outcome].lower()})" if callback.outcome else ""
    return f"{who} closed this call {show_ago(callback.closed_at)}{how}."
