"""Passing a callback on: to another partner, or to somebody with an interpreter."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from outreach import runtime
from outreach.admin.callback_access import find_mine
from outreach.admin.guard import needs
from outreach.callbacks.handover import hand_over as hand_to
from outreach.callbacks.requests import CallbackError
from outreach.staff.audit import note
from outreach.staff.models import Partner
from outreach.staff.roles import Ability

blueprint = Blueprint("callback_passing", __name__, url_prefix="/callbacks")

LONGEST_REASON = 200


@blueprint.post("/<int:callback_id>/hand-over")
@needs(Ability.ANSWER_CALLBACKS)
def hand_over(callback_id: int) -> ResponseReturnValue:
    """Give it to another partner. Its staff read what is written for them here, and no note from before."""
    reason = " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]
    with runtime.current().database.writing() as session:
        callback, me = find_mine(session, callback_id, managing=True)
        to = session.get(Partner, request.form.get("partner", type=int) or 0)
        if to is None or not reason:
            flash("Choose the partner, and say in a few words what the call is about.", "error")
        else:
            try:
                hand_to(session, callback, to, me, reason)
            except CallbackError as error:
                flash(f"Nothing was changed: {error}.", "error")
            else:
                note(session, "callback.handed_over", "callback", callback.id, staff=me, details={"to": to.id})
                flash(f"{to.name} has this call now. Your notes stay with you.", "success")
    return redirect(url_for("callbacks.show", callback_id=callback_id))


@blueprint.post("/<int:callback_id>/interpreter")
@needs(Ability.ANSWER_CALLBACKS)
def set_interpreter(callback_id: int) -> ResponseReturnValue:
    """Say that the call needs an interpreter, or that it does not."""
    wanted = request.form.get("interpreter") == "yes"
    with runtime.current().database.writing() as session:
        callback, me = find_mine(session, callback_id)
        if callback.interpreter != wanted:
            callback.interpreter = wanted
            callback.write("an interpreter is needed" if wanted else "no interpreter is needed", me)
            note(session, "callback.interpreter", "callback", callback.id, staff=me, details={"needed": wanted})
        flash("The call needs an interpreter." if wanted else "The call needs no interpreter.", "success")
    return redirect(url_for("callbacks.show", callback_id=callback_id))
