"""Releasing a family from the hold that a crisis put on its campaigns: by the button on its page and on the call's."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from outreach import runtime
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.callbacks.crisis.hold import release as release_family
from outreach.people.models import Contact
from outreach.staff.audit import note
from outreach.staff.roles import Ability

blueprint = Blueprint("holds", __name__, url_prefix="/holds")


@blueprint.post("/<int:contact_id>/release")
@needs(Ability.ANSWER_CALLBACKS)
def release(contact_id: int) -> ResponseReturnValue:
    """Campaigns may go to this family again."""
    with runtime.current().database.writing() as session:
        contact = session.get(Contact, contact_id) or abort(404)
        me = me_in(session)
        if release_family(session, contact, me):
            note(session, "family.released", "contact", contact.id, staff=me)
            flash("Released: this family gets campaigns again.", "success")
        else:
            flash("Somebody released this family in the meantime.", "warning")
    callback_id = request.form.get("callback", type=int)
    if callback_id:
        return redirect(url_for("callbacks.show", callback_id=callback_id))
    return redirect(url_for("families.show", contact_id=contact_id))
