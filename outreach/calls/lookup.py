"""A call that no word comes of is looked up in the carrier's records. Nothing here makes a call."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.calls.models import Call, CallState
from outreach.calls.record import WATCH, WATCH_TALK, enter, hear
from outreach.carriers.carrier import CarrierError
from outreach.carriers.voice import CarrierCall
from outreach.runtime import Runtime

SLACK = timedelta(minutes=1)  # between the carrier's clock and ours
PROOF = timedelta(minutes=2)  # after the carrier's time to answer: then its records are complete
SOON = timedelta(seconds=10)
GONE = 20404  # the carrier's code for what its records do not have

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """The carrier's records of a call: the leg to staff, and those to the family."""

    staff: CarrierCall | None
    family: Sequence[CarrierCall] = ()


MOST = 20  # of one sweep: the carrier may be away, and others wait for this worker


def due_calls(session: Session) -> Sequence[int]:
    """Calls under way of which a word is overdue."""
    due = select(Call.id).where(Call.ended_at.is_(None), Call.watch_at <= clock.now())
    return session.scalars(due.order_by(Call.watch_at).limit(MOST)).all()


def look_up(work: Runtime, call_id: int) -> bool:
    """Ask the carrier with no transaction open, then write what it knows. Returns whether it answered."""
    with work.database.reading() as session:
        call = session.get_one(Call, call_id)
        others = select(Call.carrier_sid).where(Call.staff_phone == call.staff_phone, Call.id != call_id)
        known = {sid for sid in session.scalars(others.where(Call.started_at >= call.started_at - 2 * SLACK)) if sid}
    try:
        found = _ask(work, call, known)
    except CarrierError as error:
        if error.code != GONE:
            log.warning("call %s: the carrier's records cannot be read: %s", call_id, error.meaning)
            _look_again(work, call_id, WATCH)
            return False
        found = Found(None)
    if found.staff is not None:
        _write(work, call_id, found.staff, found.family)
    else:
        _miss(work, call_id)
    return True


def _ask(work: Runtime, call: Call, known: set[str]) -> Found:
    if call.carrier_sid is None:
        # One call of a person at a time: what else was made to her phone since then is ours.
        calls = [one for one in work.voice.find(call.staff_phone, call.started_at - SLACK) if one.sid not in known]
        staff = calls[-1] if calls else None
    else:
        staff = work.voice.fetch(call.carrier_sid)
    return Found(staff, work.voice.legs(staff.sid)) if staff else Found(None)


def _write(work: Runtime, call_id: int, staff: CarrierCall, family: Sequence[CarrierCall]) -> None:
    now = clock.now()
    with work.database.writing() as session:
        for leg in family:  # before the leg to staff: its end would else be read as nobody having pressed 1
            hear(session, call_id, staff.sid, f"family:{leg.status}", now, seconds=leg.seconds)
        hear(session, call_id, staff.sid, f"staff:{staff.status}", now)
    _look_again(work, call_id, WATCH)


def _miss(work: Runtime, call_id: int) -> None:
    """Not in the carrier's records: it will not be there later either, once they are complete."""
    with work.database.writing() as session:
        call = session.get_one(Call, call_id, with_for_update=True)
        if call.ended_at is not None:
            return
        complete = call.started_at + timedelta(seconds=work.settings.carrier_seconds) + PROOF
        if clock.now() >= complete:
            enter(call, CallState.NOT_TAKEN, clock.now())
            return
        if call.state is CallState.STARTING:  # whoever asked the carrier has died
            enter(call, CallState.UNKNOWN, clock.now())
        call.watch_at = clock.now() + SOON


def _look_again(work: Runtime, call_id: int, after: timedelta) -> None:
    now: datetime = clock.now()
    with work.database.writing() as session:
        call = session.get_one(Call, call_id, with_for_update=True)
        call.watch_at = now + (WATCH_TALK if call.state is CallState.TALKING else after)
