"""Pacing: how many segments may leave now, kept in one bucket for all workers on all hosts.

The bucket fills at the sender's pace and holds about a second of it. Campaigns and reminders ask it before a claim and
wait while it is empty. Replies, crisis answers and alerts never wait, but are charged, so that campaigns make room for
them: the bucket may owe. Where a day has a limit its count is in Redis too, and is taken from the database when Redis
does not have it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import inf

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from outreach import clock, queues
from outreach.carriers.sender import Pace, day_began, day_key, next_day, pace_of, sender_of
from outreach.db import Database
from outreach.outgoing.grant import LARGEST_GRANT, Grant, Pacer, Unpaced, bucket_size, smallest_grant
from outreach.outgoing.lone_pace import LonePace
from outreach.outgoing.models import Message
from outreach.outgoing.status import IN_HAND
from outreach.settings import Settings
from outreach.wording.models import Text

UNLIMITED = 1e6  # segments a second where only the day has a limit: more than any machine sends
DAY_KEPT = 48 * 3600  # seconds

# Takes what there is or, with a charge, what was used. The clock is Redis's own: the hosts' clocks differ by more than
# it takes to send a text, and the one that all of them read is to them what clock.now() is to a process. Set back, it
# loses the time between and gives nothing twice. A full bucket need not be kept: one that is not there is full.
_BUCKET = """
local rate, size, least, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local limit, charge = tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local kept = redis.call('HMGET', KEYS[1], 'segments', 'at')
local segments, at = tonumber(kept[1] or size), tonumber(kept[2] or now)
segments = math.min(size, segments + math.max(0, now - at) * rate)
local used, left = false, most
if limit then
  used = redis.call('GET', KEYS[2])
  if not used and not charge then return {0, -1, 0} end
  left = math.max(0, limit - (used or 0))
end
local taken, wait = charge or 0, 0
if not charge and segments < least then
  wait = math.ceil((least - segments) / rate * 1000)
elseif not charge then
  taken = math.min(math.floor(segments), most, left)
end
segments = math.min(size, segments - taken)
if used then redis.call('INCRBY', KEYS[2], taken) end
redis.call('HSET', KEYS[1], 'segments', string.format('%.6f', segments), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((size - segments) / rate * 1000) + 1000)
return {taken, left, wait}
"""
_UNCOUNTED = -1  # the script's word for a day that Redis has no count of

log = logging.getLogger(__name__)


@dataclass
class SharedPace:
    """The bucket in Redis. `count_day` counts in the database what has left since a moment. Never raises for Redis."""

    redis: Redis
    pace: Pace
    sender: str
    count_day: Callable[[datetime], int]
    _alone: LonePace | None = None
    _told: datetime | None = None  # until when the log knows that the day is used up

    def __post_init__(self) -> None:
        self._script = self.redis.register_script(_BUCKET)
        self._rate = min(self.pace.per_second, UNLIMITED)

    def reserve(self) -> Grant:
        if self._alone and self._alone.rests:
            return self._alone.reserve()
        try:
            return self._ask(clock.now())
        except RedisError as error:
            return self._go_alone(error).reserve()

    def settle(self, grant: Grant) -> None:
        if self._alone and self._alone.rests:
            self._alone.settle(grant)
        elif grant.owed:
            try:
                self._call(clock.now(), grant.owed)
            except RedisError as error:
                self._go_alone(error).settle(grant)

    def _ask(self, now: datetime) -> Grant:
        taken, left, wait = self._call(now)
        if left == _UNCOUNTED:
            # What another worker settles at this very moment may be missed: a claim at most, after a flush only.
            self.redis.set(day_key(self.sender, now), self.count_day(day_began(now)), nx=True, ex=DAY_KEPT)
            taken, left, wait = self._call(now)
        if self.pace.per_day == inf:
            return Grant(taken, wait / 1000)
        return Grant(taken, wait / 1000, left) if left else self._end_day(now)

    def _call(self, now: datetime, charge: int | None = None) -> tuple[int, int, int]:
        """What was taken, what the day had left before, and after how many milliseconds to ask again."""
        today = day_key(self.sender, now)
        if self._alone:  # what left meanwhile stands in the database only
            self.redis.delete(today)
            self._alone = None
        limit = "" if self.pace.per_day == inf else int(self.pace.per_day)
        numbers = [self._rate, bucket_size(self._rate), smallest_grant(self._rate), LARGEST_GRANT, limit]
        taken, left, wait = self._script(
            [f"outreach:pace:{self.sender}", today], [*numbers, "" if charge is None else charge]
        )
        return taken, left, wait

    def _end_day(self, now: datetime) -> Grant:
        begins = next_day(now)
        if self._told != begins:
            self._told = begins
            log.warning("the segments of the day are used up", extra={"segments_per_day": int(self.pace.per_day)})
        return Grant(0, (begins - now).total_seconds(), 0)

    def _go_alone(self, error: RedisError) -> LonePace:
        log.warning("Redis is away, each worker keeps to a part of the pace", extra={"error": type(error).__name__})
        left = inf
        if self.pace.per_day < inf:
            left = max(0, self.pace.per_day - self.count_day(day_began(clock.now())))
        self._alone = LonePace(self._rate, left)
        return self._alone


def make_pacer(settings: Settings, database: Database) -> Pacer:
    """As the settings have it. Says in the log what it keeps to, and loudly when that is a guess."""
    pace = pace_of(settings)
    if not pace.limited:
        return Unpaced()
    settings.require("REDIS_URL")
    limits = {"segments_per_second": pace.per_second, "segments_per_day": pace.per_day}
    known = {name: "none" if limit == inf else limit for name, limit in limits.items()}
    log.info("texts are paced", extra=known)
    if pace.guessed:
        log.warning("the messaging service's kind is a guess: set OUTREACH_SENDER", extra=known)

    def count_day(since: datetime) -> int:
        with database.reading() as session:
            return count_segments(session, since)

    # A connection of our own that gives up soon: a worker's waits for minutes, as waiting for a job takes.
    return SharedPace(queues.connect(settings.redis_url or ""), pace, sender_of(settings), count_day)


def count_segments(session: Session, since: datetime) -> int:
    """Segments that the carrier took since then, and those in workers' hands. Reads the whole outbox: once a day."""
    in_hand = and_(Message.status.in_(list(IN_HAND)), Message.claimed_at >= since)
    found = session.scalar(
        select(func.sum(Text.segments))
        .join_from(Message, Text, Text.id == Message.text_id)
        .where(or_(Message.sent_at >= since, in_hand))
    )
    return int(found or 0)
