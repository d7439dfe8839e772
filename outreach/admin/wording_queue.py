"""What waits for a reviewer: texts in review that this person sees, and which of them she may let go."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.campaigns.own_packs import packs_for
from outreach.campaigns.packs import Pack, packs_at
from outreach.settings import Settings
from outreach.staff.models import Staff
from outreach.staff.roles import may
from outreach.wording.library import OWN
from outreach.wording.models import Wording, WordingState
from outreach.wording.record import in_review
from outreach.wording.replies import CATEGORY_NAMES, REPLIES
from outreach.wording.review import REVIEW, why_not_review
from outreach.wording.texts import digest


@dataclass(frozen=True)
class Waiting:
    """A text in review. `mine`: this person may let it go; `why_not` says why not. `title` and `name` are its own."""

    wording: Wording
    title: str
    name: str
    writer: str | None
    why_not: str | None

    @property
    def mine(self) -> bool:
        return self.why_not is None

    def is_of(self, language: str, context: str) -> bool:
        return (self.wording.language, self.wording.context) == (language, context)


def review_queue(session: Session, settings: Settings, me: Staff) -> list[Waiting]:
    """The oldest first. A text whose English changed since waits for its writer, not for a reviewer."""
    rows = [row for row in in_review(session) if row.language in settings.languages]
    if not rows:
        return []
    packs = packs_for(session, settings, me)
    english = _english(packs)
    names = dict(session.execute(select(Staff.id, Staff.name)).all())
    return [
        Waiting(
            row,
            *_name(packs.get(row.context.partition(":")[0]), row.context),
            names.get(row.written_by_id) if row.written_by_id else None,
            why_not_review(me, row.language, row.written_by_id),
        )
        for row in rows
        if row.context in english and row.english_digest == digest(english[row.context])
    ]


def count_mine(session: Session, settings: Settings, me: Staff) -> int:
    """How many texts of the queue this person may let go, without reading them: it stands on every page."""
    languages = {*me.languages} & {*settings.languages}
    if not languages or not may(me.role, REVIEW):
        return 0
    others = or_(Wording.written_by_id.is_(None), Wording.written_by_id != me.id)
    waiting = select(Wording.context, Wording.english_digest, func.count()).where(
        Wording.state == WordingState.IN_REVIEW, Wording.language.in_(languages), others
    )
    rows = session.execute(waiting.group_by(Wording.context, Wording.english_digest)).all()
    own = any(context.startswith(OWN) for context, _, _ in rows)
    english = _english(packs_for(session, settings, me) if own else packs_at(settings.content / "campaigns"))
    return sum(
        number for context, its_digest, number in rows if context in english and digest(english[context]) == its_digest
    )


def _english(packs: Mapping[str, Pack]) -> dict[str, str]:
    """What each text says today, by context."""
    english = {step.context: step.english for pack in packs.values() for step in pack.steps}
    english |= {f"reply:{key}": text for key, text in REPLIES.items()}
    return english | {f"category:{key}": text for key, text in CATEGORY_NAMES.items()}


def _name(pack: Pack | None, context: str) -> tuple[str, str]:
    before, _, name = context.partition(":")
    words = name.replace("_", " ").capitalize()
    if pack:
        return pack.title, words
    return ("Kinds of help" if before == "category" else "Replies"), words
