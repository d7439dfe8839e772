"""Calling a family from its page: staff are rung first, and both phones show the service's number."""

import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock, runtime
from outreach.admin.call_words import REACHED_THE_FAMILY, say_state, warn
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in, signed_in
from outreach.admin.words import show_phone
from outreach.callbacks import wall
from outreach.callbacks.models import Callback, CallbackState, Urgency
from outreach.calls.models import Call
from outreach.calls.starting import CallError, ask_carrier, reserve
from outreach.people.models import Contact
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.staff.roles import Ability

blueprint = Blueprint("calls", __name__, url_prefix="/calls")


@dataclass(frozen=True)
class Panel:
    """What a page says and offers about calling one family."""

    contact_id: int
    callback_id: int | None
    number: str  # what both phones show; empty when none is set
    my_phone: str  # empty when it is not known
    warnings: list[str]
    call: Call | None  # the one under way, else the last one
    words: str
    say_how: bool  # it reached the family, and whoever called should say how it went

    @property
    def live(self) -> bool:
        return self.call is not None and self.call.ended_at is None

    @property
    def key(self) -> str:
        """Of the form: it begins a call once, however often it is sent."""
        return secrets.token_urlsafe(16)


@blueprint.post("/")
@needs(Ability.ANSWER_CALLBACKS)
def start() -> ResponseReturnValue:
    """Ring whoever asks, once for each form. The carrier is asked with no transaction open."""
    work = runtime.current()
    contact_id, callback_id = request.form.get("contact", 0, type=int), _asked(request.form.get("callback"))
    with work.database.writing() as session:
        contact, callback = _find(session, contact_id, callback_id)
        me = me_in(session)
        try:
            reserved = reserve(session, work, request.form.get("key", ""), contact, me, callback)
        except CallError as error:
            flash(str(error), "warning")
            return redirect(_page_of(contact_id, callback_id))
        if reserved.new:
            details = {"contact": contact_id, "callback": callback_id}
            note(session, "call.started", "call", reserved.call_id, staff=me, details=details)
    if reserved.new:
        ask_carrier(work, reserved.call_id)
    return redirect(_page_of(contact_id, callback_id) + "#call")


@blueprint.get("/panel")
@needs(Ability.ANSWER_CALLBACKS)
def panel() -> ResponseReturnValue:
    """The panel alone, as it is now."""
    contact_id, callback_id = request.args.get("contact", 0, type=int), _asked(request.args.get("callback"))
    return render_template("calls/_panel.html", panel=call_panel(contact_id, callback_id))


@blueprint.app_template_global()
def call_panel(contact_id: int, callback_id: int | None) -> Panel:
    """For any page about a family: `callback_id` is the request it wants to be called about, if there is one."""
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        contact, callback = _find(session, contact_id, callback_id)
        me = me_in(session)
        call = _newest(session, me, contact_id, callback_id)
        mine = call is not None and call.staff_id == me.id
        is_open = callback is not None and callback.state is not CallbackState.CLOSED
        crisis = callback is not None and callback.urgency is Urgency.CRISIS
        return Panel(
            contact_id,
            callback_id,
            show_phone(settings.voice_number) if settings.voice_number else "",
            show_phone(me.phone) if me.phone else "",
            warn(contact, clock.now(), asked=is_open, crisis=crisis),
            call,
            say_state(call, mine=mine) if call else "",
            mine and is_open and call is not None and call.state in REACHED_THE_FAMILY,
        )


def _newest(session: Session, me: Staff, contact_id: int, callback_id: int | None) -> Call | None:
    """A call under way to the family, whatever it is about; else the last one about this request.

    With no request named, the last one that this person may know of: what came of another partner's is behind the wall.
    """
    calls = select(Call).where(Call.contact_id == contact_id).options(joinedload(Call.staff)).order_by(Call.id.desc())
    live = session.scalars(calls.where(Call.ended_at.is_(None)).limit(1)).first()
    known = or_(Call.callback_id.is_(None), Call.staff_id == me.id, wall.readable(me))
    about = calls.outerjoin(Call.callback).where(known if callback_id is None else Call.callback_id == callback_id)
    return live or session.scalars(about.limit(1)).first()


def _find(session: Session, contact_id: int, callback_id: int | None) -> tuple[Contact, Callback | None]:
    contact = session.get(Contact, contact_id) or abort(404)
    if callback_id is None:
        return contact, None
    callback = session.get(Callback, callback_id) or abort(404)
    if callback.contact_id != contact.id:
        abort(404)
    if not wall.may_read(signed_in(), callback):
        abort(403)  # another partner's: its staff call
    return contact, callback


def _asked(value: str | None) -> int | None:
    if not value:
        return None
    return int(value) if value.isdecimal() else abort(404)


def _page_of(contact_id: int, callback_id: int | None) -> str:
    if callback_id is not None:
        return url_for("callbacks.show", callback_id=callback_id)
    return url_for("families.show", contact_id=contact_id)
