"""My account: what everybody sets for herself: whether she is on duty, her phone and her languages."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach import runtime
from outreach.admin.forms.draft import Trouble
from outreach.admin.forms.staff_form import read_own_phone, read_spoken
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in, signed_in
from outreach.admin.staff import ROLES
from outreach.languages import LANGUAGES
from outreach.staff.audit import note
from outreach.staff.roles import Ability, may

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("/")
@needs()
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/")
@needs()
def change() -> ResponseReturnValue:
    troubles: list[Trouble] = []
    phone, languages = read_own_phone(request.form, troubles), list(read_spoken(request.form))
    if troubles:
        return _page(troubles), 422
    with runtime.current().database.writing() as session:
        me = me_in(session)
        changed = [name for name, value in (("phone", phone), ("languages", languages)) if getattr(me, name) != value]
        me.phone, me.languages = phone, languages
        if changed:
            note(session, "staff.changed", "staff", me.id, staff=me, details={"fields": changed})
    flash("Kept." if changed else "Nothing was changed.", "success")
    return redirect(url_for(".show"))


@blueprint.post("/duty")
@needs(Ability.ANSWER_CALLBACKS)
def change_duty() -> ResponseReturnValue:
    """Begin or end her own duty; from now on a crisis pages her, or does not."""
    wanted = request.form.get("duty") == "on"
    with runtime.current().database.writing() as session:
        me = me_in(session)
        if me.on_duty != wanted:
            me.on_duty = wanted
            note(session, "staff.on_duty" if wanted else "staff.off_duty", "staff", me.id, staff=me)
    if not wanted:
        flash("Your duty has ended. A crisis pages you only when nobody is on duty, or nobody takes it.", "success")
    elif me.phone:
        flash("You are on duty. A crisis pages you at once.", "success")
    else:
        flash("You are on duty, and have no phone number here. Add it below, so that a page reaches you.", "warning")
        return redirect(url_for(".show"))
    return redirect(url_for("home.show"))


def _page(troubles: list[Trouble] | None = None) -> str:
    me = signed_in()
    ours = runtime.current().settings.languages
    return render_template(
        "staff/account.html",
        troubles=troubles or [],
        form=request.form,
        codes=list(dict.fromkeys([*ours, *LANGUAGES])),
        answers=may(me.role, Ability.ANSWER_CALLBACKS),
        roles=ROLES,
        by_mail=bool(runtime.current().settings.smtp_url),
    )
