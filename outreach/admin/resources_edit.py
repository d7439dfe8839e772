"""Changing one listing: its facts, whether families are sent there, and what families said of it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from outreach import clock, runtime
from outreach.admin.forms.directory import find_listing, write_note
from outreach.admin.forms.draft import Trouble
from outreach.admin.forms.listing import form_of, read_listing
from outreach.admin.forms.opening import NAMES, SPANS, fill_week
from outreach.admin.guard import needs
from outreach.admin.opening_words import say_opening
from outreach.admin.sign_in import me_in
from outreach.languages import LANGUAGES
from outreach.resources.flags import settle_flags
from outreach.resources.models import ServiceAtLocation
from outreach.resources.own_categories import kinds
from outreach.resources.upkeep.checks import confirm_listing, hide_listing, show_listing
from outreach.resources.upkeep.edits import edit_listing, give_up_edit, keep_edit
from outreach.resources.upkeep.models import ListingField
from outreach.resources.upkeep.own_listings import add_listing
from outreach.staff.roles import Ability

blueprint = Blueprint("edit", __name__)

LABELS = {
    ListingField.NAME: "name",
    ListingField.ELIGIBILITY: "whom it serves",
    ListingField.PHONE: "phone",
    ListingField.ADDRESS: "address",
    ListingField.LANGUAGES: "languages",
    ListingField.CATEGORIES: "kinds of help",
    ListingField.HOURS: "hours",
}
LONGEST_ORGANIZATION = 200


@blueprint.get("/new")
@needs(Ability.EDIT_RESOURCES)
def new() -> ResponseReturnValue:
    return _form(None, form_of(None))


@blueprint.post("/new")
@needs(Ability.EDIT_RESOURCES)
def add() -> ResponseReturnValue:
    """A listing by hand; families are sent there at once."""
    settings = runtime.current().settings
    typed = read_listing(request.form, None, kinds(settings.content))
    if typed.troubles:
        return _form(None, request.form, typed.troubles), 422
    organization = " ".join(request.form.get("organization", "").split())[:LONGEST_ORGANIZATION] or None
    with runtime.current().database.writing() as session:
        listing = add_listing(session, typed.values, organization=organization)
        confirm_listing(session, settings, listing, me_in(session))
        write_note(session, "listing.added", listing)
        session.flush()
        flash(f"{listing.name} is in the directory. Families are sent there from now on.", "success")
    return _back(listing.id)


@blueprint.get("/<int:listing_id>/edit")
@needs(Ability.EDIT_RESOURCES)
def edit(listing_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        listing = find_listing(session, listing_id)
        return _form(listing, form_of(listing))


@blueprint.post("/<int:listing_id>/edit")
@needs(Ability.EDIT_RESOURCES)
def save(listing_id: int) -> ResponseReturnValue:
    settings = runtime.current().settings
    with runtime.current().database.writing() as session:
        listing = find_listing(session, listing_id, locked=True)
        typed = read_listing(request.form, listing, kinds(settings.content))
        if typed.troubles:
            return _form(listing, request.form, typed.troubles), 422
        changed = edit_listing(session, listing, typed.values, me_in(session))
        if changed:
            write_note(session, "listing.edited", listing, ", ".join(LABELS[field] for field in changed))
        if request.form.get("confirmed"):
            confirm_listing(session, settings, listing, me_in(session))
            write_note(session, "listing.confirmed", listing)
        what = ", ".join(LABELS[field] for field in changed)
        flash(f"Families are told the new {what}." if changed else "Nothing was changed.", "success")
    return _back(listing_id)


@blueprint.post("/<int:listing_id>/hide")
@needs(Ability.EDIT_RESOURCES)
def hide(listing_id: int) -> ResponseReturnValue:
    with runtime.current().database.writing() as session:
        listing = find_listing(session, listing_id, locked=True)
        if not listing.hidden:
            hide_listing(session, listing, me_in(session))
            write_note(session, "listing.hidden", listing)
    return _back(listing_id, done="hidden")


@blueprint.post("/<int:listing_id>/show")
@needs(Ability.EDIT_RESOURCES)
def show(listing_id: int) -> ResponseReturnValue:
    with runtime.current().database.writing() as session:
        listing = find_listing(session, listing_id, locked=True)
        if listing.hidden:
            show_listing(session, listing)
            write_note(session, "listing.shown", listing)
        flash("Families are sent here again.", "success")
    return _back(listing_id)


@blueprint.post("/<int:listing_id>/confirm")
@needs(Ability.EDIT_RESOURCES)
def confirm(listing_id: int) -> ResponseReturnValue:
    """Somebody made sure today: called, or was there."""
    with runtime.current().database.writing() as session:
        listing = find_listing(session, listing_id, locked=True)
        confirm_listing(session, runtime.current().settings, listing, me_in(session))
        write_note(session, "listing.confirmed", listing)
        flash("Confirmed today. It stands as right for a year.", "success")
    return _back(listing_id)


@blueprint.post("/<int:listing_id>/settle")
@needs(Ability.EDIT_RESOURCES)
def settle(listing_id: int) -> ResponseReturnValue:
    """What families said is done with; nothing else changes."""
    with runtime.current().database.writing() as session:
        listing = find_listing(session, listing_id, locked=True)
        if settle_flags(session, listing.id, me_in(session)):
            write_note(session, "listing.settled", listing)
        flash("Settled. The listing stays as it is.", "success")
    return _back(listing_id)


@blueprint.post("/<int:listing_id>/source/<word>")
@needs(Ability.EDIT_RESOURCES)
def compare(listing_id: int, word: str) -> ResponseReturnValue:
    """Take the source's word for one thing (`take`), or stay with ours (`keep`)."""
    field = request.form.get("field", "")
    if word not in ("take", "keep") or field not in list(ListingField):
        flash("Choose which of the two to keep.", "error")
        return _back(listing_id)
    one = ListingField(field)
    with runtime.current().database.writing() as session:
        listing = find_listing(session, listing_id, locked=True)
        takes = word == "take"
        done = (give_up_edit if takes else keep_edit)(session, listing, one)
        if done:
            write_note(session, "listing.source_taken" if takes else "listing.edit_kept", listing, LABELS[one])
        whose = "the source's" if takes else "your own"
        flash(f"Families are told {whose} word for {LABELS[one]}." if done else "That was settled before.", "success")
    return _back(listing_id)


def _form(listing: ServiceAtLocation | None, form: MultiDict[str, str], troubles: list[Trouble] | None = None) -> str:
    content: dict[str, Any] = {"kinds": kinds(runtime.current().settings.content), "days": NAMES, "spans": SPANS}
    spoken = runtime.current().settings.languages
    codes = list(dict.fromkeys([*spoken, *(code for code in (listing.speaks if listing else ()) if code in LANGUAGES)]))
    if listing is not None:
        today = clock.now().astimezone(runtime.current().settings.zone).date()
        content |= {"opening": say_opening(listing.hours, today), "keepable": fill_week(listing.hours) is None}
    return render_template(
        "resources/edit.html", listing=listing, typed=form, troubles=troubles or [], codes=codes, **content
    )


def _back(listing_id: int, done: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("resources.show", listing_id=listing_id, done=done))
