"""Families and their texts for tests of the inbox: written to the database as routing leaves them."""

from datetime import timedelta

from sqlalchemy.orm import Session

from outreach import clock
from outreach.incoming.models import Inbound, InboundState
from outreach.people.models import Contact
from outreach.threads import waiting
from outreach.threads.models import WaitsFor


def add_family(session: Session, name: str, number: int, language: str = "es", **columns: object) -> Contact:
    contact = Contact(
        phone=f"+1617555{number:04d}", name=name, language=language, zones="America/New_York",
        **{"created_at": clock.now(), "consent": "subscribed", **columns},
    )  # fmt: skip
    session.add(contact)
    session.flush()
    return contact


def add_text(
    session: Session,
    contact: Contact,
    body: str,
    waits: WaitsFor | None = None,
    ago: timedelta = timedelta(),
    media: int = 0,
) -> int:
    """A text of theirs, `ago` before now, that waits for a person unless `waits` is None. Its id."""
    number = session.query(Inbound).count()
    inbound = Inbound(
        carrier_sid=f"SM{number:032d}", phone=contact.phone, to_phone="+16175550199", body=body, media=media,
        contact_id=contact.id, intent="unknown", reason="no word or phrase we know decides it",
        state=InboundState.ROUTED, received_at=clock.now() - ago,
    )  # fmt: skip
    session.add(inbound)
    session.flush()
    if waits:
        waiting.add(session, contact.id, inbound.id, waits)
    return inbound.id
