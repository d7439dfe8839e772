"""Importing a directory from a file: uploaded, looked at, shown as what would change, and then decided on."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from outreach import runtime
from outreach.admin.forms.draft import Trouble
from outreach.admin.guard import needs
from outreach.admin.sign_in import me_in
from outreach.resources.importer import ResourceImportError
from outreach.resources.models import ServiceAtLocation
from outreach.resources.upkeep import uploads
from outreach.resources.upkeep.models import DirectoryUpload
from outreach.resources.upkeep.own_listings import OWN_SOURCE
from outreach.staff.audit import note
from outreach.staff.models import Staff
from outreach.staff.roles import Ability

blueprint = Blueprint("import", __name__, url_prefix="/import")

SUFFIXES = (".zip", ".json", ".csv")
NEWEST = 10
MANY_GONE = 0.2  # of a source's listings: then the file may be only a part of the directory
FEW = 10


@blueprint.get("/")
@needs(Ability.EDIT_RESOURCES)
def form() -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return _form(session)


@blueprint.post("/")
@needs(Ability.EDIT_RESOURCES)
def upload() -> ResponseReturnValue:
    """Keep the file and let a worker look at it; nothing changes yet."""
    work, file = runtime.current(), request.files.get("file")
    name = file.filename or "" if file else ""
    trouble = _trouble(name)
    with work.database.writing() as session:
        if trouble or file is None:
            return _form(session, [Trouble(trouble, "file")]), 422
        source = " ".join(request.form.get("source", "").split())
        try:
            upload_id = uploads.add_upload(session, work.redis, name, file.read(), source, me_in(session))
        except ResourceImportError as error:
            return _form(session, [Trouble(f"Whose directory: {error}.", "source")]), 422
        note(session, "directory.uploaded", "directory_upload", upload_id, staff=me_in(session))
    return redirect(url_for(".show", upload_id=upload_id))


@blueprint.get("/<int:upload_id>")
@needs(Ability.EDIT_RESOURCES)
def show(upload_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return render_template("resources/upload.html", **_state(session, upload_id))


@blueprint.get("/<int:upload_id>/state")
@needs(Ability.EDIT_RESOURCES)
def state(upload_id: int) -> ResponseReturnValue:
    """How far it is, as it is now."""
    with runtime.current().database.reading() as session:
        return render_template("resources/_upload.html", **_state(session, upload_id))


@blueprint.post("/<int:upload_id>/confirm")
@needs(Ability.EDIT_RESOURCES)
def confirm(upload_id: int) -> ResponseReturnValue:
    work = runtime.current()
    with work.database.writing() as session:
        if uploads.confirm_upload(session, work.redis, upload_id):
            note(session, "directory.imported", "directory_upload", upload_id, staff=me_in(session))
        else:
            flash("This was decided before.", "warning")
    return redirect(url_for(".show", upload_id=upload_id))


@blueprint.post("/<int:upload_id>/cancel")
@needs(Ability.EDIT_RESOURCES)
def cancel(upload_id: int) -> ResponseReturnValue:
    with runtime.current().database.writing() as session:
        if uploads.cancel_upload(session, upload_id):
            flash("The directory stays as it was.", "success")
        else:
            flash("This was decided before.", "warning")
    return redirect(url_for(".form"))


def _form(session: Session, troubles: list[Trouble] | None = None) -> str:
    recent = session.execute(
        select(DirectoryUpload, Staff.name)
        .options(defer(DirectoryUpload.content))
        .join(Staff, Staff.id == DirectoryUpload.uploaded_by_id)
        .order_by(DirectoryUpload.id.desc())
        .limit(NEWEST)
    ).all()
    count = func.count()
    sources = session.execute(
        select(ServiceAtLocation.source, count, func.max(ServiceAtLocation.imported_at))
        .where(ServiceAtLocation.source != OWN_SOURCE, ServiceAtLocation.gone_at.is_(None))
        .group_by(ServiceAtLocation.source)
        .order_by(count.desc())
    ).all()
    return render_template(
        "resources/import.html", recent=recent, sources=sources, troubles=troubles or [], typed=request.form
    )


def _state(session: Session, upload_id: int) -> dict[str, object]:
    options = [defer(DirectoryUpload.content)]
    found = session.get(DirectoryUpload, upload_id, options=options) or abort(404)
    report = found.report or {}
    stays = report.get("changed", 0) + report.get("unchanged", 0)
    gone = report.get("gone", 0)
    return {"upload": found, "report": report, "many_gone": gone > FEW and gone > MANY_GONE * (stays + gone)}


def _trouble(name: str) -> str:
    if not name:
        return "Choose the file first: the directory as a zip, JSON or CSV."
    if not name.lower().endswith(SUFFIXES):
        return f"{name[-60:]} is no zip, JSON or CSV. Ask the directory's publisher for its HSDS export."
    return ""
