"""From a stored text to what is done about it: recognise, then one handler per intent, all in one transaction."""

import re
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.incoming.background import Background, read_background
from outreach.incoming.conversation import Conversation
from outreach.incoming.echoes import is_our_own
from outreach.incoming.for_staff import put_before_staff
from outreach.incoming.handlers import HANDLERS
from outreach.incoming.help_nearby import category_asked_before
from outreach.incoming.intent import Intent, Route, recognise
from outreach.incoming.models import Inbound, InboundState
from outreach.incoming.normalise import normalise
from outreach.incoming.words_in_force import words_in_force
from outreach.incoming.zip_in_text import find_zip
from outreach.people.contacts import create_contact
from outreach.people.models import Contact
from outreach.resources.offers import open_offer
from outreach.runtime import Runtime
from outreach.wording.identify import identify

PHONE = re.compile(r"\+[1-9]\d{6,14}")
OPT_OUT_ROUTES = {"STOP": Route.STOP, "START": Route.START, "HELP": Route.HELP}


def route_stored(session: Session, work: Runtime, inbound_id: int) -> Intent | None:
    """Route one stored text. Returns its intent, or None when it was routed before."""
    inbound = session.scalars(select(Inbound).where(Inbound.id == inbound_id).with_for_update()).one()
    return None if inbound.state is InboundState.ROUTED else route_taken(session, work, inbound)


def route_taken(session: Session, work: Runtime, inbound: Inbound, before: Background | None = None) -> Intent:
    """Route a stored text that this session holds the lock of. `before` is its background, if that was read before."""
    before = before or read_background(session, inbound)
    contact = before.contact
    intent = _recognise(session, work, inbound, before)
    numbered = PHONE.fullmatch(inbound.phone) is not None
    if numbered:
        contact = _reached(session, inbound, _written_in(work, inbound, intent), contact)
        inbound.contact_id = contact.id
    inbound.state, inbound.routed_at = InboundState.ROUTED, clock.now()
    inbound.intent, inbound.args, inbound.reason = intent.route, dict(intent.args), _kept_reason(intent)
    if contact is not None and numbered:
        talk = Conversation(session, work, contact, inbound, intent, before)
        HANDLERS[intent.route](talk)
        put_before_staff(talk)
    else:
        inbound.reason = "it comes from a short code or a name: nobody to answer"
    return intent


def _kept_reason(intent: Intent) -> str:
    """Of a crisis no words are kept beside the text itself: our phrase is what the family said."""
    if intent.route is Route.CRISIS:
        return f"a phrase of crisis ({intent.language})" if intent.language else "a phrase of crisis"
    return intent.reason[:200]


def _recognise(session: Session, work: Runtime, inbound: Inbound, before: Background) -> Intent:
    contact, questions = before.contact, before.questions
    if contact is not None and is_our_own(session, contact, inbound.body):
        return Intent(Route.UNKNOWN, {"automatic": True}, "one of our own texts came back")
    intent = recognise(
        inbound.body,
        words_in_force(session, work.settings.content / "locales"),
        contact_language=contact.language if contact else None,
        pending=questions.kinds,
        numbers=questions.last,
    )
    if inbound.opt_out_type == "STOP" and intent.route is Route.CRISIS:
        return replace(intent, args={**intent.args, "also": "stop"})
    if inbound.opt_out_type in OPT_OUT_ROUTES and intent.route is not Route.CRISIS:
        return replace(
            intent, route=OPT_OUT_ROUTES[inbound.opt_out_type], args={}, reason="the carrier took it as such"
        )
    if contact is not None and intent.route is Route.UNKNOWN:
        return _answered_zip(session, contact, inbound) or intent
    return intent


def _answered_zip(session: Session, contact: Contact, inbound: Inbound) -> Intent | None:
    """A ZIP code after we asked for one, or after a list of places near another one."""
    written = find_zip(normalise(inbound.body).clean)
    category = category_asked_before(session, contact, inbound) if written else None
    if written and category is None:
        offer = open_offer(session, contact.id)
        category = offer.category if offer else None
    if category is None or written is None:
        return None
    return Intent(Route.RESOURCE, {"category": category, "zip": written.zip}, "a ZIP code, as we asked for one", None)


def _written_in(work: Runtime, inbound: Inbound, intent: Intent) -> str | None:
    """The language of a text when that is sure: by its letters and words, else by those that decided its intent."""
    seems = identify(inbound.body, work.settings.languages)
    return seems.code if seems.sure else intent.language


def _reached(session: Session, inbound: Inbound, written_in: str | None, contact: Contact | None) -> Contact:
    """The family that wrote, reachable again if it was not before; made when it is new.

    A new family, or one whose language nobody told us, is answered in the language it writes.
    """
    if contact is None:
        contact, _ = create_contact(
            session, inbound.phone, language=written_in or "en", language_known=written_in is not None
        )
    if written_in and not contact.language_known:
        contact.language = written_in
    contact.unreachable_at = contact.unreachable_reason = None
    return contact
