"""Which languages this deployment sends although a native speaker has yet to review the shipped wording."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import change, insert_new
from outreach.wording.models import AcceptedLanguage


def accepted_languages(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(AcceptedLanguage.language)))


def accept_language(session: Session, language: str, *, accepted_by: str, staff_id: int | None = None) -> bool:
    """Put the decision on record, once per language. Returns False when it was there already."""
    result = session.execute(
        insert_new(session, AcceptedLanguage)
        .values(language=language, accepted_by=accepted_by, staff_id=staff_id, accepted_at=clock.now())
        .returning(AcceptedLanguage.language)
    )
    return result.scalar() is not None


def withdraw_language(session: Session, language: str) -> bool:
    """Take the decision back. Returns False when there was none."""
    return bool(change(session, delete(AcceptedLanguage).where(AcceptedLanguage.language == language)))
