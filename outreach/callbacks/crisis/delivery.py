"""Whether pages reached anybody: for each person paged, what came of the text and of the mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.callbacks.crisis.models import CrisisPage
from outreach.callbacks.crisis.paging import SOURCE
from outreach.mail.models import Mail, MailStatus
from outreach.outgoing.models import Message, MessageStatus
from outreach.staff.models import Staff


@dataclass(frozen=True)
class Delivery:
    """One page to one person; None where that way was not used."""

    name: str
    at: datetime
    text: MessageStatus | None
    mail: MailStatus | None


def read_deliveries(session: Session, callback_id: int) -> Sequence[Delivery]:
    """Every page of this callback, the newest first. Who has changed her number since is not found by it."""
    texted = select(Message.part, Message.phone, Message.status).where(
        Message.source == SOURCE, Message.source_id == callback_id
    )
    mailed = select(Mail.part, Mail.address, Mail.status).where(Mail.source == SOURCE, Mail.source_id == callback_id)
    texts = {(part, phone): status for part, phone, status in session.execute(texted)}
    mails = {(part, address): status for part, address, status in session.execute(mailed)}
    phones, addresses = {phone for _, phone in texts}, {address for _, address in mails}
    people = session.scalars(
        select(Staff).where(Staff.phone.in_(phones) | Staff.email.in_(addresses)).order_by(Staff.id)
    ).all()
    pages = session.scalars(
        select(CrisisPage).where(CrisisPage.callback_id == callback_id).order_by(CrisisPage.number.desc())
    ).all()
    found = [
        Delivery(
            one.name,
            page.paged_at,
            texts.get((str(page.number), one.phone or "")),
            mails.get((str(page.number), one.email)),
        )
        for page in pages
        for one in people
    ]
    return [one for one in found if one.text or one.mail]
