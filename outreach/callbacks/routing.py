"""Whose matter a call is: a partner by topic, and first those of its staff who speak the family's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach import clock
from outreach.callbacks.models import Callback, PartnerTopic, Urgency, is_open
from outreach.db import change
from outreach.outgoing.models import Message
from outreach.people.models import Contact
from outreach.staff.duty import may_answer
from outreach.staff.models import Partner, Staff

OTHER = "other"  # the partner that takes it takes whatever no partner takes by topic
TOPICS = ("screenings", "health_fairs", "parenting", "coping_skills")
RECENT = timedelta(days=7)  # a call asked for so soon after a text of ours is about that text
ENGLISH = "en"  # whoever works here speaks it, written into the account or not


@dataclass(frozen=True)
class Routed:
    """Whose a callback is (None: nobody's, everybody who answers calls may take it), and what it is about."""

    partner_id: int | None
    topic: str | None
    interpreter: bool


def route(session: Session, contact: Contact, topic: str | None) -> Routed:
    """By the topic the family wrote of, else that of our last text to it; else the partner for everything else."""
    topic = topic or _last_topic(session, contact)
    partner = find_partner(session, topic, contact.language)
    return to_partner(session, partner, topic, contact.language)


def to_partner(session: Session, partner_id: int | None, topic: str | None, language: str) -> Routed:
    return Routed(partner_id, topic, needs_interpreter(callers(session, partner_id), language))


def find_partner(session: Session, topic: str | None, language: str) -> int | None:
    """Of the partners that take the topic and have somebody to call: one that speaks the language, then the least
    busy. None when no partner takes it, nor everything else."""
    for wanted in (topic, OTHER):
        taking = select(PartnerTopic.partner_id).where(PartnerTopic.topic == wanted)
        able = {partner: callers(session, partner) for partner in session.scalars(taking)} if wanted else {}
        able = {partner: people for partner, people in able.items() if people}
        if able:
            waiting = _open_calls(session, Callback.partner_id.in_(able), Callback.partner_id)
            return min(able, key=lambda one: (needs_interpreter(able[one], language), waiting.get(one, 0), one))
    return None


def callers(session: Session, partner_id: int | None) -> list[Staff]:
    """Who may call for this partner; everybody who answers calls while a callback is nobody's."""
    people = select(Staff).where(may_answer())
    if partner_id is not None:
        people = people.where(Staff.partner_id == partner_id)
    return list(session.scalars(people.order_by(Staff.name, Staff.id)))


def suggest(session: Session, callback: Callback) -> list[Staff]:
    """Whom to give a call, best first: who speaks the language, then who has the fewest calls. A person decides."""
    crisis = callback.urgency is Urgency.CRISIS  # anybody may save a life
    people = callers(session, None if crisis else callback.partner_id)
    busy = _open_calls(session, Callback.assignee_id.in_([one.id for one in people]), Callback.assignee_id)
    return sorted(people, key=lambda one: (not speaks(one, callback.language), busy.get(one.id, 0)))


def speaks(person: Staff, language: str) -> bool:
    return language == ENGLISH or language in person.languages


def needs_interpreter(people: Iterable[Staff], language: str) -> bool:
    """Whether nobody of these speaks the language."""
    return language != ENGLISH and not any(speaks(person, language) for person in people)


def topics_of(session: Session) -> dict[int, set[str]]:
    """Which topics each partner takes, by its id."""
    found: dict[int, set[str]] = {}
    for row in session.scalars(select(PartnerTopic)):
        found.setdefault(row.partner_id, set()).add(row.topic)
    return found


def write_topics(session: Session, partner: Partner, topics: Sequence[str]) -> None:
    change(session, delete(PartnerTopic).where(PartnerTopic.partner_id == partner.id))
    session.add_all(PartnerTopic(partner_id=partner.id, topic=topic) for topic in dict.fromkeys(topics))
    session.flush()


def _last_topic(session: Session, contact: Contact) -> str | None:
    """What our newest text with a topic was about, when it left this week."""
    return session.scalars(
        select(Message.topic)
        .where(Message.contact_id == contact.id, Message.topic.is_not(None), Message.sent_at > clock.now() - RECENT)
        .order_by(Message.id.desc())
        .limit(1)
    ).one_or_none()


def _open_calls(
    session: Session, where: ColumnElement[bool], column: InstrumentedAttribute[int | None]
) -> dict[int, int]:
    still_open = select(column, func.count()).where(where, is_open())
    return {key: count for key, count in session.execute(still_open.group_by(column)) if key is not None}
