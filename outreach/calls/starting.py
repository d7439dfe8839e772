"""A call begins: a row first, at most once for a form, then the carrier, with no transaction open."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.models import Callback
from outreach.calls.models import Call, CallState
from outreach.calls.record import enter
from outreach.calls.status import move
from outreach.carriers.carrier import Action, CarrierError
from outreach.carriers.voice import CarrierCall
from outreach.db import insert_row
from outreach.people.models import Contact
from outreach.runtime import Runtime
from outreach.staff.models import Staff

LONGEST_KEY = 64
MARGIN = timedelta(seconds=10)


class CallError(ValueError):
    """This call cannot begin; the text says why, for the person who asked."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A call that may begin; not `new`: the same form began it already."""

    call_id: int
    new: bool


def reserve(
    session: Session, work: Runtime, key: str, contact: Contact, staff: Staff, callback: Callback | None
) -> Reserved:
    """Write the call down. Raises CallError when something is missing, or one of the two is on a call."""
    if not work.settings.voice_number:
        raise CallError("This service has no number to call from. Nobody was called.")
    if not staff.phone:
        raise CallError("Your own phone number is not known here. Nobody was called.")
    if not 0 < len(key) <= LONGEST_KEY:
        raise CallError("Open the page again and call from there. Nobody was called.")
    now = clock.now()
    made = insert_row(
        session,
        Call,
        key=key,
        contact_id=contact.id,
        callback_id=callback.id if callback else None,
        staff_id=staff.id,
        staff_phone=staff.phone,
        state=CallState.STARTING,
        started_at=now,
        watch_at=now + timedelta(seconds=work.settings.carrier_seconds) + MARGIN,
    )
    if made is not None:
        return Reserved(made, new=True)
    return _reserved_before(session, key, contact, staff)


def _reserved_before(session: Session, key: str, contact: Contact, staff: Staff) -> Reserved:
    before = session.scalars(select(Call).where(Call.key == key, Call.staff_id == staff.id)).one_or_none()
    if before is not None:
        return Reserved(before.id, new=False)
    mine = session.scalars(select(Call.id).where(Call.staff_id == staff.id, Call.ended_at.is_(None))).first()
    if mine is not None:
        raise CallError("You are on a call already. Hang up first; a moment later you can call again.")
    theirs = session.scalars(select(Call).where(Call.contact_id == contact.id, Call.ended_at.is_(None))).first()
    who = theirs.staff.name if theirs else "Somebody"
    raise CallError(f"{who} is calling this family now. Nobody else was called.")


def ask_carrier(work: Runtime, call_id: int) -> CallState:
    """Ring the member of staff. What nobody knows afterwards is looked up by the sweep, and never asked again."""
    with work.database.reading() as session:
        phone = session.get_one(Call, call_id).staff_phone
    try:
        taken = work.voice.start(call_id, phone)
    except CarrierError as error:
        return _note_refusal(work, call_id, error)
    return _note_taken(work, call_id, taken)


def _note_taken(work: Runtime, call_id: int, taken: CarrierCall) -> CallState:
    with work.database.writing() as session:
        call = session.get_one(Call, call_id, with_for_update=True)
        call.carrier_sid = taken.sid
        target = move(call.state, f"staff:{taken.status}")  # None: a webhook was faster
        if target is not None:
            enter(call, target, clock.now())
        return call.state


def _note_refusal(work: Runtime, call_id: int, error: CarrierError) -> CallState:
    with work.database.writing() as session:
        call = session.get_one(Call, call_id, with_for_update=True)
        if call.state is CallState.STARTING:  # else a webhook has said that it was taken
            unknown = error.action is Action.LOOK_UP
            enter(call, CallState.UNKNOWN if unknown else CallState.REFUSED, clock.now(), error.meaning)
            if unknown:
                call.watch_at = clock.now()
        return call.state
