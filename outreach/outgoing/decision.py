"""Whether a claimed message may leave now: consent asked again, its use, and the recipient's own hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.outgoing.models import MessageStatus
from outreach.outgoing.quiet_hours import Hours, QuietDecision, Verdict, decide
from outreach.people.consent import Permission, Purpose

# These answer a person who is awake and writing, or concern safety; the others wait for a decent hour.
ANY_HOUR = frozenset({Purpose.REPLY, Purpose.CONFIRMATION, Purpose.CRISIS, Purpose.ALERT})


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
    hours: Hours,
    expires_at: datetime | None,
) -> Decision:
    """The one place where a message is let through. Consent first: a stop outranks every clock."""
    if not permission.allowed:
        return Decision(MessageStatus.SKIPPED, permission.reason)
    quiet: QuietDecision = decide(now, zones, hours, expires=expires_at, urgent=purpose in ANY_HOUR)
    if quiet.verdict is Verdict.SEND:
        return SEND
    if quiet.verdict is Verdict.DEFER:
        return Decision(MessageStatus.HELD, "quiet_hours", quiet.until)
    return Decision(MessageStatus.EXPIRED, "past_its_use")
