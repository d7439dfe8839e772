"""What is known of a call is written here: the carrier's words, by webhook or from its records."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from outreach.calls.models import Call, CallState
from outreach.calls.status import OVER, move

WATCH = timedelta(minutes=1)
WATCH_TALK = timedelta(minutes=10)


def hear(
    session: Session, call_id: int, sid: str, word: str, now: datetime, *, seconds: int | None = None
) -> Call | None:
    """Move a call on by a word about one of its legs; `sid` is the carrier's of the leg to staff.

    Settles also a call whose process died before it could note that sid. None when there is no such call, or when it is
    another one's leg. `seconds` are those of the family's leg.
    """
    call = session.get(Call, call_id, with_for_update=True)
    if call is None or call.carrier_sid not in (None, sid):
        return None
    call.carrier_sid = sid
    target = move(call.state, word)
    if target is not None:
        enter(call, target, now)
    if seconds is not None and call.state is CallState.ANSWERED:
        call.seconds = seconds
    return call


def enter(call: Call, state: CallState, now: datetime, reason: str | None = None) -> None:
    """Write the state with its times."""
    call.state, call.reason = state, reason
    call.watch_at = now + (WATCH_TALK if state is CallState.TALKING else WATCH)
    if state is CallState.ASKING:
        call.staff_answered_at = now
    if state is CallState.TALKING:
        call.answered_at = now
    if state in OVER:
        call.ended_at = call.ended_at or now
