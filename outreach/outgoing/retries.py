"""When a text is tried again that the carrier took and then failed to deliver. Pure: values in, a moment or no out."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.carriers.carrier import Again

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CAP_ZONE = ZoneInfo("America/Los_Angeles")  # a carrier's daily cap begins anew at midnight there
DAY_APART = timedelta(hours=18)  # an evening and the next morning are two days in every zone

# The shortest and the longest wait after each failed try; the actual one lies between, so that what failed together
# does not come again together. As many more tries as there are waits.
WAITS: dict[Again, tuple[tuple[timedelta, timedelta], ...]] = {
    Again.NEVER: (),
    Again.ONCE: ((5 * MINUTE, 15 * MINUTE),),
    Again.PHONE_OFF: ((30 * MINUTE, HOUR), (20 * HOUR, 26 * HOUR)),
    Again.SLOWER: ((5 * MINUTE, 15 * MINUTE), (20 * MINUTE, HOUR), (HOUR, 3 * HOUR)),
    Again.NEXT_DAY: ((5 * MINUTE, HOUR), (5 * MINUTE, HOUR)),  # after midnight, not after the failure
    Again.AFTER_NIGHT: ((12 * HOUR, 13 * HOUR),),
}


@dataclass(frozen=True, slots=True)
class Retry:
    """When the text leaves again, or None; the reason is for its row, as staff read it."""

    at: datetime | None
    reason: str


def plan_retry(
    again: Again,
    meaning: str,
    failed_before: int,
    now: datetime,
    expires_at: datetime | None,
    roll: float | None = None,
) -> Retry:
    """Whether and when a text that failed now leaves again. `failed_before` counts its earlier failed tries.

    `roll` is the place between the shortest and the longest wait, 0 to 1; without one it is left to chance.
    """
    waits = WAITS[again]
    if failed_before >= len(waits):
        return Retry(None, meaning)
    shortest, longest = waits[failed_before]
    chance = random.random() if roll is None else roll  # noqa: S311 - spreads load, guards nothing
    at = (_next_midnight(now) if again is Again.NEXT_DAY else now) + shortest + (longest - shortest) * chance
    if expires_at is not None and at >= expires_at:
        return Retry(None, meaning)
    return Retry(at, f"tried again later: {meaning}"[:80])


def _next_midnight(now: datetime) -> datetime:
    local = now.astimezone(CAP_ZONE)
    return datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), CAP_ZONE).astimezone(now.tzinfo)


def count_days(moments: Sequence[datetime]) -> int:
    """On how many separate days these moments lie, whatever the zone: a day counts anew after DAY_APART."""
    days = 0
    last: datetime | None = None
    for moment in sorted(moments):
        if last is None or moment - last >= DAY_APART:
            days, last = days + 1, moment
    return days
