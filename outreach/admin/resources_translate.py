"""One listing in one language: what it is and whom it serves, written by one person and reviewed by another."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.forms.directory import find_listing, write_note
from outreach.admin.forms.draft import Trouble
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.languages import LANGUAGES
from outreach.resources.models import ServiceAtLocation
from outreach.resources.upkeep.models import LONGEST_NOTE, LONGEST_WHO
from outreach.resources.upkeep.translations import approve, state_of, translations_of, write_translation
from outreach.staff.models import Staff
from outreach.staff.roles import Ability

blueprint = Blueprint("translate", __name__)


@blueprint.get("/<int:listing_id>/in/<language>")
@needs(Ability.EDIT_RESOURCES)
def form(listing_id: int, language: str) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return _page(session, find_listing(session, listing_id), _known(language))


@blueprint.post("/<int:listing_id>/in/<language>")
@needs(Ability.EDIT_RESOURCES)
def save(listing_id: int, language: str) -> ResponseReturnValue:
    """Keep it for somebody else to review."""
    name = LANGUAGES[_known(language)].english
    note, who = (" ".join(request.form.get(field, "").split()) for field in ("note", "who"))
    with runtime.current().database.writing() as session:
        listing = find_listing(session, listing_id, locked=True)
        troubles = _troubles(note, who)
        if troubles:
            return _page(session, listing, language, troubles), 422
        written = write_translation(
            session, listing, language, note=note or None, eligibility=who or None, by=me_in(session)
        )
        if written:
            write_note(session, "listing.translated", listing, name)
        flash(f"Kept. Families read it once somebody else who reads {name} has reviewed it.", "success")
    return redirect(url_for("resources.show", listing_id=listing_id, _anchor="languages"))


@blueprint.post("/<int:listing_id>/in/<language>/approve")
@needs(Ability.EDIT_RESOURCES)
def review(listing_id: int, language: str) -> ResponseReturnValue:
    name = LANGUAGES[_known(language)].english
    with runtime.current().database.writing() as session:
        listing = find_listing(session, listing_id, locked=True)
        seen = (request.form.get("note", ""), request.form.get("who", ""))
        found = translations_of(session, listing.id).get(language)
        if found is None or seen != (found.note or "", found.eligibility or ""):
            flash("Somebody changed it after you opened this page. Read it once more.", "warning")
            return redirect(url_for(".form", listing_id=listing_id, language=language))
        problem = approve(session, listing, language, me_in(session))
        if problem is None:
            write_note(session, "listing.translation_approved", listing, name)
        flash(problem or f"Families who read {name} get it from now on.", "error" if problem else "success")
    return redirect(url_for("resources.show", listing_id=listing_id, _anchor="languages"))


def _page(session: Session, listing: ServiceAtLocation, language: str, troubles: list[Trouble] | None = None) -> str:
    found = translations_of(session, listing.id).get(language)
    typed = request.form if troubles else {"note": found and found.note, "who": found and found.eligibility}
    return render_template(
        "resources/translate.html",
        listing=listing,
        language=language,
        found=found,
        state=state_of(found, listing),
        writer=session.get(Staff, found.written_by_id) if found else None,
        typed=typed,
        troubles=troubles or [],
        longest_note=LONGEST_NOTE,
        longest_who=LONGEST_WHO,
    )


def _troubles(note: str, who: str) -> list[Trouble]:
    troubles = []
    for text, field, label, longest in (
        (note, "note", "What it is", LONGEST_NOTE),
        (who, "who", "Whom it serves", LONGEST_WHO),
    ):
        if len(text) > longest:
            words = f"{label}: {len(text)} characters, at most {longest} fit into a text. Make it shorter."
            troubles.append(Trouble(words, field))
    if not note and not who:
        troubles.append(Trouble("Both are empty. Write at least one of them.", "note"))
    return troubles


def _known(language: str) -> str:
    if language == "en" or language not in runtime.current().settings.languages:
        abort(404)
    return language
