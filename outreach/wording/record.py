"""The wordings written here, as rows: found, held while somebody changes them, each change counted and on record."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import insert_new
from outreach.staff.models import Staff
from outreach.wording.library import forget_replies
from outreach.wording.models import Origin, Wording, WordingAct, WordingEvent, WordingState
from outreach.wording.texts import digest

NEW = 0  # the version of a wording that is not there yet


class WordingError(ValueError):
    """It cannot be done; the text says why, for the person who tried."""


class ConflictError(WordingError):
    """Somebody else was faster. `stored` is the text as it stands now, at `version`; `typed` is what was not stored.

    Plain values: the row itself is of no use once the transaction is rolled back.
    """

    def __init__(self, stored: Wording, typed: str) -> None:
        super().__init__("somebody else changed this text meanwhile; compare the two and save again")
        self.stored = stored.text
        self.version = stored.version
        self.written_by_id = stored.written_by_id
        self.written_at = stored.written_at
        self.typed = typed


def find_wording(session: Session, context: str, language: str) -> Wording | None:
    return session.scalars(
        select(Wording).where(Wording.context == context, Wording.language == language)
    ).one_or_none()


def in_review(session: Session) -> list[Wording]:
    """Every text that waits for a reviewer, the oldest first."""
    waiting = select(Wording).where(Wording.state == WordingState.IN_REVIEW)
    return list(session.scalars(waiting.order_by(Wording.written_at, Wording.id)))


def history(session: Session, context: str, language: str) -> list[tuple[WordingEvent, str | None]]:
    """All that was done with a wording, the newest first, each with who did it; None is the command line."""
    rows = session.execute(
        select(WordingEvent, Staff.name)
        .outerjoin(Staff, Staff.id == WordingEvent.staff_id)
        .where(WordingEvent.context == context, WordingEvent.language == language)
        .order_by(WordingEvent.id.desc())
    )
    return [(event, name) for event, name in rows]


def hold(session: Session, context: str, language: str) -> Wording | None:
    """The wording as the database has it now, locked until the transaction ends."""
    return session.scalars(
        select(Wording)
        .where(Wording.context == context, Wording.language == language)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def hold_or_add(session: Session, context: str, language: str, english: str, text: str, origin: Origin) -> Wording:
    """The same, or a row at version NEW where there is none; nobody's until somebody puts her name to it."""
    if found := hold(session, context, language):
        return found
    session.execute(
        insert_new(session, Wording).values(
            context=context,
            language=language,
            version=NEW,
            english=english,
            english_digest=digest(english),
            text=text,
            state=WordingState.DRAFT,
            origin=origin,
            written_at=clock.now(),
            withdrawn=False,
        )
    )
    stored = hold(session, context, language)  # ours, or that of whoever was faster
    assert stored is not None
    return stored


def expect(wording: Wording | None, version: int, state: WordingState) -> Wording:
    """The wording that a person saw, in the state that she acts upon. Raises WordingError, ConflictError."""
    if wording is None:
        raise WordingError("there is no such text here yet")
    meet(wording, version, typed=wording.text)
    if wording.state is not state:
        raise WordingError(f"this text is {_said(wording.state)}, not {_said(state)}")
    return wording


def meet(wording: Wording, version: int, *, typed: str) -> None:
    """Raise ConflictError when somebody changed the wording since a person saw this version."""
    if wording.version != version:
        raise ConflictError(wording, typed)


def put_on_record(
    session: Session, wording: Wording, act: WordingAct, by: Staff | None, remark: str = "", text: str | None = None
) -> Wording:
    """Count the change and put it on record, with the text it was about: the wording's, or `text`."""
    text = wording.text if text is None else text
    wording.version += 1
    session.add(
        WordingEvent(
            context=wording.context,
            language=wording.language,
            act=act,
            origin=wording.origin,
            staff_id=by.id if by else None,
            english_digest=wording.english_digest,
            text=text,
            digest=digest(text),
            remark=" ".join(remark.split()) or None,
            happened_at=clock.now(),
        )
    )
    session.flush()
    forget_replies(session)
    return wording


def _said(state: WordingState) -> str:
    return {WordingState.DRAFT: "a draft", WordingState.IN_REVIEW: "in review"}.get(state, "reviewed")
