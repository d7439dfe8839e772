"""A call that reached nobody: it stays open with a next try in working hours, and the family is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach import clock
from outreach.callbacks.calendar import hours_of
from outreach.callbacks.due import CRISIS_MINUTES, WorkingHours, due_at, next_slot, next_stretch
from outreach.callbacks.family_text import write_family
from outreach.callbacks.models import Callback, CallbackState, DayPart, Outcome, Urgency
from outreach.callbacks.requests import CallbackError, assign, close
from outreach.runtime import Runtime
from outreach.staff.models import Staff

# Two tries may both fall into one shift or school run of the family; from the third on, who calls may decide that it
# is enough. None closes by itself.
ENOUGH = 3
PAUSE = timedelta(hours=2)  # who did not answer now seldom does within the hour
TRIES = (Outcome.NO_ANSWER, Outcome.LEFT_VOICEMAIL)
KEY, KEY_LAST = "callback_tried", "callback_ended"


@dataclass(frozen=True)
class NextTry:
    """When to call again (aware UTC): not before `starts`, and by `ends` at the latest, as the family is told."""

    starts: datetime
    ends: datetime


def next_try(
    now: datetime,
    urgency: Urgency,
    preferred: DayPart | None,
    zone: ZoneInfo,
    hours: WorkingHours,
    crisis_minutes: float = CRISIS_MINUTES,
) -> NextTry:
    """The next time in working hours, PAUSE from now or later, in the time of day the family prefers if anybody works
    then. A crisis does not wait for working hours."""
    if urgency is Urgency.CRISIS:
        return NextTry(now, due_at(now, urgency, zone, hours, crisis_minutes))
    earliest = now + PAUSE
    slot = next_slot(earliest, preferred, zone, hours) if preferred else None
    slot = slot or next_stretch(earliest, zone, hours)
    return NextTry(max(slot.starts, earliest), slot.ends) if slot else NextTry(earliest, due_at(now, urgency, zone))


def may_end(callback: Callback) -> bool:
    """Whether one more call that reaches nobody may be the last."""
    return callback.attempts + 1 >= ENOUGH


def record(
    session: Session, work: Runtime, callback: Callback, outcome: Outcome, by: Staff, note: str = "", *, last: bool
) -> None:
    """Note an attempt; with `last` the callback closes. The family is told, but for a crisis.

    Raises CallbackError when it is closed already, when the outcome is no attempt, or when it is too early to give up.
    """
    if callback.state is CallbackState.CLOSED or outcome not in TRIES:
        raise CallbackError("only a call that reached nobody is an attempt, and only while the callback is open")
    if last and not may_end(callback):
        raise CallbackError(f"a callback is given up after {ENOUGH} attempts, not before")
    callback.attempts += 1
    if last:
        close(callback, outcome, by, note)
        _tell(session, work, callback, KEY_LAST)
        return
    if callback.assignee is None:
        assign(callback, by, by)
    _promise_again(session, work, callback)
    callback.write(f"attempt {callback.attempts}: {outcome.replace('_', ' ')}", by, note)
    _tell(session, work, callback, KEY)


def _promise_again(session: Session, work: Runtime, callback: Callback) -> None:
    """A new promise, with its own reminder and its own slip; what was missed is made good."""
    zone, hours = work.settings.zone, hours_of(session, work.settings, callback.partner_id)
    minutes = work.settings.crisis_minutes
    found = next_try(clock.now(), callback.urgency, callback.preferred_time, zone, hours, minutes)
    callback.next_try_at, callback.due_at = found.starts, found.ends
    callback.missed_at = callback.slipped_at = None


def _tell(session: Session, work: Runtime, callback: Callback, key: str) -> None:
    # Nobody who may be in danger is told by a machine that we did not get through.
    if callback.urgency is not Urgency.CRISIS:
        until = callback.due_at if key == KEY else None
        write_family(session, work, callback, key, part=f"tried:{callback.attempts}", use_until=until)
