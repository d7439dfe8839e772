"""Decides when a queued text may leave: the hours of the recipient, before it is handed to the carrier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from outreach.outgoing.openings import next_opening
from outreach.outgoing.week import DAYS, Hours, Window

__all__ = [
    "DAYS",
    "Hours",
    "QuietDecision",
    "QuietReason",
    "Verdict",
    "Window",
    "decide",
    "decide_by_clock",
    "decide_early",
    "within_use",
]


class Verdict(StrEnum):
    SEND = "send"
    DEFER = "defer"
    EXPIRE = "expire"


class QuietReason(StrEnum):
    """Why a text goes, waits or lapses."""

    OPEN = "open"  # it is a decent hour in every zone
    URGENT = "urgent"  # a crisis text or an answer somebody waits for: hours do not count
    QUIET = "quiet"  # waits for the next hour that is open in every zone
    CLOSED_DAY = "closed_day"  # waits for a holiday, or a day closed by a school, to pass
    STATE = "state"  # our own hours are open, those of a state it may go to are not
    EXPIRED = "expired"  # its time had already passed
    EXPIRES_WAITING = "expires_waiting"  # it would be of no use any more when the hours open
    NO_COMMON_HOUR = "no_common_hour"  # no hour of the coming weeks is open in every zone


@dataclass(frozen=True)
class QuietDecision:
    """`until` is the aware UTC instant to try again; set only for a text that waits."""

    verdict: Verdict
    until: datetime | None
    reason: QuietReason


_OPEN = QuietDecision(Verdict.SEND, None, QuietReason.OPEN)
_URGENT = QuietDecision(Verdict.SEND, None, QuietReason.URGENT)
_EXPIRED = QuietDecision(Verdict.EXPIRE, None, QuietReason.EXPIRED)
_EXPIRES_WAITING = QuietDecision(Verdict.EXPIRE, None, QuietReason.EXPIRES_WAITING)
_NO_COMMON_HOUR = QuietDecision(Verdict.EXPIRE, None, QuietReason.NO_COMMON_HOUR)


def decide(
    now: datetime, zones: Sequence[str], hours: Hours, *, expires: datetime | None, urgent: bool
) -> QuietDecision:
    """Whether a text may go at `now` (aware) to somebody who may be in any of `zones` (IANA names).

    Every zone must be open at once. An urgent text ignores the hours but not its expiry; a text lapses
    at its expiry, or when it would have to wait until then or past it. A window whose start the clock
    skips opens as the gap ends; one whose start comes twice opens at the first. Pure: give the same,
    get the same. ValueError for a naive time or no zone: silence must not mean "send at night".
    """
    return decide_early(now, zones, expires, urgent=urgent) or within_use(
        decide_by_clock(now.astimezone(UTC), zones, [hours]), expires
    )


def decide_early(
    now: datetime, zones: Sequence[str], expires: datetime | None, *, urgent: bool
) -> QuietDecision | None:
    """What is decided without looking at hours: past its use, or urgent. ValueError as `decide`."""
    if now.tzinfo is None or (expires is not None and expires.tzinfo is None):
        raise ValueError("quiet hours need aware times")
    if not zones:
        raise ValueError("quiet hours need at least one zone; use the deployment's own")
    if expires is not None and now >= expires:
        return _EXPIRED
    return _URGENT if urgent else None


def decide_by_clock(now: datetime, zones: Sequence[str], tables: Sequence[Hours]) -> QuietDecision:
    """By hours alone, at `now` (UTC): open only where every table is open in every zone.

    The first table is the deployment's own, the others are rules of states.
    """
    clocks = [ZoneInfo(zone) for zone in dict.fromkeys(zones)]
    opens = next_opening(now, [(clock, hours) for clock in clocks for hours in tables])
    if opens is None:
        return _NO_COMMON_HOUR
    if opens == now:
        return _OPEN
    return QuietDecision(Verdict.DEFER, opens, _why_closed([now.astimezone(clock) for clock in clocks], tables[0]))


def within_use(decision: QuietDecision, expires: datetime | None) -> QuietDecision:
    """A text that would wait until its expiry lapses at once: nobody hopes for what will not come."""
    lapses = decision.until is not None and expires is not None and decision.until >= expires
    return _EXPIRES_WAITING if lapses else decision


def _why_closed(walls: Sequence[datetime], own: Hours) -> QuietReason:
    if any(wall.date() in own.closed for wall in walls):
        return QuietReason.CLOSED_DAY
    return QuietReason.STATE if all(own.open_at(wall) for wall in walls) else QuietReason.QUIET
