"""Whether we may write to a contact, and the ledger that says why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, String, and_, case, func, literal, null, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.people.ledger import Source, Weight, Word, weigh
from outreach.people.models import Consent, ConsentEvent, Contact, ContactTopic


class Purpose(StrEnum):
    """What a text is for; consent and quiet hours depend on it."""

    CAMPAIGN = "campaign"
    URGENT = "urgent"  # a campaign that two people found urgent: consent as for a campaign, at any hour
    REPLY = "reply"  # answers what the family just texted
    CONFIRMATION = "confirmation"  # the one answer to STOP or START
    CRISIS = "crisis"
    ALERT = "alert"  # to staff
    STAFF = "staff"  # written by staff to a family


# What every family gets that agreed to our texts, also one that chose topics: school is closed, do not drink the water.
FOR_EVERY_FAMILY = frozenset({"notices"})

SAID_STOP = "said_stop"
NO_CONSENT_YET = "no_consent_yet"
SAID_STOP_TO_TOPIC = "said_stop_to_topic"
TOPIC_NOT_CHOSEN = "topic_not_chosen"
UNREACHABLE = "unreachable"
CRISIS_HOLD = "crisis_hold"

WHY = {
    SAID_STOP: "This family asked us to stop texting.",
    NO_CONSENT_YET: "This family has not agreed to our texts yet.",
    SAID_STOP_TO_TOPIC: "This family asked us to stop texts on this topic.",
    TOPIC_NOT_CHOSEN: "This family chose other topics.",
    UNREACHABLE: "Texts do not reach this number.",
    CRISIS_HOLD: "No campaign goes to this family until staff release it: "
    "a text from it may have been about danger to life.",
}


@dataclass(frozen=True)
class Permission:
    """The answer to "may we send this?"; `reason` is a key of WHY when the answer is no."""

    allowed: bool
    reason: str | None = None


def may_text(
    consent: Consent,
    *,
    purpose: Purpose,
    topic: str | None = None,
    topic_consent: Consent | None = None,
    only_chosen_topics: bool = False,
    unreachable: bool = False,
    held: bool = False,
) -> Permission:
    """Whether a text of this purpose may go to a contact with this consent.

    `topic_consent` is the contact's own word on `topic`, None when it never spoke about it. The answer
    to STOP (47 CFR 64.1200(a)(12) allows one), a crisis text and an alert to staff always go; replies
    and what staff write end with STOP; a campaign needs a yes, and waits for a family that is `held`
    since a crisis. skip_reason says the last rule in SQL.
    """
    if purpose in (Purpose.CONFIRMATION, Purpose.CRISIS, Purpose.ALERT):
        return Permission(True)
    if consent is Consent.UNSUBSCRIBED:
        return Permission(False, SAID_STOP)
    if purpose in (Purpose.REPLY, Purpose.STAFF):
        return Permission(True)
    if consent is Consent.PENDING:
        return Permission(False, NO_CONSENT_YET)
    if held:
        return Permission(False, CRISIS_HOLD)
    must_choose = only_chosen_topics and topic not in FOR_EVERY_FAMILY
    return _may_text_on_topic(topic_consent if topic else None, must_choose, unreachable)


def _may_text_on_topic(word: Consent | None, must_choose: bool, unreachable: bool) -> Permission:
    if word is Consent.UNSUBSCRIBED:
        return Permission(False, SAID_STOP_TO_TOPIC)
    if word is Consent.PENDING or (word is None and must_choose):
        return Permission(False, TOPIC_NOT_CHOSEN)
    return Permission(False, UNREACHABLE) if unreachable else Permission(True)


def skip_reason(topic: str | None) -> ColumnElement[str | None]:
    """The campaign rule of may_text over contacts, in SQL: a key of WHY, or NULL where a text may go."""
    unreachable = case((Contact.unreachable_at.is_not(None), _word(UNREACHABLE)), else_=null())
    on_topic = case(
        {Consent.UNSUBSCRIBED: _word(SAID_STOP_TO_TOPIC), Consent.PENDING: _word(TOPIC_NOT_CHOSEN)},
        value=_topic_consent(topic),
        else_=unreachable,
    )
    return case(
        (Contact.consent == Consent.UNSUBSCRIBED, _word(SAID_STOP)),
        (Contact.consent == Consent.PENDING, _word(NO_CONSENT_YET)),
        (Contact.held_since.is_not(None), _word(CRISIS_HOLD)),
        else_=on_topic,
    )


def consent_covers(topic: str) -> ColumnElement[bool]:
    """Contacts whose consent covers the topic, reachable or not."""
    return and_(Contact.consent == Consent.SUBSCRIBED, _topic_consent(topic) == Consent.SUBSCRIBED)


def _topic_consent(topic: str | None) -> ColumnElement[Consent]:
    """The contact's word on the topic; without one, yes, unless only chosen topics count."""
    kind = ContactTopic.consent.type
    agreed: ColumnElement[Consent] = literal(Consent.SUBSCRIBED, kind)
    must_choose = case((Contact.only_chosen_topics, literal(Consent.PENDING, kind)), else_=agreed)
    unspoken = agreed if topic in FOR_EVERY_FAMILY else must_choose
    if topic is None:
        return unspoken
    # A look-up by primary key: it stays fast among a million contacts.
    spoken = (
        select(ContactTopic.consent)
        .where(ContactTopic.contact_id == Contact.id, ContactTopic.topic == topic)
        .correlate(Contact)
        .scalar_subquery()
    )
    return func.coalesce(spoken, unspoken, type_=kind)


def _word(reason: str) -> ColumnElement[str]:
    return literal(reason, String(24))


def record_consent(
    session: Session,
    contact: Contact,
    consent: Consent,
    *,
    source: str,
    topic: str | None = None,
    evidence: str | None = None,
    wording: str | None = None,
    raw_text: str | None = None,
    staff_id: int | None = None,
    inbound_id: int | None = None,
    happened_at: datetime | None = None,
    confirm_waiting: bool = True,
) -> ConsentEvent | None:
    """Write a word about consent to the ledger and let the projection follow, as people/ledger.py weighs it.

    `source` is one of ledger.Source (ValueError otherwise); `happened_at` is when the family spoke, by
    default now. Returns None when nothing was written: an import that repeats itself, or a word that may
    not undo a stop. A global yes that counts also confirms the topics that waited for it, unless
    `confirm_waiting` is False: a yes to one topic only. Does not commit.
    """
    session.flush()
    heard_at = clock.now()
    entry = ConsentEvent(
        contact_id=contact.id,
        topic=topic,
        consent=consent,
        source=Source(source).value,
        evidence=evidence,
        wording=wording,
        raw_text=raw_text,
        staff_id=staff_id,
        inbound_id=inbound_id,
        happened_at=happened_at or heard_at,
        recorded_at=heard_at,
    )
    word = Word(consent, Source(source), entry.happened_at, evidence, happened_at is not None, inbound_id)
    present = _lock_present(session, contact, topic)
    weight = weigh(word, present=present, history=_history(session, contact, topic))
    if not weight.is_written:
        return None
    session.add(entry)
    if weight is Weight.COUNTS:
        _project(session, contact, entry)
        if topic is None and consent is Consent.SUBSCRIBED and confirm_waiting:
            _confirm_waiting_topics(session, contact, entry)
        session.expire(contact, ["topics"])
    session.flush()
    return entry


def _lock_present(session: Session, contact: Contact, topic: str | None) -> Consent | None:
    """The stored projection. The contact stays locked until the transaction ends, so that words queue up."""
    session.refresh(contact, ["consent"], with_for_update=True)
    if topic is None:
        return contact.consent
    spoken = session.get(ContactTopic, (contact.id, topic), populate_existing=True)
    return spoken.consent if spoken else None


def _history(session: Session, contact: Contact, topic: str | None) -> list[Word]:
    entries = session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.contact_id == contact.id, ConsentEvent.topic == topic)
        .order_by(ConsentEvent.id)
    )
    return [
        Word(entry.consent, Source(entry.source), entry.happened_at, entry.evidence, inbound_id=entry.inbound_id)
        for entry in entries
    ]


def _project(session: Session, contact: Contact, entry: ConsentEvent) -> None:
    if entry.topic is None:
        contact.consent = entry.consent
    else:
        session.merge(ContactTopic(contact_id=contact.id, topic=entry.topic, consent=entry.consent))


def _confirm_waiting_topics(session: Session, contact: Contact, entry: ConsentEvent) -> None:
    waiting = session.scalars(
        select(ContactTopic)
        .where(ContactTopic.contact_id == contact.id, ContactTopic.consent == Consent.PENDING)
        .execution_options(populate_existing=True)
    )
    for chosen in waiting.all():
        chosen.consent = Consent.SUBSCRIBED
        session.add(
            ConsentEvent(
                contact_id=contact.id,
                topic=chosen.topic,
                consent=Consent.SUBSCRIBED,
                source=entry.source,
                evidence=entry.evidence,
                inbound_id=entry.inbound_id,
                staff_id=entry.staff_id,
                happened_at=entry.happened_at,
                recorded_at=entry.recorded_at,
            )
        )
