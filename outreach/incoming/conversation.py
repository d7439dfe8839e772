"""One family's text being answered: who wrote, in which language we answer, and the reply going into the outbox."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.incoming.background import AN_HOUR, ANSWER_WITHIN, UNKNOWN_FAMILY, Background, count_replies
from outreach.incoming.intent import Intent
from outreach.incoming.models import Inbound
from outreach.incoming.voice import Voice
from outreach.languages import LANGUAGES
from outreach.outgoing import outbox
from outreach.outgoing.models import Message, Priority
from outreach.people.consent import Purpose
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.wording.fields import Value
from outreach.wording.identify import identify

REPLY_USE = timedelta(hours=12)  # an answer that could not leave by then would puzzle more than help
# Two machines that answer each other would go on for ever: a person does not ask this often.
MOST_REPLIES, WITHIN = 12, timedelta(minutes=10)
MOST_IN_AN_HOUR = 30
_CONTACT = bindparam("contact", type_=Message.contact_id.type)
_JUST_NOW, _AN_HOUR_AGO = (bindparam(name, type_=Message.created_at.type) for name in ("just_now", "an_hour_ago"))
_RECENT_REPLIES = select(count_replies(_CONTACT, _JUST_NOW), count_replies(_CONTACT, _AN_HOUR_AGO))


@dataclass
class Conversation:
    """What a handler works with."""

    session: Session
    work: Runtime
    contact: Contact
    inbound: Inbound
    intent: Intent
    before: Background = UNKNOWN_FAMILY
    answer_in: str | None = None  # a catalog code, where this one answer goes in another language than the family's

    @property
    def language(self) -> str:
        return self.answer_in or self.contact.language

    def reply(
        self,
        key: str,
        *,
        purpose: Purpose = Purpose.REPLY,
        priority: Priority = Priority.REPLY,
        useful: timedelta = REPLY_USE,
        **values: Value,
    ) -> None:
        """Answer with one of our reply texts, in the contact's language."""
        self.send(self.say(key, **values), part=key, purpose=purpose, priority=priority, useful=useful)

    def send(
        self,
        body: str,
        *,
        part: str,
        purpose: Purpose = Purpose.REPLY,
        priority: Priority = Priority.REPLY,
        topic: str | None = None,
        useful: timedelta = REPLY_USE,
    ) -> None:
        """Put an answer into the outbox: once for this inbound, whoever tries again."""
        if purpose is Purpose.REPLY and self._too_many():
            self.inbound.reason = "not answered: too many texts in a short time"
            return
        outbox.queue(
            self.session,
            outbox.Draft(
                source="inbound",
                source_id=self.inbound.id,
                part=part,
                phone=self.contact.phone,
                contact_id=self.contact.id,
                body=body,
                language=self.language,
                purpose=purpose,
                priority=priority,
                topic=topic,
                useful=useful,
            ),
        )
        outbox.wake_dispatch(self.session, self.work.redis, priority)

    @property
    def voice(self) -> Voice:
        """Our words in the language of this answer."""
        return Voice(self.session, self.work.settings, self.language)

    def say(self, key: str, **values: Value) -> str:
        """One of our reply texts in the contact's language, filled."""
        return self.voice.say(key, **values)

    @property
    def staff_wrote(self) -> bool:
        """Whether a person here has just written to this family, so that its text may be the answer."""
        wrote_at = self.before.staff_wrote_at
        return wrote_at is not None and wrote_at > self.inbound.received_at - ANSWER_WITHIN

    def seems_written_in(self) -> str | None:
        """The language of the text when that is sure: a cousin may hold the phone. The family's own stays as it is."""
        seems = identify(self.inbound.body, self.work.settings.languages)
        return seems.code if seems.sure else None

    def category(self, name: str) -> str:
        """The name of a kind of help in the contact's language."""
        return self.voice.category(name)

    def language_name(self) -> str:
        language = LANGUAGES.get(self.contact.language)
        return language.name if language else self.contact.language

    def _too_many(self) -> bool:
        if self.before.replies < MOST_REPLIES:
            return False
        now = clock.now()
        given = {"contact": self.contact.id, "just_now": now - WITHIN, "an_hour_ago": now - AN_HOUR}
        just_now, in_an_hour = self.session.connection().execute(_RECENT_REPLIES, given).one()
        return bool(just_now >= MOST_REPLIES or in_an_hour >= MOST_IN_AN_HOUR)
