"""One text in one language: English beside its translation, written with live checks, reviewed, taken out of use."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.admin.wording import READERS
from outreach.admin.wording_acts import Saved, do
from outreach.admin.wording_look import look_at
from outreach.admin.wording_queue import Waiting, review_queue
from outreach.admin.wording_sheet import ACTS, ORIGINS, Refused, read_sheet
from outreach.staff.models import Staff
from outreach.wording.record import ConflictError, WordingError
from outreach.wording.told_keywords import keywords_at

blueprint = Blueprint("wording_text", __name__, url_prefix="/wording/text")


@blueprint.get("/<language>/<path:context>")
@needs(*READERS)
def show(language: str, context: str) -> ResponseReturnValue:
    return _page(language, context)


@blueprint.post("/<language>/<path:context>")
@needs(*READERS)
def act(language: str, context: str) -> ResponseReturnValue:
    """What was pressed: see wording_acts. Refused, the page shows once more what was typed."""
    if request.form.get("action") == "check":
        return _page(language, context)
    try:
        said = do(language, context)
    except ConflictError as error:
        return _page(language, context, Refused(str(error), error)), 409
    except WordingError as error:
        return _page(language, context, Refused(str(error))), 422
    if isinstance(said, Saved):  # kept, and still not what was asked for
        return _page(language, context, Refused(said.but, saved=True)), 422
    flash(said, "success")
    return redirect(url_for(".show", language=language, context=context))


@blueprint.post("/<language>/<path:context>/check")
@needs(*READERS)
def check(language: str, context: str) -> ResponseReturnValue:
    """What the checks say of the text as it is typed: the part of the page that follows every change."""
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        sheet = read_sheet(session, settings, language, context, me_in(session))
    look = look_at(sheet.text, request.form.get("text", ""), language, keywords_at(settings.content / "locales"))
    return render_template("wording/_look.html", look=look, language=language)


def _following(session: Session, person: Staff, language: str, context: str) -> Waiting | None:
    """The next text that waits for this person, so that a reviewer goes from one to the other."""
    queue = review_queue(session, runtime.current().settings, person)
    return next((one for one in queue if one.mine and not one.is_of(language, context)), None)


def _page(language: str, context: str, refused: Refused | None = None) -> str:
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        sheet = read_sheet(session, settings, language, context, me_in(session))
        typed = None if refused and refused.saved else request.form.get("text")
        text = sheet.present if typed is None else typed
        return render_template(
            "wording/text.html",
            sheet=sheet,
            language=language,
            context=context,
            text=text,
            look=look_at(sheet.text, text, language, keywords_at(settings.content / "locales")),
            refused=refused,
            form=request.form,
            acts=ACTS,
            origins=ORIGINS,
            following=_following(session, sheet.me, language, context),
        )
