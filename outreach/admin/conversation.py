"""The part of a family's page that is its thread: what waits, who looks after it, and the answer being written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach import runtime
from outreach.admin.forms.answer import read_answer
from outreach.admin.sign_in import me_in, signed_in
from outreach.admin.words import REFUSALS, WAITS_FOR
from outreach.incoming.models import Inbound
from outreach.people.models import Contact
from outreach.staff.models import Staff
from outreach.staff.roles import Ability, may
from outreach.threads import thread, waiting
from outreach.wording.canned import ASKED

NOTHING_TYPED: MultiDict[str, str] = MultiDict()


def newest_text(session: Session, contact: Contact) -> tuple[int, datetime | None]:
    """The id and the time of the last text a family sent; 0 and None when it never did."""
    theirs = select(Inbound.id, Inbound.received_at).where(Inbound.contact_id == contact.id)
    found = session.execute(theirs.order_by(Inbound.id.desc()).limit(1)).one_or_none()
    return (found.id, found.received_at) if found else (0, None)


def who_answers(session: Session, language: str) -> Sequence[Staff]:
    """Who may look after a family; those who read its language stand first."""
    staff = session.scalars(select(Staff).where(Staff.active).order_by(Staff.name)).all()
    able = [person for person in staff if may(person.role, Ability.ANSWER_CALLBACKS)]
    return sorted(able, key=lambda person: language not in person.languages)


def read_conversation(
    session: Session, contact: Contact, typed: MultiDict[str, str], *, tried: bool = False
) -> dict[str, Any]:
    """What the templates of the thread need. `tried`: somebody pressed "Send", so that what is missing is said."""
    newest, last_wrote = newest_text(session, contact)
    kept = thread.find(session, contact.id)
    return {
        "waits": waiting.find_open(session, contact.id),
        "waits_for": WAITS_FOR,
        "looks_after": kept.assignee if kept else None,
        "people": who_answers(session, contact.language),
        "newest": newest,
        "my_id": signed_in().id,
        "answer": read_answer(session, runtime.current(), contact, me_in(session), last_wrote, typed),
        "answer_key": typed.get("key") or str(uuid4()),
        "asked": ASKED,
        "refusals": REFUSALS,
        "tried": tried,
    }


def mark_read(contact_id: int) -> None:
    """Somebody has opened the family: its texts are read, for the whole team. Writes only when something is new."""
    database = runtime.current().database
    with database.reading() as session:
        contact = session.get(Contact, contact_id)
        newest, _ = newest_text(session, contact) if contact else (0, None)
        if not thread.is_unread(thread.find(session, contact_id), newest):
            return
    with database.writing() as session:
        thread.mark_read(session, contact_id, newest)
