"""What waits for a reviewer: texts in review that this person sees, and which of them she may let go."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.own_packs import packs_for
from outreach.campaigns.packs import Pack
from outreach.settings import Settings
from outreach.staff.models import Staff
from outreach.wording.models import Wording
from outreach.wording.record import in_review
from outreach.wording.replies import CATEGORY_NAMES, REPLIES
from outreach.wording.review import why_not_review
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
        return []  # the usual case, on every page
    packs = packs_for(session, settings, me)
    english = {step.context: step.english for pack in packs.values() for step in pack.steps}
    english |= {f"reply:{key}": text for key, text in REPLIES.items()}
    english |= {f"category:{key}": text for key, text in CATEGORY_NAMES.items()}
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


def _name(pack: Pack | None, context: str) -> tuple[str, str]:
    before, _, name = context.partition(":")
    words = name.replace("_", " ").capitalize()
    if pack:
        return pack.title, words
    return ("Kinds of help" if before == "category" else "Replies"), words
