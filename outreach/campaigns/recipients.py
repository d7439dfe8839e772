"""Who a campaign is for: an audience by filters, or the families invited to an event."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import Session

from outreach.campaigns.models import Answer, Event, Invitation
from outreach.people.audience import Audience, LanguageCount, count_by_language, parse_audience
from outreach.people.models import Contact

INVITED = "invited"


@dataclass(frozen=True)
class Recipients:
    """`words` is the audience as a person wrote it; with an event, it is that event's invited families."""

    words: str
    audience: Audience | None = None
    event_id: int | None = None

    @classmethod
    def read(cls, words: str, languages: Sequence[str]) -> "Recipients":
        """An audience such as "language=es zip=02139". Raises AudienceError."""
        audience = parse_audience(words, languages)
        return cls(str(audience), audience)

    @classmethod
    def invited_to(cls, event: Event) -> "Recipients":
        return cls(INVITED, event_id=event.id)

    def where(self) -> ColumnElement[bool]:
        """The condition over contacts. Families that declined an invitation get no further text about it."""
        if self.audience is not None:
            return self.audience.where()
        return exists().where(
            Invitation.event_id == self.event_id,
            Invitation.contact_id == Contact.id,
            or_(Invitation.answer.is_(None), Invitation.answer != Answer.NO),
        )

    def count(self, session: Session, topic: str) -> tuple[LanguageCount, ...]:
        """Families per language: those that can be texted, and why the others cannot."""
        return tuple(count_by_language(session, self.where(), topic))
