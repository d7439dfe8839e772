"""A family's texts and ours in the order they were written, as the pages of families and callbacks show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach.admin.words import STATUS, meaning_of
from outreach.campaigns.models import Campaign, Run
from outreach.campaigns.runs import RUN
from outreach.incoming.intent import Route
from outreach.incoming.models import Inbound, InboundState
from outreach.outgoing.models import Message, MessageStatus
from outreach.outgoing.status import WAITING
from outreach.people.models import Contact
from outreach.threads import answers
from outreach.threads.models import StaffText

TROUBLE = frozenset({MessageStatus.UNDELIVERED, MessageStatus.FAILED})


@dataclass(frozen=True)
class Line:
    """One text. `state` and `reason` are in words; `segments` is 0 for theirs.

    The reason of theirs is why it was taken for what it is, in our words.
    """

    ours: bool
    moment: datetime
    body: str
    language: str
    state: str
    reason: str | None = None
    segments: int = 0
    media: int = 0
    trouble: bool = False
    campaign: Campaign | None = None
    written: StaffText | None = None  # by a person here
    waiting: bool = False  # it has not left: whoever wrote it may take it back


@dataclass(frozen=True)
class Thread:
    """The newest texts, oldest first, and how many there are in all."""

    lines: Sequence[Line]
    total: int


def read_thread(session: Session, contact: Contact, most: int) -> Thread:
    """The newest `most` texts of a contact, both ways."""
    # A text that is stored and not yet routed belongs to nobody but its phone.
    theirs = or_(
        Inbound.contact_id == contact.id,
        and_(Inbound.state == InboundState.STORED, Inbound.phone == contact.phone),
    )
    inbounds = session.scalars(select(Inbound).where(theirs).order_by(Inbound.id.desc()).limit(most)).all()
    messages = session.scalars(
        select(Message)
        .where(Message.contact_id == contact.id)
        .options(joinedload(Message.text))
        .order_by(Message.id.desc())
        .limit(most)
    ).all()
    campaigns, written = _campaigns(session, messages), _written(session, messages)
    lines = [_their_line(one, contact) for one in inbounds]
    lines += [_our_line(one, campaigns, written) for one in messages]
    lines.sort(key=lambda line: (line.moment, line.ours))
    total = (session.scalar(select(func.count()).select_from(Inbound).where(theirs)) or 0) + (
        session.scalar(select(func.count()).select_from(Message).where(Message.contact_id == contact.id)) or 0
    )
    return Thread(lines[-most:], total)


def _their_line(inbound: Inbound, contact: Contact) -> Line:
    return Line(
        ours=False,
        moment=inbound.received_at,
        body=inbound.body,
        language=contact.language,
        state=meaning_of(inbound.intent, inbound.args),
        reason=inbound.reason,
        media=inbound.media,
        trouble=inbound.intent == Route.CRISIS,
    )


def _our_line(message: Message, campaigns: dict[int, Campaign], written: dict[int, StaffText]) -> Line:
    return Line(
        ours=True,
        moment=message.sent_at or message.created_at,
        body=message.text.body if message.text else "",
        language=message.language,
        state=STATUS[message.status],
        reason=message.reason,
        segments=message.text.segments if message.text else 0,
        trouble=message.status in TROUBLE,
        campaign=campaigns.get(message.source_id) if message.source == RUN else None,
        written=written.get(message.source_id) if message.source == answers.SOURCE else None,
        waiting=message.status in WAITING,
    )


def _campaigns(session: Session, messages: Sequence[Message]) -> dict[int, Campaign]:
    """The campaign of each run that sent one of these messages, by run."""
    runs = {message.source_id for message in messages if message.source == RUN}
    found = session.scalars(select(Run).where(Run.id.in_(runs)).options(joinedload(Run.campaign)))
    return {run.id: run.campaign for run in found} if runs else {}


def _written(session: Session, messages: Sequence[Message]) -> dict[int, StaffText]:
    """Who wrote those of these messages that a person here wrote, by the text's id."""
    ids = {message.source_id for message in messages if message.source == answers.SOURCE}
    found = session.scalars(select(StaffText).where(StaffText.id.in_(ids)).options(joinedload(StaffText.staff)))
    return {one.id: one for one in found} if ids else {}
