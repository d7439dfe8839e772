"""Own packs: what coordinators here wrote themselves, begun from nothing or from a shipped pack."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach import runtime
from outreach.admin.guard import needs
from outreach.admin.own_pack_acts import Refused, do
from outreach.admin.own_pack_sheet import languages_of, read_own
from outreach.admin.sign_in import me_in
from outreach.admin.wording_look import look_at_english
from outreach.campaigns.own_packs import create, create_from, list_own, packs_for
from outreach.campaigns.pack_writing import USUAL_FIELDS, new_document
from outreach.campaigns.packs import PackError
from outreach.campaigns.translatable import translatable
from outreach.staff.roles import Ability
from outreach.wording.library import OWN, read_library
from outreach.wording.told_keywords import keywords_at

blueprint = Blueprint("own_packs", __name__, url_prefix="/wording/packs")


@blueprint.get("/")
@needs(Ability.LAUNCH_CAMPAIGNS)
def list_all() -> ResponseReturnValue:
    """The packs written here, and the shipped ones to begin from; `show=retired` shows those put away."""
    settings = runtime.current().settings
    retired = request.args.get("show") == "retired"
    with runtime.current().database.reading() as session:
        person = me_in(session)
        own = list_own(session, settings, person, archived=retired)
        library = read_library(session, settings.content / "locales")
        shipped = [pack for pack in packs_for(session, settings, person).values() if not pack.id.startswith(OWN)]
        return render_template(
            "wording/packs.html",
            own=own,
            retired=retired,
            ready={one.row.id: languages_of(settings, library, one.pack) for one in own if one.pack},
            shipped=sorted(shipped, key=lambda pack: (pack.topic, pack.title)),
        )


@blueprint.get("/new")
@needs(Ability.LAUNCH_CAMPAIGNS)
def begin() -> ResponseReturnValue:
    return _form([])


@blueprint.post("/new")
@needs(Ability.LAUNCH_CAMPAIGNS)
def write() -> ResponseReturnValue:
    """A new pack of one text; more texts are added in its document."""
    typed = {name: " ".join(request.form.get(name, "").split()) for name in ("title", "topic", "summary", "text")}
    labels = {"title": "Title", "topic": "Topic", "summary": "What it is for", "text": "Text"}
    if empty := [f"{labels[name]} is empty" for name, value in typed.items() if not value]:
        return _form(empty), 422
    try:
        document = new_document(**typed)
        with runtime.current().database.writing() as session:
            row = create(session, runtime.current().settings, document, by=me_in(session))
    except PackError as error:
        return _form([problem.what for problem in error.problems]), 422
    except ValueError:
        return _form(["Text: its braces do not pair; each { needs a } after the name"]), 422
    flash("The pack is here. Its English can be sent at once; now ask for its languages.", "success")
    return redirect(url_for(".show", number=row.id))


@blueprint.post("/copy")
@needs(Ability.LAUNCH_CAMPAIGNS)
def copy() -> ResponseReturnValue:
    """A copy of a pack, to be changed: what stays as it is keeps its translations."""
    settings = runtime.current().settings
    with runtime.current().database.writing() as session:
        person = me_in(session)
        pack = packs_for(session, settings, person).get(request.form.get("pack", ""))
        if pack is None:
            flash("This pack is not there any more. Choose another one.", "error")
            return redirect(url_for(".list_all"))
        row = create_from(session, settings, pack, by=person)
    flash(f"This is your own copy of {pack.title}. Texts you leave alone keep their translations.", "success")
    return redirect(url_for(".show", number=row.id))


@blueprint.get("/<int:number>")
@needs(Ability.LAUNCH_CAMPAIGNS)
def show(number: int) -> ResponseReturnValue:
    return _page(number)


@blueprint.post("/<int:number>")
@needs(Ability.LAUNCH_CAMPAIGNS)
def act(number: int) -> ResponseReturnValue:
    """What was pressed: see own_pack_acts. Refused, the page shows once more what was typed."""
    if request.form.get("action") == "check":
        return _page(number)
    said = do(number)
    if isinstance(said, Refused):
        return _page(number, said), 409 if said.conflict else 422
    flash(said, "success")
    return redirect(url_for(".show", number=number))


@blueprint.post("/<int:number>/<step>/check")
@needs(Ability.LAUNCH_CAMPAIGNS)
def check(number: int, step: str) -> ResponseReturnValue:
    """What the checks say of one step's English as it is typed."""
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        sheet = read_own(session, settings, number, me_in(session))
    text = sheet.text_of(step)
    keywords = keywords_at(settings.content / "locales")
    look = look_at_english(sheet.pack_or_404, text, request.form.get("text", ""), keywords)
    return render_template("wording/_look.html", look=look, language="en")


def _form(problems: list[str]) -> str:
    with runtime.current().database.reading() as session:
        packs = packs_for(session, runtime.current().settings, me_in(session)).values()
    topics = {pack.topic: pack.topic.replace("_", " ").capitalize() for pack in packs}
    return render_template(
        "wording/pack_new.html", problems=problems, form=request.form, topics=dict(sorted(topics.items())),
        usual=USUAL_FIELDS,
    )  # fmt: skip


def _page(number: int, refused: Refused | None = None) -> str:
    settings = runtime.current().settings
    with runtime.current().database.reading() as session:
        sheet = read_own(session, settings, number, me_in(session))
        keywords = keywords_at(settings.content / "locales")
        typed = {request.form.get("step", ""): request.form.get("text", "")} if "text" in request.form else {}
        texts = translatable([sheet.pack]) if sheet.pack else {}
        looks = {
            step.name: look_at_english(sheet.pack, texts[step.context], typed.get(step.name, step.english), keywords)
            for step in (sheet.pack.steps if sheet.pack else ())
            if sheet.pack
        }
        return render_template(
            "wording/pack.html", sheet=sheet, looks=looks, typed=typed, refused=refused, form=request.form
        )
