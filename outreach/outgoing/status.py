"""Where a message may go from where it is, when the carrier speaks. Receipts come late, twice and out of order.

A message only ever moves up: waiting, accepted, sent, final. A second final word that contradicts the first is kept
as a receipt and changes nothing (Twilio, "Outbound Message Status in Status Callbacks").
"""

from outreach.outgoing.models import MessageStatus as S

CARRIER_STATUSES = {
    "scheduled": S.ACCEPTED,
    "accepted": S.ACCEPTED,
    "queued": S.ACCEPTED,
    "sending": S.ACCEPTED,
    "sent": S.SENT,
    "delivered": S.DELIVERED,
    "read": S.DELIVERED,
    "partially_delivered": S.DELIVERED,
    "undelivered": S.UNDELIVERED,
    "failed": S.FAILED,
    "canceled": S.CANCELED,
}

# What the carrier may still move, and how far each state is. Rows we ourselves settled are not among them.
RANKS = {
    S.QUEUED: 0,
    S.HELD: 0,
    S.PAUSED: 0,
    S.SENDING: 0,
    S.UNKNOWN: 0,
    S.ACCEPTED: 1,
    S.SENT: 2,
    S.DELIVERED: 3,
    S.UNDELIVERED: 3,
    S.FAILED: 3,
}

DUE = frozenset({S.QUEUED, S.HELD})
WAITING = DUE | {S.PAUSED}
IN_HAND = frozenset({S.SENDING, S.UNKNOWN})
AT_CARRIER = frozenset({S.ACCEPTED, S.SENT})  # the carrier has it, and may still move it
OPEN = WAITING | IN_HAND  # nobody can yet say what will become of it
LEFT = frozenset({S.ACCEPTED, S.SENT, S.DELIVERED, S.UNDELIVERED})  # it has gone out
FINAL = frozenset({S.DELIVERED, S.UNDELIVERED, S.FAILED, S.SKIPPED, S.EXPIRED, S.CANCELED})
FAILURES = frozenset({S.UNDELIVERED, S.FAILED})


def move(current: S, carrier_status: str) -> S | None:
    """The state a carrier's word leads to, or None when it changes nothing."""
    target = CARRIER_STATUSES.get(carrier_status)
    if target is None or current not in RANKS:
        return None
    return target if RANKS.get(target, 3) > RANKS[current] else None


# Each word of the carrier that can change anything: where it leads, and from which states.
MOVES: dict[str, tuple[S, frozenset[S]]] = {
    word: (target, frozenset(state for state in S if move(state, word) is target))
    for word, target in CARRIER_STATUSES.items()
}
