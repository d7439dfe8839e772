"""Whether a claimed message may leave now: consent asked again, its use, and the recipient's own hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.outgoing.hours import SendingHours
from outreach.outgoing.models import MessageStatus
from outreach.outgoing.quiet_hours import QuietReason, Verdict
from outreach.people.consent import Permission, Purpose

# These answer a person who is awake and writing, or concern safety; the others wait for a decent hour.
ANY_HOUR = frozenset({Purpose.REPLY, Purpose.CONFIRMATION, Purpose.CRISIS, Purpose.ALERT, Purpose.URGENT})

# The words a row keeps; pages say them in sentences.
_WORDS = {
    QuietReason.QUIET: "quiet_hours",
    QuietReason.CLOSED_DAY: "closed_day",
    QuietReason.STATE: "state_hours",
    QuietReason.NO_COMMON_HOUR: "no_common_hour",
    QuietReason.EXPIRED: "past_its_use",
    QuietReason.EXPIRES_WAITING: "past_its_use",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """SENDING, or the state the message goes to instead with its reason, and until when it is held."""

    status: MessageStatus
    reason: str | None = None
    until: datetime | None = None


SEND = Decision(MessageStatus.SENDING)


def decide_sending(
    now: datetime,
    *,
    purpose: Purpose,
    permission: Permission,
    zones: Sequence[str],
    states: Sequence[str],
    hours: SendingHours,
    expires_at: datetime | None,
) -> Decision:
    """The one place where a message is let through. Consent first: a stop outranks every clock.

    `zones` (IANA) and `states` (two letters) are all that the recipient may be in; no state means no state's rule.
    """
    if not permission.allowed:
        return Decision(MessageStatus.SKIPPED, permission.reason)
    quiet = hours.decide(now, zones=zones, states=states, expires=expires_at, urgent=purpose in ANY_HOUR)
    if quiet.verdict is Verdict.SEND:
        return SEND
    status = MessageStatus.HELD if quiet.verdict is Verdict.DEFER else MessageStatus.EXPIRED
    return Decision(status, _WORDS[quiet.reason], quiet.until)
