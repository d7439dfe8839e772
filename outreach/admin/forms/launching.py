"""Pressing "Send": the draft is launched once, unless it cannot be or was not seen as it is now."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import runtime
from outreach.admin.forms.draft import Draft
from outreach.admin.sign_in import me_in
from outreach.campaigns.launch import LaunchError, launch
from outreach.campaigns.models import Campaign


@dataclass(frozen=True)
class Refusal:
    """It was not launched; `notice` says why in one sentence, the draft's troubles say the rest."""

    notice: str


def launched_before(session: Session, key: str) -> Campaign | None:
    """The campaign that this form made already, if it was sent twice."""
    return session.scalars(select(Campaign).where(Campaign.launch_key == key)).one_or_none() if key else None


def launch_draft(read: Callable[[Session], Draft], key: str) -> Campaign | Refusal:
    """Launch what `read` makes of the form, in one transaction. The same key twice gives the same campaign."""
    work = runtime.current()
    try:
        with work.database.writing() as session:
            if done := launched_before(session, key):
                return done
            draft = read(session)
            if draft.troubles:
                return Refusal("This cannot be sent yet.")
            if not draft.was_seen():
                return Refusal("Nothing has been sent yet: the preview below is new. Read it once more, then send.")
            return launch(session, work.redis, work.settings, draft.plan, staff=me_in(session), launch_key=key or None)
    except LaunchError as error:
        return Refusal(" ".join(error.problems))
    except IntegrityError:  # the other click of a double click was faster
        with work.database.reading() as session:
            done = launched_before(session, key)
        if done is None:
            raise
        return done
