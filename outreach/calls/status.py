"""Where a call may go from where it is, when the carrier speaks of one of its legs. Pure; words come late and twice.

A call only ever moves on. What the family's leg says outranks what the end of the other leg made us think.
"""

from outreach.calls.models import CallState as S

PRESSED = "staff:pressed"

_STAFF_GONE = {  # the leg to staff is over: what that means depends on how far the call was
    S.STARTING: S.NOT_PRESSED,
    S.UNKNOWN: S.NOT_PRESSED,
    S.RINGING_STAFF: S.NOT_PRESSED,
    S.ASKING: S.NOT_PRESSED,
    S.RINGING_FAMILY: S.HUNG_UP,
    S.TALKING: S.ANSWERED,
}
_LEADS_TO = {
    "staff:queued": S.RINGING_STAFF,
    "staff:initiated": S.RINGING_STAFF,
    "staff:ringing": S.RINGING_STAFF,
    "staff:in-progress": S.ASKING,
    "staff:busy": S.STAFF_BUSY,
    "staff:no-answer": S.STAFF_NO_ANSWER,
    "staff:failed": S.STAFF_FAILED,
    "staff:canceled": S.STAFF_FAILED,
    PRESSED: S.RINGING_FAMILY,
    "family:queued": S.RINGING_FAMILY,
    "family:initiated": S.RINGING_FAMILY,
    "family:ringing": S.RINGING_FAMILY,
    "family:in-progress": S.TALKING,
    "family:completed": S.ANSWERED,
    "family:busy": S.FAMILY_BUSY,
    "family:no-answer": S.FAMILY_NO_ANSWER,
    "family:failed": S.FAMILY_FAILED,
    "family:canceled": S.HUNG_UP,
}
_RANKS = {
    S.STARTING: 0,
    S.UNKNOWN: 0,
    S.RINGING_STAFF: 1,
    S.ASKING: 2,
    S.RINGING_FAMILY: 3,
    S.TALKING: 4,
    S.NOT_PRESSED: 5,
    S.HUNG_UP: 5,
    S.STAFF_BUSY: 5,
    S.STAFF_NO_ANSWER: 5,
    S.STAFF_FAILED: 5,
    S.REFUSED: 5,
    S.NOT_TAKEN: 5,
    S.ANSWERED: 6,
    S.FAMILY_BUSY: 6,
    S.FAMILY_NO_ANSWER: 6,
    S.FAMILY_FAILED: 6,
}
OVER = frozenset(state for state, rank in _RANKS.items() if rank >= 5)


def move(current: S, word: str) -> S | None:
    """The state that a word leads to, or None when it changes nothing.

    A word is the leg and the carrier's status of it, "staff:ringing" or "family:busy", or PRESSED.
    """
    target = _STAFF_GONE.get(current) if word == "staff:completed" else _LEADS_TO.get(word)
    if target is None or _RANKS[target] <= _RANKS[current]:
        return None
    return None if current in OVER and target not in OVER else target
