"""An uploaded directory on its way: looked at by a worker, decided on by a person, imported by a worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from redis import Redis
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from outreach import clock, queues
from outreach.db import Database, change
from outreach.resources.categories import Rules
from outreach.resources.importer import ResourceImportError, ResourceReport, import_resources, source_name
from outreach.resources.upkeep.models import DirectoryUpload, UploadState
from outreach.resources.upkeep.own_listings import OWN_SOURCE
from outreach.staff.models import Staff

LEASE = timedelta(minutes=15)  # longer than the job that works an upload off may take
KEPT = timedelta(days=7)  # content that nobody decided about
ODDITIES = 40  # sorts of oddities that a report lists, with an example each
CALL = queues.Wake(queues.BULK, "outreach.resources.upkeep.jobs.work_off", timeout=600)
_TO_DO = (UploadState.WAITING, UploadState.CONFIRMED)


def add_upload(session: Session, redis: Redis, file_name: str, content: bytes, source: str, by: Staff) -> int:
    """Keep a file to be looked at; `source` names whose directory it is, empty for the file's own name.

    Raises ResourceImportError when the name is none an import may have.
    """
    file_name = PurePosixPath(file_name.replace("\\", "/")).name[-200:] or "directory"
    source = (source or source_name(Path(file_name)))[:80]
    if source == OWN_SOURCE:
        raise ResourceImportError("that is where listings added by hand stand; name the source otherwise")
    upload = DirectoryUpload(
        file_name=file_name,
        source=source,
        content=content,
        state=UploadState.WAITING,
        uploaded_by_id=by.id,
        uploaded_at=clock.now(),
    )
    session.add(upload)
    session.flush()
    queues.wake_after_commit(session, redis, CALL)
    return upload.id


def confirm_upload(session: Session, redis: Redis, upload_id: int) -> bool:
    """A person has seen what would change. False when it was decided before."""
    done = _move(session, upload_id, UploadState.CHECKED, state=UploadState.CONFIRMED)
    queues.wake_after_commit(session, redis, CALL)
    return done


def cancel_upload(session: Session, upload_id: int) -> bool:
    """Leave the directory as it is. False when it was decided before."""
    return _move(
        session, upload_id, UploadState.CHECKED, state=UploadState.CANCELLED, content=None, done_at=clock.now()
    )


def to_do() -> ColumnElement[bool]:
    """Uploads that wait for a worker; those of a worker that died wait again."""
    free = or_(DirectoryUpload.taken_at.is_(None), DirectoryUpload.taken_at < clock.now() - LEASE)
    return DirectoryUpload.state.in_(_TO_DO) & free


def work_off(database: Database, upload_id: int, rules: Rules) -> bool:
    """Look at an upload, or import it, whichever is its turn. False when another worker has it."""
    with database.writing() as session:
        taken = change(
            session,
            update(DirectoryUpload).where(DirectoryUpload.id == upload_id, to_do()).values(taken_at=clock.now()),
        )
    if not taken:
        return False
    with database.reading() as session:
        upload = session.get_one(DirectoryUpload, upload_id)
    outcome = _outcome(database, upload, rules)
    with database.writing() as session:
        _move(session, upload_id, upload.state, taken_at=None, **outcome)
    return True


def forget_old(session: Session) -> None:
    """Content that nobody decided about in a week is let go; what it was stays on record."""
    change(
        session,
        update(DirectoryUpload)
        .where(DirectoryUpload.state == UploadState.CHECKED, DirectoryUpload.uploaded_at < clock.now() - KEPT)
        .values(state=UploadState.CANCELLED, content=None, done_at=clock.now()),
    )


def waiting_uploads(session: Session) -> list[int]:
    return list(session.scalars(select(DirectoryUpload.id).where(to_do()).order_by(DirectoryUpload.id)))


def _outcome(database: Database, upload: DirectoryUpload, rules: Rules) -> dict[str, Any]:
    looks = upload.state is UploadState.WAITING
    try:
        with _on_disk(upload) as path:
            report = import_resources(database, path, source=upload.source, dry_run=looks, rules=rules)
    except ResourceImportError as error:
        refused = str(error)[:400]
        return {"state": UploadState.REFUSED, "problem": refused, "content": None, "done_at": clock.now()}
    if looks:
        return {"state": UploadState.CHECKED, "report": _summary(report)}
    return {
        "state": UploadState.IMPORTED,
        "report": _summary(report),
        "content": None,
        "done_at": clock.now(),
    }


@contextmanager
def _on_disk(upload: DirectoryUpload) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / upload.file_name
        path.write_bytes(upload.content or b"")
        yield path


def _summary(report: ResourceReport) -> dict[str, Any]:
    """The report with each sort of oddity once, however often it was met."""
    sorts: dict[tuple[str, str], dict[str, Any]] = {}
    for quirk in report.quirks:
        at = ", ".join(str(part) for part in (quirk.file, quirk.row and f"row {quirk.row}", quirk.column) if part)
        sort = sorts.setdefault((quirk.problem, quirk.what_was_done), {"count": 0, "at": at})
        sort["count"] += 1
    ranked = sorted(sorts.items(), key=lambda item: -item[1]["count"])[:ODDITIES]
    oddities = [{"problem": problem, "done": done, **sort} for (problem, done), sort in ranked]
    counts = {key: value for key, value in asdict(report).items() if key != "quirks"}
    return {**counts, "oddities": oddities, "odd": len(report.quirks), "sorts": len(sorts)}


def _move(session: Session, upload_id: int, was: UploadState, **values: Any) -> bool:
    moved = update(DirectoryUpload).where(DirectoryUpload.id == upload_id, DirectoryUpload.state == was)
    return bool(change(session, moved.values(**values)))
