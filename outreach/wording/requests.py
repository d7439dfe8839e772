"""Asking for a translation: a text that somebody needs in a language stands there as waiting until it is translated.

A request is settled when a translation of it goes to review, or when it is taken back.
"""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import change, insert_new
from outreach.languages import LANGUAGES
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may
from outreach.wording.catalog import SOURCE_LANGUAGE
from outreach.wording.models import TranslationRequest
from outreach.wording.record import WordingError
from outreach.wording.texts import digest

LONGEST_REMARK = 400


def ask(
    session: Session, language: str, texts: Iterable[tuple[str, str]], *, by: Staff | None, remark: str = ""
) -> int:
    """Ask for these texts (context, English) in a language; returns how many nobody had asked for yet.

    Raises WordingError.
    """
    if by is not None and not may(by.role, Ability.LAUNCH_CAMPAIGNS):
        raise WordingError(f"the role {by.role} may not ask for translations")
    if language == SOURCE_LANGUAGE or language not in LANGUAGES:
        raise WordingError(f"there are no translations into {language}")
    remark = " ".join(remark.split())
    if len(remark) > LONGEST_REMARK:
        raise WordingError(f"a remark has at most {LONGEST_REMARK} characters, this one has {len(remark)}")
    new = 0
    for context, english in texts:
        new += change(
            session,
            insert_new(session, TranslationRequest).values(
                context=context,
                language=language,
                english_digest=digest(english),
                asked_by_id=by.id if by else None,
                asked_at=clock.now(),
                remark=remark or None,
            ),
        )
    return new


def settle(session: Session, context: str, language: str) -> bool:
    """Nobody waits for this translation any more. Returns False when nobody did."""
    waiting = update(TranslationRequest).where(
        TranslationRequest.context == context,
        TranslationRequest.language == language,
        TranslationRequest.settled_at.is_(None),
    )
    return bool(change(session, waiting.values(settled_at=clock.now())))


def open_requests(session: Session, language: str | None = None) -> dict[tuple[str, str], TranslationRequest]:
    """What somebody waits for, by language and context, the oldest first."""
    wanted = select(TranslationRequest).where(TranslationRequest.settled_at.is_(None))
    if language is not None:
        wanted = wanted.where(TranslationRequest.language == language)
    rows = session.scalars(wanted.order_by(TranslationRequest.asked_at, TranslationRequest.id))
    return {(row.language, row.context): row for row in rows}
