"""The pace of one worker that cannot ask the shared bucket, because Redis is away."""

import time
from dataclasses import dataclass, field
from math import inf

from outreach.outgoing.grant import LARGEST_GRANT, Grant, bucket_size, smallest_grant

REST_SECONDS = 30.0  # so long Redis is not asked again: nobody waits for it at every claim
# Nobody can say how many workers there are, so each takes this part of the pace: four that send campaigns stay within
# it together. More may be too fast, which only fills the carrier's own queue; fewer are too slow, and not for long:
# without Redis no job begins, and only those under way go on.
PART = 1 / 4


@dataclass
class LonePace:
    """A bucket in this process alone, empty at first, so that a Redis that comes and goes fills none.

    `rate` is the sender's, `of_day` what the sender's day has left, as the database counts it.
    """

    rate: float
    of_day: float = inf
    until: float = field(default_factory=lambda: time.monotonic() + REST_SECONDS)

    def __post_init__(self) -> None:
        self.rate *= PART
        self.of_day = self.of_day if self.of_day == inf else self.of_day * PART // 1
        self._segments, self._at = 0.0, time.monotonic()

    @property
    def rests(self) -> bool:
        return time.monotonic() < self.until

    def reserve(self) -> Grant:
        now = time.monotonic()
        self._segments = min(bucket_size(self.rate), self._segments + (now - self._at) * self.rate)
        self._at = now
        if self.of_day < 1:
            return Grant(0, self.until - now, 0)
        missing = smallest_grant(self.rate) - self._segments
        if missing > 0:
            return Grant(0, missing / self.rate, self.of_day)
        grant = Grant(int(min(self._segments, self.of_day, LARGEST_GRANT)), 0, self.of_day)
        self._charge(int(grant.segments))
        return grant

    def settle(self, grant: Grant) -> None:
        self._charge(grant.owed)

    def _charge(self, segments: int) -> None:
        self._segments -= segments
        self.of_day -= segments
