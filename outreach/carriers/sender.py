"""Who our texts come from, and how fast the carrier lets them leave: segments a second, and of a day where it counts.

The daily limits of 10DLC are T-Mobile's, for its own phones alone. Nobody can tell these by their number, so a day is
counted only for a sole proprietor, whose limit is small, and where OUTREACH_SEGMENTS_PER_DAY says so: a town would wait
for days for phones that have no limit. What T-Mobile refuses (30023) is tried again the next day.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import inf
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from redis import Redis
from redis.exceptions import RedisError

from outreach import clock
from outreach.settings import SENDERS, Settings

TWILIO = "twilio.com"
TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")
DAY_ZONE = ZoneInfo("America/Los_Angeles")  # carriers count a day anew at midnight there


@dataclass(frozen=True, slots=True)
class Pace:
    """Segments that may leave in a second and in a day; infinity where nothing limits them.

    `guessed`: nobody said what the sender is registered for, and its address does not tell.
    """

    per_second: float = inf
    per_day: float = inf
    guessed: bool = False

    @property
    def limited(self) -> bool:
        return min(self.per_second, self.per_day) < inf


def sender_of(settings: Settings) -> str:
    """The messaging service or number that texts come from; empty when none is set."""
    return settings.twilio_messaging_service_sid or settings.twilio_from or ""


def pace_of(settings: Settings) -> Pace:
    """What was set, else what OUTREACH_SENDER has, else what the sender's own address tells.

    A carrier at another address than Twilio's (the simulator, a test) has no limit unless one is set.
    """
    kind, guessed = settings.sender_kind, False
    if kind is None and _is_twilio(settings):
        kind, guessed = guess_kind(settings), settings.twilio_messaging_service_sid is not None
    rate, day = SENDERS[kind] if kind else (inf, None)
    per_second, per_day = settings.segments_per_second, settings.segments_per_day
    return Pace(
        rate if per_second is None else per_second,
        (day or inf) if per_day is None else per_day,
        guessed and per_second is None,
    )


def guess_kind(settings: Settings) -> str:
    """The kind of sender by its address alone: a name of SENDERS."""
    if settings.twilio_messaging_service_sid:
        return "10dlc-low"  # what a new registration begins with
    number = settings.twilio_from or ""
    if number.isdigit() and len(number) <= 6:
        return "short-code"
    return "toll-free" if number.startswith(TOLL_FREE) else "long-code"


def _is_twilio(settings: Settings) -> bool:
    host = urlsplit(settings.twilio_api_url).hostname or ""
    return host == TWILIO or host.endswith(f".{TWILIO}")


def day_began(now: datetime) -> datetime:
    """When the carriers' present day began, in UTC."""
    return _midnight(now, 0)


def next_day(now: datetime) -> datetime:
    """When the carriers' next day begins, in UTC."""
    return _midnight(now, 1)


def _midnight(now: datetime, days: int) -> datetime:
    day = now.astimezone(DAY_ZONE).date() + timedelta(days=days)
    return datetime.combine(day, time.min, DAY_ZONE).astimezone(now.tzinfo)


def day_key(sender: str, now: datetime) -> str:
    """Where Redis keeps how many segments left this day."""
    return f"outreach:pace:{sender}:{now.astimezone(DAY_ZONE):%Y-%m-%d}"


def used_today(redis: Redis, settings: Settings) -> int | None:
    """How many segments left this day; None when the sender has no such limit, or Redis does not know."""
    if pace_of(settings).per_day == inf:
        return None
    try:
        found = redis.get(day_key(sender_of(settings), clock.now()))
    except RedisError:
        return None
    return None if found is None else int(found)  # type: ignore[arg-type]
