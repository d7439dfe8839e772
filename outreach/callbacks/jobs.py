"""The job that tells families whose call is late: safe to run twice or at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, runtime
from outreach.callbacks.models import Callback
from outreach.callbacks.slips import slipped, tell_family
from outreach.runtime import Runtime


def sweep() -> None:
    """Tell families whose call is late."""
    work = runtime.current()
    with work.database.reading() as session:
        late = session.scalars(select(Callback.id).where(*slipped(clock.now()))).all()
    for callback_id in late:
        with work.database.writing() as session:
            _say_late(session, work, callback_id)


def _say_late(session: Session, work: Runtime, callback_id: int) -> None:
    # Asked again under the lock: another worker may have told the family, or somebody closed it.
    found = select(Callback).where(Callback.id == callback_id, *slipped(clock.now())).with_for_update()
    callback = session.scalars(found).one_or_none()
    if callback is not None:
        tell_family(session, work, callback)
