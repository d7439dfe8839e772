"""The steps staff follow in a crisis, for admins to write; they stand on the page of every such call."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach import runtime
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.callbacks.crisis.protocol import MOST_STEPS, SHIPPED, ProtocolError, read_protocol, write_protocol
from outreach.staff.audit import note
from outreach.staff.roles import Ability

blueprint = Blueprint("protocol", __name__, url_prefix="/staff/crisis-steps")


@blueprint.get("/")
@needs(Ability.MANAGE)
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/")
@needs(Ability.MANAGE)
def change() -> ResponseReturnValue:
    shipped = "shipped" in request.form
    text = "\n".join(SHIPPED) if shipped else request.form.get("steps", "")
    try:
        with runtime.current().database.writing() as session:
            me = me_in(session)
            if write_protocol(session, text, me):
                note(session, "crisis.steps_written", "protocol", 0, staff=me)
    except ProtocolError as error:
        return _page(str(error), text), 422
    flash("These steps stand on the page of every crisis from now on.", "success")
    return redirect(url_for(".show"))


def _page(problem: str = "", typed: str | None = None) -> str:
    with runtime.current().database.reading() as session:
        protocol = read_protocol(session)
    text = "\n".join(protocol.steps) if typed is None else typed
    return render_template("staff/protocol.html", protocol=protocol, text=text, problem=problem, most=MOST_STEPS)
