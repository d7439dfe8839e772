"""Campaigns make way: while families wait for an answer, no new batch of a campaign is claimed."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from outreach.outgoing.grant import Grant, Pacer

LOOK_AGAIN = 0.2  # seconds
LONGEST = 1.0  # seconds; then one batch leaves all the same: a campaign goes on, however much families write


@dataclass
class Courteous:
    """The sender's pace, and beside it the word of whoever routes texts that these wait too long (`hurried`)."""

    pacer: Pacer
    hurried: Callable[[], bool]
    _granted_at: float = 0.0

    def reserve(self) -> Grant:
        if self.hurried() and time.monotonic() - self._granted_at < LONGEST:
            return Grant(0, LOOK_AGAIN)
        self._granted_at = time.monotonic()
        return self.pacer.reserve()

    def settle(self, grant: Grant) -> None:
        self.pacer.settle(grant)
