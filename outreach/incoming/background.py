"""What is known before a text is read: who wrote, what waits for an answer, what was said just now.

It is read for all texts of a batch at once: a statement for each of them would cost more than all the rest.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, SQLColumnExpression, bindparam, exists, func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.models import Invitation
from outreach.incoming.models import Inbound
from outreach.incoming.open_questions import (
    NONE_OPEN,
    TIME_ANSWER,
    OpenQuestions,
    listings_were_offered,
    open_questions,
    time_was_asked,
)
from outreach.outgoing.models import Message
from outreach.people.consent import Purpose
from outreach.people.models import Contact
from outreach.threads import answers

AN_HOUR = timedelta(hours=1)
ANSWER_WITHIN = timedelta(days=3)  # what comes later is no answer to a text that a person here wrote


@dataclass(frozen=True)
class Background:
    """Of one family. `contact` is None when we do not know it; `replies` are those of the last hour; `staff_wrote_at`
    is when a person here last wrote to it a text that its own may be the answer to."""

    contact: Contact | None = None
    questions: OpenQuestions = NONE_OPEN
    replies: int = 0
    staff_wrote_at: datetime | None = None


UNKNOWN_FAMILY = Background()


def count_replies(contact_id: SQLColumnExpression[int], since: SQLColumnExpression[datetime]) -> ScalarSelect[int]:
    """How many answers of the service went to a family after `since`. A person who answers is no machine."""
    return (
        select(func.count())
        .where(
            Message.contact_id == contact_id,
            Message.purpose == Purpose.REPLY,
            Message.source == "inbound",
            Message.created_at > since,
        )
        .scalar_subquery()
    )


def _moment(name: str) -> SQLColumnExpression[datetime]:
    return bindparam(name, type_=Message.created_at.type)


_OF_FAMILIES = select(
    Contact,
    exists().where(Invitation.contact_id == Contact.id),
    listings_were_offered(Contact.id, _moment("now")),
    time_was_asked(Contact.id, _moment("time_asked_since")),
    count_replies(Contact.id, _moment("an_hour_ago")),
    answers.last_left(Contact.id, _moment("written_since")),
).where(Contact.phone.in_(bindparam("phones", expanding=True)))


def read_backgrounds(session: Session, inbounds: Sequence[Inbound]) -> Mapping[str, Background]:
    """By phone, for those who wrote one of these texts. One statement for most of them.

    Who wrote several is left out: what one text leads to is background of the next.
    """
    texts = Counter(inbound.phone for inbound in inbounds)
    phones = [phone for phone, number in texts.items() if number == 1]
    if not phones:
        return {}
    now = clock.now()
    moments = {
        "now": now,
        "time_asked_since": now - TIME_ANSWER,
        "an_hour_ago": now - AN_HOUR,
        "written_since": min(inbound.received_at for inbound in inbounds) - ANSWER_WITHIN,
    }
    rows = session.execute(_OF_FAMILIES, {"phones": phones, **moments}).all()
    known: dict[str, Background] = {}
    for contact, invited, offered_at, time_asked_at, replies, staff_wrote_at in rows:
        questions = open_questions(
            session, contact, invited=invited, offered_at=offered_at, time_asked_at=time_asked_at, now=now
        )
        known[contact.phone] = Background(contact, questions, replies, staff_wrote_at)
    return {phone: known.get(phone, UNKNOWN_FAMILY) for phone in phones}


def read_background(session: Session, inbound: Inbound) -> Background:
    """The same for one text."""
    return read_backgrounds(session, [inbound])[inbound.phone]
