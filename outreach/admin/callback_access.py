"""The callback that a form is about, and who sent it: behind the wall nothing is done."""

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session

from outreach.admin.sign_in import me_in
from outreach.callbacks import wall
from outreach.callbacks.models import Callback
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may

LONGEST_NOTE = 2000


def find(session: Session, callback_id: int, *, locked: bool = False) -> Callback:
    return session.get(Callback, callback_id, with_for_update=locked) or abort(404)


def find_mine(session: Session, callback_id: int, *, managing: bool = False) -> tuple[Callback, Staff]:
    """The callback to act on, locked, and who acts.

    Of another partner's callback nothing is changed, and what was typed comes back; with `managing` an admin may all
    the same: she passes it on without reading it.
    """
    callback, me = find(session, callback_id, locked=True), me_in(session)
    if not wall.may_read(me, callback) and not (managing and may(me.role, Ability.MANAGE)):
        whose = callback.partner.name if callback.partner else "Another partner"
        typed = typed_note()
        flash(f"{whose} has this call. Nothing was kept." + (f" You wrote: {typed}" if typed else ""), "error")
        abort(redirect(url_for("callbacks.show", callback_id=callback_id)))
    return callback, me


def typed_note() -> str:
    return request.form.get("note", "").strip()[:LONGEST_NOTE]
