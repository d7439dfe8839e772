"""A text tried out: what it would be taken for and what would be answered, by the very code that answers families."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.incoming.conversation import Conversation
from outreach.incoming.handlers import HANDLERS, crisis_languages
from outreach.incoming.intent import Intent, Route, recognise
from outreach.incoming.models import Inbound, InboundState
from outreach.incoming.voice import Voice
from outreach.incoming.words_in_force import words_in_force
from outreach.outgoing.models import Message
from outreach.people.contacts import create_contact
from outreach.people.models import Consent
from outreach.runtime import Runtime
from outreach.wording.dates import format_clock, format_day
from outreach.wording.identify import identify
from outreach.wording.models import Text

PHONE = "+15005550006"  # nobody's: the carrier's own number for tries
IN_A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Rehearsal:
    """`answers` are the texts that would leave, with the language of each; `seems` is None when unsure."""

    intent: Intent
    answers: tuple[tuple[str, str], ...]
    seems: str | None


def rehearse(session: Session, work: Runtime, text: str, language: str | None, *, invited: bool) -> Rehearsal:
    """Try a text of a family that reads `language` (None: a number that is new to us). The caller rolls back.

    A crisis pages nobody here, and the answer to an invitation tells of an event that is made up.
    """
    seems = identify(text, work.settings.languages)
    intent = recognise(
        text,
        words_in_force(session, work.settings.content / "locales"),
        contact_language=language,
        pending=frozenset({"rsvp"}) if invited else frozenset(),
    )
    spoken = language or (seems.code if seems.sure else intent.language) or "en"
    talk = _conversation(session, work, text, spoken, intent)
    return Rehearsal(intent, _answers(talk), seems.code if seems.sure else None)


def _conversation(session: Session, work: Runtime, text: str, language: str, intent: Intent) -> Conversation:
    contact, _ = create_contact(session, PHONE, language=language, language_known=True)
    contact.consent = Consent.SUBSCRIBED
    now = clock.now()
    inbound = Inbound(
        carrier_sid=f"try-{token_hex(12)}",
        phone=PHONE,
        to_phone=work.settings.twilio_from or "",
        body=text,
        state=InboundState.ROUTED,
        received_at=now,
        routed_at=now,
    )
    session.add(inbound)
    session.flush()
    return Conversation(session, work, contact, inbound, intent)


def _answers(talk: Conversation) -> tuple[tuple[str, str], ...]:
    """The texts that would go to the family, with the language of each."""
    if talk.intent.route is Route.CRISIS:
        languages = crisis_languages(talk)
        return tuple((Voice(talk.session, talk.work.settings, one).say("crisis"), one) for one in languages)
    if talk.intent.route is Route.RSVP_YES:
        return ((_welcome(talk), talk.language),)
    if talk.intent.route is Route.RSVP_NO:
        return ((talk.say("rsvp_no"), talk.language),)
    HANDLERS[talk.intent.route](talk)
    talk.session.flush()
    rows = talk.session.execute(
        select(Text.body, Message.language)
        .join(Message, Message.text_id == Text.id)
        .where(Message.contact_id == talk.contact.id, Message.phone == PHONE)
        .order_by(Message.id)
    )
    return tuple((body, language) for body, language in rows)


def _welcome(talk: Conversation) -> str:
    moment = (clock.now() + IN_A_WEEK).astimezone(talk.work.settings.zone).replace(hour=10, minute=0)
    return talk.say(
        "rsvp_yes",
        event="Health fair",
        date=format_day(moment.date(), talk.language),
        time=format_clock(moment.time(), talk.language),
        place="Lincoln School",
    )
